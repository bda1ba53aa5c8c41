"""`v2g commission SITE.toml`: proves on site that gateway, chargers and meter belong together; a signed record is kept.

Not its job: the steps (steps.py), the record's form (record.py), the gateway (live.py).
Source: exit codes 0 all passed, 1 something failed or was broken off, 2 usage, 3 the gateway is running or the store is locked.
"""

import json
import sys

from edge import audit, commissioning, hal
from edge.config_loader import load
from edge.main import Ports
from tools.gateway import signing, store_folder, toml_compiler
from tools.gateway.commission import document, people, record, steps
from tools.gateway.commission.live import LiveBench
from tools.gateway.commission.results import PROGRESS_FILE
from tools.gateway.stop_words import STOP_COMMAND

EPILOG = """\
steps: %s
A vehicle has to be plugged in, with room in its battery. Test pulses charge with 1.5 to 2 kW for some seconds; nothing
discharges without --discharge. It takes %d to %d minutes a charger, up to %d in a restless house. Ctrl-C ends a test at once:
the chargers rest and are given back. A second run goes on with the step it was in, from that step's beginning.""" % (
    ", ".join(steps.NAMES), *steps.MINUTES, steps.MINUTES_MAX)


def add_arguments(parser):
    """Arguments of `v2g commission`."""
    parser.add_argument("site", help="site configuration (TOML; compiled JSON also works)")
    store_folder.add_argument(parser)
    parser.add_argument("--key", metavar="PEM", help="installer's private key, which signs the record")
    parser.add_argument("--who", default="", help="name of the installer")
    parser.add_argument("--yes", action="store_true", help="ask nobody: the meter is pulled by not reading it; checklists stay open")
    parser.add_argument("--discharge", action="store_true", help="also pulses that discharge, where the site file permits it")
    parser.add_argument("--steps", metavar="A,B", help="only these steps")
    parser.add_argument("--again", action="store_true", help="do all steps anew")
    parser.add_argument("--out", metavar="FILE", help="also write the record: text, or JSON when FILE ends in .json")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")


def run(args):
    """Commission; the exit code says whether everything passed."""
    names = steps.NAMES if args.steps is None else tuple(args.steps.split(","))
    unknown = [name for name in names if name not in steps.NAMES]
    if unknown:
        return _refused("no step '%s'; there are: %s" % (unknown[0], ", ".join(steps.NAMES)))
    made, errors = toml_compiler.compile_file(args.site)
    if errors:
        return _refused("\n".join(errors))
    try:
        key = signing.Key(args.key) if args.key else None
    except (OSError, signing.KeyUnusable) as error:
        return _refused("%s: %s" % (args.key, getattr(error, "strerror", None) or error))
    store = store_folder.of(args.site, args.store)
    hold, holder = hal.hold_folder(store)
    if hold is None:
        print("v2g commission: the gateway of process %s runs with %s; stop it first: %s" % (holder, store, STOP_COMMAND), file=sys.stderr)
        return 3
    return _commission(args, made, store, names, key)


def _refused(text):
    print("v2g commission: " + text, file=sys.stderr)
    return 2


def _commission(args, site_document, store, names, key):
    """The site is ours: test, sign, keep, print."""
    say = _to_stderr if args.json else _aloud
    site_config, _ = load(site_document, toml_compiler.profile_of)
    quiet, errors = load(document.prepared(site_document), toml_compiler.profile_of)
    if errors:
        return _refused("this site can't be commissioned as it is: %s" % (errors[0],))
    bench, ports = LiveBench(quiet, store), Ports(store)
    files = ports.store
    asked = people.Nobody() if args.yes else people.Terminal(bench, say)
    done = steps.Run(bench, site_config, asked, may_discharge=args.discharge, say=say)
    done.store = files
    if not args.again and done.results.resume(files.read(PROGRESS_FILE), site_config.hash, ports.clock.unix_ms()):
        say("goes on with the step it was in; --again begins anew")
    if "signs" in names and not done.results.is_done("signs"):
        say(steps.duration(site_config))
    bench.start()
    is_whole = steps.perform(done, names, lambda: files.write_atomic(
        PROGRESS_FILE, done.results.kept(site_config.hash, ports.clock.unix_ms())))
    kept = record.content(done, args.who, ports.clock.unix_ms())
    kept["ok"] = is_whole and all(done.results.is_done(name) for name in steps.NAMES)
    _show(args, kept, key, say)
    if not is_whole or not all(done.results.has(name) for name in steps.NAMES):
        say("not kept: steps are missing; a record that was there stays")
        return 1
    files.write_atomic(commissioning.FILE, record.sealed(kept, key and key.sign))
    audit.note(ports, "commissioning", args.who or "installer", "%s, configuration %s" % ("passed" if kept["ok"] else "not passed", kept["config"][:8]))
    say("kept in %s, %s" % (store, "signed" if key else "not signed: --key signs it"))
    installer_key = getattr(site_config.vpp, "installer_key", None)
    if key and installer_key and installer_key.lower() != key.modulus_hex:
        say("note: vpp.installer_key of the site file is another key: this gateway will not believe the record")
    return 0 if kept["ok"] else 1


def _show(args, kept, key, say):
    text = record.page(kept, key is not None)
    whole = json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
    print(whole if args.json else "\n" + text, end="")
    if args.out:
        with open(args.out, "w", encoding="utf-8") as file:
            file.write(whole if args.out.endswith(".json") else text)
        say("wrote " + args.out)


def _aloud(text):
    print(text, flush=True)


def _to_stderr(text):
    print(text, file=sys.stderr, flush=True)
