"""`v2g detect`: what is on the network and the serial ports, and the lines of a site file for it. Reads only.

Not its job: the scan (network_scan.py), units and fingerprints (unit_search.py), the whole site file (init.py).
Source: exit codes 0 something found, 1 nothing, 2 usage.
"""

import json
import sys

from edge import hal_ports
from tools.gateway import detect_words, modbus_line, network_scan, unit_search

# baud, parity: in the order of what devices are delivered with
LINES = ((9600, "none"), (19200, "none"), (9600, "even"), (19200, "even"), (38400, "none"), (115200, "none"))
GAP_MS = 60         # on serial lines: as much as slow meters want between two requests

EPILOG = """\
Nothing is ever written. A charger that takes one client only does not answer while a gateway or an app holds it: stop those.
Without hosts, the /24 network of this machine and all its serial ports are looked at."""


class Settings:
    """How a serial port is opened."""

    stop_bits, direction = 1, "none"

    def __init__(self, baud, parity):
        self.baud, self.parity = baud, parity


def add_arguments(parser):
    """Arguments of `v2g detect`."""
    parser.add_argument("hosts", nargs="*", metavar="HOST[:PORT]", help="only these addresses")
    parser.add_argument("--net", metavar="A.B.C.D/24", help="another network than this machine's, at most 256 addresses")
    parser.add_argument("--serial", action="append", metavar="DEVICE", help="this serial port only; may be given several times")
    parser.add_argument("--no-net", action="store_true", help="serial ports only")
    parser.add_argument("--all", action="store_true", help="units 1 to 247, and every speed of serial ports")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(args):
    """Search and print; see the module for the exit codes."""
    try:
        places, closed = _places(args)
    except ValueError as error:
        print("v2g detect: %s" % error, file=sys.stderr)
        return 2
    units = unit_search.ALL_UNITS if args.all else unit_search.FIRST_UNITS
    lines = [_network_line(host, port, units) for host, port in places] + closed
    devices = args.serial or ([] if args.hosts else hal_ports.ports())
    for device in devices:
        lines += _serial_lines(device, units, args.all)
    if args.json:
        print(json.dumps({"lines": lines, "site": detect_words.site_lines(lines)}, indent=2))
    elif args.no_net and not args.hosts and not devices:
        print(detect_words.NO_PORTS)
    else:
        print(detect_words.page(lines))
    return 0 if any(line["devices"] for line in lines) else 1


def _places(args):
    """([(host, port), …] that take connections, [line of a host named without a port that takes none, …]). ValueError for
    what is no address."""
    if args.hosts:
        given = [text.rpartition(":") if ":" in text else (text, "", "") for text in args.hosts]
        if any(port and not port.isdecimal() for _, _, port in given):
            raise ValueError("a host is written as 192.168.1.50 or 192.168.1.50:502")
        alone = [(host, int(port)) for host, _, port in given if port]
        bare, refused = [host for host, _, port in given if not port], set()
        taken = network_scan.open_ports(bare, refused=refused)
        return alone + taken, [_closed_line(host, refused) for host in bare if host not in [row[0] for row in taken]]
    if args.no_net or args.serial and not args.net:
        return [], []
    network = args.net or network_scan.own_network()
    if network is None:
        _tell("this machine is in no network; give hosts or --net")
        return [], []
    hosts = network_scan.hosts_of(str(network))
    _tell("looking for Modbus ports %s at %d addresses of %s" % (", ".join(map(str, network_scan.PORTS)), len(hosts), network))
    return network_scan.open_ports(hosts), []


def _closed_line(host, refused):
    ports = ", ".join(map(str, network_scan.PORTS))
    is_there = any(place[0] == host for place in refused)
    fault = "refuses connections on ports %s; name one with HOST:PORT" if is_there else (
        "does not answer on ports %s: is the address right, and is it switched on? Another port is named with HOST:PORT")
    return {"host": host, "port": None, "transport": "tcp", "devices": [], "fault": fault % ports}


def _network_line(host, port, units):
    """What answers behind one port: Modbus TCP first, then RTU over TCP."""
    made = {"host": host, "port": port, "transport": "tcp", "devices": [], "fault": None}
    for transport in ("tcp", "rtu_over_tcp"):
        _tell("asking %s:%d, %s" % (host, port, transport.replace("_", " ")))
        try:
            line = modbus_line.TcpLine(host, port, transport)
        except OSError as error:
            made["fault"] = error.strerror or str(error)
            break
        try:
            made["devices"] = unit_search.search(line, transport, units)
            made["fault"] = None
        except OSError as error:
            made["fault"] = error.strerror or str(error)
        finally:
            line.close()
        if made["devices"]:
            made["transport"] = transport
            break
    return made


def _serial_lines(device, units, is_thorough):
    """What answers on one serial port, by speed and parity; ends with the first that does."""
    found = []
    for baud, parity in LINES:
        _tell("asking %s at %d baud, parity %s" % (device, baud, parity))
        made = {"device": device, "baud": baud, "parity": parity, "transport": "serial", "devices": [], "fault": None}
        try:
            line = modbus_line.SerialLine(device, Settings(baud, parity), GAP_MS)
        except (OSError, ValueError) as error:
            return [{**made, "fault": str(error)}]
        try:
            made["devices"] = unit_search.search(line, "rtu", units)
        except OSError as error:
            made["fault"] = error.strerror or str(error)
        finally:
            line.close()
        if made["devices"] or made["fault"]:
            found.append(made)
            if not is_thorough:
                break
    return found


def _tell(text):
    print(text, file=sys.stderr, flush=True)
