"""VV: volt-var, three characteristics, three powers, shifted references, autonomous reference, step response.

Not its job: the acceptance formulas (acceptance.py).
Source: IEEE 1547.1-2020 5.14.4 and 5.14.5 (autonomous V_Ref); characteristics 2 and 3 as in sandialabs/svp_1547.1.
"""

import math

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Skip, Step, Verdict
from host_sim.conformance.procedures import lab

TEST = "VV"
SHIFTS_PU = (0.95, 1.05)
AUTO_S = (300, 5000)
PURE_DELAY_S = 0.35
RETURN = 2.5          # time constants until the reference is back
FADED = 0.1           # share of the end of the curve that counts as nothing
# characteristic: V1..V4 in pu as they stand with this V_Ref, Q1..Q4 as shares of the reactive capability, V_Ref, Tr
SHARES = {
    2: ((0.88, 1.04, 1.07, 1.10), (1, 0.5, 0.5, -1), 1.05, 1),
    3: ((0.90, 0.93, 0.96, 1.10), (1, -0.5, -0.5, -1), 0.95, 90),
}


def cases(code, eut):
    """Cases of the test on this grid code."""
    default = settings_of(code)
    yield from _characteristic(code, eut, "curve 1", default, lab.POWERS_PU)
    if eut.quick:
        return
    for v_ref_pu in SHIFTS_PU:
        yield from _characteristic(code, eut, "curve 1 V_Ref %g" % v_ref_pu, {**default, "v_ref_pu": v_ref_pu},
                                   lab.POWERS_PU)
    for number in SHARES:
        yield from _characteristic(code, eut, "curve %d" % number, _from_shares(code, number), lab.POWERS_PU)
    yield step_response(code, eut, default)
    for time_constant_s in AUTO_S:
        yield _autonomous(code, default, time_constant_s)


def settings_of(code):
    """{key: value} of the grid code's own curve, without the autonomous reference."""
    section = code.section("volt_var")
    keys = [f"{letter}{number}_pu" for number in range(1, 5) for letter in "vq"]
    return {**{key: section[key] for key in keys}, "v_ref_pu": section.get("v_ref_pu", 1.0), "olrt_s": section["olrt_s"]}


def curve_of(settings):
    """(function V -> Q, corner voltages): the four points moved by V_Ref - 1."""
    shift_pu = settings["v_ref_pu"] - 1
    points = [(settings[f"v{number}_pu"] + shift_pu, settings[f"q{number}_pu"]) for number in range(1, 5)]
    return acceptance.line(points), tuple(point[0] for point in points)


def path(corners, v_ref_pu):
    """[(name, V)] up to the highest voltage and back, then down to the lowest and back to the reference."""
    v1, v2, v3, v4 = corners
    low, high = lab.CONTINUOUS_V_PU[0] + lab.BESIDE_V_PU, lab.CONTINUOUS_V_PU[1] - lab.BESIDE_V_PU
    beside = lab.BESIDE_V_PU
    up = [("V3-", v3 - beside), ("V3+", v3 + beside), ("V3..V4", (v3 + v4) / 2), ("V4-", v4 - beside),
          ("V4+", v4 + beside), ("V_H", high)]
    down = [("V2+", v2 + beside), ("V2-", v2 - beside), ("V1..V2", (v1 + v2) / 2), ("V1+", v1 + beside),
            ("V1-", v1 - beside), ("V_L", low)]
    reference = min(max(v_ref_pu, low), high)
    found = []
    for way in (up, down):
        way = [(name, v_pu) for name, v_pu in way if low <= v_pu <= high]
        found += way + way[-2::-1] + [("V_Ref", reference)]
    return found


def _characteristic(code, eut, name, settings, powers_pu):
    tr_s = settings["olrt_s"]
    if lab.too_quick(eut, tr_s):
        yield Skip(TEST, name + ": " + lab.QUICK_REASON % (tr_s, eut.tr_min_s))
        return
    function, corners = curve_of(settings)
    mra = lab.mra(eut)
    judge = (checks.response("q_pu", tr_s, mra.q_pu),) + checks.on_curve(
        "q_pu", function, x="v_pu", mra_x=mra.v_pu, mra_y=mra.q_pu, knots=corners, from_s=acceptance.SETTLED_TR * tr_s)
    steps = tuple(Step("%d %s %.3f pu" % (number + 1, point, v_pu), acceptance.RECORDED_TR * tr_s, judge, v_pu=v_pu)
                  for number, (point, v_pu) in enumerate(path(corners, settings["v_ref_pu"])))
    start_pu = min(max(settings["v_ref_pu"], lab.CONTINUOUS_V_PU[0]), lab.CONTINUOUS_V_PU[1])
    for p_pu in powers_pu:
        yield Case(TEST, "%s, P %g pu" % (name, p_pu), _mode(code, settings), steps, v_pu=start_pu, p_pu=p_pu,
                   warm_s=4 + 2 * tr_s, slow=tr_s >= 30)


