"""Lines of the log: values with their units, one line for each wish that was taken.

Source: edge/log_words.py.
"""

from edge import home_reasons, log_words, reasons
from tests.portable import fake_site
from tests.portable.test_ahead import started, tell


def test_an_event_tells_units_and_words():
    cases = (
        (home_reasons.PROMISE_SHORT, [26879, 471], "energy promise can't be kept whole, 26.9 kWh will be missing, all of it 7 h 51 min later"),
        (home_reasons.PROMISE_MISSED, [2300, "late_plug_in", 2100], "left with less than promised, 2.3 kWh missing, mostly by: late plug in, "
                                                                   "which took 2.1 kWh"),
        (home_reasons.BACKUP_STATE, ["entering_service"], "backup, entering service"),
        (home_reasons.SHED, ["well_pump"], "circuit shed, well_pump"),
        (reasons.LINK_LOST, [], "link lost"),
    )
    for code, values, words in cases:
        line = log_words.event(code, "evse1", values)
        assert line[:5] == "E%d " % code and line[5:12].strip() in log_words.SEVERITIES and line[13:] == "evse1        " + words, line


def test_every_wish_that_is_taken_has_a_line_and_a_refused_one_has_none():
    run = started(home={"utc_offset_min": 60})
    unix_s = fake_site.UNIX_MS // 1000
    cases = (
        ({"wish": "charge_now", "evse": "evse1", "minutes": 30, "p_w": 3000}, "wish taken: charge now with 3.0 kW until 16:43 (in 30 min)"),
        ({"wish": "none"}, "wish taken: no wish any more"),
        ({"departure": "16:00", "soc_pct": 60}, "wish taken: leave with 60 %, Tue 16:00 (in 23 h 46 min)"),
        ({"departure_min": 60, "e_needed_wh": 2500}, "wish taken: leave with 2.5 kWh, 17:13 (in 60 min)"),
        ({"departure": None}, "wish taken: departure taken back"),
        ({"consent": True, "minutes": 60}, "wish taken: discharging agreed until 17:13 (in 60 min)"),
        ({"consent": False}, "wish taken: discharging not agreed"),
        ({"pause_vpp_min": 0}, "wish taken: power plant paused no more"),
        ({"energy_mode": "tariff"}, "wish taken: energy mode tariff"), ({"energy_mode": None}, "wish taken: energy mode as configured"),
        ({"prices": {"start_unix_s": unix_s, "step_s": 900, "import_per_kwh": [0.3, 0.2]}}, "wish taken: 2 prices"),
        ({"announce": {"id": "x", "what": "turn_up", "start": unix_s, "end": unix_s + 9000, "p_w": -3000}},
         "wish taken: announced: turn up, charging 3.0 kW"),
        ({"observe": True}, "wish taken: only watch on"), ({"permit_service": False}, "wish taken: service permitted off"),
    )
    for request, words in cases:
        before = len(run.ports.lines)
        assert tell(run, **request)["ok"], request
        line = run.ports.lines[before]
        assert words in line, (request, line)
        assert request.get("wish") != "none" or line.endswith(words), "taken back for good, not for another hour: " + line
    before = len(run.ports.lines)
    assert "error" in tell(run, wish="dance") and len(run.ports.lines) == before


def test_the_answer_to_a_departure_names_the_day():
    told = tell(started(home={"utc_offset_min": 60}), departure="16:00", soc_pct=60)
    assert told["promise"][0]["until"]["at"] == "Tue 16:00"


def test_no_value_of_any_event_stops_the_log():
    for code, _, _, text in reasons.rows():
        for values in (["raised"], [0], [-1.5, "a_word", 7], [None, None], [[1, 2], {"a": 1}], []):
            assert text in log_words.event(code, "evse1", values), (code, values)
