"""CRP: constant reactive power over power, voltage and unbalance; switched off again.

Not its job: the acceptance formulas (acceptance.py), the tour itself (cpf.py).
Source: IEEE 1547.1-2020 5.14.3; below 20 % of the W rating the required capability tapers (IEEE 1547 Table 7).
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Verdict
from host_sim.conformance.procedures import lab
from host_sim.conformance.procedures.cpf import ALLOWED_S, switched_off, tour

TEST = "CRP"
FULL_FROM_P_PU = 0.2
SETTLED_S = acceptance.SETTLED_TR * ALLOWED_S


def cases(code, eut):
    """Cases of the test on this grid code."""
    inject_pu, absorb_pu = lab.REACTIVE_CAPABILITY_PU[code.performance]
    rows = (inject_pu, -absorb_pu, 0.5 * inject_pu, -0.5 * absorb_pu)
    for q_pu in rows[:1] if eut.quick else rows:
        yield _case(code, eut, q_pu)


def _case(code, eut, q_pu):
    mra = lab.mra(eut)

    def judge(p_pu):
        if p_pu is not None and p_pu < FULL_FROM_P_PU:
            return (_between(q_pu * p_pu / FULL_FROM_P_PU, q_pu, acceptance.SCALE * mra.q_pu),)
        return (checks.faster("q_pu", ALLOWED_S, mra.q_pu, SETTLED_S),) + checks.on_curve(
            "q_pu", lambda _: q_pu, mra_y=mra.q_pu, from_s=SETTLED_S)

    hold_s = acceptance.RECORDED_TR * ALLOWED_S
    steps = tour(hold_s, (0.2, 0.05, 1.0), judge) + [switched_off(hold_s, mra)]
    return Case(TEST, "Q %g pu" % q_pu, lab.lab(code, grid__q_mode="crp", crp__q_pu=q_pu), tuple(steps), p_pu=0.2)


def _between(least_pu, full_pu, width_pu):
    """At little power: at least the tapered capability, at most what is asked for."""
    low, high = min(least_pu, full_pu) - width_pu, max(least_pu, full_pu) + width_pu

    def check(record):
        return Verdict("steady Q, pu", low, high, record.mean("q_pu", SETTLED_S), "q_pu", SETTLED_S, record.t_s[-1])
    return check
