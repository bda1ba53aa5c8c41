"""Whether this is the project's checkout: some verbs read or write its sources, and a wheel has no root folder.

Not its job: what those verbs do.
Source: ours.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
UNAVAILABLE = 3


def missing(verb, root=ROOT):
    """Exit code 3 after a line that says so where there is no checkout around the code, else None."""
    if (root / "pyproject.toml").is_file():
        return None
    print("v2g %s: works on a checkout of the project; %s is an installed package" % (verb, root), file=sys.stderr)
    return UNAVAILABLE
