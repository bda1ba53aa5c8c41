"""Simulated devices driven through their register banks, as a master would.

Not its job: the wire (conformance/test_emulate_profiles), the encoder (test_registers).
Source: each profile's text and its `emulate` rows.
"""

import pytest

from host_sim.plant.devices import make_device, profile_named
from host_sim.plant.load_profile import Series, constant

STEP_MS = 20
V_LN_V = (230.0, 230.0, 230.0)
OWNER, WATCHDOG, P_SET, Q_SET = 120, 121, 122, 123   # sim-four-quadrant


def run(device, duration_ms, v_ln_v=V_LN_V, step_ms=STEP_MS):
    for _ in range(duration_ms // step_ms):
        device.step(device.now_ms + step_ms, step_ms, v_ln_v, 50.0)
    return device


def word(value):
    return value & 0xFFFF


def owned_charger(watchdog_s=5, **options):
    device = run(make_device("sim-four-quadrant", **options), 100)
    assert device.bank.write(16, OWNER, [1, watchdog_s]) == 0
    return device


def test_charging_shows_in_every_measurement():
    device = owned_charger(watchdog_s=0)
    assert device.bank.write(16, P_SET, [word(-6000), word(2000)]) == 0
    run(device, 1000)
    get = device.bank.get
    assert get("state") == "charging" and get("p_ac_w") == -6000 and get("q_ac_var") == 2000
    assert get("i_a_a") == pytest.approx((6000**2 + 2000**2) ** 0.5 / 690, abs=0.005)
    assert get("v_bn_v") == 230.0 and get("f_hz") == 50.0
    assert device.p_inj_w == pytest.approx((-2000,) * 3, abs=0.01)
    assert device.q_inj_var == pytest.approx((2000 / 3,) * 3, abs=0.01)
    assert get("i_dc_a") == pytest.approx(-6000 * 0.96 / 400, abs=0.06)


def test_without_an_owner_setpoints_are_refused_and_leaving_forgets_them():
    device = run(make_device("sim-four-quadrant"), 100)
    assert device.bank.write(16, P_SET, [1000, 0]) == 4
    device.bank.write(16, OWNER, [1, 5])
    assert device.bank.write(16, P_SET, [1000, 500]) == 0
    run(device, 500)
    assert device.bank.write(6, OWNER, [0]) == 0
    run(device, 1000)
    assert device.bank.get("p_ac_w") == 0 == device.bank.get("p_set_w") == device.bank.get("watchdog_s")


def test_values_no_device_would_take_are_refused():
    device = owned_charger()
    assert device.bank.write(6, OWNER, [2]) == 3
    assert device.bank.write(6, WATCHDOG, [61]) == 3
    assert device.bank.get("watchdog_s") == 5


def test_the_reversion_timer_ends_power_and_says_so():
    device = owned_charger(watchdog_s=2)
    device.bank.write(16, P_SET, [3000, 1000])
    run(device, 1980)
    assert device.bank.get("p_ac_w") == 3000 and device.bank.get("reversion_left_ms") == 20
    run(device, 1000)
    assert device.bank.get("p_ac_w") == device.bank.get("q_ac_var") == 0 == device.bank.get("p_set_w")
    assert device.bank.get("fault_bits") == 1 and device.bank.get("owner") == 1
    device.bank.write(16, P_SET, [3000, 0])
    run(device, 500)
    assert device.bank.get("p_ac_w") == pytest.approx(3000, abs=1) and device.bank.get("fault_bits") == 0


def test_writing_the_same_setpoint_keeps_the_timer_from_firing():
    device = owned_charger(watchdog_s=1)
    for _ in range(10):
        device.bank.write(16, P_SET, [3000, 0])
        run(device, 500)
    assert device.bank.get("p_ac_w") == 3000


def test_energy_in_the_registers_and_in_the_battery_agree():
    device = owned_charger(watchdog_s=0, storage={"capacity_wh": 20000, "soc_pct": 20})
    device.bank.write(16, P_SET, [word(-6000), 0])
    run(device, 3_600_000, step_ms=1000)
    assert device.bank.get("e_import_wh") == pytest.approx(6000, abs=2)
    charging = 0.95 + 0.01 * (6000 - 2000) / (7360 - 2000)
    assert device.battery.soc_pct == pytest.approx(20 + 100 * 6000 * charging / 20000, abs=0.02)
    soc_pct = device.battery.soc_pct
    device.bank.write(16, P_SET, [3000, 0])
    run(device, 3_600_000, step_ms=1000)
    discharging = 0.95 + 0.01 * (3000 - 2000) / (7360 - 2000)
    assert device.bank.get("e_export_wh") == pytest.approx(3000, abs=2)
    assert device.battery.soc_pct == pytest.approx(soc_pct - 100 * 3000 / discharging / 20000, abs=0.02)


def test_twenty_kwh_at_six_kw_take_three_hours_and_a_third_when_lossless():
    device = owned_charger(watchdog_s=0, efficiency=(), storage={"capacity_wh": 20000, "soc_pct": 0})
    device.bank.write(16, P_SET, [word(-6000), 0])
    while device.battery.soc_pct < 100:
        run(device, 1000, step_ms=1000)
    assert device.now_ms / 3.6e6 == pytest.approx(20 / 6, abs=0.001)
    run(device, 2000, step_ms=1000)
    assert device.bank.get("p_ac_w") == 0 and device.bank.get("p_charge_max_w") == 0


def test_unplugging_ends_power_and_knowledge():
    device = owned_charger(watchdog_s=0)
    device.bank.write(16, P_SET, [word(-6000), 3000])
    run(device, 500)
    device.unplug()
    run(device, 20)
    get = device.bank.get
    assert get("state") == "no_vehicle" and get("p_ac_w") == 0 == get("q_ac_var")
    assert get("soc_pct") is None and get("e_capacity_wh") is None and get("p_charge_max_w") == 0
    device.plug()
    run(device, 500)
    assert get("soc_pct") == pytest.approx(50, abs=0.1) and get("p_ac_w") == pytest.approx(-6000, abs=5)


def test_a_dead_grid_and_a_fault_stop_injection():
    device = owned_charger(watchdog_s=0)
    device.bank.write(16, P_SET, [6000, 0])
    run(device, 500)
    run(device, 20, v_ln_v=(0.0, 0.0, 0.0))
    assert device.p_inj_w == (0, 0, 0) and device.bank.get("state") == "fault" and device.bank.get("fault_bits") == 2
    run(device, 500)
    assert device.p_w == pytest.approx(6000, abs=5)
    device.fault_bits |= 4
    run(device, 20)
    assert device.p_w == 0 and device.bank.get("state") == "fault"


def test_the_heartbeat_moves_with_every_measurement():
    device = run(make_device("sim-four-quadrant"), 20)
    first = device.bank.get("heartbeat")
    run(device, 100)
    assert device.bank.get("heartbeat") == first + 5


def test_the_stationary_battery_obeys_its_own_map():
    device = run(make_device("sim-bes"), 100)
    assert device.bank.write(6, 2001, [5]) == 0 and device.bank.write(6, 2000, [1]) == 0
    assert device.bank.write(16, 2002, [word(-1500), 4000]) == 0     # raw signs count absorption
    run(device, 1000)
    assert device.bank.get("p_ac_w") == -4000 and device.bank.get("q_ac_var") == 1500
    assert device.bank.read(4, 1000, 2) == [4000, word(-1500)]
    assert device.bank.get("p_charge_max_w") == 6000


# --- Quasar 1 -------------------------------------------------------------------------------------------------------

def taken_quasar(watchdog_s=0, **options):
    device = run(make_device("wallbox-quasar-1", **options), 1000)
    for address, value in ((81, 1), (82, 0), (83, 1), (88, watchdog_s)):
        assert device.bank.write(6, address, [value]) == 0
    return device


def test_the_quasar_takes_twenty_seconds_to_start():
    device = taken_quasar()
    device.bank.write(6, 260, [2300])
    device.bank.write(6, 257, [1])
    run(device, 19_000)
    assert device.bank.read(3, 526, 1) == [0] and device.bank.read(3, 537, 1) == [2]
    run(device, 6000)
    assert device.bank.get("p_ac_w") == pytest.approx(-2300, abs=5) and device.bank.read(3, 537, 1) == [1]
    assert device.p_inj_w[1:] == (0.0, 0.0)
    assert device.bank.get("i_a_a") == -10 and device.bank.read(3, 519, 1) == [10]


def test_the_quasar_lies_about_its_charge_while_idle():
    device = run(make_device("wallbox-quasar-1"), 1000)
    seen_pct = set()
    for _ in range(40):
        run(device, 1000)
        seen_pct.add(device.bank.get("soc_pct"))
    assert seen_pct == {0, 1}
    device = taken_quasar()
    device.bank.write(6, 260, [word(-3000)])
    device.bank.write(6, 257, [1])
    run(device, 30_000)
    assert device.bank.read(3, 537, 1) == [11] and 49 <= device.bank.get("soc_pct") <= 50


def test_the_quasar_ignores_setpoints_of_whoever_does_not_own_it():
    device = run(make_device("wallbox-quasar-1"), 1000)
    assert device.bank.write(6, 260, [2300]) == 0 and device.bank.write(6, 257, [1]) == 0
    run(device, 30_000)
    assert device.bank.get("p_ac_w") == 0


def test_the_quasar_goes_idle_when_nobody_writes():
    device = taken_quasar(watchdog_s=30)
    device.bank.write(6, 260, [2300])
    device.bank.write(6, 257, [1])
    run(device, 29_000)
    assert device.bank.get("p_ac_w") < -2000
    run(device, 3000)
    assert device.bank.get("p_ac_w") == 0 and device.bank.get("state") == "paused"


def test_the_quasar_stops_and_gives_back():
    device = taken_quasar(watchdog_s=30)
    device.bank.write(6, 260, [2300])
    device.bank.write(6, 257, [1])
    run(device, 25_000)
    device.bank.write(6, 257, [2])
    run(device, 2000)
    assert device.bank.get("p_ac_w") == 0
    device.bank.write(6, 81, [0])
    assert device.bank.read(3, 81, 8) == [0, 1, 0, 0, 0, 0, 0, 0]


def test_a_single_phase_charger_sits_on_the_phase_it_is_given():
    device = taken_quasar(phase=2)
    device.bank.write(6, 260, [2300])
    device.bank.write(6, 257, [1])
    for _ in range(1500):
        device.step(device.now_ms + 20, 20, (230.0, 231.0, 228.0), 50.0)
    assert device.p_inj_w[:2] == (0.0, 0.0) and device.p_inj_w[2] == pytest.approx(-2300, abs=5)
    assert device.bank.get("v_an_v") == 228


# --- meter and PV ---------------------------------------------------------------------------------------------------

def test_the_meter_shows_what_it_observes_and_counts():
    device = make_device("eastron-sdm630")
    device.observe((-1000.0, -500.0, 300.0), (-200.0, 0.0, 0.0))
    run(device, 3_600_000, step_ms=1000)
    get = device.bank.get
    assert (get("p_a_w"), get("p_b_w"), get("p_c_w"), get("p_pcc_w")) == (-1000, -500, 300, -1200)
    assert device.bank.read(4, 52, 2) == [0x4496, 0x0000]             # 1200.0: import is positive in the meter
    assert get("i_a_a") == pytest.approx((1000**2 + 200**2) ** 0.5 / 230, rel=1e-5)
    assert get("e_import_wh") == pytest.approx(1200, abs=0.5) and get("e_export_wh") == 0


def test_a_single_phase_meter_reads_zero_where_it_has_no_wire():
    device = make_device("eastron-sdm630", wiring=1)
    device.observe((-1000.0, -500.0, -300.0), (0.0, 0.0, 0.0))
    run(device, 1000)
    assert device.bank.get("v_an_v") == pytest.approx(230, abs=0.001) and device.bank.get("p_pcc_w") == -1000
    assert device.bank.read(4, 2, 4) == [0, 0, 0, 0]


def test_the_meter_shows_nothing_newer_than_its_window():
    device = run(make_device("eastron-sdm630"), 480)
    device.observe((-900.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    run(device, 20)     # the first window began with the first step, at 20 ms
    shown_early_w = device.bank.get("p_pcc_w")
    run(device, 500)
    assert (shown_early_w, device.bank.get("p_pcc_w")) == (0, -900)


def test_pv_follows_its_series():
    device = make_device("sim-pv", series=Series(((0, 0.0), (12, 1.0)), compression=3600))   # an hour a second
    run(device, 6000)
    assert device.bank.get("p_pv_w") == pytest.approx(2500, abs=1)
    assert sum(device.p_inj_w) == pytest.approx(2500, abs=1)
    half = run(make_device("sim-pv", p_rated_w=3000, series=constant(0.5)), 100)
    assert half.bank.get("p_pv_w") == 1500 and half.bank.get("p_rated_w") == 3000


def test_unknown_profiles_are_named_with_the_known_ones():
    with pytest.raises(LookupError, match="allowed ambibox-ambicharge, carlo-gavazzi-em24"):
        profile_named("nonsense")
