"""`v2g config get|set|diff|history`: what is in force and where it comes from; on the gateway, or from afar over MQTT.

Not its job: what is valid (edge/config.py), signing and sending (tools/commands/config_remote.py: a gateway has no such key).
Source: exit codes 0 done, 1 refused, 2 usage, 3 nothing there to ask.
"""

import importlib
import json
import os
import pathlib
import sys

from edge.config_history import OUTCOME, UNIX_MS, VERSION, WHAT, WHO
from tools.gateway import config_values, in_force, site_edit, store_folder, toml_compiler

EPILOG = """examples:
  v2g config get site.toml evse.left            what holds for one charger, and why
  v2g config set site.toml evse.left.wape=false vpp.telemetry_s=5
  v2g config diff site.toml                     the file against what is in force
  v2g config diff old.toml new.toml
  v2g config history site.toml
  v2g config set --broker mqtts://ops@broker --gateway gw-17 --key operator.pem evse.left.wape=false
An empty value (wape.tau_s=) puts the default back."""
ACTIONS = ("get", "set", "diff", "history")
REMOTE = "tools.commands.config_remote"


def add_arguments(parser):
    """Arguments of `v2g config`."""
    parser.add_argument("action", choices=ACTIONS, help="get values, set them, diff two configurations, history of changes")
    parser.add_argument("words", nargs="*", metavar="SITE | PATH | PATH=VALUE", help="site file (default: site.toml), paths, changes")
    store_folder.add_argument(parser)
    parser.add_argument("--dry-run", action="store_true", help="set: only say what would happen")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    afar = parser.add_argument_group("over MQTT")
    afar.add_argument("--broker", metavar="URL", help="mqtt[s]://[user:password@]host[:port]")
    afar.add_argument("--gateway", help="id of the gateway")
    afar.add_argument("--key", metavar="FILE", help="RSA key that signs, PEM")
    afar.add_argument("--key-pass", metavar="NAME", help="environment variable with its pass phrase")
    afar.add_argument("--as", dest="role", choices=("operator", "installer"), default="operator", help="whose key it is (default: %(default)s)")
    afar.add_argument("--device-key", metavar="FILE", help="the gateway's command key in hex: to ask for sections and history")
    afar.add_argument("--kid", default="k1", help="name of that key (default: %(default)s)")
    afar.add_argument("--ca", metavar="FILE", help="certificates to trust (default: the system's)")
    afar.add_argument("--cert", metavar="FILE", help="own certificate, PEM")
    afar.add_argument("--cert-key", metavar="FILE", help="its private key, PEM")
    afar.add_argument("--deadline", type=int, metavar="S", help="set: the gateway rolls back without a sign of the host (default: 120)")
    afar.add_argument("--alone", action="store_true", help="set: no supervisor runs: say from here that it is there, while waiting")
    afar.add_argument("--wait", type=float, default=180, metavar="S", help="for the gateway's answer (default: %(default)g)")


def run(args):
    """Do it; see the module for the exit codes."""
    if args.broker or args.gateway:
        return _remote(args)
    sites = [word for word in args.words if word.endswith((".toml", ".json")) and "=" not in word]
    words = [word for word in args.words if word not in sites]
    if len(sites) > (2 if args.action == "diff" else 1):
        return _say("v2g config %s: one site file, please" % args.action, 2)
    texts = []
    for site in sites or ["site.toml"]:
        read = _read(site)
        if read is None:
            return 2
        texts.append(read)
    return {"get": _get, "set": _set, "diff": _diff, "history": _history}[args.action](args, texts, words)


def _remote(args):
    if not (args.broker and args.gateway):
        return _say("v2g config: over MQTT both --broker and --gateway are needed", 2)
    try:
        module = importlib.import_module(REMOTE)
    except ModuleNotFoundError as error:
        if error.name not in ("tools.commands", REMOTE):
            raise
        return _say("v2g config: from afar only with the whole package on the operator's machine: pip install 'v2g-edge[keys,demo]'", 3)
    return module.run(args)


def _read(site):
    """(path, text, Config), None after saying what is wrong."""
    path = pathlib.Path(site)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _say("%s: %s" % (site, getattr(error, "strerror", None) or error), 2)
        return None
    config, problems = toml_compiler.check_text(text, path.name)
    if problems:
        _say("\n".join(problem["line_text"] for problem in problems), 2)
        return None
    return path, text, config


def _stored(args, path, config):
    """(the ConfigStore that the gateway goes by, or None; whether the site file was edited since, which is said: until the
    gateway starts again it goes by what was before)."""
    store, is_edited = in_force.stored(store_folder.of(path, args.store), config)
    if is_edited:
        print("%s: edited, not loaded yet; in force until the restart: version %d" % (path.name, store.version), file=sys.stderr)
    return store, is_edited


