"""What the household asks for: every request that is right becomes its command, every wrong one its numbered refusal.

Not its job: what the commands do. Source: edge/requests.py, protocols/refusals.py.
"""

from edge import requests
from protocols import refusals
from tests.portable import fake_site

NOW_MS = 60000
UNIX_S = fake_site.UNIX_MS // 1000      # 2026-09-21 14:13:20 UTC
MIN_MS = 60000


class Gateway:
    """A gateway before its first tick, with views to be set."""

    def __init__(self, **sections):
        self.run = fake_site.FakeSite(fake_site.document(**sections), {"bus:lan": {1: fake_site.charger_bank()}})
        self.config, self.state, self.ports = self.run.gateway.config, self.run.gateway.state, self.run.ports
        for der in self.state.ders:
            der.session = "controlling"
            self.view = view = der.view
            view.plugged, view.soc_pct, view.p_discharge_max_w, view.v2g_consent = True, 60, 6000, True


HOME = {"home": {"utc_offset_min": 60}}


def ask(gateway, is_on_site=True, **request):
    return requests.command(gateway, NOW_MS, request, is_on_site)


def taken(gateway, **request):
    command, problem = ask(gateway, **request)
    assert problem is None, problem
    return command


def refused(gateway, **request):
    """(name of the reason, path)."""
    command, problem = ask(gateway, **request)
    assert command is None, command
    check_words(problem)
    return problem["name"], problem["path"]


def check_words(problem):
    """A refusal says where, what was given, what is allowed."""
    assert refusals.name_of(problem["reason"]) == problem["name"]
    assert problem["allowed"] and problem["path"]
    shown = "nothing" if problem["got"] is None else str(problem["got"])
    for part in (problem["path"] + " = " + shown, refusals.text_of(problem["reason"]), problem["allowed"]):
        assert part in problem["text"], (part, problem["text"])


def test_every_request_becomes_its_command():
    plain, home = Gateway(), Gateway(meter={"name": "m", "profile": "eastron-sdm630", "bus": "lan", "unit": 2}, **HOME)
    at_ms = NOW_MS + 3600000
    cases = (
        (plain, {"wish": "charge_now"}, {"kind": "wish", "der": -1, "wish": "charge_now", "p_w": None, "until_ms": at_ms}),
        (plain, {"wish": "discharge_now", "evse": "evse1", "minutes": 90, "p_w": 3000},
         {"kind": "wish", "der": 0, "wish": "discharge_now", "p_w": 3000, "until_ms": NOW_MS + 90 * MIN_MS}),
        (plain, {"pause_vpp_min": 0}, {"kind": "pause_vpp", "until_ms": NOW_MS}),
        (plain, {"pause_until": UNIX_S + 3600}, {"kind": "pause_vpp", "until_ms": at_ms}),
        (plain, {"observe": True}, {"kind": "observe", "on": True}),
        (plain, {"permit_service": False}, {"kind": "permit_service", "on": False}),
        (plain, {"departure_min": 60, "e_needed_wh": 5000, "evse": "evse1"},
         {"kind": "departure", "der": 0, "t_departure_ms": at_ms, "e_needed_wh": 5000, "soc_pct": None}),
        (plain, {"departure": UNIX_S + 3600, "soc_pct": 80},
         {"kind": "departure", "der": -1, "t_departure_ms": at_ms, "e_needed_wh": None, "soc_pct": 80}),
        (plain, {"departure": None, "soc_pct": 80},
         {"kind": "departure", "der": -1, "t_departure_ms": None, "e_needed_wh": None, "soc_pct": None}),
        (plain, {"consent": True, "minutes": 60, "soc_min_pct": 40, "e_max_wh": 5000},
         {"kind": "consent", "der": -1, "on": True, "until_ms": at_ms, "soc_min_pct": 40, "e_max_wh": 5000}),
        (plain, {"consent": False}, {"kind": "consent", "der": -1, "on": False, "until_ms": None, "soc_min_pct": None,
                                     "e_max_wh": None}),
        (home, {"energy_mode": "pv"}, {"kind": "energy_mode", "mode": "pv"}),
        (home, {"energy_mode": None}, {"kind": "energy_mode", "mode": None}),
        (home, {"prices": {"start_unix_s": UNIX_S, "step_s": 900, "import_per_kwh": [0.3, -0.02]}},
         {"kind": "prices", "start_unix_s": UNIX_S, "step_s": 900, "import_per_kwh": [0.3, -0.02], "export_per_kwh": None}),
        (plain, {"announce": {"id": "a", "what": "outage", "start": UNIX_S - 60, "end": UNIX_S + 3600, "text": "works"}},
         {"kind": "announce", "id": "a", "what": "outage", "start_ms": NOW_MS, "end_ms": at_ms, "text": "works", "p_w": None}),
    )
    for gateway, request, expected in cases:
        assert taken(gateway, **request) == expected, request


