"""`v2g profile check NAME|FILE` and `v2g profile try NAME|FILE`: is a device profile right, and is a device what it says?

Not its job: the rules (schema.py), reading (live.py), judging values (suspicions.py), a pulse (pulse.py).
Source: exit codes 0 fine, also with suspicions; 1 something is wrong; 2 usage; 3 no device answers.
"""

import json
import sys

from tools.gateway.profile import coverage, live, pulse, schema, source, suspicions, wire

EPILOG = """v2g profile check eastron-sdm630          form, references, and what works with it
v2g profile check my_charger.py           the same of a file: it is read, never run
v2g profile try NAME --host 192.0.2.7     ask the device and show every value; nothing is written
v2g profile try NAME --host H --write     then charge with the least power for some seconds, after a question

NEW_DEVICE.md leads through a new device."""
FINE, WRONG, USAGE, ABSENT = 0, 1, 2, 3


def add_arguments(parser):
    """Arguments of `v2g profile`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="check|try", help="static, or against a device")
    check = verbs.add_parser("check", help="static: every broken rule with its path, and what works with the profile")
    trial = verbs.add_parser("try", help="live: identify, read every block, show values and what is suspicious")
    for verb in (check, trial):
        verb.add_argument("profile", metavar="NAME|FILE", help="a shipped profile or a file with PROFILE = {...}")
        verb.add_argument("--json", action="store_true", help="print as JSON")
    where = trial.add_mutually_exclusive_group(required=True)
    where.add_argument("--host", metavar="H[:PORT]", help="device or converter on the network")
    where.add_argument("--serial", metavar="DEV", help="serial port, such as /dev/ttyUSB0")
    trial.add_argument("--unit", type=int, default=1, metavar="N", help="Modbus unit (1)")
    trial.add_argument("--instance", type=int, default=1, metavar="N", help="outlet of the device (1)")
    trial.add_argument("--framing", choices=("tcp", "rtu_over_tcp"), help="with --host; tcp where the profile has it")
    trial.add_argument("--baud", type=int, default=9600, help="with --serial (9600)")
    trial.add_argument("--parity", choices=("none", "even", "odd"), default="none", help="with --serial (none)")
    trial.add_argument("--stop-bits", type=int, choices=(1, 2), default=1, help="with --serial (1)")
    trial.add_argument("--direction", default="none", help="with --serial: none, rts, rs485 (none)")
    trial.add_argument("--write", action="store_true", help="also charge for some seconds, and stop")
    trial.add_argument("--watts", type=int, metavar="W", help="power of that; 6 A by phase at most, or as --site says")
    trial.add_argument("--site", metavar="SITE", help="take failsafe.p_static_safe_w of this site file as the most")
    trial.add_argument("--yes", action="store_true", help="write without the question")


def run(args):
    """Check or try."""
    profile, problem = source.load(args.profile)
    if problem:
        print("v2g profile: " + problem, file=sys.stderr)
        return USAGE
    faults = schema.faults(profile)
    if args.what == "check":
        return _check(args, profile, faults)
    if faults:
        _print_faults(args.profile, faults)
        return WRONG
    return _try(args, profile)


# -- check -----------------------------------------------------------------------------------------------------------------


def _check(args, profile, faults):
    rows = [] if faults else coverage.report(profile)
    if args.json:
        print(json.dumps({
            "ok": not faults, "profile": profile.get("name"),
            "faults": [{"path": path, "found": repr(got), "allowed": allowed} for path, got, allowed in faults],
            "coverage": [{"what": what, "available": available, "text": text} for what, available, text in rows]}, indent=1))
        return WRONG if faults else FINE
    if faults:
        _print_faults(args.profile, faults)
        return WRONG
    print("%s: %s, %s, status %s; %d points in %d blocks: fine" % (
        profile["name"], profile["kind"], "three-phase" if profile["phases"] == 3 else "single-phase", profile["status"],
        len(profile["points"]), len(profile["blocks"])))
    for what, available, text in rows:
        print("  %-3s %-34s %s" % ("yes" if available else "no", what.replace("_", "-"), text))
    return FINE


def _print_faults(name, faults):
    for path, got, allowed in faults:
        print("%s: %s = %s: %s" % (name, path, got, allowed if allowed == "needed" else "allowed " + allowed), file=sys.stderr)
    print("%d to correct; NEW_DEVICE.md explains each section" % len(faults), file=sys.stderr)


# -- try -------------------------------------------------------------------------------------------------------------------


def _try(args, profile):
    usage = _usage(args, profile)
    if usage:
        print("v2g profile try: " + usage, file=sys.stderr)
        return USAGE
    try:
        with _wire(args, profile) as link:
            device = live.Device(link, profile, args.instance)
            if device.fault == "no answer" or device.fault is None and not _read(device):
                print("v2g profile try: unit %d is silent: look at unit, baud rate and wiring; v2g detect finds devices" % args.unit,
                      file=sys.stderr)
                return ABSENT
            return _tell(args, device)
    except (OSError, ValueError) as error:
        print("v2g profile try: %s" % (getattr(error, "strerror", None) or error), file=sys.stderr)
        return ABSENT


def _usage(args, profile):
    first, last = profile["instances"][:2]
    if not first <= args.instance <= last:
        return "--instance %d: allowed %d..%d" % (args.instance, first, last)
    if not 0 <= args.unit <= 255:
        return "--unit %d: allowed 0..255" % args.unit
    if args.serial and "rtu" not in profile["transport"]["kinds"]:
        return "%s does not speak RTU: --host instead of --serial" % profile["name"]
    return None


def _wire(args, profile):
    if args.serial:
        return wire.over_serial(args.serial, args.unit, profile, wire.line_settings(args))
    host, _, port = args.host.partition(":")
    framing = args.framing or ("tcp" if "tcp" in profile["transport"]["kinds"] else "rtu_over_tcp")
    return wire.over_tcp(host, int(port or profile["transport"]["port"]), args.unit, profile, framing)


def _read(device):
    """Read it twice: what stands in slow blocks has then its state. False when nothing at all answered."""
    device.read()
    device.read()
    return bool(device.wire.times_ms)


def _tell(args, device):
    facts = _facts(device)
    if args.json and not args.write:
        print(json.dumps(facts, indent=1))
    elif not args.json:
        _print_facts(device, facts)
    if not args.write or not facts["ok"]:
        return FINE if facts["ok"] else WRONG
    return _pulse(args, device, facts)


def _facts(device):
    if device.fault is not None:
        return {"ok": False, "fault": device.fault, "identity": [], "blocks": [], "points": [], "suspicious": []}
    identity = [dict(zip(("point", "value", "lowest", "highest", "fits"), row)) for row in device.identity()]
    return {"ok": device.is_right() and all(row["ok"] for row in device.blocks), "fault": None, "identity": identity,
            "blocks": device.blocks, "points": device.rows(), "suspicious": suspicions.of(device)}


def _print_facts(device, facts):
    if facts["fault"]:
        print("not this device: " + facts["fault"])
        return
    print("identity: " + ("fits" if device.is_right() else "does NOT fit"))
    for row in facts["identity"]:
        print("  %-18s %s, %g to %g asked%s" % (row["point"], _number(row["value"]), row["lowest"], row["highest"],
                                               "" if row["fits"] else "   <- wrong device, unit or setting"))
    for row in facts["blocks"]:
        print("block %-12s fc %d %5d +%-3d %s" % (row["name"], row["function"], row["address"], row["count"],
                                                "%d ms" % row["ms"] if row["ok"] else "FAILED: " + row["why"]))
    print("%-20s %12s %-4s %-12s %7s  %s" % ("point", "value", "", "raw", "address", ""))
    for row in facts["points"]:
        raw = "not read" if row["raw"] is None else " ".join("%04X" % word for word in row["raw"])
        print("%-20s %12s %-4s %-12s %7d  %s" % (row["point"], _number(row["value"]), row["unit"], raw, row["address"], row["why"]))
    for text in facts["suspicious"]:
        print("suspicious: " + text)


def _number(value):
    if value is None:
        return "unknown"
    return "%.6g" % (value + 0.0) if isinstance(value, float) else str(value)      # + 0.0: zero has no sign


def _pulse(args, device, facts):
    problem = pulse.why_not(device)
    p_w, most_w = args.watts, pulse.most_w(device.profile)
    if args.site:
        most_w, problem = _site_most(args.site, problem)
    p_w = most_w if p_w is None else p_w
    if problem is None and not 0 < p_w <= most_w:
        problem = "--watts %d: allowed 1..%d" % (p_w, most_w)
    if problem is None and not (args.yes or _agrees(p_w)):
        problem = "not agreed to; --yes answers for scripts"
    if problem is not None:
        print("nothing written: " + problem, file=sys.stderr)
        return WRONG
    result = pulse.play(device, p_w)
    if args.json:
        print(json.dumps(dict(facts, pulse=result), indent=1))
        return WRONG if result["faults"] else FINE
    print("told %d W, reached %s W, first seen after %s ms, afterwards %s W" % (
        result["told_w"], _number(result["reached_w"]), _number(result["first_ms"]), _number(result["after_w"])))
    for text in result["faults"]:
        print("wrong: " + text)
    return WRONG if result["faults"] else FINE


def _site_most(path, problem):
    """(failsafe.p_static_safe_w of a site file, what is wrong or None)."""
    from tools.gateway import toml_compiler

    with open(path, encoding="utf-8") as file:
        config, problems = toml_compiler.check_text(file.read(), path)
    if problems:
        return 0, "%s has errors; v2g check shows them" % path
    return int(config.failsafe.p_static_safe_w), problem


def _agrees(p_w):
    if not sys.stdin.isatty():
        return False
    return input("Charge with %d W for some seconds, then stop? Nobody may work at the vehicle. [y/N] " % p_w).strip().lower() == "y"
