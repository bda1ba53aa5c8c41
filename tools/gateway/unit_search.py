"""Which units answer on a Modbus line, and what they are by the profiles' fingerprints. Reads only.

Not its job: finding lines (network_scan.py, detect.py), opening them (modbus_line.py).
Source: ours; the fingerprints are `identify` of the profiles, SunSpec's chain of models where it has one.
"""

from edge.drivers.profile_loader import load_profile
from protocols import profiles
from protocols.modbus import pdu
from protocols.sunspec.chain import ChainWalk
from tools.gateway import device_points

FIRST_UNITS = tuple(range(1, 11))
ALL_UNITS = tuple(range(1, 248))
# Silent units take a time-out each; who answers at all does it sooner.
PATIENCE_MS = 400
# A fingerprint of fewer than this many registers that fit may be chance.
WEAK_ROWS = 1
RANK = {"field_tested": 0, "from_documentation": 1, "from_field_driver": 1, "emulated_only": 2}


def search(line, transport, units=FIRST_UNITS):
    """[device, …] of a line; a device is a dict: unit, profile or None, further, models, exceptions, values.

    transport: tcp, rtu_over_tcp or rtu: profiles that never come so are left out. further: other profiles that fit as well.
    """
    found = []
    for unit in units:
        cache = {}
        if not is_there(line, unit, cache):
            continue
        found.append(_identified(line, unit, transport, cache))
    return found


def is_there(line, unit, cache):
    """Whether anything answers as this unit, even if it refuses."""
    for function in (pdu.READ_HOLDING_REGISTERS, pdu.READ_INPUT_REGISTERS):
        cache[function, 0, 1] = line.read(unit, function, 0, 1, PATIENCE_MS)
        if cache[function, 0, 1][0] != pdu.TIMEOUT:
            return True
        if line.requests > 2 and unit > 2:
            break   # one question each is enough for units further up
    return False


def _identified(line, unit, transport, cache):
    models = _models(line, unit, cache)
    fitting = []
    for name in profiles.NAMES:
        profile = load_profile(name)
        kinds = profile["transport"]["kinds"]
        if transport not in kinds or "sunspec" in profile and not models:
            continue
        if device_points.is_like(line, unit, profile, PATIENCE_MS, cache):
            fitting.append((RANK.get(profile["status"], 1) + (len(profile["identify"]) <= WEAK_ROWS) * 2, name))
    fitting = [name for _, name in sorted(fitting)]
    device = {"unit": unit, "profile": fitting[0] if fitting else None, "further": fitting[1:], "models": sorted(models),
              "exceptions": sorted({payload for kind, payload in cache.values() if kind == pdu.EXCEPTION}), "values": {}}
    if fitting:
        device["values"] = _values(line, unit, load_profile(fitting[0]))
    return device


def _models(line, unit, cache):
    """Ids of a SunSpec device's models, () of any other."""
    walk, silences = ChainWalk(), 0
    while (asked := walk.read()) is not None:
        key = (pdu.READ_HOLDING_REGISTERS,) + tuple(asked)
        if key not in cache:
            cache[key] = line.read(unit, *key, PATIENCE_MS)
        kind, payload = cache[key]
        silences += kind == pdu.TIMEOUT
        if silences > device_points.SILENCES_MAX:
            return ()
        walk.take(pdu.unpack_registers(payload) if kind == pdu.OK else None)
    return () if walk.base is None else tuple(walk.found())


def _values(line, unit, profile):
    """Points that tell people which device it is, and what it is rated for."""
    try:
        found, _ = device_points.register_map(line, unit, profile)
    except device_points.Unlike:
        return {}
    wanted = {point for point in found.points if point.startswith(("p_rated", "s_rated", "firmware", "serial", "model", "version",
                                                                  "p_charge_max", "p_discharge_max"))}
    blocks = {found.points[point][1] for point in wanted}
    values = device_points.read(line, unit, found, blocks).values
    return {point: values[point] for point in sorted(wanted) if values.get(point) is not None}
