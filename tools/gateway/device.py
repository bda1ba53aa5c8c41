"""`v2g device read|set`: one device's points, decoded, with units; and one writable point set by hand.

Not its job: searching (detect.py), decoding (device_points.py), control: the gateway does that, and has to be stopped for
everything that goes past it.
Source: exit codes 0 done; 1 refused, or the device did not do it; 2 usage; 3 nobody answers, or a gateway runs there.
"""

import json
import sys

from edge import audit, hal
from edge.config_loader import load
from edge.drivers.profile_loader import load_profile
from edge.main import Ports
from protocols import profiles
from tools.gateway import ask, device_points, device_writes, modbus_line, store_folder, toml_compiler
from tools.gateway.stop_words import STOP_COMMAND

EPILOG = """\
NAME is a device of the site file (its name, or meter), or a profile together with --host or --port-device.
With a gateway running, `read` shows what the gateway has read; `set` is refused."""


class Place:
    """Where a device is: profile, unit, instance, and how to open its line. row: of the site file, None without one."""

    def __init__(self, name, profile_name, *, unit, instance, bus, row=None):
        self.name, self.profile_name, self.unit, self.instance, self.bus, self.row = name, profile_name, unit, instance, bus, row
        self.profile = load_profile(profile_name)


class Bus:
    """A bus as a site file has it, from the command line."""

    def __init__(self, args):
        self.transport = "serial" if args.tty else args.transport
        self.host, self.port, self.device = args.host, args.port, args.tty
        self.baud, self.parity, self.stop_bits, self.direction = args.baud, args.parity, 1, "none"


def add_arguments(parser):
    """Arguments of `v2g device`."""
    parser.add_argument("action", choices=("read", "set"), help="look, or write one point")
    parser.add_argument("name", help="device of the site file, or a profile")
    parser.add_argument("point", nargs="?", help="set: which point; read: only this one")
    parser.add_argument("value", nargs="?", type=float, help="set: its value, in the unit that read shows")
    parser.add_argument("--site", default=ask.DEFAULT_SITE, help="site file (default: %(default)s)")
    store_folder.add_argument(parser)
    parser.add_argument("--host", help="address of a device without a site file")
    parser.add_argument("--port", type=int, default=502, help="its port (default: %(default)s)")
    parser.add_argument("--transport", choices=("tcp", "rtu_over_tcp"), default="tcp", help="its framing (default: %(default)s)")
    parser.add_argument("--tty", metavar="DEVICE", help="serial port of a device without a site file")
    parser.add_argument("--baud", type=int, default=9600, help="speed of the serial port (default: %(default)s)")
    parser.add_argument("--parity", choices=("none", "even", "odd"), default="none", help="of the serial port (default: %(default)s)")
    parser.add_argument("--unit", type=int, default=1, help="unit of a device without a site file (default: %(default)s)")
    parser.add_argument("--instance", type=int, default=1, help="outlet of a device without a site file (default: %(default)s)")
    parser.add_argument("--raw", action="store_true", help="also the registers as they are")
    parser.add_argument("--yes", action="store_true", help="set without asking")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(args):
    """Read or set; see the module for the exit codes."""
    if args.action == "set" and (args.point is None or args.value is None):
        return _say("set needs a point and a value: v2g device set charger watchdog_s 10", 2)
    config, place, problem = _place(args)
    if problem:
        return _say(problem, 2)
    hold = None
    if place.row is not None:
        store = store_folder.of(args.site, args.store)
        hold, holder = hal.hold_folder(store)
        if hold is None:
            return _through_gateway(args, config, place, holder)
    try:
        return _directly(args, place)
    except OSError as error:
        return _say("%s: %s; is the address right, and does nobody else hold it? many chargers take one client only" % (
            place.name, error), 3)
    except (device_points.Unlike, ValueError) as error:
        return _say("%s: %s" % (place.name, error), 1)


def _say(text, code):
    print("v2g device: " + text, file=sys.stderr)
    return code


def _place(args):
    """(Config or None, Place, None) of what is named, or (None, None, problem)."""
    if args.host or args.tty:
        if args.name not in profiles.NAMES:
            return None, None, "no profile '%s'; there are: %s" % (args.name, ", ".join(profiles.NAMES))
        return None, Place(args.name, args.name, unit=args.unit, instance=args.instance, bus=Bus(args)), None
    made, errors = toml_compiler.compile_file(args.site)
    if errors:
        return None, None, "\n".join(errors)
    config, _ = load(made, toml_compiler.profile_of)
    rows = [row for row in config.ders + config.pvs + [config.meter, config.switch, config.battery] if row is not None]
    row = next((row for row in rows if row.name == args.name), None)
    if row is None:
        return None, None, "no device '%s' in %s; there are: %s; a profile needs --host or --tty" % (
            args.name, args.site, ", ".join(row.name for row in rows))
    bus = next(bus for bus in config.buses if bus.name == row.bus)
    return config, Place(row.name, row.profile, unit=row.unit, instance=getattr(row, "instance", 1), bus=bus, row=row), None


