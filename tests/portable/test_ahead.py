"""What lies ahead, times of day, and what can be promised of a departure: what people read before it happens.

Source: edge/ahead.py, edge/local_words.py, edge/local_time.py, edge/household/shortfall.py.
"""

from edge import ahead, household_view, local_words
from edge.household import shortfall
from edge.local_time import next_at, weekday_and_minute
from tests.portable import fake_site
from tests.portable.test_gateway import VPP, command, publish, site

UNIX_S = fake_site.UNIX_MS // 1000      # Monday 2026-09-21 14:13:20 UTC
SPRING_S = 1774746000       # 2026-03-29 01:00 UTC: summer time begins
AUTUMN_S = 1792890000       # 2026-10-25 01:00 UTC: it ends


def tell(run, **request):
    for action in run.gateway.on_query(run.now_ms, 1, request):
        if action[0] == "reply":
            run.run(300)
            return action[2]


def started(**sections):
    _, run = site(vpp=VPP, **sections)
    run.run(15000)
    return run


def rows(run):
    return [(row["what"], row["start_s"], row["text"]) for row in ahead.rows(run.gateway, run.now_ms)]


def test_everything_ahead_in_its_order():
    run = started(home={"utc_offset_min": 60})
    assert rows(run) == []
    quarter_s = UNIX_S - UNIX_S % 900
    tell(run, announce={"id": "b", "what": "turn_up", "start": UNIX_S + 7200, "end": UNIX_S + 9000, "p_w": -3000})
    tell(run, announce={"id": "a", "what": "outage", "start": UNIX_S, "end": UNIX_S + 3600, "text": "works"})
    tell(run, departure="18:00", soc_pct=60)
    tell(run, prices={"start_unix_s": quarter_s, "step_s": 900, "import_per_kwh": [0.3, 0.3, 0.1, 0.1]})
    begins_ms = run.ports.clock.ms + 60000
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=-2000, nbf_ms=begins_ms, exp_ms=begins_ms + 60000)))
    run.run(300)
    found = rows(run)
    assert [row[0] for row in found] == ["outage", "lease", "price", "departure", "turn_up"]
    assert found[0][1:] == (0, "planned outage: works")
    assert found[1][2] == "power plant for evse1: charging 2.0 kW" and 58 <= found[1][1] <= 60
    assert found[2][2] == "price of a kWh 0.1, before 0.3"
    assert found[4][2] == "please use more, charging 3.0 kW"
    by_what = {row["what"]: row for row in ahead.rows(run.gateway, run.now_ms)}
    assert by_what["departure"]["start"] == "18:00" and by_what["departure"]["end_s"] is None
    assert by_what["turn_up"]["start"] == "18:13" and by_what["turn_up"]["end"] == "18:43"
    assert by_what["price"]["start_unix_s"] == quarter_s + 1800


def test_without_a_clock_or_a_local_time_it_counts_from_now():
    run = started()
    tell(run, announce={"id": "a", "what": "notice", "start": UNIX_S + 100, "end": UNIX_S + 200})
    [row] = ahead.rows(run.gateway, run.now_ms)
    assert row["start"] is None and row["start_unix_s"] is not None and 80 <= row["start_s"] <= 85
    run.ports.clock.ms = 1000
    [row] = ahead.rows(run.gateway, run.now_ms)
    assert row["start_unix_s"] is None and 80 <= row["start_s"] <= 85


def test_another_day_has_its_name():
    run = started(home={"utc_offset_min": 60})
    words_of = local_words.LocalWords(run.gateway, run.now_ms)
    for ahead_s, words in ((0, "16:13"), (7 * 3600, "23:13"), (8 * 3600, "Tue 00:13"), (7 * 86400, "Mon 16:13")):
        assert words_of.at(run.now_ms + ahead_s * 1000) == words, ahead_s
    assert words_of.at(None) is None and words_of.left_s(run.now_ms) is None


def test_durations_in_words():
    for left_s, words in ((0, "0 s"), (89, "89 s"), (90, "1 min"), (5399, "89 min"), (5400, "1 h 30 min"), (7200, "2 h"),
                          (172799, "47 h 59 min"), (172800, "2 days")):
        assert local_words.span(left_s) == words, left_s


def test_the_next_minute_of_the_day_over_both_changes_of_the_clock():
    for unix_s in (UNIX_S, SPRING_S - 7200, SPRING_S - 1, SPRING_S, AUTUMN_S - 7200, AUTUMN_S - 1, AUTUMN_S, AUTUMN_S + 3599):
        for minute in range(0, 1440, 15):
            at_s = next_at(minute, unix_s, 60, True)
            assert unix_s < at_s <= unix_s + 90000 and at_s % 60 == 0, (unix_s, minute)
            found = weekday_and_minute(at_s, 60, True)[1]
            is_skipped = unix_s < SPRING_S <= at_s + 3600 and 120 <= minute < 180
            assert found == minute or is_skipped, (unix_s, minute, found)


