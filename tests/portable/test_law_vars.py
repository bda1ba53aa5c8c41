"""Owners of Q by grid code: volt-var with its reference, watt-var, power factor, constant vars; and their response.

Not its job: the circle of P and Q (test_arbiter.py), OpenDER's opinion (tests/conformance). Source: IEEE 1547-2018 5.3,
tables 8 and 9, category B; a 6 kW, 7.36 kVA device.
"""

from edge import grid_reasons
from edge.laws.cpf import cpf, cpf_without_power
from edge.laws.crp import crp
from edge.laws.volt_var import volt_var, volt_var_without_voltage
from edge.laws.watt_var import watt_var, watt_var_without_power
from tests.portable.law_bench import delivered, is_close, section, view

S_VA = 7360
AT_ONCE = 0.01      # s: shorter than any loop


def var_of(law, p, **changes):
    """Q at once, pu of the VA rating: without response."""
    opinion, _ = law(view(loop_delay_s=1, **changes), None, p)
    assert opinion[:3] == (None, None, None)
    return opinion[3] / S_VA


def test_volt_var_at_its_points_and_between():
    p = section("volt_var", olrt_s=AT_ONCE)
    for v_pu, q_pu in ((0.7, 0.44), (0.92, 0.44), (0.95, 0.22), (0.98, 0), (1.0, 0), (1.02, 0), (1.05, -0.22), (1.08, -0.44),
                       (1.3, -0.44)):
        assert is_close(var_of(volt_var, p, v_mean_pu=v_pu), q_pu), v_pu
    assert volt_var(view(), None, p)[0][4] == grid_reasons.VOLT_VAR


def test_volt_var_acts_on_the_mean_and_crosses_a_deadband_of_any_height():
    p = section("volt_var", olrt_s=AT_ONCE, q2_pu=0.2, q3_pu=-0.1)
    assert is_close(var_of(volt_var, p, v_mean_pu=1.0, v_min_pu=0.8, v_max_pu=1.2), 0.05)
    assert is_close(var_of(volt_var, p, v_mean_pu=0.98), 0.2) and is_close(var_of(volt_var, p, v_mean_pu=1.02), -0.1)
    p = section("volt_var", olrt_s=AT_ONCE, v1_pu=0.9, v2_pu=1.0, v3_pu=1.0, v4_pu=1.1)
    assert var_of(volt_var, p, v_mean_pu=1.0) == 0, "category A has no deadband"


def test_the_reference_moves_the_whole_curve():
    p = section("volt_var", olrt_s=AT_ONCE, v_ref_pu=1.03)
    for v_pu, q_pu in ((0.95, 0.44), (0.98, 0.22), (1.03, 0), (1.08, -0.22)):
        assert is_close(var_of(volt_var, p, v_mean_pu=v_pu), q_pu), v_pu


def test_the_reference_follows_the_voltage_and_stops_at_five_percent():
    p = section("volt_var", vref_auto_enabled=True, vref_auto_s=300)
    seen = view(v_mean_pu=1.04, dt_ms=1000)
    memory = None
    for _ in range(300):
        opinion, memory = volt_var(seen, memory, p)
    assert is_close(memory[0], 0.04 * 0.6321), "63 % after one time constant"
    for _ in range(900):
        opinion, memory = volt_var(seen, memory, p)
    assert -0.001 < opinion[3] <= 0, "the voltage is normal now"
    for _ in range(3000):
        _, memory = volt_var(view(v_mean_pu=1.2, dt_ms=1000), memory, p)
    assert is_close(memory[0], 0.05)
    for _ in range(3000):
        _, memory = volt_var(view(v_mean_pu=0.5, dt_ms=1000), memory, p)
    assert is_close(memory[0], -0.05)


def test_a_slow_reference_moves_in_small_floats_too():
    p = section("volt_var", vref_auto_enabled=True, vref_auto_s=5000)
    memory = None
    for _ in range(20000):
        _, memory = volt_var(view(v_mean_pu=1.01), memory, p)
    assert is_close(memory[0], 0.01 * 0.3297, 1e-4), "one third after 2000 s at 10 Hz"


