"""LAP: limit of active power, then frequency and voltage away from nominal while it holds.

Not its job: the acceptance formulas (acceptance.py).
Source: IEEE 1547.1-2020 5.13; droop counts from the limited power, volt-watt bounds it. A lower bound is ours: a device
that ceases would keep every limit.
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Step
from host_sim.conformance.procedures import fw, lab, vw

TEST = "LAP"
LIMITS_PU = (0.66, 0.33, 0.0)
REPEATS = 3
ALLOWED_S = 30
FAR_HZ = 1.0
HIGH_V_PU = 1.08


def cases(code, eut):
    """Cases of the test on this grid code."""
    for limit_pu in LIMITS_PU[1:2] if eut.quick else LIMITS_PU:
        yield _case(code, eut, limit_pu, 1 if eut.quick else REPEATS)


def _case(code, eut, limit_pu, repeats):
    mra = lab.mra(eut)
    droop, volt_watt = fw.settings_of(code), vw.settings_of(code)
    line, corners = vw.curve_of(volt_watt)
    expected = fw.expected(code, droop, limit_pu)
    f_nom, droop_s, watt_s = code.f_nom_hz, 4 * droop["olrt_s"], 4 * volt_watt["olrt_s"]
    by_f = (checks.steady("p_pu", expected, x="f_hz", mra_x=mra.f_hz, mra_y=mra.p_pu, from_s=droop_s / 2 + 2),)
    by_v = (checks.steady("p_pu", lambda v_pu: min(limit_pu, line(v_pu)), x="v_pu", mra_x=mra.v_pu, mra_y=mra.p_pu,
                          knots=corners, from_s=watt_s / 2),)
    width_pu = acceptance.SCALE * mra.p_pu
    limited = (
        checks.highest("p_pu", "P from %d s on, pu" % ALLOWED_S, limit_pu + width_pu, from_s=ALLOWED_S),
        checks.lowest("p_pu", "P from %d s on, pu" % ALLOWED_S, limit_pu - width_pu, from_s=ALLOWED_S),
    )
    rocof_hz_s = fw.ROCOF_HZ_S[code.ride_through]
    steps = []
    for number in range(repeats):
        steps += [
            Step("limit %g" % limit_pu, 40, limited, settings={"p_limit.enabled": True, "p_limit.p_max_pu": limit_pu}),
            Step("%g Hz" % (f_nom - FAR_HZ), droop_s + 2, by_f, f_hz=f_nom - FAR_HZ, rocof_hz_s=rocof_hz_s),
            Step("%g Hz" % f_nom, droop_s + 2, by_f, f_hz=f_nom, rocof_hz_s=rocof_hz_s),
            Step("%g Hz" % (f_nom + FAR_HZ), droop_s + 2, by_f, f_hz=f_nom + FAR_HZ, rocof_hz_s=rocof_hz_s),
            Step("%g Hz" % f_nom, droop_s + 2, by_f, f_hz=f_nom, rocof_hz_s=rocof_hz_s),
            Step("%g pu" % HIGH_V_PU, watt_s, by_v, v_pu=HIGH_V_PU),
            Step("1 pu", watt_s, by_v, v_pu=1.0),
            Step("no limit", 40, (), settings={"p_limit.enabled": False}),
        ]
    steps = tuple(step._replace(name="%d.%d %s" % (number // 8 + 1, number % 8 + 1, step.name))
                  for number, step in enumerate(steps))
    settings = lab.lab(code, volt_watt__enabled=True, droop__of_enabled=True, droop__uf_enabled=True)
    settings.update({**lab.named("droop", droop), **lab.named("volt_watt", volt_watt)})
    return Case(TEST, "limit %g pu" % limit_pu, settings, steps)
