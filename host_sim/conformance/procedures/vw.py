"""VW: volt-watt, three characteristics, three powers, forms that absorb, step response.

Not its job: the acceptance formulas (acceptance.py).
Source: IEEE 1547.1-2020 5.14.9; characteristic 2 with 60 s, the longest the standard's own table allows.
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Skip, Step
from host_sim.conformance.procedures import lab

TEST = "VW"
# name, what differs from the grid code's own curve
CHARACTERISTICS = (
    ("curve 1", {}),
    ("curve 2", {"v1_pu": 1.05, "v2_pu": 1.10, "olrt_s": 60}),
    ("curve 3", {"v1_pu": 1.09, "v2_pu": 1.10, "olrt_s": 0.5}),
    ("curve 1 to 0", {"p2_pu": 0.0}),
    ("curve 1 absorbing", {"p2_pu": -1.0}),
)
QUICK = 1     # so many of them in the short form
PURE_DELAY_S = 0.35


def cases(code, eut):
    """Cases of the test on this grid code."""
    for name, change in CHARACTERISTICS[:QUICK] if eut.quick else CHARACTERISTICS:
        yield from _characteristic(code, eut, name, {**settings_of(code), **change})
    if not eut.quick:
        yield _step_response(code, settings_of(code))


def settings_of(code):
    """{key: value} of the grid code's own line."""
    section = code.section("volt_watt")
    return {key: section[key] for key in ("v1_pu", "p1_pu", "v2_pu", "p2_pu", "olrt_s")}


def curve_of(settings):
    """(function V -> highest P, corner voltages)."""
    points = [(settings["v1_pu"], settings["p1_pu"]), (settings["v2_pu"], settings["p2_pu"])]
    return acceptance.line(points), (settings["v1_pu"], settings["v2_pu"])


def path(corners):
    """[(name, V)] up over both corners and back."""
    v1, v2 = corners
    beside, low, high = lab.BESIDE_V_PU, lab.CONTINUOUS_V_PU[0] + lab.BESIDE_V_PU, lab.CONTINUOUS_V_PU[1] - lab.BESIDE_V_PU
    way = [("V_L", low), ("V1-", v1 - beside), ("V1+", v1 + beside), ("V1..V2", (v1 + v2) / 2), ("V2-", v2 - beside),
           ("V2+", v2 + beside)]
    way = [(name, v_pu) for name, v_pu in way if v_pu < high - 1e-9] + [("V_H", high)]
    return way + way[-2::-1]


def _characteristic(code, eut, name, settings):
    tr_s = settings["olrt_s"]
    if lab.too_quick(eut, tr_s):
        yield Skip(TEST, name + ": " + lab.QUICK_REASON % (tr_s, eut.tr_min_s))
        return
    function, corners = curve_of(settings)
    mra = lab.mra(eut)
    for p_pu in lab.POWERS_PU:
        def expected(v_pu, p_pu=p_pu):
            return min(p_pu, function(v_pu))
        judge = (checks.response("p_pu", tr_s, mra.p_pu),) + checks.on_curve(
            "p_pu", expected, x="v_pu", mra_x=mra.v_pu, mra_y=mra.p_pu, knots=corners, from_s=acceptance.SETTLED_TR * tr_s)
        steps = tuple(Step("%d %s %.3f pu" % (number + 1, point, v_pu), acceptance.RECORDED_TR * tr_s, judge, v_pu=v_pu)
                      for number, (point, v_pu) in enumerate(path(corners)))
        yield Case(TEST, "%s, P %g pu" % (name, p_pu), _on(code, settings), steps, p_pu=p_pu, slow=tr_s >= 30)


def _step_response(code, settings):
    """Own: from full power to the end of the line in one step, and back."""
    tr_s = settings["olrt_s"]
    judge = (checks.time_to_90("p_pu", tr_s, 0.2), checks.pure_delay("p_pu", PURE_DELAY_S))
    high_pu = lab.CONTINUOUS_V_PU[1] - lab.BESIDE_V_PU
    steps = tuple(Step("%d to %.3f pu" % (number + 1, v_pu), acceptance.RECORDED_TR * tr_s + 0.02 * number + 0.02, judge,
                       v_pu=v_pu) for number, v_pu in enumerate((high_pu, 1.0) * 2))
    return Case(TEST, "curve 1, whole step (own)", _on(code, {**settings, "p2_pu": 0.0}), steps)


def _on(code, settings):
    return {**lab.lab(code, volt_watt__enabled=True), **lab.named("volt_watt", settings)}
