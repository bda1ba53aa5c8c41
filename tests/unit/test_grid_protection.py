"""Grid protection of the plain emulated chargers: trips within its times, comes back after its delay, else unnoticed.

Not its job: the native model of a certified inverter (test_native_*).
Source: closed form; 230 V, rows of GridProtection.
"""

import pytest

from host_sim.plant.devices import make_device
from host_sim.plant.native.grid_protection import GridProtection

STEP_MS = 20


def time_to(protection, tripped, limit_s, v_v=230.0, f_hz=50.0, now_ms=0):
    """Seconds until `tripped` has this value; None when it doesn't come."""
    for at_ms in range(now_ms + STEP_MS, now_ms + round(limit_s * 1000) + 1, STEP_MS):
        if protection.step(at_ms, v_v, v_v, f_hz) == tripped:
            return (at_ms - now_ms) / 1000
    return None


@pytest.mark.parametrize("v_v, f_hz, within_s, cause", [
    (160.9, 50, 2.0, "under_voltage"), (103, 50, 0.16, "under_voltage"), (0, 50, 0.16, "under_voltage"),
    (276.1, 50, 0.16, "over_voltage"), (230, 46.99, 0.5, "under_frequency"), (230, 52.01, 0.5, "over_frequency"),
])
def test_it_trips_within_its_clearing_time(v_v, f_hz, within_s, cause):
    protection = GridProtection()
    assert time_to(protection, True, 1) is None
    took_s = time_to(protection, True, within_s, v_v, f_hz, now_ms=1000)
    assert took_s is not None and took_s > within_s - 0.11 and protection.cause == cause


@pytest.mark.parametrize("f_nom_hz", [50, 60])
@pytest.mark.parametrize("v_v, offset_hz", [(161.1, 0), (275.9, 0), (230, 1.99), (230, -2.99)])
def test_it_stays_inside_its_rows_on_either_grid(f_nom_hz, v_v, offset_hz):
    protection = GridProtection()
    assert time_to(protection, True, 1, f_hz=f_nom_hz) is None
    assert time_to(protection, True, 60, v_v, f_nom_hz + offset_hz, now_ms=1000) is None


def test_it_reconnects_when_all_has_been_good_for_the_whole_delay():
    protection = GridProtection(reconnect_s=20)
    assert time_to(protection, True, 1, 50.0) is not None
    assert time_to(protection, False, 15, now_ms=1000) is None
    assert time_to(protection, False, 1, 150.0, now_ms=16000) is None
    assert time_to(protection, False, 30, now_ms=17000) == pytest.approx(20, abs=0.05)


def test_a_charger_with_native_trip_leaves_the_grid_and_returns_by_itself():
    device = make_device("sim-four-quadrant")
    device.show("owner", 1)
    device.written("p_set_w", 6000)

    def run(seconds, v_v):
        for _ in range(round(seconds * 1000 / STEP_MS)):
            device.step(device.now_ms + STEP_MS, STEP_MS, (v_v,) * 3, 50.0)
        return device

    assert run(1, 230.0).p_w == pytest.approx(6000, abs=5)
    assert run(1.9, 150.0).p_w == pytest.approx(6000, abs=5)
    assert run(0.2, 150.0).p_w == 0 and device.bank.get("fault_bits") == 8 and device.bank.get("state") == "fault"
    assert run(59, 230.0).p_w == 0
    assert run(2, 230.0).p_w == pytest.approx(6000, abs=5) and device.bank.get("fault_bits") == 0


def test_a_profile_without_native_trip_has_no_protection_and_one_with_it_may_set_it():
    charger = make_device("sim-four-quadrant")
    profile = dict(charger.profile, native=())
    assert make_device(profile).protection is None and charger.protection is not None
    set_so = dict(charger.profile, emulate=dict(charger.quirks, trip={"reconnect_s": 1.0}))
    device = make_device(set_so)
    for v_v, seconds, tripped in ((230, 1, False), (50, 1, True), (230, 1.1, False)):
        for _ in range(round(seconds * 1000 / STEP_MS)):
            device.step(device.now_ms + STEP_MS, STEP_MS, (v_v,) * 3, 50.0)
        assert device.protection.tripped == tripped
