"""FW: frequency droop above and below nominal, two characteristics, injecting and absorbing, step response.

Not its job: the acceptance formulas (acceptance.py), droops with a threshold (lfsm.py).
Source: IEEE 1547.1-2020 5.15.2 (over-frequency) and 5.15.3 (under-frequency); IEEE 1547-2018 Tables 23 and 24.
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Skip, Step
from host_sim.conformance.procedures import lab

TEST = "FW"
ROCOF_HZ_S = {"i": 0.5, "ii": 2.0, "iii": 3.0}
CONTINUOUS_HZ = 1.2            # f_H, f_L: end of continuous operation from nominal
SMALL_PU = 0.05                # delta P small
SMALL = {"of_hz": 0.017, "uf_hz": 0.017, "k_of_pu": 0.03, "k_uf_pu": 0.03, "olrt_s": 1}
STEEP = {"of_hz": 0.017, "uf_hz": 0.017, "k_of_pu": 0.02, "k_uf_pu": 0.02, "olrt_s": 0.2}
SECOND = {"i": SMALL, "ii": SMALL, "iii": STEEP}
# side, sign of the frequency, powers of curve 1, of curve 2
SIDES = (("over", 1, (1.0, 0.66, 0.2, -0.5), (1.0, 0.66, 0.2)), ("under", -1, (0.5, -0.5), (0.5,)))
PURE_DELAY_S = 0.35


def cases(code, eut):
    """Cases of the test on this grid code."""
    default = settings_of(code)
    for side, sign, powers_pu, powers_2_pu in SIDES:
        for p_pu in powers_pu[:1] if eut.quick else powers_pu:
            yield _case(code, eut, "curve 1, %s" % side, default, sign=sign, p_pu=p_pu)
        if eut.quick:
            continue
        second = {**default, **SECOND[code.ride_through]}
        if lab.too_quick(eut, second["olrt_s"]):
            yield Skip(TEST, "curve 2, %s: %s" % (side, lab.QUICK_REASON % (second["olrt_s"], eut.tr_min_s)))
            continue
        for p_pu in powers_2_pu:
            yield _case(code, eut, "curve 2, %s" % side, second, sign=sign, p_pu=p_pu)
    if not eut.quick:
        yield _step_response(code, default)


def settings_of(code):
    """{key: value} of the grid code's own droop."""
    section = code.section("droop")
    return {key: section[key] for key in ("of_hz", "uf_hz", "k_of_pu", "k_uf_pu", "olrt_s")}


def expected(code, settings, p_pre_pu):
    """Function f -> P from the power before the disturbance; -1 and 1 pu are the ends."""
    f_nom = code.f_nom_hz
    over_hz, under_hz = f_nom + settings["of_hz"], f_nom - settings["uf_hz"]

    def power_pu(f_hz):
        if f_hz > over_hz:
            return max(p_pre_pu - (f_hz - over_hz) / (f_nom * settings["k_of_pu"]), -1.0)
        if f_hz < under_hz:
            return min(p_pre_pu + (under_hz - f_hz) / (f_nom * settings["k_uf_pu"]), 1.0)
        return p_pre_pu
    return power_pu


def path(code, settings, sign):
    """[(name, Hz)] from nominal to the end of continuous operation and back."""
    f_nom, end_hz = code.f_nom_hz, code.f_nom_hz + sign * CONTINUOUS_HZ
    edge_hz = f_nom + sign * settings["of_hz" if sign > 0 else "uf_hz"]
    small_hz = sign * SMALL_PU * f_nom * settings["k_of_pu" if sign > 0 else "k_uf_pu"]
    inside_hz, outside_hz = edge_hz - sign * lab.BESIDE_F_HZ, edge_hz + sign * lab.BESIDE_F_HZ
    return [("edge inside", inside_hz), ("edge outside", outside_hz), ("small step", edge_hz + small_hz), ("f end", end_hz),
            ("f end, small step back", end_hz - small_hz), ("edge outside", outside_hz), ("edge inside", inside_hz),
            ("nominal", f_nom)]


def _case(code, eut, name, settings, *, sign, p_pu):
    mra, tr_s, rocof_hz_s = lab.mra(eut), settings["olrt_s"], ROCOF_HZ_S[code.ride_through]
    function = expected(code, settings, p_pu)
    edges = (code.f_nom_hz + settings["of_hz"], code.f_nom_hz - settings["uf_hz"])
    steps, before_hz = [], code.f_nom_hz
    for number, (point, f_hz) in enumerate(path(code, settings, sign)):
        ramp_s = abs(f_hz - before_hz) / rocof_hz_s
        judge = checks.on_curve("p_pu", function, x="f_hz", mra_x=mra.f_hz, mra_y=mra.p_pu, knots=edges,
                                from_s=ramp_s + acceptance.SETTLED_TR * tr_s)
        if "small" in point:
            judge = (checks.response("p_pu", tr_s, mra.p_pu),) + judge
        steps.append(Step("%d %s %.3f Hz" % (number + 1, point, f_hz), ramp_s + acceptance.RECORDED_TR * tr_s, judge,
                          f_hz=f_hz, rocof_hz_s=rocof_hz_s))
        before_hz = f_hz
    return Case(TEST, "%s, P %g pu" % (name, p_pu), on(code, settings), tuple(steps), p_pu=p_pu)


def _step_response(code, settings):
    """Own: 1 Hz in one step both ways; the standard's small steps are smaller than its tolerance."""
    tr_s = settings["olrt_s"]
    judge = (checks.time_to_90("p_pu", tr_s, 0.2), checks.pure_delay("p_pu", PURE_DELAY_S))
    steps = tuple(Step("%d to %g Hz" % (number + 1, f_hz), acceptance.RECORDED_TR * tr_s + 0.02 * number + 0.02, judge,
                       f_hz=f_hz)
                  for number, f_hz in enumerate((code.f_nom_hz + 1, code.f_nom_hz, code.f_nom_hz - 1, code.f_nom_hz)))
    return Case(TEST, "curve 1, whole step (own)", on(code, settings), steps, p_pu=0.3)


def on(code, settings):
    """Settings with droop on both sides."""
    return {**lab.lab(code, droop__of_enabled=True, droop__uf_enabled=True), **lab.named("droop", settings)}
