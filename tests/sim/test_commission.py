"""`v2g commission` against a whole site: every seeded fault is found and named, a right site passes in a restless house.

Not its job: the statistics by themselves (tests/unit/test_commission_verdicts.py), sockets (tests/sim/test_commission_live.py).
"""

import pytest

from tests.sim.commission_bench import CHARGER, NEIGHBOUR, House, Nobody
from tools.gateway.commission import steps
from tools.gateway.commission.results import FAIL, PASS

SEEDS = range(20)
UNIX_MS = 1_795_000_000_000
# profile, phase it is really on
CHARGERS = (("sim-four-quadrant", 0), ("wallbox-quasar-1", 1), ("sim-v2h", 2))


def commissioned(names=steps.NAMES, **options):
    """(House, Run) after the sequence."""
    house = House(**options)
    run = house.run()
    run.chance.seed(options.get("seed", 1))
    assert steps.perform(run, names), "it must not be broken off"
    return house, run


def codes(run):
    return sorted(code for _, code in run.findings)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_site_passes_in_a_restless_house(seed):
    profile, phase = CHARGERS[seed % len(CHARGERS)]
    house, run = commissioned(profile=profile, phase=phase, seed=seed)
    assert run.results.failed() == []
    tests = {row["test"]: row["result"] for row in run.results.rows}
    assert tests["sign and phase"] == tests["meter pulled"] == tests["own reversion"] == PASS
    assert abs(house.charger.p_w) < 50 and house.bank.get("owner") == 0, "at rest, and given back"


# -- one fault at a time: (what it does, change of the house, codes that name it, word of the advice) ------------------

def turned_meter(house):
    house.seen_w = lambda p_w: [-each for each in p_w]


def turned_phase(house):
    house.seen_w = lambda p_w: [p_w[0], -p_w[1], p_w[2]]


def swapped_clamps(house):
    """Clamps of b and c on each other's wires: power by the wrong voltage is half and turned."""
    house.seen_w = lambda p_w: [p_w[0], -0.5 * p_w[2], -0.5 * p_w[1]]


def rotated_wires(house):
    """Voltages and clamps together: what is phase a in the house is phase b of the meter."""
    house.seen_w = lambda p_w: [p_w[2], p_w[0], p_w[1]]


def missing_clamp(house):
    house.seen_w = lambda p_w: [p_w[0], p_w[1], 0.0]


def ten_times(house):
    house.seen_w = lambda p_w: [10 * each for each in p_w]


def a_tenth(house):
    house.seen_w = lambda p_w: [0.1 * each for each in p_w]


def other_meter(house):
    """The meter sees the house without the charger."""
    house.seen_w = lambda p_w: [each - own_w for each, own_w in zip(p_w, house.charger.p_inj_w)]


def kilowatts(house):
    """The meter's power registers show kilowatts; its currents are right."""
    measure = house.meter.measure

    def in_kilowatts(f_hz):
        measure(f_hz)
        for point in ("p_a_w", "p_b_w", "p_c_w", "p_pcc_w"):
            house.meter.bank.set(point, house.meter.bank.get(point) / 1000)
    house.meter.measure = in_kilowatts


class Altered:
    """A charger whose registers mean something else than its profile says: factors by point, of reads and of writes."""

    def __init__(self, house, read=None, written=None):
        self._bank, self._read, self._written = house.bank, read or {}, written or {}

    def read(self, function, address, count):
        """As the bank, with factors."""
        values = self._bank.read(function, address, count)
        return values and self._scaled(address, values, self._read)

    def write(self, function, address, values):
        """As the bank, with factors."""
        return self._bank.write(function, address, self._scaled(address, values, self._written))

    def _scaled(self, address, values, factors):
        values = list(values)
        for point, factor in factors.items():
            at = self._bank.points[point].address - address
            if 0 <= at < len(values):
                raw = values[at] - 65536 if values[at] > 32767 else values[at]
                values[at] = round(raw * factor) & 0xFFFF
        return values


def altered(read=None, written=None):
    def change(house):
        house.bank = Altered(house, read, written)
    return change


