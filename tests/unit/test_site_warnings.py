"""`v2g check` warns of sites that are right and yet disappoint, and judges rules across rows beside other errors.

Source: ours.
"""

import json

import pytest

from edge import params
from protocols import profiles
from tools import cli
from tools.gateway import toml_compiler

SITE = """\
[gateway]
id = "gw-1"

[[bus]]
name = "lan"
host = "192.0.2.1"

[[evse]]
name = "left"
profile = "wallbox-quasar-1"
bus = "lan"
phases = 1
p_charge_max_w = 7400
"""
FOUR_QUADRANT = SITE.replace("wallbox-quasar-1", "sim-four-quadrant").replace("phases = 1", "phases = 3")
METER = '[meter]\nprofile = "eastron-sdm630"\nbus = "line"\n[[bus]]\nname = "line"\nhost = "192.0.2.2"\ntransport = "rtu_over_tcp"\n'
FUSE = "[site]\ni_fuse_a = 25\n"


def check(tmp_path, capsys, text):
    """(exit code, warnings, what people read)."""
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    code = cli.main(["check", str(path), "--json"])
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    assert cli.main(["check", str(path)]) == code
    return code, warnings, capsys.readouterr().out


def errors_of(text):
    return toml_compiler.compile_text(text)[1]


def test_a_charger_that_shows_no_voltage_or_has_no_timer_is_held_low_and_that_is_told(tmp_path, capsys):
    blind = FOUR_QUADRANT.replace("sim-four-quadrant", "sigenergy-evdc")
    _, warnings, _ = check(tmp_path, capsys, blind)
    assert [row["path"] for row in warnings] == ["evse[0].profile", "evse[0].profile"]
    assert "shows no voltage" in warnings[0]["text"] and "no timer of its own" in warnings[1]["text"]
    _, warnings, _ = check(tmp_path, capsys, blind + METER + '[grid]\nvoltage_from = "pcc"\n')
    assert len([row for row in warnings if "shows no voltage" in row["text"]]) == 0
    assert len([row for row in warnings if "no timer of its own" in row["text"]]) == 1


def test_a_charger_that_gives_up_its_fuse_protection_needs_a_meter_and_a_fuse(tmp_path, capsys):
    code, [warning], read = check(tmp_path, capsys, SITE)
    assert code == 0 and (warning["line"], warning["path"]) == (10, "evse[0].profile")
    assert "without [meter] and site.i_fuse_a it never charges with more than failsafe.p_static_safe_w, 0 W" in warning["text"]
    assert "site.toml:10 warning: evse[0].profile: control switches off the charger's own fuse protection" in read
    assert "without site.i_fuse_a it" in check(tmp_path, capsys, SITE + METER)[1][0]["text"]
    assert "without [meter] it" in check(tmp_path, capsys, SITE + FUSE)[1][0]["text"]
    assert check(tmp_path, capsys, SITE + METER + FUSE)[:2] == (0, [])


def test_commands_from_afar_without_bounds_and_rows_of_an_earlier_release_are_told(tmp_path, capsys):
    afar = FOUR_QUADRANT + '[vpp]\nenabled = true\nhost = "broker"\nkey = "%s"\n' % ("0" * 32)
    _, [warning], _ = check(tmp_path, capsys, afar)
    assert warning["path"] == "vpp.enabled" and "[bounds]" in warning["text"]
    assert check(tmp_path, capsys, afar + "[bounds]\n")[:2] == (0, [])
    code, [warning], read = check(tmp_path, capsys, FOUR_QUADRANT + "[control]\nsetpoint_deadband_w = 20\n")
    assert code == 0 and warning["path"] == "control.setpoint_deadband_w" and "is not needed any more" in warning["text"]
    assert "site.toml:%d warning: control.setpoint_deadband_w" % warning["line"] in read


@pytest.mark.parametrize("q_mode, effect", [("wape", "WAPE then works with watts alone"), ("cpf", "it has no effect here")])
def test_vars_of_a_device_that_takes_none(q_mode, effect, tmp_path, capsys):
    more = "[grid]\nq_mode = \"%s\"\n[wape]\nenabled = true\n" % q_mode
    _, [warning], _ = check(tmp_path, capsys, SITE + METER + FUSE + more)
    assert warning["text"] == 'grid.q_mode = "%s" asks for vars, and wallbox-quasar-1 takes none: %s' % (q_mode, effect)
    assert check(tmp_path, capsys, FOUR_QUADRANT + more)[1] == []