def test_watt_var_at_its_points_on_both_sides():
    p = section("watt_var", olrt_s=AT_ONCE, q1_abs_pu=0.1, q1_pu=-0.1)
    for p_pu, q_pu in ((0, 0), (0.1, -0.05), (0.2, -0.1), (0.35, -0.05), (0.5, 0), (0.75, -0.22), (1, -0.44), (1.2, -0.44),
                       (-0.1, 0.05), (-0.2, 0.1), (-0.35, 0.05), (-0.5, 0), (-0.75, 0.22), (-1, 0.44), (-1.2, 0.44)):
        assert is_close(var_of(watt_var, p, p_ac_w=6000 * p_pu), q_pu), p_pu


def test_power_factor_and_its_excitation():
    for excitation, sign in (("over", 1), ("under", -1)):
        p = section("cpf", olrt_s=AT_ONCE, pf=0.9, excitation=excitation)
        for p_w in (6000, 3000, 0, -6000):
            opinion, _ = cpf(view(p_ac_w=p_w, loop_delay_s=1), None, p)
            assert is_close(opinion[3], sign * abs(p_w) * 0.484322), (excitation, p_w, opinion[3])
    p = section("cpf", olrt_s=AT_ONCE)
    assert var_of(cpf, p, p_ac_w=6000) == 0, "unity"


def test_constant_vars():
    assert is_close(var_of(crp, section("crp", olrt_s=AT_ONCE, q_pu=-0.25), v_mean_pu=None), -0.25)


def test_ninety_percent_after_the_open_loop_response_time():
    for law, p, seen in ((volt_var, section("volt_var", olrt_s=5), view(v_mean_pu=1.08)),
                         (crp, section("crp", olrt_s=5, q_pu=-0.44), view())):
        delivered(law, 5, seen, p)
        assert is_close(seen.q_set_var, -0.9 * 0.44 * S_VA), seen.q_set_var
        delivered(law, 5, seen, p)
        assert is_close(seen.q_set_var, -0.99 * 0.44 * S_VA), seen.q_set_var


def test_what_loop_and_device_take_is_taken_off():
    seen = view(loop_delay_s=0.5)
    delivered(crp, 4.5, seen, section("crp", olrt_s=5, q_pu=0.44))
    assert is_close(seen.q_set_var, 0.9 * 0.44 * S_VA), seen.q_set_var
    seen = view(loop_delay_s=0.5)
    delivered(crp, 0.1, seen, section("crp", olrt_s=0.5, q_pu=0.44))
    assert is_close(seen.q_set_var, 0.44 * S_VA), "nothing is left to be slow with"


def test_the_response_is_the_same_whatever_the_tick():
    p = section("crp", olrt_s=4.60517, q_pu=1)      # two seconds
    for dt_ms, steps in ((50, 80), (100, 40), (1000, 4)):
        seen = view(dt_ms=dt_ms)
        for _ in range(steps):
            seen.q_set_var = crp(seen, None, p)[0][3]
        assert is_close(seen.q_set_var, 0.86466 * S_VA), (dt_ms, seen.q_set_var)


def test_the_response_begins_at_what_is_delivered():
    p = section("crp", olrt_s=2.302585, q_pu=0)
    opinion, _ = crp(view(q_set_var=-1000), None, p)
    assert is_close(opinion[3], -904.84), "taken over from another owner, or clipped by the circle: no step, no pause"


def test_nobody_owns_q_where_none_may_be_given():
    for changes in ({"plugged": False}, {"plugged": None}, {"q_capable": False}, {"failsafe_action": 4}, {"failsafe_action": 5}):
        for law, name in ((volt_var, "volt_var"), (watt_var, "watt_var"), (cpf, "cpf"), (crp, "crp")):
            assert law(view(v_mean_pu=0.9, p_ac_w=3000, **changes), None, section(name))[0] is None, (name, changes)
    opinion, _ = crp(view(kind="bes", plugged=None, failsafe_action=3), None, section("crp", q_pu=1))
    assert opinion[3] > 0


def test_without_its_quantity_an_owner_lets_go_gently():
    for without, name in ((volt_var_without_voltage, "volt_var"), (watt_var_without_power, "watt_var"),
                          (cpf_without_power, "cpf")):
        p = section(name, olrt_s=2.302585)
        opinion, memory = without(view(v_mean_pu=None, p_ac_w=None, q_set_var=-1000), (0.01,), p)
        assert is_close(opinion[3], -904.84) and memory in ((0.01,), None), name
