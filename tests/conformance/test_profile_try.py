"""`v2g profile try` against emulated devices: it knows the right one, shows values, finds wrong scales and signs, and moves power
only when it may.

Not its job: the static half (unit/test_profile_check.py).
Source: the profiles; pymodbus serves the devices.
"""

import copy
import json
import select
import signal
import socket
import subprocess
import sys

import pytest

from tools import cli
from tools.gateway.profile import pulse, source

PATIENCE_S = 60


@pytest.fixture
def emulated():
    """Starts `v2g emulate` and gives its port; every process must end with 0 on SIGTERM."""
    started = []

    def start(name, *options):
        command = [sys.executable, "-m", "tools.cli", "emulate", str(name), "--port", "0", "--json", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert select.select([process.stdout], [], [], PATIENCE_S)[0], "no `ready`"
        return json.loads(process.stdout.readline())["port"]

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, errors


@pytest.fixture
def attempt(capsys):
    """Runs `v2g profile try` and gives (exit code, output, error output)."""
    def run(profile, port, *options):
        code = cli.main(["profile", "try", str(profile), "--host", "127.0.0.1:%d" % port, *options])
        said = capsys.readouterr()
        return code, said.out, said.err
    return run


def facts_of(attempt, profile, port, *options):
    code, out, _ = attempt(profile, port, "--json", *options)
    return code, json.loads(out)


@pytest.mark.parametrize("name", (
    "evtec-bidipro-10", "ambibox-ambicharge", "carlo-gavazzi-em340", "sunspec-meter", "sunspec-meter-float", "sunspec-der",
    "generic-transfer-switch", "wallbox-quasar-1"))
def test_the_right_device_fits_and_nothing_is_suspicious(name, emulated, attempt):
    code, facts = facts_of(attempt, name, emulated(name))
    assert code == 0 and facts["ok"] and facts["fault"] is None
    assert all(row["fits"] for row in facts["identity"]) and all(row["ok"] for row in facts["blocks"])
    assert facts["suspicious"] == []
    profile = source.load(name)[0]
    assert [row["point"] for row in facts["points"]] == [row[0] for row in profile["points"] if row[1] is not None]
    for row in facts["points"]:
        assert row["raw"] is not None and row["age_ms"] < 30000
        if row["point"] == "v_an_v":
            assert row["value"] == pytest.approx(230, abs=1)


def test_the_table_is_for_people(emulated, attempt):
    code, out, _ = attempt("carlo-gavazzi-em24-e1", emulated("carlo-gavazzi-em24-e1"))
    assert code == 0 and "identity: fits" in out
    line = next(line for line in out.splitlines() if line.startswith("p_pcc_w"))
    assert "-600 W" in line and "1770 0000" in line, "6000 tenths of a watt, low word first"


def test_unknown_values_say_why(emulated, attempt):
    _, facts = facts_of(attempt, "wallbox-quasar-1", emulated("wallbox-quasar-1"))
    soc = next(row for row in facts["points"] if row["point"] == "soc_pct")
    assert soc["value"] is None and soc["why"].startswith("outside 2 to 97, or state not charging/discharging")
    _, facts = facts_of(attempt, "sim-four-quadrant", emulated("sim-four-quadrant", "--unplugged"))
    soc = next(row for row in facts["points"] if row["point"] == "soc_pct")
    assert soc["value"] is None and soc["why"] == "the device says: unknown"


def test_another_device_is_told_and_fails(emulated, attempt):
    code, out, _ = attempt("sim-four-quadrant", emulated("sim-v2h"))
    assert code == 1 and "does NOT fit" in out and "wrong device, unit or setting" in out
    code, out, _ = attempt("sunspec-meter", emulated("sim-four-quadrant"))
    assert code == 1 and "not this device: no SunSpec header" in out


def test_a_block_that_is_refused_is_told_by_the_words_of_its_exception(emulated, attempt):
    code, out, _ = attempt("sigenergy-evdc", emulated("generic-charger-w"))
    assert code == 1 and "FAILED: no such register (exception 2)" in out


def test_nobody_there_and_a_silent_unit_are_unavailable(emulated, attempt):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        code, _, err = attempt("sim-bes", listener.getsockname()[1])
    assert code == 3 and "can't be reached" in err and "one client only" in err
    code, _, err = attempt("sim-four-quadrant", emulated("sim-four-quadrant"), "--unit", "9")
    assert code == 3 and "unit 9 is silent" in err


def file_with(tmp_path, name, **changes):
    """A profile file with columns of points changed: {point: {column: value}}."""
    literal = copy.deepcopy(source.load(name)[0])
    rows = [list(row) for row in literal["points"]]
    for row in rows:
        for column, value in changes.get(row[0], {}).items():
            row[column] = value
    literal["points"] = tuple(tuple(row) for row in rows)
    file = tmp_path / "mine.py"
    file.write_text("PROFILE = %r\n" % literal)
    return file


SCALE, SIGN = 4, 6


@pytest.mark.parametrize("point, change, says", (
    ("v_an_v", {SCALE: 1}, "is no grid's voltage"),
    ("f_hz", {SCALE: 1}, "f_hz = 500 Hz"),
    ("p_pcc_w", {SCALE: 1}, "more than volts times amperes"),
    ("p_pcc_w", {SCALE: 0.0001}, "kilowatts taken for watts"),
    ("p_a_w", {SIGN: 1}, "its phases add up to"),
))
def test_a_wrong_scale_or_sign_is_suspicious(point, change, says, tmp_path, emulated, attempt):
    file = file_with(tmp_path, "carlo-gavazzi-em340", **{point: change})
    code, facts = facts_of(attempt, file, emulated("carlo-gavazzi-em340"))
    assert code == 0 and [text for text in facts["suspicious"] if says in text], facts["suspicious"]


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(pulse, "HOLD_S", 4)


def test_nothing_is_written_without_permission(emulated, attempt, monkeypatch):
    port = emulated("sim-four-quadrant")
    code, _, err = attempt("sim-four-quadrant", port, "--write")
    assert code == 1 and "nothing written: not agreed to" in err
    code, _, err = attempt("sim-four-quadrant", port, "--write", "--yes", "--watts", "9000")
    assert code == 1 and "--watts 9000: allowed 1..4140" in err
    _, facts = facts_of(attempt, "sim-four-quadrant", port)
    assert next(row for row in facts["points"] if row["point"] == "owner")["value"] == 0


def test_a_pulse_moves_power_and_leaves_nothing_behind(emulated, attempt, short):
    port = emulated("generic-charger-w")
    code, facts = facts_of(attempt, "generic-charger-w", port, "--write", "--yes", "--watts", "2000")
    done = facts["pulse"]
    assert code == 0 and done["faults"] == []
    assert done["told_w"] == -2000 and done["reached_w"] == pytest.approx(-2000, abs=30) and done["first_ms"] < 3000
    assert abs(done["after_w"]) < 100
    _, facts = facts_of(attempt, "generic-charger-w", port)
    values = {row["point"]: row["value"] for row in facts["points"]}
    assert values["p_set_w"] == 0 and values["watchdog_s"] == 0


def test_a_pulse_finds_a_wrong_sign_of_the_measured_power(tmp_path, emulated, attempt, short):
    file = file_with(tmp_path, "generic-charger-w", p_ac_w={SIGN: 1})
    code, facts = facts_of(attempt, file, emulated("generic-charger-w"), "--write", "--yes", "--watts", "2000")
    assert code == 1 and "discharging in our sign" in facts["pulse"]["faults"][0]


def test_a_charger_without_a_vehicle_gets_no_pulse(emulated, attempt):
    code, _, err = attempt("sim-four-quadrant", emulated("sim-four-quadrant", "--unplugged"), "--write", "--yes")
    assert code == 1 and "its state is no_vehicle" in err
    code, _, err = attempt("generic-transfer-switch", emulated("generic-transfer-switch"), "--write", "--yes")
    assert code == 1 and "opens a house" in err


def test_the_site_file_says_how_much_is_safe(tmp_path, emulated, attempt):
    site = tmp_path / "site.toml"
    site.write_text('[gateway]\nid = "gw"\n[failsafe]\np_static_safe_w = 1000\n[[bus]]\nname = "lan"\nhost = "127.0.0.1"\n'
                    '[[evse]]\nname = "e"\nprofile = "sim-four-quadrant"\nbus = "lan"\np_charge_max_w = 6000\n')
    code, _, err = attempt("sim-four-quadrant", emulated("sim-four-quadrant"), "--write", "--yes", "--watts", "1100",
                           "--site", str(site))
    assert code == 1 and "allowed 1..1000" in err


def test_an_outlet_of_several_has_its_own_registers(emulated, attempt):
    port = emulated("ambibox-ambicharge", "--instance", "4")
    code, facts = facts_of(attempt, "ambibox-ambicharge", port, "--instance", "4")
    assert code == 0 and {row["name"]: row["address"] for row in facts["blocks"]} == {"live": 4600, "setpoint": 3300}
    assert attempt("ambibox-ambicharge", port)[0] == 1, "the first one is not there"
    assert attempt("ambibox-ambicharge", port, "--instance", "11")[0] == 2


def test_a_file_can_be_emulated_and_tried(tmp_path, emulated, attempt):
    file = file_with(tmp_path, "generic-charger-pct")
    code, facts = facts_of(attempt, file, emulated(file))
    assert code == 0 and facts["ok"]
