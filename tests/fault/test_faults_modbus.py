"""Everything a charger and its wire can do wrong: unknown stays unknown, safe in time, back in control in time."""

import struct

import pytest

from edge import failsafe, reasons, site_rooms
from host_sim import faults
from protocols.modbus import pdu
from tests.fault import invariants
from tests.fault.bench import HANGING, OPEN, REFUSED, FaultSite
from tests.portable import fake_site

FULL_W = -6000
MAX_AGE_MS = 500            # of the charger's control registers, sim-four-quadrant
LOST_MS = 2000              # failsafe.charger_lost_s
REVERSION_MS = 5000         # failsafe.device_reversion_s
CLEAR_MS = 5000             # failsafe.clear_s
TICK_MS = 100
SILENT_MS = MAX_AGE_MS + LOST_MS + 3 * TICK_MS     # from here on nothing is written
BACKOFF_MAX_MS = 30000
RETRY_AFTER_10_S_MS = 8000  # 1 + 2 + 4 s are over by then
RETURN_MS = 6000            # control taken again, then charging returns slowly as after any low voltage


def charging(mode="control", **sections):
    """A site whose one charger has charged with full power for a while."""
    site = FaultSite(fake_site.document(mode, **sections), {"bus:lan": {1: "sim-four-quadrant"}})
    site.checks = list(invariants.ALL)
    site.run(15000)
    if mode == "control":
        assert power_w(site) == pytest.approx(FULL_W, abs=20)
    return site


def power_w(site):
    return site.device().plant.p_w


def is_back(site):
    return site.actuator().session.state == "controlling" and abs(power_w(site) - FULL_W) < 20


def assert_back_within(site, limit_ms):
    """In control, at full power, nothing flagged: within the time, and it stays so."""
    site.run(limit_ms)
    assert is_back(site) and site.der().view.failsafe_action == failsafe.NONE, (site.actuator().session.state, power_w(site))
    site.run(3000)
    assert is_back(site)


NO_ANSWERS = (
    # what         on the wire                                      at the bank       how long until it is back; exceptions:
    # reads are answered again first, then the writes that failed before are
    ("silent",     lambda wire: wire.set(faults.SILENT),            None,             BACKOFF_MAX_MS + CLEAR_MS + RETURN_MS),
    ("partial",    lambda wire: wire.set(faults.PARTIAL),           None,             BACKOFF_MAX_MS + CLEAR_MS + RETURN_MS),
    ("late 700",   lambda wire: wire.set(faults.LATE, late_ms=700), None,             BACKOFF_MAX_MS + CLEAR_MS + RETURN_MS),
    ("exceptions", None,                                            faults.EXCEPTION, 2 * CLEAR_MS + RETURN_MS),
)


@pytest.mark.parametrize("what, on_wire, at_bank, heal_ms", NO_ANSWERS, ids=[row[0] for row in NO_ANSWERS])
def test_no_usable_answer(what, on_wire, at_bank, heal_ms):
    site = charging()
    began_ms = site.now_ms
    if on_wire:
        on_wire(site.faults["bus:lan"])
    site.device().bank.set(at_bank)
    site.run(MAX_AGE_MS + 2 * TICK_MS)
    view = site.der().view
    assert (view.p_ac_w, view.q_ac_var, view.v_mean_pu, view.f_hz) == (None, None, None, None)
    site.run(LOST_MS + 2 * TICK_MS)
    assert site.der().view.failsafe_action == failsafe.STOP_REFRESHING
    site.run(REVERSION_MS + 1000)
    assert site.setpoints(began_ms + SILENT_MS) == [], "the device's own timer must run"
    if what != "exceptions":
        assert abs(power_w(site)) < 1
    site.faults["bus:lan"].set(None)
    site.device().bank.set(None)
    assert_back_within(site, heal_ms)


def test_answers_after_the_deadline_count_in_the_next_tick_and_their_age_shows():
    site = charging()
    ages_ms = []
    site.checks.append(lambda site: ages_ms.append(site.der().health.charger_age_ms))
    site.run(1000)
    assert set(ages_ms) == {0}, "in time: decided on the moment the last answer came"
    site.faults["bus:lan"].set(faults.LATE, late_ms=60)
    site.run(1000)
    del ages_ms[:]
    site.run(3000)
    assert len(ages_ms) == 30 and min(ages_ms) > 0 and max(ages_ms) <= 200
    assert is_back(site) and site.der().view.p_ac_w is not None


def test_garbled_answers_never_become_numbers():
    site = charging()
    site.v_ln_v = [230.0] * 3
    seen = set()
    site.checks.append(lambda site: seen.add(site.der().view.v_mean_pu))
    site.faults["bus:lan"].set(faults.GARBLED)
    site.run(20000)
    # One flipped bit reaches the payload now and then, as TCP's own checksum would have stopped; never a 0.
    assert all(v_pu is None or v_pu > 0 for v_pu in seen)
    site.faults["bus:lan"].set(None)
    assert_back_within(site, BACKOFF_MAX_MS + CLEAR_MS + RETURN_MS)