def step_response(code, eut, settings):
    """Own: the whole curve in one step, several times at other moments of the gateway's tick."""
    tr_s = settings["olrt_s"]
    _, corners = curve_of(settings)
    high_pu = min(corners[3], lab.CONTINUOUS_V_PU[1] - lab.BESIDE_V_PU)
    judge = (checks.time_to_90("q_pu", tr_s, 0.2), checks.pure_delay("q_pu", PURE_DELAY_S))
    steps = []
    for number in range(6):
        v_pu = settings["v_ref_pu"] if number % 2 else high_pu
        steps.append(Step("%d to %.3f pu" % (number + 1, v_pu), acceptance.RECORDED_TR * tr_s + 0.02 * number + 0.02, judge,
                          v_pu=v_pu))
    return Case(TEST, "curve 1, whole step (own)", _mode(code, settings), tuple(steps), p_pu=0.5, warm_s=4 + 2 * tr_s)


def _autonomous(code, settings, time_constant_s):
    """At a constant voltage beside the deadband Q fades to below 10 % of its end, at the latest after four time
    constants; when exactly is our own, sharper question. The record ends soon after that."""
    v1, v2, v3, v4 = curve_of(settings)[1]
    more = {**settings, "vref_auto_enabled": True, "vref_auto_s": time_constant_s}
    steps = []
    for name, v_pu, near_pu, far_pu, end_pu in (("V1..V2", (v1 + v2) / 2, v2, v1, settings["q1_pu"]),
                                                ("V3..V4", (v3 + v4) / 2, v3, v4, settings["q4_pu"])):
        limit_pu = FADED * abs(end_pu)
        offset_pu = abs(near_pu - 1) + FADED * abs(far_pu - near_pu)      # where the curve gives 10 %
        due_s = time_constant_s * math.log(abs(v_pu - 1) / offset_pu)
        slack_s = 0.1 * due_s + 3 * settings["olrt_s"]
        hold_s = min(4 * time_constant_s, due_s + 2 * slack_s)
        judge = (checks.highest("q_pu", "Q at the end, pu", limit_pu, from_s=hold_s - 1),
                 checks.lowest("q_pu", "Q at the end, pu", -limit_pu, from_s=hold_s - 1),
                 _fades(limit_pu, due_s - slack_s, due_s + slack_s, settings["olrt_s"]))
        steps += [Step("%s %.3f pu" % (name, v_pu), hold_s, judge, v_pu=v_pu),
                  Step("back to 1 pu, reference too", RETURN * time_constant_s, (), v_pu=1.0)]
    return Case(TEST, "autonomous V_Ref %g s" % time_constant_s, _mode(code, more), tuple(steps[:-1]), p_pu=0.5, slow=True)


def _fades(limit_pu, low_s, high_s, tr_s):
    """Own: when, after its first rise, Q has come below the limit."""
    def check(record):
        return Verdict("own: |Q| below 10 % after, s", low_s, high_s, record.first_s(abs(record["q_pu"]) < limit_pu, 2 * tr_s))
    return check


def _from_shares(code, number):
    volts_pu, shares, v_ref_pu, tr_s = SHARES[number]
    inject_pu, absorb_pu = lab.REACTIVE_CAPABILITY_PU[code.performance]
    settings = {"v_ref_pu": 1.0, "olrt_s": tr_s}
    for point, (v_pu, share) in enumerate(zip(volts_pu, shares)):
        settings[f"v{point + 1}_pu"] = round(v_pu - (v_ref_pu - 1), 6)
        settings[f"q{point + 1}_pu"] = share * (inject_pu if share > 0 else absorb_pu)
    return {**settings, "v_ref_pu": v_ref_pu}


def _mode(code, settings):
    return {**lab.lab(code, grid__q_mode="volt_var"), **lab.named("volt_var", settings)}
