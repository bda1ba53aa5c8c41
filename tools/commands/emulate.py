"""`v2g emulate`: one simulated device on a Modbus port, for trying a driver, a gateway or another program.

Not its job: several devices on a common feeder (`v2g demo`), the model itself (host_sim).
Source: ours. `ready` on standard output is the sign that the port listens; SIGTERM or Ctrl-C end it with 0.
"""

import asyncio
import json
import signal
import sys

from host_sim.plant import devices
from host_sim.plant.sunspec_der import nominal_settings
from protocols import profiles
from tools.gateway.profile import schema, source

EPILOG = ("Profiles: %s\n\nprints `ready` when it listens, and runs until SIGTERM or Ctrl-C.\n\nEach device stands at a grid of its own: "
          "emulators share no circuit, so a V2H charger and a\ntransfer switch don't make a house that can be cut off. That is "
          "`v2g sim outage`." % ", ".join(profiles.NAMES))
USAGE = 2
FAILED = 1
SPLIT_HZ = 55     # a grid below is a 50 Hz one
V_NOM_V = 230.0   # of every device that is not told otherwise


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("profile", nargs="?", metavar="PROFILE", help="which device, --list names them; or a profile's file")
    parser.add_argument("--port", type=int, default=5020, metavar="N", help="TCP port, 0 takes a free one (5020)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--unit", type=int, default=1, metavar="N", help="Modbus unit, 1 to 247 (1)")
    parser.add_argument("--instance", type=int, default=1, metavar="N", help="which of its outlets there is (1)")
    parser.add_argument("--framing", choices=("tcp", "rtu_over_tcp"), default="tcp", help="frames on the wire (tcp)")
    parser.add_argument("--voltage", type=float, metavar="V",
                        help="grid, line to neutral (230; 240 for sunspec-der at 60 Hz)")
    parser.add_argument("--frequency", type=float, default=50.0, metavar="HZ", help="grid frequency (50)")
    parser.add_argument("--soc", type=float, metavar="PCT", help="state of charge at the start (as in the profile)")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="simulated seconds per second (1)")
    parser.add_argument("--unplugged", action="store_true", help="start a charger without a vehicle")
    parser.add_argument("--dim", type=float, metavar="W", help="a control box asks for this limit of consumption")
    parser.add_argument("--one-client", action="store_true", help="serve as few clients at once as the device does")
    parser.add_argument("--list", action="store_true", help="print the profiles and where their facts come from")
    parser.add_argument("--json", action="store_true", help="print as JSON: the list, or {ready, host, port, unit}")


def print_list(as_json):
    """Every profile with kind, phases and how sure its facts are."""
    keys = ("name", "kind", "phases", "status")
    rows = [{key: devices.profile_named(name)[key] for key in keys} for name in profiles.NAMES]
    if as_json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        print("%-20s %-8s %d-phase  %s" % tuple(row[key] for key in keys))
    return 0


def fault_in(args):
    """What is wrong with the arguments, or None."""
    if args.profile and args.profile.endswith(".py"):
        literal, problem = source.load(args.profile)
        faults = [] if problem else schema.faults(literal)
        if problem or faults:
            return problem or "%s has %d faults; v2g profile check shows them" % (args.profile, len(faults))
    elif args.profile not in profiles.NAMES:
        asked = "no profile '%s'" % args.profile if args.profile else "a profile is needed"
        return "%s: allowed %s" % (asked, ", ".join(profiles.NAMES))
    first, last = source.load(args.profile)[0]["instances"][:2]
    if not first <= args.instance <= last:
        return "--instance %d: allowed %d..%d" % (args.instance, first, last)
    if not 1 <= args.unit <= 247:
        return "--unit %d: allowed 1..247" % args.unit
    if not 0 <= args.port <= 65535:
        return "--port %d: allowed 0..65535" % args.port
    if args.voltage is not None and not 0 <= args.voltage <= 500:
        return "--voltage %g: allowed 0..500 V" % args.voltage
    if not 0 <= args.frequency <= 65:
        return "--frequency %g: allowed 0..65 Hz" % args.frequency
    if not 0.01 <= args.speed <= 1000:
        return "--speed %g: allowed 0.01..1000" % args.speed
    if args.dim is not None and not 0 <= args.dim <= 1e6:
        return "--dim %g: allowed 0..1000000 W" % args.dim
    if args.soc is not None and not 0 <= args.soc <= 100:
        return "--soc %g: allowed 0..100 %%" % args.soc
    return None


def voltage_of(args, device):
    """The grid's voltage, V: unless it was given, what the device is made for."""
    if args.voltage is not None:
        return args.voltage
    return device.native.settings.ratings.v_nom_v if args.profile == "sunspec-der" else V_NOM_V


def device_for(args):
    """The device that the arguments describe. A SunSpec device is one for 50 or 60 Hz, whichever the grid is nearer."""
    options = {}
    profile = source.load(args.profile)[0]
    kind = profile["kind"]
    if args.profile == "sunspec-der":
        options["settings"] = nominal_settings(50 if args.frequency < SPLIT_HZ else 60)
    if args.instance != 1:
        options["instance"] = args.instance
    if args.soc is not None and kind in ("charger", "bes"):
        options["storage"] = {"soc_pct": args.soc}
    if args.unplugged and kind == "charger":
        options["plugged"] = False
    device = devices.make_device(profile, **options)
    if args.dim is not None and kind == "switch":
        device.dim(p_import_max_w=args.dim)
    return device


async def serve(args):
    """Runs the device until a signal comes; OSError when the port cannot be had."""
    from host_sim.emulator import Emulator, IdealGrid
    from host_sim.modbus_server import ModbusPort
    device = device_for(args)
    transport = source.load(args.profile)[0]["transport"]
    slots = {"client_slots": transport["client_slots"]} if args.one_client else {}
    port = ModbusPort({args.unit: device.bank}, framing=args.framing, **slots)
    emulator = Emulator([device], IdealGrid(voltage_of(args, device), args.frequency), args.speed)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, emulator.stop)
    number = await port.start(args.host, args.port)
    ready = {"ready": True, "host": args.host, "port": number, "unit": args.unit, "profile": args.profile}
    print(json.dumps(ready) if args.json else "ready", flush=True)
    try:
        await emulator.run()
    finally:
        await port.stop()


def run(args):
    """Emulates until told to stop; 2 for arguments that cannot be, 1 when the port cannot be had."""
    if args.list:
        return print_list(args.json)
    fault = fault_in(args)
    if fault:
        print("v2g emulate: " + fault, file=sys.stderr)
        return USAGE
    try:
        asyncio.run(serve(args))
    except OSError as error:
        print("v2g emulate: %s" % error, file=sys.stderr)
        return FAILED
    return 0