@pytest.mark.parametrize("code", [2, 4, 6])
def test_refused_setpoints_are_flagged_and_tried_again(code):
    site = charging()
    device = site.device()
    read = device.bank.bank.read
    device.bank.set(faults.EXCEPTION, code=code)
    device.bank.read = read     # only writes are refused
    site.run(1500)
    assert site.actuator().failures >= 3
    site.run(LOST_MS)
    assert site.der().view.failsafe_action == failsafe.ZERO
    assert reasons.WRITES_FAIL in failsafe.in_force(site.der().failsafe_memory)
    before = len(device.written)
    site.run(REVERSION_MS + 1000)
    assert before < len(device.written) <= before + 5, "tried again, less and less often"
    assert abs(power_w(site)) < 1, "what was never refreshed has reverted"
    device.bank.set(None)
    assert_back_within(site, RETRY_AFTER_10_S_MS + CLEAR_MS + RETURN_MS)


def test_writes_without_an_answer_are_tried_again_soon_whatever_the_recovery_ladder_did_meanwhile():
    site = charging()
    actuator = site.actuator()
    on_answer = actuator.on_answer
    actuator.on_answer = lambda now_ms, sequence, kind, payload: on_answer(now_ms, sequence, pdu.TIMEOUT, payload)
    site.run(125000)
    assert len([at_ms for at_ms, _ in site.attempts if at_ms > 15000]) >= 1, "the ladder connects anew"
    actuator.on_answer = on_answer
    assert_back_within(site, 4000 + CLEAR_MS + RETURN_MS)


def test_frozen_registers_stop_the_power_and_release_it():
    site = charging()
    site.device().bank.set(faults.FROZEN)
    site.run(1000 + 5 * TICK_MS)
    assert site.der().view.failsafe_action == failsafe.ZERO and site.der().view.p_ac_w is None
    site.run(500)
    assert site.setpoints()[-1][1] == [0, 0] and abs(power_w(site)) < 1
    site.device().bank.set(None)
    assert_back_within(site, CLEAR_MS + RETURN_MS)


def test_another_device_after_a_reconnect_is_never_written():
    site = charging()
    site.replace("bus:lan", 1, "sim-bes")       # its registers do not even have the charger's fingerprint
    site.close("bus:lan")
    site.run(20000)
    assert site.device().written == []
    assert site.actuator().session.state in ("identifying", "refused")
    assert site.der().view.p_ac_w is None


def test_a_device_with_another_fingerprint_is_refused_though_its_first_answers_fail():
    site = charging()
    site.replace("bus:lan", 1, "sim-four-quadrant")
    other = site.device()
    other.shown = {0: 0x1234}
    # The fingerprint is asked first; it is lost, and what arrives first are live values of the wrong device.
    answers = []
    read = other.bank.read
    other.bank.read = lambda function, address, count: (
        None if address == 0 and len(answers) < 3 and not answers.append(address) else read(function, address, count))
    site.close("bus:lan")
    site.run(20000)
    assert len(answers) == 3 and other.written == []
    assert site.actuator().session.state == "refused"
    assert site.der().view.failsafe_action == failsafe.STOP_REFRESHING
    other.shown = {}
    site.close("bus:lan")
    assert_back_within(site, CLEAR_MS + RETURN_MS)


def test_another_master_is_left_alone_for_a_minute_also_across_a_lost_link():
    site = charging()
    device = site.device()
    device.bank.set(faults.CONTENDED, theirs=((16, 122, [1000, 0]),))
    site.run(3000)
    assert site.actuator().session.state == "backed_off" and site.actuator().is_contended
    device.bank.set(None)
    backed_off_ms = site.now_ms
    site.close("bus:lan")
    site.run(50000)
    assert site.setpoints(backed_off_ms) == [], "no fight"
    assert_back_within(site, 10000 + 2 * CLEAR_MS + RETURN_MS)


def test_a_tcp_session_that_hangs_is_given_up_and_tried_again_less_and_less_often():
    site = charging()
    asked = []
    site.ports.chance.uniform = lambda low, high: asked.append((low, high)) or high
    site.faults["bus:lan"].set(faults.SILENT)
    site.door["bus:lan"] = REFUSED
    began_ms = site.now_ms
    site.run(180000)
    attempts_ms = [at_ms - began_ms for at_ms, link in site.attempts if at_ms > began_ms]
    gaps_ms = [later - sooner for sooner, later in zip(attempts_ms, attempts_ms[1:])]
    assert 2500 <= attempts_ms[0] <= 4000, "five requests of 500 ms without an answer"
    assert gaps_ms == sorted(gaps_ms) and gaps_ms[0] < 1200 and max(gaps_ms) <= BACKOFF_MAX_MS + TICK_MS
    delays = [row for row in asked if row[1] > 1]       # the others are the chance of each tick
    assert all(low == high / 2 for low, high in delays), "jitter over half of the delay"
    site.door["bus:lan"] = OPEN
    site.faults["bus:lan"].set(None)
    assert_back_within(site, BACKOFF_MAX_MS + CLEAR_MS + RETURN_MS)


