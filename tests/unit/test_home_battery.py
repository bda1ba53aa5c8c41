"""The home battery that controls itself: it brings its meter to zero, within its limits, and rests at both ends.

Not its job: living beside a vehicle (tests/sim/test_home_week.py).
"""

from host_sim.plant.devices import make_device
from host_sim.plant.home_battery import DEAD_BAND_W, EFFICIENCY, SOC_FLOOR_PCT

V_LN_V, F_HZ = (230.0,) * 3, 50.0


def settle(battery, load_w, seconds, dt_ms=1000, begin_ms=0):
    """Lets it run beside a constant load (negative: surplus); returns the power at the meter."""
    now_ms = begin_ms
    p_pcc_w = battery.p_w - load_w
    for _ in range(seconds * 1000 // dt_ms):
        now_ms += dt_ms
        battery.observe((p_pcc_w,), (0.0,))
        battery.step(now_ms, dt_ms, V_LN_V, F_HZ)
        p_pcc_w = battery.p_w - load_w
    return p_pcc_w


def test_it_serves_the_house_and_takes_the_surplus():
    for load_w in (1500, -2500):
        battery = make_device("sim-home-battery")
        assert abs(settle(battery, load_w, 10)) <= DEAD_BAND_W
        assert abs(battery.bank.get("p_battery_w") - load_w) <= DEAD_BAND_W + 1, "+ discharging in our sign"


def test_its_power_has_a_limit():
    battery = make_device("sim-home-battery")
    assert abs(settle(battery, 9000, 10) + 4000) <= 1
    assert abs(settle(battery, -9000, 10, begin_ms=10_000) - 4000) <= 1


def test_it_does_not_swing():
    battery = make_device("sim-home-battery")
    settle(battery, 1000, 20)
    before_w = battery.p_w
    assert abs(settle(battery, 1000, 5, begin_ms=20_000)) <= DEAD_BAND_W and battery.p_w == before_w


def test_it_rests_when_empty_and_when_full():
    empty = make_device("sim-home-battery", soc_pct=SOC_FLOOR_PCT + 0.1)
    assert settle(empty, 2000, 120) == -2000 and empty.p_w == 0
    full = make_device("sim-home-battery", soc_pct=99.9)
    assert settle(full, -2000, 120) == 2000 and full.p_w == 0


def test_losses_are_paid_both_ways():
    battery = make_device("sim-home-battery", soc_pct=50)
    begin_mj = battery.battery.e_mj
    settle(battery, -2000, 1800)
    stored_mj = battery.battery.e_mj - begin_mj
    assert abs(stored_mj / (2000 * 1800 * 1000 * EFFICIENCY) - 1) < 0.02
    settle(battery, 2000, 1800, begin_ms=1_800_000)
    assert battery.battery.e_mj < begin_mj


def test_a_long_step_stands_for_many_short_ones():
    slow, fast = make_device("sim-home-battery"), make_device("sim-home-battery")
    settle(slow, 1200, 600, dt_ms=10_000)
    settle(fast, 1200, 600)
    assert abs(slow.battery.e_mj / fast.battery.e_mj - 1) < 1e-3
