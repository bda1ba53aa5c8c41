"""Which addresses of a small network take a connection on Modbus ports: bounded, few at a time, slowly.

Not its job: what answers there (unit_search.py).
Source: ours. A house's network has cheap devices: more than a few half-open connections at once, and some of them hang.
"""

import errno
import ipaddress
import selectors
import socket
import time

PORTS = (502, 1502, 503, 5020)
HOSTS_MAX = 256
AT_ONCE = 24
EACH_S = 0.01               # between two new connections
PATIENCE_S = 0.8


class TooWide(ValueError):
    """More addresses than are looked at; the text says what to do."""


def own_network():
    """The /24 around this machine's address towards the network, None without one. Sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))     # TEST-NET-1: only asks for the route
            address = probe.getsockname()[0]
    except OSError:
        return None
    return None if address.startswith("127.") else ipaddress.ip_network(address + "/24", strict=False)


def hosts_of(text):
    """Addresses of a network like 192.168.1.0/24, as texts. ValueError, TooWide."""
    network = ipaddress.ip_network(text, strict=False)
    if network.num_addresses > HOSTS_MAX:
        raise TooWide("%s has %d addresses: at most %d at a time; give a smaller network or the hosts" % (
            text, network.num_addresses, HOSTS_MAX))
    return [str(address) for address in (network.hosts() if network.num_addresses > 2 else network)]


def open_ports(hosts, ports=PORTS, refused=None):
    """[(host, port), …] that take a connection, in the order given. refused: a set that gets those that say no at once."""
    waiting = [(host, port) for host in hosts for port in ports]
    found, denied, chosen = [], [], selectors.DefaultSelector()
    under_way = {}      # socket -> (place, end_s)
    places = iter(waiting)
    left = True
    while left or under_way:
        while left and len(under_way) < AT_ONCE:
            place = next(places, None)
            left = place is not None
            if left:
                _begin(place, chosen, under_way, {0: found, errno.ECONNREFUSED: denied})
                time.sleep(EACH_S)
        _collect(chosen, under_way, {0: found, errno.ECONNREFUSED: denied})
    chosen.close()
    if refused is not None:
        refused.update(denied)
    return [place for place in waiting if place in found]


def _begin(place, chosen, under_way, outcomes):
    link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    link.setblocking(False)
    try:
        code = link.connect_ex(place)
    except OSError:     # a name that nobody knows
        code = errno.EHOSTUNREACH
    if code == errno.EINPROGRESS:
        under_way[link] = place, time.monotonic() + PATIENCE_S
        chosen.register(link, selectors.EVENT_WRITE)
        return
    outcomes.get(code, []).append(place)
    link.close()


def _collect(chosen, under_way, outcomes):
    ready = [key.fileobj for key, _ in chosen.select(0.05)] if under_way else []
    now_s = time.monotonic()
    for link in [link for link in under_way if link in ready or under_way[link][1] <= now_s]:
        place, _ = under_way.pop(link)
        if link in ready:
            outcomes.get(link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), []).append(place)
        chosen.unregister(link)
        link.close()