def test_a_connection_that_never_opens_is_given_up():
    site = charging()
    site.door["bus:lan"] = HANGING
    site.close("bus:lan")
    site.run(20000)
    assert len([at_ms for at_ms, _ in site.attempts if at_ms > 15000]) >= 2, "5 s each"
    site.door["bus:lan"] = OPEN
    assert_back_within(site, 5000 + BACKOFF_MAX_MS + CLEAR_MS + RETURN_MS)


def test_a_stalled_loop_is_an_event_and_writes_nothing_old():
    site = charging()
    site.run(5000, is_awake=False)
    woke_ms = site.now_ms
    site.run(TICK_MS)
    assert site.gateway.stalls == 1
    assert site.der().view.failsafe_action == failsafe.STOP_REFRESHING
    assert [values for _, values in site.setpoints(woke_ms) if any(values)] == []
    assert any("stalled" in line for line in site.ports.lines)
    assert_back_within(site, CLEAR_MS + RETURN_MS)


def test_a_setpoint_that_waited_for_the_bus_through_a_stall_is_not_sent():
    site = charging()
    site.faults["bus:lan"].set(faults.SILENT)
    waiting = site.gateway.fleet.buses[0].client
    for _ in range(200):
        site.run(10)
        if waiting._urgent:     # a setpoint waits behind a read that nobody answers
            break
    assert waiting._urgent
    site.faults["bus:lan"].set(None)
    site.run(4000, is_awake=False)
    woke_ms = site.now_ms
    site.run(2000)
    assert [values for _, values in site.setpoints(woke_ms) if any(values)] == []
    assert_back_within(site, 2 * CLEAR_MS + RETURN_MS)


def test_a_short_stall_is_only_counted():
    site = charging()
    site.run(350, is_awake=False)
    site.run(3000)
    assert site.gateway.stalls == 1 and site.der().view.failsafe_action == failsafe.NONE and is_back(site)


def test_unknown_state_of_charge_ends_discharging_at_once_and_never_reads_zero():
    site = FaultSite(fake_site.document(control={"ramp_w_s": 50000, "p_default_w": 4000}), {"bus:lan": {1: "sim-four-quadrant"}})
    site.checks = list(invariants.ALL)
    site.run(15000)
    assert power_w(site) == pytest.approx(4000, abs=20)
    site.device().shown = {110: 0xFFFF}
    site.run(3 * TICK_MS)
    assert site.der().view.soc_pct is None and site.setpoints()[-1][1][0] == 0
    site.run(15000)
    assert reasons.EV_LOST not in failsafe.in_force(site.der().failsafe_memory), "not in session at 0 W"
    site.device().shown = {}
    site.run(CLEAR_MS + 2000)
    assert power_w(site) == pytest.approx(4000, abs=20)


def test_unknown_state_of_charge_while_charging_is_reported_and_charging_goes_on():
    site = charging()
    site.device().shown = {110: 0xFFFF}
    site.run(12000)
    assert site.der().view.soc_pct is None
    assert site.der().view.failsafe_action == failsafe.STOP_DISCHARGING and is_back(site)
    site.device().shown = {}
    assert_back_within(site, CLEAR_MS + 2000)


def words(number):
    high, low = struct.unpack(">HH", struct.pack(">f", number))
    return high, low


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_meter_that_sends_no_numbers_is_unknown(number):
    document = fake_site.document(
        site={"i_fuse_a": 25}, bus=[{"name": "lan", "host": "127.0.0.1"}, {"name": "meter", "host": "127.0.0.2"}],
        meter={"profile": "eastron-sdm630", "bus": "meter"})
    site = FaultSite(document, {"bus:lan": {1: "sim-four-quadrant"}, "bus:meter": {1: "eastron-sdm630"}})
    site.checks = list(invariants.ALL)
    site.run(20000)
    assert is_back(site)
    meter = site.device("bus:meter")
    for address in (6, 8, 10, 12, 14, 16, 52):
        meter.shown[address], meter.shown[address + 1] = words(number)
    site.run(1000)
    power = site.gateway.state.site.meter
    assert (power.i_a, power.p_w, power.p_pcc_w, site.gateway.state.site.load_w) == (None, None, None, None)
    site.run(4000)
    assert site.der().view.failsafe_action == failsafe.HOLD_LIMITED
    assert abs(power_w(site)) < 1, "p_static_safe_w is 0"
    meter.shown = {}
    site.run(max(CLEAR_MS, site_rooms.RECOVERY_MS) + 2000)     # what the meter frees is trusted slowly
    assert is_back(site)


def test_observe_writes_nothing_whatever_fails():
    site = charging(mode="observe")
    for kind in (faults.SILENT, faults.PARTIAL, faults.GARBLED, None):
        site.faults["bus:lan"].set(kind)
        site.run(6000)
    site.close("bus:lan")
    site.run(10000)
    assert site.device().written == []
