"""WAPE around a feeder: six stations settle when the filter obeys the rule and cycle when it does not.

Not its job: the full feeder (the simulator's studies). Source: the plant is one sensitivity in V per kvar and kW with
a dead time, the loop gain of six three-phase stations on the IEEE 13-node feeder.
"""

import math

from edge.laws.wape import wape
from edge.laws.wape import step_fraction
from edge.laws.wape_stability import margins, olrt_min_s, step_fraction_max, volt_var_gain, wape_tau_min_s
from tests.portable.law_bench import is_close, section, view

STATIONS = 6
V_NOM = 415
TICK_MS = 100
Q_GAIN_VAR_V = 570
P_GAIN_W_V = 6000 / 8


def run(gain, delay_s, tau_s, write_period_s=0, until_s=120, v_open_v=398):
    """Voltage every tick, V. gain: of the whole loop; the stations share the feeder; delay_s: setpoint to power."""
    # gain = sensitivity x (kq + P_max / (v1 - v0)): where both P and Q move
    volts_per_w = gain / (STATIONS * (Q_GAIN_VAR_V + P_GAIN_W_V))
    p = section("wape", v0_pu=400 / V_NOM, v1_pu=408 / V_NOM, tau_s=tau_s, loop_gain=gain)
    late = [(0, 0)] * max(1, int(delay_s * 1000 / TICK_MS + 0.5))
    seen = view(s_max_va=20000, write_period_s=write_period_s)
    memory, track = None, []
    for tick in range(int(until_s * 1000 / TICK_MS)):
        p_w, q_var = late.pop(0)
        v_v = v_open_v + STATIONS * volts_per_w * (p_w + q_var)
        track.append(v_v)
        seen.v_mean_pu = v_v / V_NOM
        opinion, memory = wape(seen, memory, p)
        seen.p_set_w, seen.q_set_var = opinion[0], opinion[3]
        late.append((opinion[0], opinion[3]))
    return track


def swing_v(track, last_s):
    """Peak to peak over the last seconds, V."""
    tail = track[-int(last_s * 1000 / TICK_MS):]
    return max(tail) - min(tail)


def test_by_the_rule_every_delay_settles():
    for gain in (5, 8, 20):
        for delay_s in (0.1, 0.2, 0.5, 1.0):
            tau_s = max(wape_tau_min_s(gain, delay_s), 1)
            swing = swing_v(run(gain, delay_s, tau_s, 0, 30 + 6 * tau_s), 10)
            assert swing < 0.2, (gain, delay_s, tau_s, swing)


def test_without_a_filter_it_cycles():
    for delay_s in (0.2, 0.5, 1.0):
        swing = swing_v(run(8, delay_s, 0.01, 0, 60), 20)
        assert swing > 20, (delay_s, swing)


def test_a_filter_five_times_too_quick_cycles():
    for delay_s in (0.5, 1.0):
        swing = swing_v(run(8, delay_s, wape_tau_min_s(8, delay_s) / 5, 0, 120), 20)
        assert swing > 5, (delay_s, swing)


def test_slow_devices_settle_by_the_step_fraction():
    for gain in (5, 8, 20):
        for write_period_s in (1, 6, 11):
            for delay_s in (0.1, 1.0):
                swing = swing_v(run(gain, delay_s, 4, write_period_s, 30 + 60 * write_period_s), 3 * write_period_s)
                assert swing < 0.5, (gain, write_period_s, delay_s, swing)


def test_the_rule_keeps_its_margins():
    for gain in (2, 5, 8, 20):
        for delay_s in (0.1, 0.35, 1.0):
            gain_db, phase_deg = margins(gain, delay_s, wape_tau_min_s(gain, delay_s))
            assert gain_db >= 6 and phase_deg >= 45, (gain, delay_s, gain_db, phase_deg)
    gain_db, phase_deg = margins(8, 0.35, 0.35)
    assert gain_db < 0 and phase_deg < 0


def test_the_step_used_is_half_the_limit():
    assert step_fraction(8) == step_fraction_max(8) / 2
    assert margins(0.5, 0, 4) == (None, None)


def test_the_rule_of_volt_var_keeps_the_same_margins():
    for gain in (0.51, 0.8, 1, 1.5, 3, 8, 20):
        for delay_s in (0.1, 0.35, 1.2):
            tau_s = (olrt_min_s(gain, delay_s) - delay_s) / math.log(10)
            gain_db, phase_deg = margins(gain, delay_s, tau_s)
            assert gain_db >= 6 and (phase_deg is None or phase_deg >= 45), (gain, delay_s, gain_db, phase_deg)
    assert olrt_min_s(0.5, 1) == 0, "below unity at every frequency"
    assert -20 * math.log(0.5) / math.log(10) > 6


def test_gain_of_a_volt_var_curve_is_its_steepest_slope():
    three, one = volt_var_gain(section("volt_var"), 3, 7360), volt_var_gain(section("volt_var"), 1, 7360)
    assert is_close(three, 0.44 / 0.06 * 0.14) and is_close(one, three * 2.5)
    assert is_close(volt_var_gain(section("volt_var"), 3, 14720), 2 * three), "twice the vars for the same voltage"
    for steep in ({"v1_pu": 0.96}, {"v4_pu": 1.04}, {"q2_pu": 0.44, "q3_pu": -0.44, "v2_pu": 0.99, "v3_pu": 1.03}):
        assert is_close(volt_var_gain(section("volt_var", sensitivity_pu=0.1, **steep), 3, 7360), 2.2), steep
