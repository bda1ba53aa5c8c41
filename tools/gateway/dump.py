"""`v2g dump SITE --out FILE`: a bundle for support, without secrets; also of a dead gateway and a broken site file.

Not its job: what is in it (dump_parts.py), taking secrets out (redaction.py).
Source: exit codes 0 written, 1 not, 2 usage. A ZIP file: every desk opens it.
"""

import io
import json
import os
import pathlib
import sys
import tomllib
import zipfile

from edge.version import VERSION
from tools.gateway import dump_parts, redaction, store_folder, toml_compiler

README = """V2G Edge %s: bundle for support

Keys, passwords, PINs and tokens are replaced by %s; private keys were never read. %s
Times in events are milliseconds since the start of the gateway.

%s

problems.json: parts that could not be collected, and why
"""


def add_arguments(parser):
    """Arguments of `v2g dump`."""
    parser.add_argument("site", nargs="?", default="site.toml", help="site file (default: %(default)s); may be broken or missing")
    store_folder.add_argument(parser)
    parser.add_argument("--out", default="v2g-dump.zip", metavar="FILE", help="bundle to write (default: %(default)s)")
    parser.add_argument("--journal", action="store_true", help="also the whole journal: registers, setpoints, commands")
    parser.add_argument("--anonymous", action="store_true", help="replace the names of gateway, machine and people")
    parser.add_argument("--log", metavar="FILE", help="log file, where the service manager has none")
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")


def run(args):
    """Collect, redact, write; 1 when the file can't be written."""
    if args.journal and args.anonymous:
        print("v2g dump: a journal holds the gateway's id and can't be changed; leave out --journal or --anonymous", file=sys.stderr)
        return 2
    site, redactor = opened(args)
    members, problems = collected(site, redactor, args.journal)
    data = packed(members)
    fault = written(pathlib.Path(args.out), data)
    if fault:
        print("v2g dump: " + fault, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"file": args.out, "bytes": len(data), "members": sorted(members), "problems": problems}))
        return 0
    print("wrote %s, %.0f kB, %d files; look into it before you hand it on" % (args.out, len(data) / 1000, len(members)))
    for part, why in sorted(problems.items()):
        print("  without %s: %s" % (part, why))
    return 0


def opened(args):
    """(Site, Redactor that knows its secrets) of the arguments; nothing here fails."""
    path, text, config, problems = pathlib.Path(args.site), None, None, []
    try:
        text = path.read_bytes().decode("utf-8", "replace")
        config, problems = toml_compiler.check_text(text, path.name)
    except OSError as error:
        problems = [{"line_text": "%s: %s" % (path, error.strerror or error)}]
    redactor = redaction.Redactor()
    document = config.document if config is not None else _loose(text)
    redactor.learn(document)
    site = dump_parts.Site(args.site, None if text is None else redactor.toml(text), config, problems,
                           store_folder.of(args.site, args.store))
    site.log_file = args.log
    if args.anonymous:
        _rename(redactor, document)
    return site, redactor


def _loose(text):
    """What of a site file can be read though it is not right: {} when nothing can."""
    try:
        return tomllib.loads(text or "")
    except tomllib.TOMLDecodeError:
        return {}


def _rename(redactor, document):
    """Names of gateway, its users on brokers, and the machine."""
    gateway = document.get("gateway") if isinstance(document.get("gateway"), dict) else {}
    stand_in = redactor.rename(str(gateway.get("id") or ""))
    for section in ("vpp", "site_link"):
        row = document.get(section)
        if isinstance(row, dict) and isinstance(row.get("user"), str):
            redactor.rename(row["user"], stand_in)
    redactor.rename(os.uname().nodename, "(machine)")
    redactor.is_anonymous = True


def collected(site, redactor, with_journal):
    """({name: bytes}, {part: why it is missing}); every part is tried."""
    members, problems = {}, {}
    parts = dump_parts.PARTS + (((dump_parts.journal_segments, "journal/: every segment, for v2g replay"),) if with_journal else ())
    for part, _ in parts:
        try:
            found = part(site)
        except Exception as error:      # a part that breaks on a broken machine must not take the others with it
            problems[part.__name__] = "%s: %s" % (type(error).__name__, error)
            continue
        for name, value in found.items():
            if isinstance(value, bytes) and redactor.is_in(value):
                problems[name] = "it holds a secret of the site file: left out"
            else:
                members[name] = _member(redactor, name, value)
    words = "Names of gateway, machine and people are replaced." if redactor.is_anonymous else "Names and addresses are as they are."
    members["README.txt"] = (README % (VERSION, redaction.GONE, words, "\n".join(text for _, text in parts))).encode()
    members["problems.json"] = _member(redactor, "problems.json", problems)
    return members, problems


def _member(redactor, name, value):
    """Bytes of one file, without secrets."""
    if isinstance(value, bytes):
        return value        # a journal's segment
    if isinstance(value, str):
        if name.endswith(".jsonl"):
            value = "".join(_line(redactor, line) + "\n" for line in value.splitlines())
        return redactor.text(value).encode()
    if redactor.is_anonymous:
        value = without_people(value)
    return (json.dumps(redactor.content(value), indent=2, ensure_ascii=False, default=str) + "\n").encode()


def _line(redactor, line):
    try:
        value = json.loads(line)
    except ValueError:
        return line
    if redactor.is_anonymous:
        value = without_people(value)
    return json.dumps(redactor.content(value), ensure_ascii=False)


def without_people(value):
    """The same without `who`: installers, and addresses of those who logged in."""
    if isinstance(value, dict):
        return {name: "(somebody)" if name == "who" and inner else without_people(inner) for name, inner in value.items()}
    return [without_people(inner) for inner in value] if isinstance(value, list) else value


def packed(members):
    """A ZIP file: README first, then by name; no times, so that the same contents are the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(members, key=lambda name: (name != "README.txt", name)):
            bundle.writestr(zipfile.ZipInfo("v2g-dump/" + name, (2026, 1, 1, 0, 0, 0)), members[name] or b"", zipfile.ZIP_DEFLATED)
    return made.getvalue()


def written(path, data):
    """None, or why the file could not be written and what to do; what was there before stays, half a file never does."""
    beside = path.with_name(path.name + ".part")
    try:
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        return "%s: %s; %d kB are needed: name a place with room, a USB stick or /dev/shm, with --out" % (
            path, error.strerror or error, len(data) // 1000 + 1)
    return None
