"""WV: watt-var, three characteristics, injecting and absorbing.

Not its job: the acceptance formulas (acceptance.py).
Source: IEEE 1547.1-2020 5.14.7; the response is one-sided, at most 10 s.
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Step
from host_sim.conformance.procedures import lab

TEST = "WV"
ALLOWED_S = 10
# name, Q1..Q3 as shares of the Q at full power
CHARACTERISTICS = (("curve 1", (0, 0, 1)), ("curve 2", (0.5, 0.5, 1)), ("curve 3", (0, 1, 1)))
PATH_PU = (0.2, 0.35, 0.5, 0.75, 1.0, 0.75, 0.5, 0.35, 0.2)
DIRECTIONS = ((1, "", "injecting"), (-1, "_abs", "absorbing"))


def cases(code, eut):
    """Cases of the test on this grid code."""
    for name, shares in CHARACTERISTICS[:1] if eut.quick else CHARACTERISTICS:
        settings = settings_of(code, shares)
        for sign, suffix, direction in DIRECTIONS:
            yield _characteristic(code, eut, "%s, %s" % (name, direction), settings, sign=sign, suffix=suffix)
    yield _step_response(code)


def settings_of(code, shares=CHARACTERISTICS[0][1]):
    """{key: value} of the grid code's own line with other shares at its three points."""
    section = code.section("watt_var")
    settings = {"olrt_s": section["olrt_s"]}
    for _, suffix, _ in DIRECTIONS:
        for number, share in enumerate(shares):
            settings[f"p{number + 1}{suffix}_pu"] = section[f"p{number + 1}{suffix}_pu"]
            settings[f"q{number + 1}{suffix}_pu"] = share * section[f"q3{suffix}_pu"]
    return settings


def curve_of(settings, suffix):
    """(function P -> Q, corner powers) of one direction."""
    points = sorted((settings[f"p{number}{suffix}_pu"], settings[f"q{number}{suffix}_pu"]) for number in (1, 2, 3))
    return acceptance.line(points), tuple(point[0] for point in points)


def _step_response(code):
    """Own: half power to full power and back in one step; the standard's steps are smaller than its tolerance."""
    settled_s = acceptance.SETTLED_TR * ALLOWED_S
    steps = tuple(Step("%d P %g pu" % (number + 1, p_pu), 2 * settled_s, (checks.arrives("q_pu", ALLOWED_S, settled_s),),
                       p_pu=p_pu) for number, p_pu in enumerate((1.0, 0.5)))
    settings = {**lab.lab(code, grid__q_mode="watt_var"), **lab.named("watt_var", settings_of(code))}
    return Case(TEST, "curve 1, whole step (own)", settings, steps, p_pu=0.5)


def _characteristic(code, eut, name, settings, *, sign, suffix):
    function, corners = curve_of(settings, suffix)
    mra = lab.mra(eut)
    settled_s = acceptance.SETTLED_TR * ALLOWED_S
    judge = (checks.faster("q_pu", ALLOWED_S, mra.q_pu, settled_s),) + checks.on_curve(
        "q_pu", function, x="p_pu", mra_x=mra.p_pu, mra_y=mra.q_pu, knots=corners, from_s=settled_s)
    steps = tuple(Step("%d P %g pu" % (number + 1, sign * p_pu), acceptance.RECORDED_TR * ALLOWED_S, judge, p_pu=sign * p_pu)
                  for number, p_pu in enumerate(PATH_PU))
    return Case(TEST, name, {**lab.lab(code, grid__q_mode="watt_var"), **lab.named("watt_var", settings)}, steps,
                p_pu=sign * PATH_PU[0])
