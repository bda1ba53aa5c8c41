"""`v2g factory-reset SITE.toml`: makes a gateway forget whose it was: keys, certificates, wishes, configuration from afar.

Not its job: the firmware itself (releases stay), the site file (it is the installer's), revoking at the host
(`v2g keys revoke`).
Source: ours; EN 303 645 5.11 (users can erase their data). Files are overwritten once and removed; what a worn flash keeps in
spare blocks can't be reached from here, so a gateway that leaves the house also has its certificate revoked.
"""

import json
import os
import pathlib
import sys

from edge import audit, hal
from edge import main as gateway_main
from tools.gateway import toml_compiler

# What stays: the proof of what happened, which release runs, and the numbers that stop a replay.
KEPT = ("audit", "audit-old", "lock", "command-seq", "dated", "release-0", "release-1", "boot")
JOURNAL = ("journal-", "hist-", "m1-hist-", "m2-hist-")
WIPED_BYTES = 1 << 20       # overwritten at the most: keys are small


def add_arguments(parser):
    """Arguments of `v2g factory-reset`."""
    parser.add_argument("site", help="site configuration, whose gateway is stopped")
    parser.add_argument("--store", default=None, help="folder of journal and state (default: v2g-store beside SITE)")
    parser.add_argument("--journal", action="store_true", help="also journal and stored history")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Wipes the store; 1 when a gateway runs on it or the answer is no, 2 for a wrong site file."""
    document, errors = toml_compiler.compile_file(args.site)
    if errors:
        print("\n".join(errors), file=sys.stderr)
        return 2
    store = pathlib.Path(args.store) if args.store else pathlib.Path(args.site).parent / "v2g-store"
    if not store.is_dir():
        print("v2g factory-reset: there is no store at %s" % store, file=sys.stderr)
        return 1
    hold, holder = hal.hold_folder(str(store))
    if hold is None:
        print("v2g factory-reset: the gateway runs as process %s; stop it first" % holder, file=sys.stderr)
        return 1
    names = doomed(store, args.journal)
    if not args.yes and not _is_sure(document["gateway"]["id"], names):
        print("nothing was changed", file=sys.stderr)
        return 1
    wipe(store, names)
    audit.note(gateway_main.Ports(str(store)), "reset", "local", "%d files wiped%s" % (
        len(names), ", journal too" if args.journal else ""))
    if args.json:
        print(json.dumps({"wiped": names}))
    else:
        print("%d files wiped. Next: v2g keys revoke %s on the host; a new owner enrols with a new token" % (
            len(names), document["gateway"]["id"]))
    return 0


def doomed(store, with_journal):
    """Names of the files of a store that a reset wipes, sorted: all but those that have to stay."""
    names = [path.name for path in store.iterdir() if path.is_file()]
    return sorted(name for name in names
                  if name not in KEPT and (with_journal or not name.startswith(JOURNAL)))


def wipe(store, names):
    """Overwrites and removes files; keys first, so that a power cut leaves none."""
    for name in sorted(names, key=lambda name: (not name.endswith((".key", "claim", "operator", "config")), name)):
        path = store / name
        with open(path, "r+b") as file:
            file.write(bytes(min(path.stat().st_size, WIPED_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def _is_sure(gateway, names):
    print("%d files of %s would be wiped: %s" % (len(names), gateway, ", ".join(names[:12]) + (" …" if len(names) > 12 else "")))
    try:
        return input("Type the gateway's name to go on: ").strip() == gateway
    except EOFError:
        return False
