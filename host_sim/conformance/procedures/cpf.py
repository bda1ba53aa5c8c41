"""CPF: constant power factor over power, voltage and unbalance; switched off again.

Not its job: the acceptance formulas (acceptance.py).
Source: IEEE 1547.1-2020 5.14.2; Q is expected from the power factor at the measured P, within 10 s of each step.
"""

import math

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Step
from host_sim.conformance.procedures import lab

TEST = "CPF"
ALLOWED_S = 10
UNBALANCE = (("A", (1.07, 0.91, 0.91)), ("B", (0.91, 1.07, 1.07)))    # IEEE 1547.1 Table 24
# lowest power factor injecting and absorbing vars, by category
LOWEST_PF = {"a": (0.90, 0.97), "b": (0.90, 0.90)}


def cases(code, eut):
    """Cases of the test on this grid code."""
    over, under = LOWEST_PF[code.performance]
    rows = ((over, "over"), (under, "under"), ((1 + over) / 2, "over"), ((1 + under) / 2, "under"))
    for pf, excitation in rows[:1] if eut.quick else rows:
        yield _case(code, eut, pf, excitation)


def tour(hold_s, powers_pu, checks_at):
    """Steps through power, voltage and unbalance. checks_at: function (p_pu or None when it stays) -> checks."""
    low, high = lab.CONTINUOUS_V_PU[0] + lab.BESIDE_V_PU, lab.CONTINUOUS_V_PU[1] - lab.BESIDE_V_PU
    steps = [Step("P %g pu" % p_pu, hold_s, checks_at(p_pu), p_pu=p_pu) for p_pu in powers_pu]
    steps += [Step("V %.3f pu" % v_pu, hold_s, checks_at(None), v_pu=v_pu) for v_pu in (low, high, low, 1.0)]
    steps += [Step("unbalance " + name, hold_s, checks_at(None), v_pu=phases_pu) for name, phases_pu in UNBALANCE]
    steps.append(Step("V 1 pu", hold_s, checks_at(None), v_pu=1.0))
    return [step._replace(name="%d %s" % (number + 1, step.name)) for number, step in enumerate(steps)]


def switched_off(hold_s, mra):
    """The last step: unity power factor again."""
    judge = (checks.steady("q_pu", lambda _: 0.0, mra_y=mra.q_pu, from_s=acceptance.SETTLED_TR * ALLOWED_S),)
    return Step("switched off", hold_s, judge, settings={"grid.q_mode": "unity"})


def _case(code, eut, pf, excitation):
    mra = lab.mra(eut)
    per_p = math.tan(math.acos(pf)) * eut.p_rated_w / eut.s_max_va * (1 if excitation == "over" else -1)
    hold_s = acceptance.RECORDED_TR * ALLOWED_S
    settled_s = acceptance.SETTLED_TR * ALLOWED_S
    judge = (checks.faster("q_pu", ALLOWED_S, mra.q_pu, settled_s),) + checks.on_curve(
        "q_pu", lambda p_pu: per_p * p_pu, x="p_pu", mra_y=mra.q_pu, from_s=settled_s)
    steps = tour(hold_s, (1.0, 0.5), lambda _: judge) + [switched_off(hold_s, mra)]
    large = checks.arrives("q_pu", ALLOWED_S, settled_s)
    steps[0] = steps[0]._replace(checks=judge + (large,))
    settings = lab.lab(code, grid__q_mode="cpf", cpf__pf=pf, cpf__excitation=excitation)
    return Case(TEST, "PF %.3f %s-excited" % (pf, excitation), settings, tuple(steps), p_pu=0.2)
