"""One small setpoint, to see whether a charger obeys, and in which direction.

Not its job: asking people for permission (verb.py), proofs against the meter (`v2g commission`).
Source: ours. Charging only, the least current of IEC 61851-1 at most; whatever happens, it is stopped and given back.
"""

import time

from protocols.modbus import pdu

LEAST_A = 6             # IEC 61851-1: the smallest charging current
V_NOM_V = 230
HOLD_S = 12
LOOK_S = 0.5
REVERSION_S = 30
NEAR_W = 100            # what counts as an effect
AFTER_S = 15            # to be at rest again


def most_w(profile):
    """Largest pulse without a site file, W: 6 A by phase."""
    return LEAST_A * V_NOM_V * profile["phases"]


def why_not(device):
    """Why this device gets no pulse, or None."""
    control = device.profile["control"]
    if device.profile["kind"] not in ("charger", "bes") or control is None:
        return "a %s takes no setpoint, or one that opens a house" % device.profile["kind"]
    if not device.is_right():
        return "it is not the device that the profile describes"
    if device.value("state") in ("no_vehicle", "fault", "locked", "other_controller"):
        return "its state is %s" % device.value("state")
    return None


def play(device, p_w):
    """{asked_w, told_w, before_w, reached_w, first_ms, after_w, faults}: one charging pulse of p_w, W > 0."""
    told_w = device.reader.map.possible_w(-p_w)
    result = {"asked_w": -p_w, "told_w": told_w, "before_w": device.value("p_ac_w"), "reached_w": None, "first_ms": None,
              "after_w": None, "faults": []}
    if not told_w:
        result["faults"].append("%d W is less than the device can do: nothing was written" % p_w)
        return result
    watchdog = device.profile["watchdog"]
    variables = {"p_w": told_w, "q_var": 0, "watchdog_s": min(REVERSION_S, watchdog["max_s"]) if watchdog else 0}
    try:
        if _write(device, "take", variables, result):
            _hold(device, variables, result)
    finally:
        _write(device, "stop", variables, result)
        _write(device, "give", variables, result)
    _rest(device, result)
    _judge(device, result)
    return result


def _write(device, sequence, variables, result):
    """One sequence; False when a step was refused."""
    for step in device.reader.map.sequences[sequence]:
        function, address, registers = device.reader.map.encode(step, variables)
        request = pdu.write_multiple_registers(address, registers) if function == 16 else pdu.write_single(
            function, address, registers[0])
        kind, payload = device.wire.exchange(request)
        if kind != pdu.OK:
            why = "exception %d" % payload if kind == pdu.EXCEPTION else "no answer"
            result["faults"].append("%s: register %d was not written: %s" % (sequence, address, why))
            return False
    return True


def _hold(device, variables, result):
    refresh_ms = device.profile["control"]["refresh_ms"]
    guards = device.profile["control"]["guards"]
    begin_ms = device.wire.now_ms()
    written_ms = None
    while device.wire.now_ms() - begin_ms < HOLD_S * 1000 + guards["after_start_ms"]:
        if written_ms is None or device.wire.now_ms() - written_ms >= refresh_ms:
            written_ms = device.wire.now_ms()
            if not _write(device, "set", variables, result):
                return
        device.read()
        p_w = device.value("p_ac_w")
        if p_w is not None:
            result["reached_w"] = p_w
            if result["first_ms"] is None and abs(p_w - (result["before_w"] or 0)) > NEAR_W:
                result["first_ms"] = device.wire.now_ms() - begin_ms
        time.sleep(LOOK_S)


def _rest(device, result):
    begin_ms = device.wire.now_ms()
    while device.wire.now_ms() - begin_ms < AFTER_S * 1000:
        device.read()
        result["after_w"] = device.value("p_ac_w")
        if result["after_w"] is not None and abs(result["after_w"]) < NEAR_W:
            return
        time.sleep(LOOK_S)


def _judge(device, result):
    faults, told_w, reached_w = result["faults"], result["told_w"], result["reached_w"]
    if faults:
        return
    tolerance_w = (device.profile["control"]["effect"] or (None, NEAR_W, 0))[1]
    if reached_w is None:
        faults.append("p_ac_w is unknown while it is told a power")
    elif reached_w > NEAR_W:
        faults.append("told to charge, it shows %+.0f W, which is discharging in our sign: sign of p_ac_w or of the setpoint" % reached_w)
    elif abs(reached_w) < NEAR_W:
        faults.append("told %d W, nothing flows: a vehicle that is full, the scale of the setpoint, or a step that is missing in `take`"
                      % told_w)
    elif abs(reached_w - told_w) > tolerance_w:
        faults.append("told %d W, it does %.0f W: the vehicle's limit, or the scale of the setpoint" % (told_w, reached_w))
    if result["after_w"] is None or abs(result["after_w"]) > NEAR_W:
        faults.append("stopped, it still does %s W: look at `stop` and `give`" % result["after_w"])
