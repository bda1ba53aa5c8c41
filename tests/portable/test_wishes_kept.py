"""What the household asked for after a restart: clocks that are not set or set back, chargers that have gone.

Not its job: what a wish does (test_gateway.py, test_consent.py). Source: edge/wishes.py.
"""

from edge import wishes
from edge.queries import answer
from tests.portable import fake_site

HOUR_MS = 3600000


def site(names=("evse1",), files=None, unix_ms=fake_site.UNIX_MS):
    """A gateway that consents to discharging, after its first ticks."""
    evse, banks = [], {}
    for number, name in enumerate(names):
        evse.append(dict(fake_site.CHARGER, name=name, unit=number + 1))
        banks[number + 1] = fake_site.charger_bank()
    run = fake_site.FakeSite(fake_site.document(evse=evse), {"bus:lan": banks})
    run.ports.store.files.update(files or {})
    run.ports.clock.ms = unix_ms
    run.run(15000)
    return run


def ask(run, **request):
    """A wish, and a tick for it."""
    told, _ = answer(run.gateway, run.now_ms, request)
    assert told.get("ok") is True, told
    run.gateway.on_query(run.now_ms, 1, request)
    run.run(1000)


def left_ms(run):
    """(of the wish, of the pause, of the consent or None)."""
    commitments, consent = run.gateway.state.commitments, run.gateway.state.household.consents[0]
    return (commitments.standing[0].wish_until_ms - run.now_ms, commitments.pause_until_ms - run.now_ms,
            None if consent.until_ms is None else consent.until_ms - run.now_ms)


def wished(**more):
    """The files of a site where everything was asked for an hour."""
    run = site(**more)
    ask(run, wish="charge_now", minutes=60)
    ask(run, pause_vpp_min=60)
    ask(run, consent=True, minutes=60)
    return run.ports.store.files


def is_discharge_agreed(run):
    return run.gateway.state.ders[0].view.v2g_consent


def test_the_time_a_restart_took_is_gone():
    run = site(files=wished(), unix_ms=fake_site.UNIX_MS + HOUR_MS // 2)
    assert all([abs(left - HOUR_MS // 2) < 20000 for left in left_ms(run)]), left_ms(run)
    assert is_discharge_agreed(run)


def test_a_clock_that_is_not_set_makes_nothing_last_for_ever():
    cases = (({}, 0), ({"unix_ms": 5000}, fake_site.UNIX_MS), ({"unix_ms": 5000}, 5000))
    for then, now_unix_ms in cases:
        run = site(files=wished(**then), unix_ms=now_unix_ms)
        wish, pause, consent = left_ms(run)
        assert abs(wish - HOUR_MS) < 20000 and abs(pause - HOUR_MS) < 20000, (then, now_unix_ms)
        assert consent is None and not is_discharge_agreed(run), "it may have ended"


def test_a_clock_set_back_takes_and_gives_nothing():
    run = site(files=wished(), unix_ms=fake_site.UNIX_MS - 30 * HOUR_MS)
    assert all([abs(left - HOUR_MS) < 20000 for left in left_ms(run)]), left_ms(run)


def test_a_consent_that_ran_out_stays_a_no_until_the_vehicle_leaves():
    run = site()
    ask(run, consent=True, minutes=1)
    run.run(70000)
    assert not is_discharge_agreed(run)
    cases = ((run.ports.store.files, 0), (wished(), 2 * HOUR_MS))       # before the restart, or while it lasted
    for files, later_ms in cases:
        again = site(files=files, unix_ms=fake_site.UNIX_MS + later_ms)
        assert not is_discharge_agreed(again), later_ms
        assert not is_discharge_agreed(site(files=again.ports.store.files)), "nor after the next"


def test_wishes_go_with_the_name_of_their_charger():
    run = site(("evse1", "evse2"))
    ask(run, wish="idle", evse="evse2")
    ask(run, departure_min=60, e_needed_wh=4000, evse="evse2")
    ask(run, departure_min=90, e_needed_wh=4000, evse="evse1")
    files = run.ports.store.files
    alone = site(("evse1",), files)
    assert alone.gateway.state.commitments.standing[0].wish[0] == "none"
    assert alone.gateway.state.household.sessions[0].wanted.t_departure_ms is not None
    other = site(("evse2", "evse3"), files)
    assert [standing.wish[0] for standing in other.gateway.state.commitments.standing] == ["idle", "none"]
    assert [each.wanted.t_departure_ms is None for each in other.gateway.state.household.sessions] == [False, True]


def test_a_clean_stop_keeps_what_is_left_of_a_limited_consent():
    run = site()
    ask(run, consent=True, e_max_wh=1000)
    run.gateway.state.household.consents[0]._given_mwh = 600000
    run.stop()
    run.run(10000)
    again = site(files=run.ports.store.files)
    assert again.gateway.state.household.consents[0].e_max_mwh == 400000


def test_an_announcement_keeps_its_words_whoever_else_keeps_it():
    class Part:
        def __init__(self, text):
            self.text = text

        def kept(self):
            return [{"kind": "announce", "id": "a", "what": "outage", "start_ms": 5, "end_ms": 9000000, "text": self.text, "p_w": None}]

    state = site().gateway.state
    state.parts = [Part("works in Mill Street"), Part("")]
    data = wishes.kept(state, 0, fake_site.UNIX_MS)
    told = [command for command in wishes.commands(data, 0, fake_site.UNIX_MS, ["evse1"]) if command["kind"] == "announce"]
    assert [command["text"] for command in told] == ["", "works in Mill Street"]


def test_what_cannot_be_read_is_no_wish():
    for data in (b"", b"{}", b"[1, 2]", b"[null, [], false, 0, [[[\"idle\", null], 5]], true, []]"):
        assert site(files={"wishes": data}).gateway.state.commitments.standing[0].wish[0] == "none", data
