"""`v2g doctor SITE`: what keeps this machine and this site from working, and what to do about it.

Not its job: the site file's errors (check.py), examining (doctor_machine.py, doctor_site.py), repairing anything.
Nothing is written, and no serial port is opened: a running gateway is not disturbed.
Source: exit codes 0 fine, also with warnings; 1 something fails; 2 the site file can't be read.
"""

import json
import pathlib
import sys

from tools.gateway import doctor_machine, doctor_site, in_force, store_folder, toml_compiler

WORDS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}
SITE_CHECKS = (doctor_site.ports, doctor_site.plans, doctor_site.proxies, doctor_site.brokers, doctor_site.certificates,
               doctor_site.running)
MACHINE_CHECKS = (doctor_machine.clock, doctor_machine.space, doctor_machine.wear, doctor_machine.release)


def add_arguments(parser):
    """Arguments of `v2g doctor`."""
    parser.add_argument("site", nargs="?", default="site.toml", help="site configuration (default: %(default)s)")
    store_folder.add_argument(parser)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(args):
    """Examine and tell; 1 when something fails."""
    path = pathlib.Path(args.site)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print("%s: %s" % (path, getattr(error, "strerror", None) or error), file=sys.stderr)
        return 2
    findings = examine(*toml_compiler.check_text(text, path.name), store=store_folder.of(args.site, args.store))
    is_well = not [row for row in findings if row["level"] == "fail"]
    if args.json:
        print(json.dumps({"ok": is_well, "findings": findings}, indent=2))
        return 0 if is_well else 1
    for row in findings:
        print("%s %-12s %s" % (WORDS[row["level"]], row["what"], row["text"]))
        if row["next"]:
            print("%-17s → %s" % ("", row["next"]))
    counts = [len([row for row in findings if row["level"] == level]) for level in ("fail", "warn")]
    print("%d failed, %d to look at" % tuple(counts))
    return 0 if is_well else 1


def examine(config, problems, store):
    """Findings, worst last within none: in the order a person would look. Each {what, level, text, next}.

    config: Config or None; problems: as of toml_compiler.check_text; store: folder of the gateway's state.
    """
    if problems:
        errors = "%d errors" % len(problems) if len(problems) > 1 else "1 error"
        rows = [("site", "fail", "the site file has %s, the first: %s" % (errors, problems[0]["line_text"]), "v2g check shows all of them")]
    else:
        config, version = in_force.of(store, config)
        changed = ", as changed over MQTT: version %d" % version if version else ""
        rows = [("site", "ok", "gateway %s, configuration %s%s" % (config.gateway.id, config.hash[:8], changed), "")]
        for look in SITE_CHECKS:
            rows += look(config, store)
    for look in MACHINE_CHECKS:
        rows += look(config, store)
    return [dict(zip(("what", "level", "text", "next"), row)) for row in rows]