def test_a_time_of_day_is_the_next_one_of_the_local_clock():
    """14:13:20 UTC in September: 16:13:20 an hour east of Greenwich, in summer time."""
    gateway = Gateway(**HOME)
    for text, ahead_s in (("16:14", 40), ("18:00", 6400), ("7:30", 55000), ("16:13", 86380)):
        assert taken(gateway, departure=text)["t_departure_ms"] == NOW_MS + ahead_s * 1000, text


def test_times_that_cannot_be():
    home, plain = Gateway(**HOME), Gateway()
    for text in ("25:00", "7", "07:60", "", "07:30:00", "-1:30", "\u00b2:00"):
        assert refused(home, departure=text) == ("malformed", "departure"), text
    for value in (UNIX_S, UNIX_S - 3600, 0, -5):
        assert refused(home, pause_until=value) == ("in_the_past", "pause_until"), value
    assert refused(home, departure=UNIX_S + 8 * 86400) == ("out_of_range", "departure")
    assert refused(home, departure=True) == ("malformed", "departure")
    assert refused(plain, departure="07:30") == ("clock_not_set", "departure")
    plain.ports.clock.ms = 1000
    assert refused(plain, departure=UNIX_S) == ("clock_not_set", "departure")


def test_numbers_outside_their_range_and_no_numbers():
    gateway = Gateway()
    nan = float("nan")
    for request in ({"wish": "charge_now", "minutes": 0}, {"wish": "charge_now", "minutes": 1441}, {"pause_vpp_min": -1},
                    {"wish": "charge_now", "p_w": -1}, {"wish": "charge_now", "p_w": nan}, {"departure_min": 0},
                    {"departure_min": 30, "e_needed_wh": -1}, {"departure_min": 30, "soc_pct": 101},
                    {"departure_min": float("inf")}, {"consent": True, "soc_min_pct": "40"}, {"pause_vpp_min": True},
                    {"wish": "dance"}, {"wish": ["idle"]}, {"energy_mode": "fast"}):
        assert refused(gateway, **request)[0] == "out_of_range", request
    for request in ({}, {"nonsense": 1}, {"wish": "idle", "observe": True}, {"wish": "idle", "minutes": 5, "soc_pct": 3},
                    {"observe": "on"}, {"observe": None}, {"prices": [1]},
                    {"departure_min": 30, "e_needed_wh": 1, "soc_pct": 50},
                    {"consent": True, "minutes": 5, "until": UNIX_S + 60}):
        assert refused(gateway, **request)[0] == "malformed", request
    assert requests.command(gateway, 0, [1])[1]["name"] == "malformed"
    assert refused(gateway, wish="idle", evse="evse9") == ("unknown_device", "evse")


def test_a_discharge_that_cannot_come_is_refused_by_its_reason():
    cases = (
        ("plugged", False, "no_vehicle"), ("plugged", None, "no_vehicle"), ("p_discharge_max_w", 0, "not_bidirectional"),
        ("soc_pct", None, "soc_unknown"), ("soc_pct", 20, "soc_low"), ("v2g_consent", False, "no_consent"),
        ("permit_service", False, "grid_code"), ("island", 351, "islanded"),
    )
    for name, value, expected in cases:
        gateway = Gateway()
        gateway.view.soc_min_pct = 20
        setattr(gateway.view, name, value)
        assert refused(gateway, wish="discharge_now") == (expected, "wish"), name
    gateway = Gateway()
    gateway.state.ders[0].session, gateway.view.plugged = "identifying", None
    assert taken(gateway, wish="discharge_now")["wish"] == "discharge_now", "nothing is known of it yet: the wish waits"
    gateway = Gateway()
    gateway.state.ders[0].health.is_trip_confirmed = False
    assert refused(gateway, wish="discharge_now") == ("grid_code", "wish")
    assert taken(gateway, wish="charge_now")["wish"] == "charge_now"
    one_way = Gateway(evse=[dict(fake_site.CHARGER, p_discharge_max_w=0)])
    assert refused(one_way, wish="discharge_now") == ("not_bidirectional", "wish")
    assert refused(one_way, consent=True) == ("not_bidirectional", "consent")
    assert taken(one_way, consent=False)["on"] is False


