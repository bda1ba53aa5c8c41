"""`v2g run SITE.toml`: runs a gateway on this machine until SIGTERM or Ctrl-C.

Not its job: control (edge), reading the site file (toml_compiler.py).
"""

import contextlib
import functools
import os
import sys

from edge import hal
from edge import main as gateway_main
from tools.gateway import enrol_key, store_folder, toml_compiler


def add_arguments(parser):
    """Arguments of `v2g run`."""
    parser.add_argument("site", help="site configuration (TOML; compiled JSON also works)")
    parser.add_argument("--store", default=None, help="folder for journal and state (default: v2g-store beside SITE)")
    parser.add_argument("--releases", default=None, metavar="DIR", help="folder of the releases, given by the starter")
    parser.add_argument("--release", default=None, metavar="NAME", help="the one that this is")


def run(args):
    """Run with files that nobody else on this machine can read; exit codes as of _run."""
    before = os.umask(0o077)    # keys, and a journal that tells when somebody is at home
    try:
        return _run(args)
    finally:
        os.umask(before)


def _run(args):
    """Exit code 2 when the site file is wrong, 1 when another gateway has the store, 75 when the starter is to choose
    a release anew."""
    document, errors = toml_compiler.compile_file(args.site, is_written=True)
    if errors:
        for line in errors:
            print(line, file=sys.stderr)
        return 2
    store = store_folder.of(args.site, args.store)
    if args.store is None:      # a folder that somebody named may be shared on purpose
        with contextlib.suppress(OSError):
            os.chmod(store, 0o700)      # of a release that left it open
    hold, holder = hal.hold_folder(store)
    if hold is None:
        print("v2g run: %s is in use by the gateway of process %s; stop it, or name another folder with --store" % (store, holder),
              file=sys.stderr)
        return 1
    print("gateway %s starts, mode %s; stop with Ctrl-C" % (
        document["gateway"]["id"], document["gateway"].get("mode", "observe")), flush=True)
    prepare_key = functools.partial(enrol_key.prepare, store)
    if "enrol" in document:
        try:
            prepare_key("", document["gateway"]["id"])      # before the control loop runs: openssl takes its time
        except OSError as error:
            hal.log("no key can be made yet: %s" % error)
    place = (args.releases, args.release) if args.releases and args.release else None
    code, problems = gateway_main.run(document, store, prepare_key, place=place)
    for problem in problems:
        print(problem, file=sys.stderr)
    return code
