"""Values of a device that can hardly be true: scale, sign, word order, a mode of the meter, a register that stands still.

Not its job: reading (live.py), proving signs with power (`v2g commission`).
Source: ours; voltage and frequency of a grid in service as EN 50160.
"""

GRIDS_V = (120, 127, 230, 240)      # line to neutral
V_TOLERANCE = 0.15
F_LOW_HZ, F_HIGH_HZ = 45, 65
VOLT_AMPERES_MIN = 150      # below, resolution says nothing
POWER_FACTOR_MAX, POWER_FACTOR_MIN = 1.15, 0.02
FLOW_W = 100
SLOW_MS = 300               # three ticks


def of(device):
    """[text] of what is suspicious, each with what it may mean."""
    found = []
    for rule in (_voltages, _frequency, _power, _direction, _sum, _charge, _speed):
        found += rule(device)
    return found


def _voltages(device):
    found = []
    for name in ("v_an_v", "v_bn_v", "v_cn_v"):
        volts = device.value(name)
        if volts is not None and not [grid_v for grid_v in GRIDS_V if abs(volts - grid_v) <= V_TOLERANCE * grid_v]:
            found.append("%s = %g V is no grid's voltage: scale, type, address or word order" % (name, volts))
    return found


def _frequency(device):
    f_hz = device.value("f_hz")
    if f_hz is None or F_LOW_HZ <= f_hz <= F_HIGH_HZ:
        return []
    return ["f_hz = %g Hz: scale or address" % f_hz]


def _power(device):
    """Active power beside volts and amperes."""
    names = [(phase, device.value("v_%sn_v" % phase), device.value("i_%s_a" % phase)) for phase in "abc"]
    known = [(volts, amperes) for _, volts, amperes in names if volts is not None and amperes is not None]
    p_w = device.value("p_pcc_w") if device.value("p_ac_w") is None else device.value("p_ac_w")
    if not known or p_w is None:
        return []
    s_va = sum(volts * abs(amperes) for volts, amperes in known)
    if max(s_va, abs(p_w)) < VOLT_AMPERES_MIN:
        return []
    if abs(p_w) > POWER_FACTOR_MAX * s_va:
        return ["power %g W is more than volts times amperes (%.0f VA): scale of power or current" % (p_w, s_va)]
    if abs(p_w) < POWER_FACTOR_MIN * s_va:
        return ["power %g W is next to nothing beside volts times amperes (%.0f VA): kilowatts taken for watts?" % (p_w, s_va)]
    return []


def _direction(device):
    state, p_w = device.value("state"), device.value("p_ac_w")
    one_way = "discharging" in [name for _, name in device.profile["states"]]
    if state == "charging" and one_way and p_w is not None and p_w > FLOW_W:
        return ["it says charging while p_ac_w = %+g W, which is discharging in our sign: sign of p_ac_w" % p_w]
    if state == "discharging" and p_w is not None and p_w < -FLOW_W:
        return ["it says discharging while p_ac_w = %+g W, which is charging in our sign: sign of p_ac_w" % p_w]
    return []


def _sum(device):
    parts = [device.value("p_%s_w" % phase) for phase in "abc"]
    total = device.value("p_pcc_w")
    if total is None or None in parts or abs(total - sum(parts)) <= 40 + 0.05 * abs(total):
        return []
    return ["p_pcc_w = %g W, its phases add up to %g W: sign, scale or address of one of them" % (total, sum(parts))]


def _charge(device):
    soc_pct = device.value("soc_pct")
    return [] if soc_pct is None or 0 <= soc_pct <= 100 else ["soc_pct = %g %%: scale" % soc_pct]


def _speed(device):
    slow = [row for row in device.blocks if row["ms"] is not None and row["ms"] > SLOW_MS]
    return ["block %s took %d ms: values of a block of class control should come within %d ms" % (row["name"], row["ms"], SLOW_MS)
            for row in slow]
