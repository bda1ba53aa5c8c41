"""A reserve service on the whole gateway: 20 Hz, the response in the registers, the records, and who is refused.

Not its job: the curves (test_reserve.py). Source: ours; GB DC asks for 20 records a second.
"""

from protocols import messages, refusals
from tests.portable import fake_site
from tests.portable.law_bench import is_close
from tests.portable.test_gateway import VPP, acks, command, publish, setpoint_w, site

SERVICE = {"enabled": True}
F_HZ = 107      # register of sim-four-quadrant, mHz


def contracted(**changes):
    """A gateway 15 s old that was just given a contract: (bank, run)."""
    bank, run = site(vpp=VPP, service=SERVICE, control={"ramp_w_s": 1000, "ramp_var_s": 1000})
    run.run(15000)
    fields = {"kind": "reserve", "service": "gb-dr", "p_up_w": 4000, "p_down_w": 2000, "p_base_w": -1000}
    fields.update(changes)
    run.bytes_from_broker(publish(*command(1, **fields)))
    return bank, run


def records(run):
    found = [messages.decode("perf", payload)[0] for payload in run.messages("/up/perf/evse1")]
    assert [batch["batch"] for batch in found] == list(range(1, len(found) + 1))
    return [record for batch in found for record in batch["records"]]


def test_the_gateway_ticks_at_20_hz_while_a_service_runs():
    bank, run = contracted()
    before = run.gateway.ticks
    run.run(5000)
    assert 99 <= run.gateway.ticks - before <= 101
    assert [(ack["stage"], ack["applied_w"]) for ack in acks(run)][:1] == [("received", None)]
    run.run(60000)
    before = run.gateway.ticks
    run.run(5000)
    assert 49 <= run.gateway.ticks - before <= 51, "the contract is over"


def test_the_response_follows_the_frequency_within_half_a_second():
    bank, run = contracted()
    run.run(6000)
    assert setpoint_w(bank) == -1000
    for milli_hz, expected_w in ((49800, 3000), (50200, -3000), (50000, -1000), (49892, 1011)):
        bank.registers[F_HZ] = milli_hz
        run.run(500)
        assert abs(setpoint_w(bank) - expected_w) <= 25, (milli_hz, setpoint_w(bank))


def test_without_a_baseline_of_its_own_it_stands_on_the_setpoint_lease():
    bank, run = contracted(p_base_w=None)
    run.run(8000)
    assert setpoint_w(bank) == 0
    run.bytes_from_broker(publish(*command(2, kind="setpoint", p_w=500)))
    run.run(2000)
    assert setpoint_w(bank) == 500


def test_every_tick_is_on_record_and_the_last_batch_comes_too():
    bank, run = contracted()
    bank.registers[F_HZ] = 49800
    run.run(3000)
    run.bytes_from_broker(publish(*command(2, kind="revoke", ref="c1")))
    run.run(1000)
    kept = records(run)
    assert 58 <= len(kept) <= 62
    times_ms = [record["mono_ms"] for record in kept]
    assert all([after - before == 50 for before, after in zip(times_ms[1:], times_ms[2:])])
    last = kept[-1]
    assert (last["service"], last["p_base_w"]) == ("gb-dr", -1000)
    assert is_close(last["f_hz"], 49.8) and is_close(last["p_response_w"], 4000)


def test_a_frequency_that_is_lost_leaves_the_baseline():
    bank, run = contracted()
    bank.registers[F_HZ] = 49800
    run.run(2000)
    run.is_silent = True
    run.run(700)
    der = run.gateway.state.ders[0]
    assert der.view.f_hz is None and ("reserve", "f_hz") in der.laws.unavailable(der.view)
    assert der.decision.asked_w == -1000


def test_a_site_that_takes_no_part_refuses():
    bank, run = site(vpp=VPP)
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="reserve", service="gb-dc", p_up_w=1000, p_down_w=0)))
    run.run(500)
    answer = acks(run)[-1]
    assert (answer["stage"], refusals.number_of("not_offered"), answer["detail"]) == (
        "refused", answer["reason"], "the site takes no part in services")
    assert run.gateway.state.commitments.book.leases == []


def test_a_household_cannot_pause_what_was_sold():
    bank, run = contracted()
    run.run(1000)
    run.gateway._commands.append({"kind": "pause_vpp", "until_ms": run.now_ms + 60000})
    bank.registers[F_HZ] = 49800
    run.run(1000)
    assert [ack["stage"] for ack in acks(run)] == ["received", "applied"]
    assert is_close(run.gateway.state.ders[0].decision.asked_w, 3000)


def test_the_larger_of_reserve_and_mandated_droop_acts_never_their_sum():
    bank, run = site(vpp=VPP, service=SERVICE, droop={"of_enabled": True, "of_hz": 0.2, "k_of_pu": 0.05, "olrt_s": 1})
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="reserve", service="gb-dr", p_up_w=2000, p_down_w=2000, p_base_w=3000)))
    run.run(3000)
    assert setpoint_w(bank) == 3000
    # 6 kW on 5 % of 50 Hz beyond 50.2 Hz: 720 W at 50.5 Hz, 3120 W at 51.5 Hz; the reserve has 2000 W from 50.2 Hz on
    for milli_hz, expected_w in ((50500, 1000), (51500, -120), (50500, 1000), (50000, 3000)):
        bank.registers[F_HZ] = milli_hz
        run.run(8000)
        assert abs(setpoint_w(bank) - expected_w) <= 10, (milli_hz, setpoint_w(bank))


def test_a_paused_setpoint_is_no_baseline():
    bank, run = contracted(p_base_w=None)
    run.bytes_from_broker(publish(*command(2, kind="setpoint", p_w=4000)))
    run.run(8000)
    assert setpoint_w(bank) == 4000
    run._do(run.gateway.on_query(run.now_ms, 1, {"pause_vpp_min": 10}))
    run.run(2000)
    assert setpoint_w(bank) == 0, "the household has set the dispatch aside"


def test_a_contract_for_all_devices_is_refused_where_one_of_them_cannot():
    second = dict(fake_site.CHARGER)
    second.update({"name": "evse2", "unit": 2})
    banks = {"bus:lan": {1: fake_site.charger_bank(), 2: fake_site.charger_bank()}}
    run = fake_site.FakeSite(fake_site.document(evse=[fake_site.CHARGER, second], vpp=VPP, service=SERVICE), banks)
    run.run(15000)
    contract = {"kind": "reserve", "service": "gb-dr", "p_up_w": 1000, "p_down_w": 1000, "device": None}
    run.bytes_from_broker(publish(*command(1, **contract)))
    run.run(500)
    assert acks(run)[-1]["stage"] == "applied"
    run.gateway.state.ders[1].view.f_quality = None
    run.bytes_from_broker(publish(*command(2, **contract)))
    run.run(500)
    assert (acks(run)[-1]["stage"], acks(run)[-1]["detail"]) == ("refused", "quality of the frequency unknown")