THREE = {"profile": "sim-four-quadrant"}
ONE = {"profile": "sim-v2h", "phase": 1}
INVERTED = altered(read={"p_ac_w": -1, "p_set_w": -1}, written={"p_set_w": -1})
FAULTS = (
    ("meter turned", turned_meter, THREE, ["meter_reversed"], "import/export direction"),
    ("meter turned, one phase seen", turned_meter, ONE, ["meter_reversed"], "import/export direction"),
    ("clamp of b turned", turned_phase, THREE, ["meter_phase_reversed"], "phase b"),
    ("clamp of b turned, one phase seen", turned_phase, ONE, ["meter_phase_reversed"], "phase b"),
    ("clamps of b and c swapped", swapped_clamps, THREE, ["clamp_pairing"], "phase bc"),
    ("clamps of b and c swapped, one phase seen", swapped_clamps, ONE, ["clamp_pairing"], "phase c"),
    ("phases rotated", rotated_wires, ONE, ["wrong_phase"], 'evse[0].phase = "c"'),
    ("clamp of c missing", missing_clamp, THREE, ["clamp_missing"], "phase c"),
    ("meter shows ten times", ten_times, THREE, ["meter_scale"], "transformer ratio"),
    ("meter shows ten times, one phase seen", ten_times, ONE, ["meter_scale"], "transformer ratio"),
    ("meter shows a tenth", a_tenth, THREE, ["meter_scale"], "ten times"),
    ("meter shows a tenth, one phase seen", a_tenth, ONE, ["meter_scale"], "ten times"),
    ("behind another meter", other_meter, ONE, ["not_behind_meter"], "main fuse"),
    ("charger's sign, all of it", INVERTED, ONE, ["charger_sign"], "another profile"),
    ("charger's sign, setpoint only", altered(written={"p_set_w": -1}, read={"p_set_w": -1}), ONE, ["charger_sign"], "another profile"),
    ("charger's sign, measurement only", altered(read={"p_ac_w": -1}), THREE, ["charger_sign"], "another profile"),
    ("charger shows a tenth", altered(read={"p_ac_w": 0.1}), ONE, ["charger_scale"], "another profile"),
    ("charger shows ten times", altered(read={"p_ac_w": 10}), ONE, ["charger_scale"], "another profile"),
)