def _get(args, texts, paths):
    path, text, config = texts[0]
    store, is_edited = _stored(args, path, config)
    base = config.document
    if store is not None:
        from edge import config_loader

        config = config_loader.build(store.document)
    lines = toml_compiler.key_lines(text) if path.suffix != ".json" else {}
    rows = config_values.effective(config, base=base, lines=lines, file=path.name, store=store,
                                   is_edited=is_edited)
    wanted, wrong = select(rows, paths)
    if wrong:
        return _say("\n".join(wrong), 1)
    if args.json:
        print(json.dumps([{"path": row[0], "value": row[1], "from": row[2]} for row in wanted], indent=2))
    else:
        print(table(wanted))
    return 0


def select(rows, paths):
    """(rows at or below one of the paths, all without paths; what is wrong)."""
    wanted, wrong = [], []
    for path in paths:
        found = [row for row in rows if row[0] == path or row[0].startswith(path + ".")]
        hint = config_values.unknown(path, rows)
        if not found:
            wrong.append("%s: no such value%s" % (path, "; " + hint if hint else ""))
        wanted += found
    return (wanted if paths else rows), wrong


def table(rows):
    """Rows for people: path = value, and where it comes from."""
    width = max([len("%s = %s" % (row[0], value_text(row[1]))) for row in rows] + [0])
    return "\n".join("%-*s  %s" % (min(width, 60), "%s = %s" % (row[0], value_text(row[1])), row[2]) for row in rows)


def value_text(value):
    """A value as it stands in a site file; – where there is none."""
    if value is None:
        return "–"
    return value if value == config_values.SECRET else toml_compiler.shown(value)


def _set(args, texts, pairs):
    path, text, config = texts[0]
    changes, wrong = config_values.changes_of(pairs)
    if wrong or not pairs:
        return _say("\n".join(wrong) or "v2g config set: write what to change as path=value", 2)
    if path.suffix == ".json":
        return _say("%s is compiled: change the TOML file it was made from" % path.name, 2)
    try:
        new = site_edit.edited(text, config.document, changes)
    except site_edit.CannotEdit as error:
        return _say("%s: %s" % (path.name, error), 1)
    changed, problems = toml_compiler.check_text(new, path.name)
    if problems:
        return _say("\n".join(problem["line_text"] for problem in problems) + "\nnothing was changed", 1)
    rows = config_values.differences(config.document, changed.document)
    _print_differences(args, rows)
    if not args.dry_run and rows:
        temporary = path.with_name(path.name + ".new")
        temporary.write_text(new, encoding="utf-8")
        os.replace(temporary, path)
        print("%s is written; the gateway takes it with its next start" % path.name, file=sys.stderr)
    return 0


def _diff(args, texts, words):
    if words:
        return _say("v2g config diff: only site files are compared; for one value: v2g config get SITE PATH", 2)
    if len(texts) == 2:
        _print_differences(args, config_values.differences(texts[0][2].document, texts[1][2].document))
        return 0
    path, _, config = texts[0]
    store, is_edited = _stored(args, path, config)
    rows = [] if store is None else config_values.differences(config.document, store.document)
    _print_differences(args, rows)
    if not rows and not args.json and not is_edited:
        print("the file is what is in force" if store is not None else "nothing came over MQTT: the file is what is in force")
    return 0


def _print_differences(args, rows):
    if args.json:
        print(json.dumps([{"path": path, "old": old, "new": new} for path, old, new in rows], indent=2))
    elif rows:
        print("\n".join("%s: %s → %s" % (path, _or_default(old), _or_default(new)) for path, old, new in rows))


def _or_default(value):
    return "default" if value is None else "present" if value == {} else value_text(value)


def _history(args, texts, words):
    path, _, config = texts[0]
    store, _ = _stored(args, path, config)
    if store is None:
        return _say("nothing came over MQTT yet, as far as %s says" % (store_folder.of(path, args.store)), 3)
    print_history(args, store.history.rows)
    return 0


def print_history(args, rows):
    """Rows of a history, newest last."""
    if args.json:
        print(json.dumps([{"version": row[VERSION], "t_ms": row[UNIX_MS], "who": row[WHO], "what": row[WHAT], "outcome": row[OUTCOME]}
                          for row in rows], indent=2))
        return
    for row in rows:
        print("version %d  %s  %s: %s  (%s)" % (row[VERSION], _when(row[UNIX_MS]), row[WHO], row[WHAT] or "–", row[OUTCOME]))


def _when(unix_ms):
    from datetime import UTC, datetime

    return "clock not set" if unix_ms is None else datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _say(text, code):
    print(text, file=sys.stderr)
    return code
