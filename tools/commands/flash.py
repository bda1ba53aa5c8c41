"""`v2g flash BOARD`: brings a bundle onto a gateway, over a serial cable, ssh, a card's boot partition, or into a folder.

Not its job: how each way works (tools/flash), building (build.py; done here only when no bundle is named).
Source: ours. Whatever fails, what runs goes on running.
"""

import json
import os
import sys
import tempfile

from tools.build import board_files
from tools.flash.problem import Problem

EPILOG = """Without --bundle one is built of the sources now; it is unsigned unless --key is given.
A gateway stops while a board is flashed over its serial cable; its charger then reverts by itself."""
OK, FAILED, USAGE, UNAVAILABLE = range(4)


def add_arguments(parser):
    """Arguments of `v2g flash`."""
    parser.add_argument("board", help="what is flashed: %s" % ", ".join(board_files.names()))
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--port", metavar="TTY", help="MicroPython board on this serial port")
    way.add_argument("--host", metavar="HOST", help="Linux gateway that ssh reaches as this, such as pi@gateway")
    way.add_argument("--boot", metavar="DIR", help="mounted boot partition of a Raspberry Pi OS card")
    way.add_argument("--root", metavar="DIR", help="mounted root file system of a Linux gateway")
    parser.add_argument("--bundle", metavar="FILE", help="what 'v2g build' wrote (default: build it now)")
    parser.add_argument("--key", metavar="FILE", help="key that signs a bundle built now")
    parser.add_argument("--key-pass", metavar="NAME", help="environment variable with the key's pass phrase")
    parser.add_argument("--site", metavar="SITE", help="site file for the gateway (default: what it has stays)")
    parser.add_argument("--keys", metavar="DIR", help="--port: key and certificates for the board, from 'v2g keys gateway'")
    parser.add_argument("--wait-s", type=int, default=90, metavar="S", help="--host: wait so long for the release to prove healthy (default %(default)s)")
    parser.add_argument("--force", action="store_true", help="also an older version, or other contents of the one installed")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Flash; 1 when the gateway refuses or can't be reached, 2 for the wrong board or way, 3 without the extra."""
    from tools.board_compile import CannotCompile
    from tools.build import contents, signing_key

    try:
        board = board_files.load(args.board)
        way = _way(args, board)
    except (board_files.UnknownBoard, Problem) as error:
        return _complain(error, USAGE)
    try:
        lines = way(args, board, _release(args))
    except CannotCompile as error:
        return _complain(error, UNAVAILABLE)
    except (Problem, contents.Incomplete, signing_key.BadKey) as error:
        return _complain(error, FAILED)
    print(json.dumps({"board": args.board, "did": lines, "dry_run": args.dry_run}) if args.json else "\n".join(lines))
    return OK


def _way(args, board):
    """The function of the way that was chosen. Problem when the board has no such way."""
    if args.port is not None and board_files.runs_cpython(board):
        raise Problem("a %s runs Linux: use --host, --boot or --root" % args.board)
    if args.port is None and not board_files.runs_cpython(board):
        raise Problem("a %s runs MicroPython: use --port" % args.board)
    if args.keys is not None and args.port is None:
        raise Problem("--keys is for boards; a Linux gateway makes its own key")
    if args.boot is not None and not args.board.startswith("raspberry-pi"):
        raise Problem("--boot is for Raspberry Pi OS; for %s use --host or --root" % args.board)
    ways = ((args.port, _over_serial), (args.host, _over_ssh), (args.boot, _onto_card), (args.root, _into_root))
    return next(function for value, function in ways if value is not None)


def _release(args):
    """The Bundle to flash: the one named, else one built now."""
    from tools.commands import build
    from tools.flash import opened_bundle

    if args.bundle is not None:
        return opened_bundle.read(args.bundle, args.board)
    with tempfile.TemporaryDirectory() as folder:
        made = build.build(args.board, folder, args.key, args.key_pass)
        for line in made["remarks"]:
            print("v2g flash: " + line, file=sys.stderr)
        return opened_bundle.read(made["bundle"], args.board)


def _over_serial(args, board, release):
    from tools.flash import progress, serial_flash, serial_link

    site = None if args.site is None else serial_flash.compiled_site(args.site, board)
    keys = () if args.keys is None else serial_flash.key_files(args.keys)
    link = serial_link.SerialLink(args.port)
    try:
        machine, free_bytes = serial_flash.identify(link, board)
        made = serial_flash.plan(link, release, site, keys)
        serial_flash.check_room(made, free_bytes, board)
        lines = ["%s on %s" % (machine, args.port)] + serial_flash.summary(made, release)
        if not args.dry_run and not made.is_empty:
            with progress.Progress("sending", made.send_bytes) as bar:
                serial_flash.carry_out(link, release, made, bar.advance)
            lines.append("read back and right; the board starts anew")
        if not args.dry_run:
            link.reset()
    finally:
        link.close()
    return lines


def _files(args, release):
    """{name: bytes} of what a Linux gateway needs beside its system."""
    from tools.flash import far_side

    files = {"installer.pyz": far_side.application(), "bundle.v2g": release.data}
    if args.site is not None:
        with open(args.site, "rb") as file:
            files["site.toml"] = file.read()
    return files


def _over_ssh(args, board, release):
    from tools.flash import over_ssh, progress

    files = _files(args, release)
    total_bytes = sum(len(data) for data in files.values())
    with progress.Progress("sending", total_bytes) as bar:
        remote = over_ssh.Remote(args.host, bar.advance)
        lines = ["%s: %s" % (args.host, remote.identify(board))]
        if args.dry_run:
            return lines + ["would send %d bytes and install version %s" % (total_bytes, release.manifest["version"])]
        return lines + list(remote.install(args.board, files, args.force, args.wait_s))


def _onto_card(args, board, release):
    from tools.flash import boot_card

    files = _files(args, release)
    if args.dry_run:
        return ["would write %d bytes into %s" % (sum(len(data) for data in files.values()), args.boot)]
    return boot_card.prepare(args.boot, args.board, files)


def _into_root(args, board, release):
    from tools.flash import installer

    if not os.path.isdir(os.path.join(args.root, "etc")):
        raise Problem("%s has no etc/: mount the gateway's root file system there first" % args.root)
    if args.dry_run:
        return ["would install version %s below %s" % (release.manifest["version"], args.root)]
    with tempfile.NamedTemporaryFile(suffix=".v2g") as file:
        file.write(release.data)
        file.flush()
        return list(installer.install(file.name, args.board, args.root, args.site, is_forced=args.force))


def _complain(error, code):
    print("v2g flash: %s" % error, file=sys.stderr)
    return code
