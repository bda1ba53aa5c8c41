"""Announcements and prices: signed by the power plant or told by the household, seen ahead, kept, withdrawn, over.

Not its job: what follows from them. Source: edge/link/announced.py, edge/household/announced.py.
"""

import json

from protocols import auth, messages, refusals, topics
from tests.portable import fake_site
from tests.portable.test_gateway import KEY, VPP, acks, publish, site

UNIX_MS = fake_site.UNIX_MS
HOUR_MS = 3600000
HOME = {"home": {}}
PRICES = {"start_unix_s": UNIX_MS // 1000, "step_s": 900, "import_per_kwh": [0.3, 0.1], "export_per_kwh": [0.1, 0.1]}
OUTAGE = {"event": "o1", "what": "outage", "start_ms": UNIX_MS + HOUR_MS, "end_ms": UNIX_MS + 2 * HOUR_MS, "text": "works"}


def started(**sections):
    _, run = site(vpp=VPP, **sections)
    run.run(1000)
    return run


def say(run, name, content, key=KEY, **head):
    """The acknowledgement's (stage, name of the reason, detail) of a signed message."""
    message = dict(content, id="%s-%d" % (name, run.now_ms))
    message.update({"iat_ms": run.ports.clock.ms} if name == "prices" else
                   {"iat_ms": run.ports.clock.ms, "exp_ms": run.ports.clock.ms + 60000, "seq": run.now_ms})
    message.update(head)
    topic = topics.topic(name, "gw-test")
    message["v"] = 1
    run.bytes_from_broker(publish(topic, auth.sign(topic, json.dumps(message).encode(), "k1", key)))
    run.run(200)
    answer = acks(run)[-1]
    assert answer["ref"] in ("", message["id"])
    return answer["stage"], refusals.name_of(answer["reason"]), answer["detail"]


def rows(run):
    household = run.gateway.state.household
    return None if household is None else [(row["id"], row["what"], row["text"]) for row in household.announced.rows]


def test_an_outage_is_announced_seen_replaced_withdrawn():
    run = started()
    assert rows(run) is None
    assert say(run, "announce", OUTAGE) == ("received", "none", None)
    assert rows(run) == [("o1", "outage", "works")]
    row = run.gateway.state.household.announced.rows[0]
    assert row["start_ms"] == HOUR_MS and row["end_ms"] == 2 * HOUR_MS, "the clock of the test began with the run"
    say(run, "announce", dict(OUTAGE, text="longer", end_ms=UNIX_MS + 3 * HOUR_MS))
    assert rows(run) == [("o1", "outage", "longer")]
    say(run, "announce", dict(OUTAGE, withdrawn=True))
    assert rows(run) == []


def test_it_is_over_when_its_time_is():
    run = started()
    say(run, "announce", dict(OUTAGE, start_ms=UNIX_MS, end_ms=UNIX_MS + 3000))
    assert len(rows(run)) == 1
    run.run(3000)
    assert rows(run) == []


def test_the_next_comes_first_and_the_farthest_goes():
    run = started()
    for number in range(20):
        run.run(1000)
        say(run, "announce", dict(OUTAGE, event="o%d" % number, start_ms=UNIX_MS + HOUR_MS * (30 - number),
                                  end_ms=UNIX_MS + HOUR_MS * 31))
    starts_ms = [row["start_ms"] for row in run.gateway.state.household.announced.rows]
    assert len(starts_ms) == 16 and starts_ms == sorted(starts_ms) and starts_ms[0] == 11 * HOUR_MS


def test_an_announcement_survives_a_restart():
    run = started()
    say(run, "announce", OUTAGE)
    run.run(1000)
    _, again = site(vpp=VPP, bank=fake_site.charger_bank())
    again.ports.store.files.update(run.ports.store.files)
    again.run(1000)
    assert rows(again) == [("o1", "outage", "works")]


def test_what_is_wrong_is_refused_by_number_and_place():
    home, plain = started(**HOME), started()
    cases = (
        (plain, "prices", PRICES, {}, "not_offered", "prices"),
        (home, "prices", dict(PRICES, import_per_kwh=[0.3, None]), {}, "malformed", "import_per_kwh[1]"),
        (home, "prices", dict(PRICES, export_per_kwh=[0.3]), {}, "series_gap", "export_per_kwh"),
        (home, "prices", dict(PRICES, start_unix_s=1000), {}, "in_the_past", "start_unix_s"),
        (home, "announce", dict(OUTAGE, end_ms=OUTAGE["start_ms"]), {}, "out_of_range", "end"),
        (home, "announce", dict(OUTAGE, what="party"), {}, "malformed", "what"),
        (home, "announce", OUTAGE, {"exp_ms": UNIX_MS - 1, "iat_ms": UNIX_MS - 60000}, "late", ""),
        (home, "announce", OUTAGE, {"seq": 0}, "stale", ""),
    )
    say(home, "announce", dict(OUTAGE, event="o0"))
    for run, name, content, head, reason, place in cases:
        stage, found, detail = say(run, name, content, **head)
        assert (stage, found) == ("refused", reason) and place in detail, (content, found, detail)
    assert say(home, "announce", OUTAGE, bytes(16))[1] == "bad_signature"
    assert say(home, "prices", PRICES, bytes(16))[1] == "bad_signature"


def test_prices_are_taken_and_older_ones_are_not():
    run = started(**HOME)
    assert say(run, "prices", PRICES)[0] == "received"
    assert say(run, "prices", PRICES, iat_ms=UNIX_MS - 5)[:2] == ("refused", "stale")


def test_an_announcement_needs_a_clock():
    run = started()
    run.ports.clock.ms = 1000
    assert say(run, "announce", OUTAGE, iat_ms=UNIX_MS, exp_ms=UNIX_MS + 60000)[:2] == ("refused", "clock_not_set")