@pytest.mark.parametrize("words, change, options, expected, advice", FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_is_found_and_named(words, change, options, expected, advice):
    _, run = commissioned(("devices", "values", "signs"), change=change, seed=len(words), **options)
    # With ten times the house's load there may be no room below the fuse for a pulse at all.
    told = [{"over_fuse": "meter_scale"}.get(code, code) for code in codes(run)]
    assert told == expected, (words, run.results.failed())
    assert any(advice in row["change"] for row in run.results.failed()), run.results.failed()


def test_site_file_names_another_phase():
    _, run = commissioned(("devices", "values", "signs"), profile="sim-v2h", phase=2, site={"evse": {"phase": "a"}})
    assert codes(run) == ["wrong_phase"]
    assert run.results.failed()[0]["change"].startswith('evse[0].phase = "c"')


def test_a_three_phase_charger_that_uses_one_phase():
    def single(house):
        house.seen_w = lambda p_w: [p_w[0] + house.charger.p_w * 2 / 3] + [p_w[k] - house.charger.p_w / 3 for k in (1, 2)]
    _, run = commissioned(("devices", "values", "signs"), change=single)
    assert codes(run) == ["uses_one_phase"]


def stuck_power(house):
    """The meter answers, and its powers never change."""
    house.seen_w = lambda p_w: [200.0, 150.0, 180.0]


def dead_meter(house):
    """The meter answers, and none of its values ever changes again."""
    measure, left = house.meter.measure, iter(range(5))
    house.meter.measure = lambda f_hz: measure(f_hz) if next(left, None) is not None else None


@pytest.mark.parametrize("change, is_noisy, pulses_max", [(stuck_power, True, 3), (other_meter, False, 3), (dead_meter, True, 4)])
@pytest.mark.parametrize("profile, phase", CHARGERS)
def test_a_meter_that_does_not_move_at_all_is_told_after_three_pulses(profile, phase, change, is_noisy, pulses_max):
    house = House(profile=profile, phase=phase, change=change, is_noisy=is_noisy)
    said = []
    run = house.run(say=said.append)
    assert steps.perform(run, ("devices", "values", "signs"))
    assert codes(run) == ["not_behind_meter"]
    assert sum(": pulse " in line for line in said) <= pulses_max, said
    assert "not behind this meter (or the meter is dead)" in run.results.failed()[0]["change"]


def test_kilowatts_are_found_at_rest():
    _, run = commissioned(("devices", "values"), change=kilowatts)
    failed = run.results.failed()
    assert {row["test"] for row in failed} == {"power fits current"}
    assert "a thousandth" in failed[0]["change"]


def test_wrong_unit_of_the_meter_is_looked_for_on_its_bus():
    def moved(house):
        house.units["meter"] = {3: None}
    house, run = commissioned(("devices",), change=moved)
    (row,) = run.results.failed()
    assert row["device"] == "meter" and row["change"] == "meter.unit = 3: there eastron-sdm630 answers"
    assert house.banks["meter"].writes == 0, "only read"


def test_a_device_that_is_not_there():
    def gone(house):
        house.units["cabinet"] = {}
    _, run = commissioned(("devices",), change=gone)
    assert [row["device"] for row in run.results.failed()] == [CHARGER]


def test_a_charger_without_a_timer_that_works_is_found():
    def dead_timer(house):
        house.charger.inverter.check_reversion = lambda now_ms: False
    _, run = commissioned(change=dead_timer, is_noisy=False)
    (row,) = run.results.failed()
    assert row["test"] == "own reversion" and "p_static_safe_w" in row["change"]


def test_pulling_the_meter_brings_charging_down_in_time():
    _, run = commissioned(is_noisy=False, site={"failsafe": {"p_static_safe_w": 1400}})
    (row,) = [row for row in run.results.rows if row["test"] == "meter pulled"]
    assert row["result"] == PASS and "to 1400 W within" in row["allowed"]


def test_a_charger_that_ignores_the_failsafe_is_found():
    """It goes on with what it was told first, whatever is written later."""
    def deaf(house):
        command, deaf_after_w = house.charger.inverter.command, -1900
        told = []

        def once(now_ms, p_w, q_var):
            told.append(p_w)
            # deaf only to the failsafe: it goes from charging to nothing while a pulse of the step before is long over
            if min(told) <= deaf_after_w and house.meter_is_out():
                return
            command(now_ms, p_w, q_var)
        house.charger.inverter.command = once
        house.meter_is_out = lambda: house.node.gateway is not None and not house.node.gateway.fleet.readers[1].control_blocks
    _, run = commissioned(change=deaf, is_noisy=False)
    assert [row["test"] for row in run.results.failed()] == ["meter pulled"]


def test_a_timer_that_any_request_restarts_is_seen_in_silence():
    def chatty(house):
        inverter, read = house.charger.inverter, house.bank.read

        def refreshing(function, address, count):
            inverter.refresh(house.heap.now_ms)
            return read(function, address, count)
        house.bank.read = refreshing
    _, run = commissioned(change=chatty, is_noisy=False)
    (row,) = [row for row in run.results.rows if row["test"] == "own reversion"]
    assert row["result"] == PASS and "as long as it is read" in row["allowed"]


def test_a_fuse_that_is_overloaded_while_nothing_is_written_ends_the_test_at_once():
    muted_ms = []

    def dead_timer(house):
        house.charger.inverter.check_reversion = lambda now_ms: False

        def seen_w(p_w):
            gateway = house.node.gateway
            if gateway is None or "update" not in vars(gateway.fleet.actuators[0]):
                return p_w
            muted_ms.append(house.heap.now_ms)
            return [p_w[0] - 12000 if house.heap.now_ms - muted_ms[0] > 1000 else p_w[0]] + p_w[1:]
        house.seen_w = seen_w
    _, run = commissioned(change=dead_timer, is_noisy=False)
    (row,) = run.results.failed()
    assert row["test"] == "own reversion" and "main fuse" in row["measured"]
    assert muted_ms[-1] - muted_ms[0] < 3000, "it is written again at once"


def test_two_chargers_each_on_its_phase():
    house, run = commissioned(profile="sim-v2h", phase=0, neighbour=("sim-v2h", 2))
    assert run.results.failed() == []
    assert [row["device"] for row in run.results.rows if row["test"] == "sign and phase"] == [CHARGER, NEIGHBOUR]
    assert all(charger.bank.get("owner") == 0 for charger in house.plant.chargers.values())


def test_swapped_units_of_two_chargers_show_as_wrong_phases():
    def swapped(house):
        house.units["cabinet"] = {1: house.units["cabinet"][2], 2: house.bank}
    _, run = commissioned(("devices", "values", "signs"), profile="sim-v2h", phase=0, neighbour=("sim-v2h", 2), change=swapped)
    assert codes(run) == ["wrong_phase", "wrong_phase"]
    assert "evse[0].unit another one's" in run.results.failed()[0]["change"]


class Installer(Nobody):
    """Does what is asked: pulls the meter's cable, plugs it in again; vouches for nothing."""

    def __init__(self, house):
        self._house = house

    def is_asked(self, text):
        self._house.wires["bus:meter"].cut(True)
        return True

    def tell(self, text):
        self._house.wires["bus:meter"].cut(False)


def test_a_meter_that_is_really_pulled():
    house = House(is_noisy=False)
    run = house.run(people=Installer(house))
    steps.perform(run)
    assert run.results.failed() == []
    (row,) = [row for row in run.results.rows if row["test"] == "meter pulled"]
    assert row["result"] == PASS


@pytest.mark.parametrize("code", ("g99", "gb-smart-charge", "asnzs4777-a"))
def test_functions_of_a_grid_code_do_not_disturb(code):
    _, run = commissioned(("devices", "values", "signs"), is_noisy=False, site={"grid": {"code": code}})
    assert run.results.failed() == []


def test_a_grid_that_the_code_does_not_allow_is_said_so():
    """A code of 60 Hz countries at 50 Hz."""
    _, run = commissioned(("devices", "signs"), is_noisy=False, site={"grid": {"code": "ieee1547-b-iii"}})
    (row,) = run.results.failed()
    assert row["measured"].startswith("out of service") and "grid.f_nom_hz" in row["change"]


def test_breaking_off_gives_the_charger_back():
    from tools.gateway.commission.bench import Aborted

    house = House()
    run = house.run()
    bench, began_ms = run.bench, house.heap.now_ms
    wait = bench.wait

    def interrupted(duration_s):
        wait(duration_s)
        if house.charger.p_w < -1500 and house.heap.now_ms - began_ms > 20000:
            raise Aborted("by hand")
    bench.wait = interrupted
    assert steps.perform(run) is False
    assert abs(house.charger.p_w) < 50 and house.bank.get("owner") == 0
    assert run.results.is_done("devices") and not run.results.is_done("signs")


def test_what_was_done_is_not_done_again():
    house, run = commissioned(("devices", "values"))
    again = House().run()
    kept, day_ms = run.results.kept("h1", UNIX_MS), 86400000
    assert again.results.resume(kept, "h2", UNIX_MS) is False, "another configuration begins anew"
    assert not again.results.resume(b"{", "h1", UNIX_MS)
    assert not again.results.resume(kept.replace(b'"version"', b'"other"'), "h1", UNIX_MS), "another firmware"
    assert not again.results.resume(kept, "h1", UNIX_MS - 1) and not again.results.resume(kept, "h1", UNIX_MS + day_ms + 1)
    assert again.results.resume(kept, "h1", UNIX_MS + day_ms)
    assert not again.results.resume(again.results.kept("h1", UNIX_MS + day_ms), "h1", UNIX_MS + day_ms + 1), "its oldest row counts"
    lines = []
    again.say = lines.append
    steps.perform(again, ("devices", "values"))
    assert [line for line in lines if "done before" in line] == ["1/8 devices: done before", "2/8 values: done before"]


def test_a_full_vehicle_is_no_fault_of_the_wiring():
    def full(house):
        house.charger.battery.e_mj = house.charger.battery.e_mj * 2
    _, run = commissioned(("devices", "values", "signs"), change=full, is_noisy=False)
    assert codes(run) == ["no_power"]
    assert [row["result"] for row in run.results.rows if row["test"] == "sign and phase"] == [FAIL]


def test_without_permission_nothing_discharges():
    house = House(is_noisy=False)
    run = house.run(may_discharge=True)
    most_w = []
    wait = run.bench.wait
    run.bench.wait = lambda duration_s: (wait(duration_s), most_w.append(house.charger.p_w))
    steps.perform(run, ("devices", "values", "signs"))
    assert max(most_w) < 50
    assert [row["result"] for row in run.results.rows if row["test"] == "sign of discharging"] == ["skipped"]


def test_with_consent_discharging_is_seen_as_export():
    house = House(is_noisy=False, site={"evse": {"v2g_consent": True}})
    run = house.run(may_discharge=True)
    steps.perform(run, ("devices", "values", "signs"))
    assert [row["result"] for row in run.results.rows if row["test"] == "sign of discharging"] == [PASS]
