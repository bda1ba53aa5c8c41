"""AS-VV, AS-VW: volt-var and volt-watt of AS/NZS 4777.2, fifth by fifth between the points, and their timing.

Not its job: frequency response (lfsm.py).
Source: AS/NZS 4777.2:2020 as CanmetENERGY's test scripts state it: commence within 1 s, complete within 10 s, to 4 % of
the VA rating.
"""

from host_sim.conformance import checks
from host_sim.conformance.model import Case, Step, Verdict
from host_sim.conformance.procedures import lab, vv, vw

TESTS = ("AS-VV", "AS-VW")
COMMENCE_S, COMPLETE_S = 1.0, 10.0
TOLERANCE_S_PU = 0.04
FIFTHS = 5
HOLD_S = 14
P_VARS_PU, P_WATTS_PU = 0.7, 1.0     # the first leaves room for 60 % of the VA rating in vars
TICK_S = 0.2      # a sample of the terminals after the deadline


def cases(code, eut):
    """Cases of both tests on this grid code."""
    settings = vv.settings_of(code)
    function, corners = vv.curve_of(settings)
    mode = {**lab.lab(code, grid__q_mode="volt_var"), **lab.named("volt_var", settings)}
    for side, way in (("high", corners[2:]), ("low", corners[1::-1])):
        yield _case("AS-VV", "volt-var, %s side" % side, mode, "q_pu", function,
                    corners=way, tolerance=TOLERANCE_S_PU, p_pu=P_VARS_PU)
        if eut.quick:
            return
    settings = vw.settings_of(code)
    line, corners = vw.curve_of(settings)
    mode = {**lab.lab(code, volt_watt__enabled=True), **lab.named("volt_watt", settings)}
    yield _case("AS-VW", "volt-watt", mode, "p_pu", lambda v_pu: min(P_WATTS_PU, line(v_pu)), corners=corners,
                tolerance=TOLERANCE_S_PU * eut.s_max_va / eut.p_rated_w, p_pu=P_WATTS_PU)



def _case(test, name, settings, y, function, *, corners, tolerance, p_pu):
    first, last = corners
    volts = [first + (last - first) * number / FIFTHS for number in range(FIFTHS + 1)]
    steps = []
    for number, v_pu in enumerate(volts + volts[-2::-1]):
        steps.append(Step("%d %.4f pu" % (number + 1, v_pu), HOLD_S, (_complete(y, function, tolerance),), v_pu=v_pu))
    whole = (checks.pure_delay(y, COMMENCE_S), _complete(y, function, tolerance))
    steps += [Step("whole step to %.4f pu" % v_pu, HOLD_S, whole, v_pu=v_pu) for v_pu in (last, first)]
    return Case(test, name, settings, tuple(steps), v_pu=first, p_pu=p_pu, warm_s=20)


def _complete(y, function, tolerance):
    """From 10 s on within 4 % of the curve."""
    def check(record):
        target = function(record.mean("v_pu", COMPLETE_S))
        value = record.mean(y, COMPLETE_S, COMPLETE_S + TICK_S)
        return Verdict("%s at %g s" % (checks.UNIT[y], COMPLETE_S), target - tolerance, target + tolerance, value, y, COMPLETE_S)
    return check