def test_in_an_island_charging_is_refused_too():
    gateway = Gateway()
    gateway.view.island = 351
    assert refused(gateway, wish="charge_now") == ("islanded", "wish")
    assert taken(gateway, wish="none")["wish"] == "none"


def test_a_discharge_for_all_names_the_charger_that_cannot():
    second = dict(fake_site.CHARGER, name="evse2", unit=2, p_discharge_max_w=0)
    gateway = Gateway(evse=[fake_site.CHARGER, second])
    _, problem = ask(gateway, wish="discharge_now")
    assert problem["got"] == "discharge_now for evse2"
    assert taken(gateway, wish="discharge_now", evse="evse1")["der"] == 0


def test_what_is_not_set_up_is_not_offered():
    plain, home = Gateway(), Gateway(**HOME)
    for gateway, request in ((plain, {"energy_mode": "pv"}), (home, {"energy_mode": "pv"}), (home, {"energy_mode": "all"}),
                             (plain, {"prices": {}}), (plain, {"island": True}), (plain, {"reset_lockout": True})):
        assert refused(gateway, **request)[0] == "not_offered", request


def test_a_lockout_is_reset_on_site_only():
    assert ask(Gateway(), False, reset_lockout=True)[1]["name"] == "not_permitted"


def test_a_series_with_a_gap_says_which_step():
    home = Gateway(**HOME)
    good = {"start_unix_s": UNIX_S, "step_s": 900, "import_per_kwh": [0.3, 0.2, 0.1], "export_per_kwh": [0.1, 0.1, 0.1]}
    cases = (
        ({"import_per_kwh": [0.3, None, 0.1]}, "series_gap", "prices.import_per_kwh[1]"),
        ({"import_per_kwh": [0.3, float("nan"), 0.1]}, "series_gap", "prices.import_per_kwh[1]"),
        ({"import_per_kwh": [0.3, 11, 0.1]}, "out_of_range", "prices.import_per_kwh[1]"),
        ({"import_per_kwh": [0.3, True, 0.1]}, "series_gap", "prices.import_per_kwh[1]"),
        ({"export_per_kwh": [0.1, 0.1]}, "series_gap", "prices.export_per_kwh"),
        ({"export_per_kwh": 3}, "malformed", "prices.export_per_kwh"),
        ({"import_per_kwh": []}, "out_of_range", "prices.import_per_kwh"),
        ({"import_per_kwh": [0.1] * 201}, "out_of_range", "prices.import_per_kwh"),
        ({"start_unix_s": 3.5}, "malformed", "prices.start_unix_s"),
        ({"start_unix_s": UNIX_S - 2700}, "in_the_past", "prices.start_unix_s"),
        ({"step_s": 299}, "out_of_range", "prices.step_s"),
    )
    assert taken(home, prices=good)["export_per_kwh"] == [0.1, 0.1, 0.1]
    for change, name, path in cases:
        wrong = dict(good)
        wrong.update(change)
        assert refused(home, prices=wrong) == (name, path), change


def test_announcements_that_cannot_be():
    gateway = Gateway()
    good = {"id": "a", "what": "outage", "start": UNIX_S + 60, "end": UNIX_S + 120}
    cases = (
        ({"id": ""}, "malformed", "announce.id"), ({"id": 3}, "malformed", "announce.id"),
        ({"what": "party"}, "malformed", "announce.what"), ({"text": "x" * 101}, "malformed", "announce.text"),
        ({"p_w": float("nan")}, "out_of_range", "announce.p_w"), ({"end": UNIX_S + 30}, "out_of_range", "announce.end"),
        ({"end": UNIX_S - 30}, "in_the_past", "announce.end"), ({"start": None}, "malformed", "announce.start"),
    )
    for change, name, path in cases:
        wrong = dict(good)
        wrong.update(change)
        assert refused(gateway, announce=wrong) == (name, path), change


def test_the_numbers_of_refusals_never_change():
    assert [row[0] for row in refusals.TABLE] == list(range(len(refusals.TABLE)))
    assert (refusals.number_of("late"), refusals.number_of("not_bidirectional"), refusals.number_of("series_gap")) == (7, 22, 31)
    assert (refusals.number_of("locked_out"), refusals.number_of("not_locked_out")) == (32, 33)
    assert refusals.name_of(99) == "unknown" and refusals.name_of(-1) == "unknown"