def _through_gateway(args, config, place, holder):
    """A gateway runs: what it has read, or a refusal."""
    if args.action == "set":
        return _say("the gateway of process %s controls this site; a value set past it would be overwritten, or fight with it. Ask it "
                    "instead (v2g wish), or stop it first: %s" % (holder, STOP_COMMAND), 3)
    args.port = config.local.query_port
    if not args.port:
        return _say("the gateway of process %s holds the devices, and nobody can ask it: set local.query_port, or stop it: %s" % (
            holder, STOP_COMMAND), 3)
    answer = ask.ask(args, {"ask": "device", "name": place.name})
    if answer is None or "error" in answer:
        return 3
    rows = {point: value for point, (value, _) in answer["points"].items()}
    _print(args, place, rows, ages_ms={point: age_ms for point, (_, age_ms) in answer["points"].items()})
    return 0


def _directly(args, place):
    """Over a line of our own."""
    line = modbus_line.of_bus(place.bus, place.profile["transport"]["gap_ms"])
    try:
        found, plain = device_points.register_map(line, place.unit, place.profile, place.instance)
        if args.action == "set":
            return _set(args, place, line, found, plain)
        reading = device_points.read(line, place.unit, found)
    finally:
        line.close()
    if reading.faults and not reading.raw:
        return _say("%s, unit %d at %s: %s; is the unit right? v2g detect finds what is there" % (
            place.name, place.unit, line.told, ", ".join(sorted(set(reading.faults.values())))), 3)
    if args.point and args.point not in reading.values:
        return _say("%s has no point '%s' that can be read; there are: %s" % (
            place.profile_name, args.point, ", ".join(sorted(reading.values))), 2)
    _print(args, place, reading.values, raw=reading.raw if args.raw else {}, faults=reading.faults)
    return 1 if reading.faults else 0


def _print(args, place, values, *, raw=(), faults=(), ages_ms=()):
    raw, faults, ages_ms = dict(raw), dict(faults), dict(ages_ms)
    units = device_points.units(place.profile)
    names = [args.point] if args.point else sorted(values)
    if args.json:
        print(json.dumps({"name": place.name, "profile": place.profile_name, "unit": place.unit,
                          "points": {name: {"value": values[name], "unit": units[name], "age_ms": ages_ms.get(name)} for name in names},
                          "raw": {name: {"address": at, "registers": registers} for name, (at, registers) in raw.items()},
                          "faults": faults}, indent=2))
        return
    width = max([len(name) for name in names], default=0)
    for name in names:
        age = "" if ages_ms.get(name) is None else "   %.1f s old" % (ages_ms[name] / 1000)
        print("  %-*s  %s%s" % (width, name, device_points.shown(values[name], units[name]), age))
    for name, (at, registers) in sorted(raw.items()):
        print("  block %s from %d: %s" % (name, at, " ".join("%04x" % word for word in registers)))
    for name, words in sorted(faults.items()):
        print("  block %s: %s" % (name, words))


def _set(args, place, line, found, plain):
    """Write one point, then look at it."""
    writable = device_writes.writable(found, plain)
    if args.point not in writable:
        return _say("'%s' is not to be written by profile %s; writable: %s" % (
            args.point, place.profile_name, ", ".join(sorted(writable)) or "nothing"), 2)
    step = writable[args.point]
    problem = device_writes.refusal(step, args.point, args.value, place.row, plain)
    if problem:
        return _say(problem, 2)
    unit = device_points.units(place.profile).get(args.point, "")
    words = "%s of %s (unit %d at %s) to %s" % (args.point, place.name, place.unit, line.told, device_points.shown(args.value, unit))
    if not args.yes and not _is_agreed("Set %s? A charger may start. [y/N] " % words):
        return _say("nothing was written", 1)
    kind, payload = line.ask(place.unit, device_writes.request(found, step, args.value))
    if kind:
        return _say("%s was not taken: %s%s" % (words, device_points.fault_words(kind, payload),
                                                "; many chargers want control to be taken first: set owner 1" if kind == 1 else ""), 1)
    if place.row is not None:
        audit.note(Ports(store_folder.of(args.site, args.store)), "device", "command line", "set " + words)
    shown = device_points.read(line, place.unit, found).values.get(args.point)
    if args.json:
        print(json.dumps({"name": place.name, "point": args.point, "asked": args.value, "shows": shown}))
    else:
        print("set %s; it shows %s" % (words, device_points.shown(shown, unit)))
    return 0


def _is_agreed(text):
    print(text, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
