"""The state of charge that a charger only tells while power flows: carried on, bounded, probed.

Not its job: the registers of such a charger (test_profiles.py).
"""

from edge import controller, no_discharge
from edge.drivers.profile_loader import load_profile
from edge.first_state import health
from edge.household import soc_memory, soc_probe
from protocols import refusals
from tests.portable.household_bench import UNIX_S, Bench
from tests.portable.law_bench import is_close


def quasar(soc_pct=None, **evse):
    """A vehicle at a charger that says nothing while idle."""
    bench = Bench("wallbox-quasar-1", **evse)
    bench.soc_pct = soc_pct
    bench.view.plugged = True
    return bench.run(2)


def idle(bench, seconds):
    """No reading, no power."""
    bench.soc_pct, bench.p_ac_w = None, 0
    return bench.run(seconds, 10000)


def test_the_last_reading_holds_while_nothing_flows_and_is_marked():
    bench = quasar(55)
    assert bench.view.soc_pct == 55 and not bench.view.soc_is_estimate
    idle(bench, 3600)
    assert bench.view.soc_pct == 55 and bench.view.soc_is_estimate


def test_for_discharging_it_is_good_for_hours_for_people_a_day():
    bench = quasar(55)
    idle(bench, soc_memory.STRONG_MS // 1000 - 10)
    assert bench.view.soc_pct == 55
    idle(bench, 30)
    assert bench.view.soc_pct is None and bench.household.sessions[0].memory.soc_pct == 55
    idle(bench, soc_memory.HOLD_MS // 1000)
    assert bench.household.sessions[0].memory.soc_pct is None


def test_energy_moves_it_and_too_much_of_it_makes_it_weak():
    bench = quasar(55)
    bench.soc_pct, bench.p_ac_w = None, -2990
    bench.run(1800, 10000)
    # 1330 Wh of 60 kWh
    assert is_close(bench.view.soc_pct, 55 + 2.217, 2e-3) and bench.view.soc_is_estimate
    bench.run(3600, 10000)
    assert bench.view.soc_pct is None, "5 % of the battery without a reading"
    assert is_close(bench.household.sessions[0].memory.soc_pct, 55 + 6.65, 2e-3)
    bench.soc_pct = 61
    bench.run(1)
    assert bench.view.soc_pct == 61 and not bench.view.soc_is_estimate


def test_a_jump_is_believed_only_when_it_stays():
    bench = quasar(55)
    bench.depart(9, soc_pct=80)
    for odd_pct, seen_pct in ((3, 3), (90, 55)):
        bench.soc_pct = odd_pct
        bench.run(20)
        assert bench.household.sessions[0].memory.soc_pct == 55 and bench.view.soc_is_estimate
        assert bench.view.soc_pct == seen_pct, "in doubt discharging goes by the lower one"
        assert is_close(bench.view.e_needed_wh, 25.5 * 600), "and the promise by what was believed"
        bench.soc_pct = 55
        bench.run(1)
    bench.soc_pct = 56
    bench.run(1)
    assert bench.view.soc_pct == 56
    bench.soc_pct = 3
    bench.run(40)
    assert bench.view.soc_pct == 3 and not bench.view.soc_is_estimate
    idle(bench, soc_memory.STRONG_MS // 1000 + 10)
    bench.soc_pct = 30
    bench.run(1)
    assert bench.household.sessions[0].memory.soc_pct == 30, "an old estimate doubts nothing"


def test_what_the_vehicles_service_says_is_for_planning_only():
    bench = Bench("wallbox-quasar-1", unix_shift_s=UNIX_S)
    bench.soc_pct, bench.view.plugged = None, True
    bench.snapshot.inputs.values["soc_pct:evse1"] = 40
    bench.depart(12, soc_pct=80)
    bench.run(2)
    assert bench.view.soc_pct is None and bench.household.sessions[0].memory.soc_pct == 40
    assert is_close(bench.view.e_needed_wh, 40.5 * 600) and probing(bench) == 0
    bench.snapshot.inputs.values["soc_pct:evse1"] = 400
    assert bench.run(1).household.sessions[0].memory.soc_pct is None


def test_another_vehicle_begins_unknown():
    bench = quasar(55)
    bench.soc_pct, bench.view.plugged = None, False
    bench.run(10)
    bench.view.plugged = True
    bench.run(1)
    assert bench.view.soc_pct is None and bench.household.sessions[0].memory.soc_pct is None


def probing(bench):
    """Charging asked for to read the state of charge, W."""
    return 0 if bench.view.promise is None else bench.view.promise.p_probe_w


def test_a_wish_to_discharge_reads_it_first_with_the_least_useful_power():
    bench = quasar()
    assert probing(bench) == 0, "nobody needs it"
    bench.view.p_asked_w = 3000
    bench.run(1)
    assert probing(bench) == 690
    bench.soc_pct = 61
    bench.run(1)
    assert probing(bench) == 0 and bench.view.soc_pct == 61
    idle(bench, 3600)
    assert probing(bench) == 0, "remembered"


def test_no_probe_without_consent_against_idle_or_while_observing():
    for changes in ({"v2g_consent": False}, {"wish": ("idle", None)}, {"observe": True}, {"p_charge_max_w": 0}):
        bench = quasar(v2g_consent=changes.pop("v2g_consent", True))
        for name in changes:
            setattr(bench.view, name, changes[name])
        bench.view.p_asked_w = 3000
        bench.run(10)
        assert probing(bench) == 0, changes


def test_a_vehicle_that_never_tells_is_asked_with_gaps_and_not_all_day():
    bench = quasar()
    bench.view.p_asked_w = 3000
    begun, before_w, on_ms = 0, 0, 0
    for _ in range(23 * 360):
        bench.run(10, 10000)
        begun += before_w == 0 and probing(bench) > 0
        before_w = probing(bench)
        on_ms += 10000 if before_w else 0
    assert begun == soc_probe.DAY_COUNT
    assert on_ms <= soc_probe.DAY_COUNT * soc_probe.RUN_MS


def test_a_target_in_percent_is_read_a_need_in_watt_hours_is_not():
    bench = quasar()
    bench.depart(12, 5000)
    bench.run(1)
    assert probing(bench) == 0
    bench.depart(12, soc_pct=80)
    bench.run(1)
    assert probing(bench) == 690
    bench = quasar()
    bench.household.sessions[0].is_reading_wanted = True
    bench.run(1)
    assert probing(bench) == 690, "whoever plans may ask"


def test_a_charger_that_forgets_has_the_memory_on_a_plain_site_too():
    for profile, is_there in (("wallbox-quasar-1", True), ("sim-four-quadrant", False)):
        bench = Bench(profile)
        state = controller.initial_state(bench.config, [load_profile(profile)])
        assert (state.household is not None) == is_there, profile


def test_a_wish_to_discharge_is_taken_while_the_state_of_charge_can_be_read():
    bench = quasar()
    der = bench.state.ders[0]
    der.health = health(bench.config, load_profile("wallbox-quasar-1"))
    assert bench.view.soc_is_awaited and no_discharge.refusal(der.device, der) is None
    bench.view.p_asked_w = 3000
    bench.run(soc_probe.RUN_MS // 1000 + 5)
    assert not bench.view.soc_is_awaited and no_discharge.refusal(der.device, der)[0] == refusals.SOC_UNKNOWN, "it did not tell"
    bench.run(soc_probe.GAP_MS // 1000)
    assert no_discharge.refusal(der.device, der) is None
    bench.soc_pct = 15
    bench.run(1)
    assert no_discharge.refusal(der.device, der)[0] == refusals.SOC_LOW
