"""`v2g wish`: words of the command line become requests; exit codes tell a wrong word from what can't be had.

Not its job: judging a request (portable/test_requests.py). Source: tools/gateway/wish.py.
"""

import json

import pytest

from edge import home_reasons, requests
from tests.portable import fake_site
from tools import cli
from tools.gateway import ask, wish


@pytest.fixture()
def site(monkeypatch):
    """A gateway that answers without a socket."""
    run = fake_site.FakeSite(fake_site.document(home={}), {"bus:lan": {1: fake_site.charger_bank()}})
    run.run(3000)

    class Link:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def sendall(self, data):
            self.request = json.loads(data)

        def makefile(self, mode):
            return self

        def readline(self):
            [answer] = [action[2] for action in run.gateway.on_query(run.now_ms, 1, self.request) if action[0] == "reply"]
            return json.dumps(answer).encode()

    monkeypatch.setattr(ask.socket, "create_connection", lambda address, timeout: Link())
    return run


def said(words, capsys):
    """(exit code, output, complaint) of `v2g wish`."""
    code = cli.main(["wish", "--port", "1"] + words.split(" "))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("words, request_", [
    ("--charge-now", {"wish": "charge_now"}),
    ("--discharge-now --minutes 30 --power 3000 --evse evse1", {"wish": "discharge_now", "minutes": 30, "p_w": 3000, "evse": "evse1"}),
    ("--idle --minutes 5", {"wish": "idle", "minutes": 5}),
    ("--departure 07:30 --soc 80", {"departure": "07:30", "soc_pct": 80}),
    ("--departure 90 --energy 5000", {"departure_min": 90, "e_needed_wh": 5000}),
    ("--departure none", {"departure": None}),
    ("--consent on --until 22:00 --soc-min 40 --energy 5000", {"consent": True, "until": "22:00", "soc_min_pct": 40, "e_max_wh": 5000}),
    ("--consent off", {"consent": False}),
    ("--pause-vpp 30", {"pause_vpp_min": 30}),
    ("--pause-until 1800000000", {"pause_until": 1800000000}),
    ("--mode pv", {"energy_mode": "pv"}),
    ("--mode default", {"energy_mode": None}),
    ("--island on --until 18:00", {"island": True, "until": "18:00"}),
    ("--island off", {"island": False}),
    ("--reset-lockout", {"reset_lockout": True}),
    ("--observe on", {"observe": True}),
    ("--permit-service off", {"permit_service": False}),
])
def test_words_become_the_request(words, request_):
    parser, _ = cli.parser_of("wish")
    request = wish.request_of(parser.parse_args(words.split(" ")))
    assert request == request_
    keys = [row[0] for row in requests.REQUESTS]
    assert len([key for key in keys if key in request]) == 1


def test_every_request_but_announcements_can_be_said():
    parser, _ = cli.parser_of("wish")
    page = parser.format_help()
    for option in ("charge-now", "departure", "consent", "pause-vpp", "pause-until", "mode", "prices", "island", "reset-lockout",
                   "observe", "permit-service"):
        assert "--" + option in page


@pytest.mark.parametrize("words, code, complaint", [
    ("--idle", 0, ""),
    ("--idle --evse evse9", 2, "--evse = evse9: no such charger or battery here; allowed: evse1"),
    ("--idle --minutes 5000", 2, "--minutes = 5000.0: outside its range; allowed: 1 to 1440 min"),
    ("--departure yesterday", 2, '--departure = yesterday: not in the form of the table; allowed: "07:30" of local time, or Unix time in s'),
    ("--pause-until 1000", 2, "--pause-until = 1000: that time has passed"),
    ("--departure -5", 2, "--departure = -5.0: outside its range; allowed: 1 to 10080 min"),
    ("--departure 60 --energy 300000", 2, "--energy = 300000.0: outside its range; allowed: 0 to 250000 Wh"),
    ("--departure 60 --energy 3000 --soc 50", 2, "--soc = 50.0: not in the form of the table; allowed: either --energy or --soc"),
    ("--consent on --energy 300000", 2, "--energy = 300000.0"),
    ("--idle --soc 20", 2, "v2g wish: --soc: not beside --idle, which takes --evse, --minutes, --power"),
    ("--observe on --minutes 5 --soc-min 3", 2, "v2g wish: --minutes, --soc-min: not beside --observe, which takes nothing else"),
    ("--mode v2h", 1, "--mode = v2h: not set up at this site"),
    ("--reset-lockout", 1, "--reset-lockout = True: not set up at this site"),
])
def test_exit_codes(words, code, complaint, site, capsys):
    found, _, told = said(words, capsys)
    assert found == code and complaint in told and told.count("\n") == (1 if complaint else 0)


def test_an_impossible_promise_is_taken_and_its_shortfall_said(site, capsys):
    code, out, _ = said("--departure 30 --soc 100", capsys)
    assert code == 0 and "evse1: 20.0 kWh by departure, 15:43 (in 30 min): they can't all be had" in out and "later" in out
    site.run(200)
    assert site.gateway.state.ders[0].view.t_departure_ms is not None
    code, out, _ = said("--departure 600 --energy 1000", capsys)
    assert code == 0 and "evse1: 1.0 kWh by departure, Tue 01:13 (in 10 h)\n" in out


def test_a_floor_below_the_configured_one_is_taken_and_the_one_that_holds_said(site, capsys):
    code, out, _ = said("--consent on --soc-min 5", capsys)
    assert code == 0 and "evse1: no discharge below 20 %, as configured" in out
    code, out, _ = said("--consent on --soc-min 20", capsys)
    assert code == 0 and "below" not in out


def test_a_departure_while_the_house_is_cut_off_warns_at_once(site, capsys):
    view = site.gateway.state.ders[0].view
    for told, is_warned in ((home_reasons.LOCKED_OUT, True), (home_reasons.RETURN_DELAY, False), (0, False)):
        view.island = told
        code, out, _ = said("--departure 600 --energy 1000", capsys)
        assert code == 0 and ("evse1: no charging while this lasts: " in out) == is_warned, out


def test_prices_from_a_file(site, capsys, tmp_path):
    path = tmp_path / "prices.json"
    series = {"start_unix_s": fake_site.UNIX_MS // 1000, "step_s": 900, "import_per_kwh": [0.3, 0.2]}
    path.write_text(json.dumps(series))
    assert said("--prices %s" % path, capsys)[0] == 0
    path.write_text(json.dumps({**series, "import_per_kwh": [0.3, None]}))
    code, _, told = said("--prices %s" % path, capsys)
    assert code == 2 and "prices.import_per_kwh[1] = nothing" in told
    path.write_text("{")
    assert said("--prices %s" % path, capsys)[0] == 2
    code, _, told = said("--prices %s/none" % tmp_path, capsys)
    assert code == 2 and "No such file" in told


def test_json_says_the_number(site, capsys):
    _, out, _ = said("--mode v2h --json", capsys)
    assert json.loads(out)["problem"]["reason"] == 23


def test_status_in_json_has_the_household(site, capsys):
    assert cli.main(["status", "--port", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["household"]["chargers"][0]["name"] == "evse1" and told["household"]["ahead"] == []
    assert cli.main(["status", "--port", "1"]) == 0
    assert "energy           mode charge" in capsys.readouterr().out