def test_discharging_without_consent(tmp_path, capsys):
    _, [warning], read = check(tmp_path, capsys, FOUR_QUADRANT + "p_discharge_max_w = 6000\n")
    assert (warning["line"], warning["path"]) == (14, "evse[0].p_discharge_max_w")
    assert "6000 W are set, but the owner has not agreed" in warning["text"]
    assert "but the owner has not agreed" in read
    assert check(tmp_path, capsys, FOUR_QUADRANT + "p_discharge_max_w = 6000\nv2g_consent = true\n")[1] == []


def test_a_battery_has_no_driver_to_ask(tmp_path, capsys):
    battery = '[[bes]]\nname = "cellar"\nprofile = "sim-bes"\nbus = "lan"\nunit = 2\np_charge_max_w = 5000\np_discharge_max_w = 5000\n'
    code, warnings, read = check(tmp_path, capsys, FOUR_QUADRANT + battery)
    assert (code, warnings) == (0, []) and "cellar: battery" in read and "agreed" not in read


def test_a_slow_bus_near_its_limit(tmp_path, capsys):
    line = FOUR_QUADRANT.replace("[[evse]]", 'transport = "rtu_over_tcp"\nbaud = %d\n[[evse]]')
    _, [warning], _ = check(tmp_path, capsys, line % 3200)
    assert (warning["line"], warning["path"]) == (5, "bus[0].name")
    assert warning["text"].startswith("near its limit at 3200 baud: a round takes up to ")
    assert check(tmp_path, capsys, line % 19200)[1] == []


def test_a_bus_without_a_device(tmp_path, capsys):
    bus = '[[bus]]\nname = "spare"\nhost = "192.0.2.9"\n'
    _, [warning], _ = check(tmp_path, capsys, FOUR_QUADRANT + bus)
    assert (warning["line"], warning["path"]) == (15, "bus[1].name") and "no device is on it" in warning["text"]


def test_a_60_hz_code_at_a_voltage_of_50_hz_grids(tmp_path, capsys):
    site = FOUR_QUADRANT + '[grid]\ncode = "%s"\n'
    _, [warning], _ = check(tmp_path, capsys, site % "ieee1547-a-i")
    assert warning["path"] == "grid.code" and "grid.v_nom_ln_v = 230" in warning["text"]
    assert check(tmp_path, capsys, site % "ieee1547-a-i" + "v_nom_ln_v = 240\n")[1] == []
    assert check(tmp_path, capsys, site % "g99")[1] == []


def test_rules_across_rows_are_told_beside_wrong_values():
    text = FOUR_QUADRANT.replace("7400", "74000").replace('host = "192.0.2.1"', 'host = "192.0.2.1"\nport = 0')
    text += "[wape]\nv0_pu = 0.99\nv1_pu = 0.95\n[failsafe]\ncharger_lost_s = 6\n"
    found = errors_of(text)
    for line in ("site.toml:7 bus[0].port = 0", "site.toml:14 evse[0].p_charge_max_w = 74000", "site.toml:16 wape.v0_pu = 0.99: "
                 "allowed below wape.v1_pu (0.95)", "site.toml:19 failsafe.charger_lost_s = 6"):
        assert any(error.startswith(line) for error in found), (line, found)
    assert len(found) == 4


@pytest.mark.parametrize("old, new, hidden", [
    ('"sim-four-quadrant"', '"sim-four"', "phases"),                    # its phases are not known
    ("v1_pu = 0.95", 'v1_pu = "low"', "v0_pu"),                         # below what?
    ("v1_pu = 0.95", "v1pu = 0.95", "v0_pu"),
    ('name = "lan"', 'nam = "lan"', "evse[0].bus"),
    ("[wape]", "[wap]", "wape.v0_pu"),
])
def test_what_hangs_on_a_wrong_value_is_not_told(old, new, hidden):
    text = FOUR_QUADRANT.replace("phases = 3", "phases = 1") + "[wape]\nv0_pu = 0.99\nv1_pu = 0.95\n"
    assert old in text
    found = errors_of(text.replace(old, new, 1))
    assert found and not any(hidden in error.partition("allowed")[0].partition(":")[2] for error in found), found


def test_no_wrong_row_makes_check_stumble():
    """Whatever one row holds, all errors come as lines."""
    whole = {"gateway": {"id": "g1"}, "bus": [{"name": "lan", "host": "h"}],
             "evse": [{"name": "left", "profile": "sim-four-quadrant", "bus": "lan", "p_charge_max_w": 6000}],
             "meter": {"profile": "eastron-sdm630", "bus": "lan", "unit": 2},
             "pv": [{"name": "roof", "profile": "sim-pv", "bus": "lan", "unit": 3}]}
    for section, how_often, _, _, _ in params.SECTIONS:
        for key, _ in params.rows_of(section):
            for value in (None, {}, [], -1e9, "\u00e4", True):
                document = json.loads(json.dumps(whole))
                if how_often == params.MANY:
                    document.setdefault(section, [{}])[0][key] = value
                else:
                    document.setdefault(section, {})[key] = value
                _, problems = toml_compiler.check_text(json.dumps(document), "site.json")
                assert all(problem["line_text"].startswith("site.json") for problem in problems)
    for document in ({}, [], {"evse": 1}, {"evse": [1]}, {"gateway": []}, {"vpp": {"enabled": True}}):
        assert toml_compiler.check_text(json.dumps(document), "site.json")[1]


