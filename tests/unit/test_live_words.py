"""What a live run shows and writes without running: site files, words of the supervisor, rows of the table."""

import io

import pytest
from rich.console import Console

from host_sim.live import access, lead_in, lines, picture, screen, site_files
from host_sim.scenarios.paper_cases import CASE_1, CASE_3, CASES
from host_sim.scenarios.parameters import BUSES
from host_sim.supervisor.words import Narrator
from tools.gateway import toml_compiler

BEGIN_MS = 1_800_000_000_000
BUS_OF = {"gw-646": "646"}


class Broker:
    """As a broker of ours looks to access.of_broker."""

    kind, host, port = "own", "127.0.0.1", 1883


def told():
    return access.of_broker(Broker, access.draw())


@pytest.mark.parametrize("scenario", CASES, ids=[scenario.name for scenario in CASES])
def test_site_files_of_every_station_are_right(scenario, tmp_path):
    for bus in BUSES:
        path, query_port = site_files.write(tmp_path, bus, scenario, ports={"cabinet": 5020, "meter": 5021}, access=told())
        document, errors = toml_compiler.compile_file(path)
        assert errors == [], errors
        assert document["local"]["query_port"] == query_port
        assert document["gateway"] == {"id": "gw-" + bus, "mode": "control"}
        assert path.stat().st_mode & 0o077 == 0


def test_every_gateway_has_its_own_password_and_nobody_elses_topics():
    drawn = access.draw()
    assert len(set(drawn.users.values())) == len(BUSES) + 1
    assert drawn.may("write", "gw-646", "gw-646", "v2g/1/gw-646/up/tele/ev")
    assert not drawn.may("write", "gw-646", "gw-646", "v2g/1/gw-634/up/tele/ev")
    assert not drawn.may("write", "gw-646", "gw-646", "v2g/1/gw-646/dn/cmd")
    assert not drawn.may("read", "gw-646", "gw-646", "v2g/1/gw-634/dn/cmd")
    assert drawn.may("write", "supervisor", "supervisor", "v2g/1/gw-646/dn/cmd")


def test_lead_in_is_shortened_and_the_window_is_not():
    short = lead_in.shortened(CASE_1, 10)
    assert short.settle_s == 10
    assert min(t_s for t_s, _ in short.load_level) >= -10
    assert [point for point in short.pv_w["646"] if point[0] >= 0] == list(CASE_1.pv_w["646"])


def test_supervisor_is_told_in_words():
    narrator = Narrator(BUS_OF, BEGIN_MS)
    head = {"iat_ms": BEGIN_MS, "exp_ms": BEGIN_MS + 50_000}
    assert narrator.command("gw-646", {"id": "a", "kind": "wape_lift", "device": "ev", **head}) == (
        "646: lifts the WAPE constraint for 50 s")
    assert narrator.answer("gw-646", {"ref": "a", "stage": "received"}, "none") is None
    assert narrator.answer("gw-646", {"ref": "a", "stage": "applied", "applied_w": -6000.0}, "none") == (
        "646: lift in force, charging 6.0 kW")
    assert narrator.command("gw-646", {"id": "b", "kind": "revoke", "ref": "a", **head}) == "646: takes the lift back"
    scheduled = {"id": "c", "kind": "setpoint", "device": "bes", "p_w": -6000, "iat_ms": BEGIN_MS - 9000,
                 "nbf_ms": BEGIN_MS + 4200, "exp_ms": BEGIN_MS + 6800}
    assert narrator.command("gw-646", scheduled) == "646 battery: schedules charging 6.0 kW from 4.2 to 6.8 s"
    assert narrator.answer("gw-646", {"ref": "c", "stage": "refused"}, "no_consent") == (
        "646 battery: setpoint refused, no consent")


class Case:
    """As LiveCase looks to the views."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.newest = {"t_s": 2.5, "level": 0.0172, "margins": (0.81, 0.83),
                       "sample": {bus: (404.04, -3000.0, 6100.0, 1750.0, 0.0, 3400.0) for bus in BUSES}}
        der = {"session": "controlling", "state": "charging", "p_ac_w": -3000, "q_ac_var": 6100, "soc_pct": 50.2,
               "why": "charging 3.0 kW: WAPE (default asked 6.0)"}
        self.answers = {bus: {"ders": [{"name": "ev", **der}]} for bus in BUSES}
        self.answers["646"]["ders"].append({"name": "bes", **der, "p_ac_w": None, "soc_pct": None})
        self.answers["652"] = None
        self.said = [(None, "broker: lost"), (1.5, "646: lift in force")]
        self.t_s = 2.5


def test_rows_speak_in_words_and_say_when_nothing_is_known():
    rows = picture.rows(Case(CASE_3))
    assert [row.place for row in rows] == ["634", "646", "646 battery", "675", "680", "611", "652"]
    assert rows[1] == picture.Row("646", "404.0 V", "charging 3.0 kW", "gives 6.1 kvar", "1.8 kW", "50 %", "in control",
                                  "charging 3.0 kW: WAPE (default asked 6.0)", True)
    assert (rows[2].power, rows[2].soc, rows[2].voltage) == (picture.UNKNOWN, picture.UNKNOWN, "")
    assert rows[6].power == "starting"
    assert (picture.reactive(-1200), picture.reactive(10), picture.power(6000)) == (
        "takes 1.2 kvar", "no vars", "discharging 6.0 kW")


@pytest.mark.parametrize("columns, rows", ((80, 24), (120, 30), (160, 40)))
def test_screen_fits_and_shows_every_reason(columns, rows):
    out = io.StringIO()
    console = Console(file=out, width=columns, height=rows, force_terminal=True, color_system=None)
    case = Case(CASE_3)
    with screen.Screen(console, "our own, 127.0.0.1:1883") as view:
        view.show(case, 3, 4)
        drawn = view.drawing(case, 3, 4)
    lines_drawn = "".join(segment.text for segment in console.render(drawn)).splitlines()
    assert len(lines_drawn) < rows
    assert all(len(line) <= columns for line in lines_drawn)
    assert sum("WAPE (default asked 6.0)" in line for line in lines_drawn) == 6
    assert any("broker: our own, 127.0.0.1:1883" in line for line in lines_drawn)
    assert any("in control" in line for line in lines_drawn)


def test_plain_lines_say_each_thing_once():
    written = []
    view = lines.Lines(written.append, "our own")
    case = Case(CASE_3)
    view.show(case, 3, 4)
    before = len(written)
    view.show(case, 3, 4)
    assert len(written) == before
    assert sum("646: lift in force" in line for line in written) == 1
