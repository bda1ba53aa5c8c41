"""Records of a fleet once each, gaps counted, scores with what came late.

Not its job: what gateways store (fault/test_store_and_forward.py). Source: host_sim/supervisor/history.py, scorebook.py.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.archive import records
from host_sim.supervisor.history import BOOTS_KEPT, History, Numbers
from host_sim.supervisor.plan import Plan, Station
from host_sim.supervisor.scorebook import Scorebook
from host_sim.supervisor.supervisor import Supervisor
from protocols import messages, topics

GATEWAY = "gw-646"
PLAN = Plan(stations=(Station(GATEWAY, "646", bytes(16), evse="evse1"),))


@given(st.lists(st.integers(1, 60)))
def test_numbers_are_a_set_that_knows_its_holes(drawn):
    numbers, seen = Numbers(), set()
    for number in drawn:
        assert numbers.add(number) == (number not in seen)
        seen.add(number)
        assert numbers.missing() == max(seen) - len(seen)
        runs = list(zip(numbers.starts, numbers.ends))
        assert all(end + 1 < following for (_, end), (following, _) in zip(runs, runs[1:])), "runs are joined"


def tele(seq, boot="b1"):
    return {"boot": boot, "seq": seq, "mono_ms": 1000 * seq, "p_w": float(seq)}


def hist(*rows):
    items, _, count = records.batch(b"".join([
        records.record(suffix, messages.encode(suffix.partition("/")[0], content)) for suffix, content in rows]))
    assert count == len(rows)
    return messages.decode("hist", records.message("b9", 1, items))[0]


def test_what_is_live_and_late_counts_once():
    history = History()
    assert len(history.take("g", "tele", "ev", tele(1))) == 1
    assert history.take("g", "tele", "ev", tele(1)) == []
    assert len(history.take("other", "tele", "ev", tele(1))) == 1
    history.take("g", "tele", "ev", tele(5))
    assert history.gaps("g") == {("b1", "tele/ev"): 3}
    fresh = history.take("g", "hist", None, hist(("tele/ev", tele(2)), ("tele/ev", tele(1)), ("tele/ev", tele(3))))
    assert [(name, device, record["seq"]) for name, device, record in fresh] == [("tele", "ev", 2), ("tele", "ev", 3)]
    assert history.gaps("g") == {("b1", "tele/ev"): 1}
    assert (history.fresh, history.doubles) == (5, 2)


def test_what_a_gateway_gave_up_is_counted_as_it_says():
    history = History()
    row = {"boot": "b1", "seq": 3, "mono_ms": 1, "code": 490, "name": "history_lost", "severity": "warning",
           "text": "records of an outage lost: 17, 140"}
    for _ in range(2):
        history.take("g", "event", None, messages.decode("event", messages.encode("event", row))[0])
    assert history.told_lost == {"g": 140}


def test_boots_are_bounded():
    history = History()
    for boot in range(BOOTS_KEPT + 50):
        history.take("g", "tele", "ev", tele(2, "b%d" % boot))
    assert len(history.gaps("g")) == BOOTS_KEPT


def perf(batch, p_w=-500.0):
    return {"boot": "b1", "batch": batch, "mono_ms": 1000 * batch, "records": [
        {"mono_ms": 1000 * batch + 50 * tick, "service": "gb-dr", "f_hz": 49.9, "p_w": p_w, "p_base_w": -2000.0,
         "p_response_w": 1500.0} for tick in range(20)]}


def test_a_score_takes_in_what_came_late():
    book = Scorebook()
    for batch in (1, 2, 5):
        book.take("g", "ev", perf(batch))
    before = book.scores("g", "ev", (3000, 3000), 50.0)["b1", "gb-dr"]
    for batch in (4, 3):
        book.take("g", "ev", perf(batch))
    after = book.scores("g", "ev", (3000, 3000), 50.0)["b1", "gb-dr"]
    assert (before.missing, after.missing) == (2, 0)
    assert after.delivery.delivered_share == pytest.approx(1.0)
    assert book.scores("g", "nobody", (3000, 3000), 50.0) == {}


def test_the_supervisor_keeps_both_and_late_telemetry_is_never_taken_for_now():
    supervisor = Supervisor(PLAN, "s1")
    for name, device, content in (("tele", "evse1", tele(9)), ("perf", "evse1", perf(1)), ("perf", "evse1", perf(3))):
        supervisor.on_message(1, 1, topics.topic(name, GATEWAY, device), messages.encode(name, content))
    items = records.batch(records.record("tele/evse1", messages.encode("tele", tele(4, "b0")))
                          + records.record("perf/evse1", messages.encode("perf", perf(2))))[0]
    supervisor.on_message(2, 2, topics.topic("hist", GATEWAY), records.message("b9", 1, items))
    assert supervisor.fleet.states[GATEWAY].records["evse1"]["seq"] == 9
    assert supervisor.scorebook.scores(GATEWAY, "evse1", (3000, 3000), 50.0)["b1", "gb-dr"].missing == 0
    assert supervisor.history.gaps(GATEWAY) == {("b1", "tele/evse1"): 8, ("b0", "tele/evse1"): 3}