def test_a_possible_promise_has_no_shortfall_and_an_impossible_one_says_it():
    run = started()
    view, config = run.gateway.state.ders[0].view, run.gateway.config
    hour_ms = run.now_ms + 3600000
    view.now_ms = run.now_ms

    def likely(e_wh=None, soc_pct=None, t_ms=hour_ms):
        return shortfall.likely(config, 0, view, (t_ms, e_wh, soc_pct))

    assert likely(3000) == {"e_needed_wh": 3000, "short_wh": 0, "late_min": 0}
    found = likely(9000)
    assert 3200 < found["short_wh"] < 3800 and 30 < found["late_min"] < 45, found
    assert likely(0)["short_wh"] == 0
    # 50 % of 40 kWh are there: the target says the energy.
    assert likely(soc_pct=60)["e_needed_wh"] == 4000 and likely(soc_pct=40)["e_needed_wh"] == 0
    found = likely(30000, t_ms=run.now_ms + 36000000)
    assert found["short_wh"] == 10000 and found["late_min"] is None, "more than the battery takes never comes"
    view.p_charge_max_w = 0
    found = likely(1000)
    assert found["short_wh"] == 1000 and found["late_min"] is None
    view.soc_pct = None
    assert likely(soc_pct=80) is None


def test_the_picture_of_a_plain_site():
    run = started()
    picture = household_view.picture(run.gateway, run.now_ms)
    assert picture["energy"] is None and picture["energy_modes"] == [] and picture["backup"] is None
    [charger] = picture["chargers"]
    assert charger["soc_pct"] == 50 and charger["promise"] is None and charger["no_discharge"] is None
    assert charger["consent"] == {"on": True, "until": None, "soc_min_pct": 20, "e_left_wh": None}
    assert picture["pv_w"] is None, "there is none"
    tell(run, wish="charge_now", minutes=30)
    charger = household_view.picture(run.gateway, run.now_ms)["chargers"][0]
    assert charger["wish"] == "charge_now" and 1790 < charger["wish_until"]["left_s"] < 1800


def test_the_picture_shows_the_house_as_the_site_link_says_it():
    inputs = [{"quantity": name, "topic": name} for name in ("p_pcc_w", "load_w", "pv_w")]
    run = started(home={"utc_offset_min": 0}, site_link={"host": "127.0.0.1"}, input=inputs)
    house = run.gateway.state.household.energy_use.house
    picture = household_view.picture(run.gateway, run.now_ms)
    assert [picture[name] for name in ("p_pcc_w", "pv_w", "load_w")] == [None] * 3, "silent is unknown"
    house.p_pcc_w, house.pv_w, house.net_w = -6600.04, 2500, -1900
    picture = household_view.picture(run.gateway, run.now_ms)
    assert [picture[name] for name in ("p_pcc_w", "pv_w", "load_w")] == [-6600, 2500, 600]


def test_the_picture_has_no_noise_of_floats_and_nothing_negative_to_go():
    run = started()
    tell(run, departure_min=600, soc_pct=40)
    tell(run, consent=True, minutes=60, e_max_wh=5000, soc_min_pct=35)
    view = run.gateway.state.ders[0].view
    view.soc_pct, view.e_needed_wh = 55.300000000000004, -24.1
    charger = household_view.picture(run.gateway, run.now_ms)["chargers"][0]
    assert charger["soc_pct"] == round(55.3, 1) and charger["promise"]["e_missing_wh"] == 0
    assert tell(run, ask="status")["ders"][0]["soc_pct"] == round(55.3, 1)
    assert charger["consent"]["e_left_wh"] == 5000 and charger["consent"]["soc_min_pct"] == 35


def test_a_departure_without_energy_takes_the_usual_target_or_is_refused():
    told = tell(started(), departure_min=600)
    assert told["problem"]["name"] == "malformed" and "with energy or soc" in told["problem"]["allowed"]
    run = started(home={"departure_soc_pct": 70})
    told = tell(run, departure_min=600)
    assert told["promise"][0]["e_needed_wh"] == 8000
    assert run.gateway.state.household.sessions[0].wanted.soc_pct == 70


def test_hardly_any_load_is_no_number_of_hours():
    assert local_words.lasting(5.24, 38.2) == "5.2 h at this load, 38 km kept for driving"
    assert local_words.lasting(706.0000000000001, 72) == "more than 4 days at this load, 72 km kept for driving"
    assert local_words.lasting(96, None) == "96.0 h at this load" and local_words.lasting(None, 3) == ""
