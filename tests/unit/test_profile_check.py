"""`v2g profile check`: every rule names its path and what is allowed; a file is read, never run; coverage tells the truth.

Not its job: the live half (tests/conformance/test_profile_try.py).
Source: profile format in ARCHITECTURE.md.
"""

import copy
import json

import pytest

from protocols.profiles import NAMES
from tools import cli
from tools.gateway.profile import coverage, schema, source


def profile(name="sim-four-quadrant"):
    return copy.deepcopy(source.load(name)[0])


def changed(name="sim-four-quadrant", /, **parts):
    """A profile with some sections replaced; a function gets the old one."""
    literal = profile(name)
    for section, value in parts.items():
        literal[section] = value(literal[section]) if callable(value) else value
    return literal


def replaced(rows, place, column, value):
    rows = [list(row) for row in rows]
    rows[place][column] = value
    return tuple(tuple(row) for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_profile_is_fine(name):
    assert schema.faults(profile(name)) == []


FAULTY = (
    # what is changed, path of the fault, what is allowed
    ({"kind": "chargr"}, "kind", "did you mean charger?"),
    ({"phases": 2}, "phases", "one of: 1, 3"),
    ({"sources": ()}, "sources", "not empty"),
    ({"transport": lambda part: dict(part, timeout_ms=0)}, "transport.timeout_ms", "1 to 60000"),
    ({"transport": lambda part: dict(part, gap_ms=700)}, "transport.timeout_ms", "above gap_ms (700)"),
    ({"transport": lambda part: dict(part, kinds=("tcpip",))}, "transport.kinds", "did you mean tcp?"),
    ({"instances": (1, 2, 0, 0)}, "instances", "stride above 0"),
    ({"blocks": lambda rows: replaced(rows, 1, 1, 1)}, "blocks[1] (live).function", "one of: 3, 4"),
    ({"blocks": lambda rows: replaced(rows, 1, 3, 126)}, "blocks[1] (live).count", "1 to 125"),
    ({"blocks": lambda rows: replaced(rows, 1, 2, 3)}, "blocks[1] (live)", "block ident has it already"),
    ({"blocks": lambda rows: replaced(rows, 1, 4, "fast")}, "blocks[1] (live).poll", "one of: control, slow, once"),
    ({"blocks": lambda rows: rows + (("more", 3, 5),)}, "blocks[3]", "(name, function, address, count, poll)"),
    ({"points": lambda rows: replaced(rows, 0, 0, "model_ident")}, "points[0] (model_ident).name", "did you mean model_id?"),
    ({"points": lambda rows: replaced(rows, 7, 2, 99)}, "points[7] (v_an_v).address", "inside block live"),
    ({"points": lambda rows: replaced(rows, 7, 3, "uint64")}, "points[7] (v_an_v).type", "one of: uint16"),
    ({"points": lambda rows: replaced(rows, 7, 5, "kV")}, "points[7] (v_an_v).unit", "'V'"),
    ({"points": lambda rows: replaced(rows, 7, 6, 0)}, "points[7] (v_an_v).sign", "one of: 1, -1"),
    ({"points": lambda rows: replaced(rows, 7, 1, "lve")}, "points[7] (v_an_v).block", "did you mean live?"),
    ({"points": lambda rows: replaced(rows, 8, 2, 101)}, "points (v_bn_v).address", "v_an_v has 101"),
    ({"states": lambda rows: replaced(rows, 2, 1, "charing")}, "states (2)", "did you mean charging?"),
    ({"states": lambda rows: rows[:-1]}, "states", "a code that means it"),
    ({"identify": (("model", 1, 2),)}, "identify", "one of: "),
    ({"identify": (("state", 1, 2),)}, "identify", "a state is a word"),
    ({"alive": ("heart", 100)}, "alive", "one of: "),
    ({"control": None}, "control", "a section with p_form"),
    ({"control": lambda part: dict(part, p_form="watts")}, "control.p_form", "one of: signed_power"),
    ({"control": lambda part: dict(part, min_write_ms=900)}, "control.min_write_ms", "below refresh_ms"),
    ({"control": lambda part: dict(part, zero="off")}, "control.zero", "one of: write, stop, forbidden"),
    ({"control": lambda part: {key: part[key] for key in part if key != "stop"}}, "control.stop", "needed"),
    ({"control": lambda part: dict(part, set=((16, "p_set_w", (0,)),))}, "control.set", "a step that writes p_w"),
    ({"control": lambda part: dict(part, set=((6, "p_set_w", ("p_w", "q_var")),))}, "control.set[0]", "one value with function 6"),
    ({"control": lambda part: dict(part, set=((16, "p_sett_w", ("p_w",)),))}, "control.set[0].point", "did you mean p_set_w?"),
    ({"control": lambda part: dict(part, set=((16, "p_set_w", ("p_w", "vars")),))}, "control.set[0].value", "one of: p_w"),
    ({"control": lambda part: dict(part, rated="p_rated_w")}, "control.rated", "exactly with p_form percent"),
    ({"watchdog": lambda part: dict(part, max_s=1)}, "control.refresh_ms", "a third of watchdog.max_s"),
    ({"recover": (("take", 5, 100), ("reconnect", 2, 10))}, "recover", "in this order: reconnect"),
    ({"recover": (("reconnect", 2, 10), ("power_cycle", 10, 3))}, "recover (power_cycle).gap_s", "120 to"),
    ({"gates": (("soc_pct", "state", ("fault",), None),)}, "gates (soc_pct)", "0, or a state"),
)


@pytest.mark.parametrize("parts, path, allowed", FAULTY)
def test_a_broken_rule_is_told_with_its_path_and_what_is_allowed(parts, path, allowed):
    literal = profile()
    for section, value in parts.items():
        literal[section] = value(literal[section]) if callable(value) else value
    faults = schema.faults(literal)
    assert path in [fault[0] for fault in faults], faults
    assert [fault for fault in faults if fault[0] == path and allowed in fault[2]], faults


def test_missing_and_unknown_sections_are_named():
    literal = profile()
    del literal["native"]
    literal["nativ"] = ()
    faults = schema.faults(literal)
    assert ("native", "nothing", "needed") in faults
    assert [fault for fault in faults if fault[0] == "nativ" and "did you mean native?" in fault[2]]


@pytest.mark.parametrize("section", [name for name in profile() if name not in ("name", "setup_hint")])
@pytest.mark.parametrize("nonsense", (7, "text", None, ((),), (("a", "b"),), {}))
def test_nonsense_in_any_section_is_a_fault_or_nothing_never_a_crash(section, nonsense):
    literal = profile()
    literal[section] = nonsense
    for path, _, allowed in schema.faults(literal):
        assert isinstance(path, str) and isinstance(allowed, str)


# --- the command ----------------------------------------------------------------------------------------------------------


def check(capsys, *arguments):
    code = cli.main(["profile", "check", *arguments])
    return code, capsys.readouterr()


def test_a_good_profile_is_told_with_what_works(capsys):
    code, said = check(capsys, "sim-four-quadrant")
    assert code == 0 and said.err == ""
    assert "sim-four-quadrant: charger, three-phase, status emulated_only" in said.out


def test_a_file_is_read_and_never_run(tmp_path, capsys):
    file = tmp_path / "mine.py"
    mark = tmp_path / "ran"
    file.write_text("open(%r, 'w').close()\nPROFILE = %r\n" % (str(mark), profile()))
    assert check(capsys, str(file))[0] == 0
    assert not mark.exists()


@pytest.mark.parametrize("text, says", (
    ("", "no PROFILE = {...}"), ("PROFILE = {", "no Python"), ("PROFILE = dict(a=1)", "has to be literals"),
    ("PROFILE = 3", "has to be a dictionary"),
))
def test_a_file_that_is_no_profile_says_so_with_its_line(tmp_path, capsys, text, says):
    file = tmp_path / "mine.py"
    file.write_text(text)
    code, said = check(capsys, str(file))
    assert code == 2 and says in said.err


def test_an_unknown_name_is_told_with_the_nearest(capsys):
    code, said = check(capsys, "wallbox-quasar")
    assert code == 2 and "did you mean wallbox-quasar-1?" in said.err
    code, said = check(capsys, "nowhere.py")
    assert code == 2 and "No such file" in said.err


def test_faults_go_to_the_error_output_and_fail(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text("PROFILE = %r\n" % changed(kind="chargr"))
    code, said = check(capsys, str(file))
    assert code == 1 and "kind = chargr: allowed one of" in said.err and "1 to correct" in said.err
    code, said = check(capsys, str(file), "--json")
    assert code == 1 and json.loads(said.out)["faults"][0]["path"] == "kind"


# --- coverage -------------------------------------------------------------------------------------------------------------


def available(name):
    return {what: (is_there, text) for what, is_there, text in coverage.report(profile(name))}


def test_coverage_says_what_a_charger_lacks_and_what_would_help():
    evtec = available("evtec-bidipro-10")
    assert evtec["volt_watt"][0] is False and "grid.voltage_from" in evtec["volt_watt"][1]
    assert evtec["cpf"] == (False, "takes no vars")
    assert evtec["droop"][0] is False and evtec["dispatch"][0] is True
    assert "trip_declared" in evtec["discharging"][1]
    assert available("ambibox-ambicharge")["discharging"] == (False, "no reversion timer")
    assert available("generic-charger-w")["discharging"] == (False, "it only charges")
    assert available("sim-four-quadrant")["volt_var"][0] and available("sim-four-quadrant")["discharging"][0]
    assert available("sunspec-der")["droop"] == (True, "the device does it")
    assert "fuse" in available("wallbox-quasar-1")["full power without a meter"][1]


def test_coverage_says_what_a_site_gets_from_a_meter():
    em24 = available("carlo-gavazzi-em24")
    assert em24["fuse of each phase"][0] and em24["reactive power"] == (False, "no q_pcc_var")
    assert em24["energy"] == (False, "no e_export_wh")
    assert em24["droop from the meter's frequency"] == (True, "in steps of 0.1 Hz")
    assert not em24["frequency reserve"][0]
