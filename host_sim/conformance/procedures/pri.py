"""PRI: who comes first when active-power limit, volt-watt, droop and a reactive-power mode act together.

Not its job: the acceptance formulas (acceptance.py).
Source: IEEE 1547.1-2020 5.16, Tables 38 and 39. Active power is expected from the functions at the step's voltage and
frequency, which gives the tables' values; droop counts from the power before the disturbance and may exceed the limit,
volt-watt bounds all.
"""

import math

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Step
from host_sim.conformance.procedures import fw, lab, vv, vw, wv

TEST = "PRI"
LIMIT_PU = 0.5
P2_PU = 0.2
CRP_PU, CPF_PF = 0.44, 0.9
# V pu, offset from nominal Hz, V at which the frequency left its deadband
STEPS = (
    (1.00, 0.00, None), (1.09, 0.00, None), (1.09, 0.33, 1.09), (1.09, 0.00, None),
    (1.09, -0.64, 1.09), (1.00, -0.64, 1.09), (1.00, 0.00, None), (1.00, -0.64, 1.00),
)
MODES = ("volt_var", "crp", "cpf", "watt_var")


def cases(code, eut):
    """Cases of the test on this grid code."""
    for mode in MODES[:1] if eut.quick else MODES:
        yield _case(code, eut, mode)


def _case(code, eut, mode):
    mra = lab.mra(eut)
    volt_watt = {**vw.settings_of(code), "p2_pu": P2_PU}
    line, corners = vw.curve_of(volt_watt)
    droop = fw.settings_of(code)
    reactive = _reactive(code, eut, mode, mra)
    slowest_s = max(volt_watt["olrt_s"], droop["olrt_s"], 10)
    steps = []
    for number, (v_pu, offset_hz, v_pre_pu) in enumerate(STEPS):
        f_hz = code.f_nom_hz + offset_hz
        power = _power(code, droop, line, f_hz, v_pu if v_pre_pu is None else v_pre_pu)
        judge = (checks.steady("p_pu", power, x="v_pu", mra_x=mra.v_pu, mra_y=mra.p_pu, knots=corners,
                               from_s=acceptance.SETTLED_TR * slowest_s), reactive)
        steps.append(Step("%d %g pu %.2f Hz" % (number + 1, v_pu, f_hz), acceptance.RECORDED_TR * slowest_s, judge,
                          v_pu=v_pu, f_hz=f_hz))
    settings = {**fw.on(code, droop), **lab.named("volt_watt", volt_watt), "volt_watt.enabled": True,
                "p_limit.enabled": True, "p_limit.p_max_pu": LIMIT_PU, **_mode_settings(code, mode)}
    return Case(TEST, "with " + mode.replace("_", "-"), settings, tuple(steps), warm_s=40)


def _power(code, droop, line, f_hz, v_pre_pu):
    shift_pu = fw.expected(code, droop, 0.0)(f_hz)

    def power_pu(v_pu):
        return min(line(v_pu), min(LIMIT_PU, line(v_pre_pu)) + shift_pu)
    return power_pu


def _mode_settings(code, mode):
    own = {"volt_var": lambda: lab.named("volt_var", vv.settings_of(code)), "crp": lambda: {"crp.q_pu": CRP_PU},
           "cpf": lambda: {"cpf.pf": CPF_PF, "cpf.excitation": "over"},
           "watt_var": lambda: lab.named("watt_var", wv.settings_of(code))}
    return {"grid.q_mode": mode, **own[mode]()}


def _reactive(code, eut, mode, mra):
    """The check of Q in every step."""
    from_s = acceptance.SETTLED_TR * 10
    if mode == "volt_var":
        function, corners = vv.curve_of(vv.settings_of(code))
        return checks.steady("q_pu", function, x="v_pu", mra_x=mra.v_pu, mra_y=mra.q_pu, knots=corners, from_s=from_s)
    if mode == "crp":
        return checks.steady("q_pu", lambda _: CRP_PU, mra_y=mra.q_pu, from_s=from_s)
    if mode == "cpf":
        per_p = math.tan(math.acos(CPF_PF)) * eut.p_rated_w / eut.s_max_va
        return checks.steady("q_pu", lambda p_pu: per_p * p_pu, x="p_pu", mra_x=mra.p_pu, mra_y=mra.q_pu, from_s=from_s)
    function, corners = wv.curve_of(wv.settings_of(code), "")
    return checks.steady("q_pu", function, x="p_pu", mra_x=mra.p_pu, mra_y=mra.q_pu, knots=corners, from_s=from_s)
