"""Where the sources of a build come from: version, commit, date, and whether anything was changed since the commit.

Not its job: what is built of them.
Source: SOURCE_DATE_EPOCH of the reproducible-builds specification; git.
"""

import os
import subprocess
import time

from tools.build.board_files import ROOT

PATHS = ("edge", "protocols", "tools", "boards", "LICENSE")     # what a bundle is made of
TIMEOUT_S = 60


def of(root=ROOT):
    """{"version", "commit" or None, "is_changed" or None, "built"} of the sources below root; built is UTC.

    Without git commit and is_changed are None, and the date is SOURCE_DATE_EPOCH or 1970. ValueError when that
    variable is no number of seconds.
    """
    commit = _git(root, "rev-parse", "HEAD") if (root / ".git").exists() else None
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None:
        if not epoch.isdigit():
            raise ValueError("SOURCE_DATE_EPOCH=%s: whole seconds since 1970" % epoch)
        built_s = int(epoch)
    else:
        built_s = int(_git(root, "log", "-1", "--format=%ct")) if commit else 0
    is_changed = None if commit is None else bool(_git(root, "status", "--porcelain", "--", *PATHS))
    return {"version": version(root), "commit": commit, "is_changed": is_changed,
            "built": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(built_s))}


def version(root=ROOT):
    """VERSION of edge/version.py below a root."""
    names = {}
    exec(compile((root / "edge" / "version.py").read_text(encoding="utf-8"), "version.py", "exec"), names)
    return names["VERSION"]


def remarks(origin):
    """Lines for people about what makes a build less than a release."""
    if origin["commit"] is None:
        return ["no git here: the bundle can't say which commit it was built of"]
    if origin["is_changed"]:
        return ["the sources differ from commit %s: nobody else can build this bundle; commit first" % origin["commit"][:12]]
    return []


def _git(root, *words):
    """What git says, None where it can't be asked."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=TIMEOUT_S)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