def test_every_profile_can_be_warned_of(tmp_path, capsys):
    for name in profiles.NAMES:
        profile = toml_compiler.profile_of(name)
        if profile["kind"] == "charger" and profile["transport"]["kinds"][0] == "tcp":
            text = SITE.replace("wallbox-quasar-1", name).replace("phases = 1", "phases = %d" % profile["phases"])
            assert check(tmp_path, capsys, text)[0] == 0, name


HOUSE = SITE.replace("wallbox-quasar-1", "sim-v2h") + """\
p_discharge_max_w = 7400
v2g_consent = true
[switch]
profile = "sim-transfer-switch"
bus = "lan"
unit = 2
"""
BACKUP = """\
[backup]
mode = "commanded"
interlock_certified = true
checklist = "1"
earthing = "TT"
neutral_switched = true
bond = true
"""
CIRCUIT = '[[circuit]]\nname = "oven"\nrelay = 1\npriority = 1\np_w = %d\n'


def test_a_backup_that_can_shed_nothing(tmp_path, capsys):
    code, [warning], _ = check(tmp_path, capsys, HOUSE + BACKUP)
    assert code == 0 and warning["path"] == "backup.mode" and "nothing can be shed" in warning["text"]


def test_what_the_backup_is(tmp_path, capsys):
    _, warnings, read = check(tmp_path, capsys, HOUSE + BACKUP + CIRCUIT % 7000)
    assert warnings == []
    assert "backup: sequenced from here, by left through sim-transfer-switch, 1 circuit; kept for an outage: 30 %" in read


def test_a_switch_that_nobody_uses(tmp_path, capsys):
    _, [warning], _ = check(tmp_path, capsys, HOUSE)
    assert warning["path"] == "switch" and "no [backup]" in warning["text"]


def test_circuits_of_the_same_priority(tmp_path, capsys):
    twin = (CIRCUIT % 500).replace("oven", "light").replace("relay = 1", "relay = 2")
    _, [warning], _ = check(tmp_path, capsys, HOUSE + BACKUP + CIRCUIT % 700 + twin)
    assert warning["path"] == "circuit[1].priority" and warning["text"].startswith("oven and light have the same, 1")
    assert check(tmp_path, capsys, HOUSE + BACKUP + CIRCUIT % 700 + twin.replace("priority = 1", "priority = 2"))[1] == []


@pytest.mark.parametrize("section", ["[home]", "[smart_charge]"])
def test_a_clock_that_nobody_set(section, tmp_path, capsys):
    site = FOUR_QUADRANT + section + "\n"
    _, [warning], _ = check(tmp_path, capsys, site)
    assert warning["line"] == 14 and warning["path"] == section[1:-1] + ".utc_offset_min"
    assert "local time is UTC with EU summer time" in warning["text"]
    for line in ("utc_offset_min = 0", "utc_offset_min = 60", 'summer_time = "none"'):
        assert check(tmp_path, capsys, site + line + "\n")[1] == [], line


def test_a_prices_file_that_is_not_there(tmp_path, capsys):
    site = FOUR_QUADRANT + '[home]\nutc_offset_min = 60\nprices_file = "tariff.json"\n'
    _, [warning], _ = check(tmp_path, capsys, site)
    assert (warning["line"], warning["path"]) == (16, "home.prices_file") and "no v2g-store/tariff.json beside this file" in warning["text"]
    (tmp_path / "v2g-store").mkdir()
    (tmp_path / "v2g-store" / "tariff.json").write_text("{}", encoding="utf-8")
    assert check(tmp_path, capsys, site)[1] == []


def test_page_and_broker_are_summed_up(tmp_path, capsys):
    text = FOUR_QUADRANT + """\
[page]
address = "192.0.2.7"
pin = "123456"
[site_link]
host = "192.0.2.8"
wishes = false
[[input]]
quantity = "pv_w"
topic = "roof/power"
"""
    code, _, read = check(tmp_path, capsys, text)
    assert code == 0 and "page: http://192.0.2.7:8080/, asks for a PIN" in read and "123456" not in read
    assert "site link: 192.0.2.8:1883, not encrypted, topics below v2g-edge/gw-1, 1 value in, no wishes" in read
    assert "page:" not in check(tmp_path, capsys, FOUR_QUADRANT)[2]
