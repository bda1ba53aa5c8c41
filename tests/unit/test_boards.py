"""Every board is one folder with a valid board.json and a README that says the same figures."""

import json
import pathlib
import re
import sys

import pytest

from edge import config_loader, config_rules, params
from tests.portable import fake_site
from tools.build import board_files, contents

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOARDS = ROOT / "boards"
FOLDERS = [BOARDS / name for name in board_files.names()]
LINE = {"name", "device", "tx", "rx", "direction", "direction_control"}
ARCHES = {"any", "xtensawin", "armv7emsp"}


def is_text_list(value):
    return bool(value) and all(isinstance(text, str) and text for text in value)


FIELDS = {  # field -> type, and what its value has to satisfy
    "schema": (int, lambda value: value == 2),
    "board": (str, bool),
    "title": (str, bool),
    "status": (str, lambda value: value in ("supported", "experimental")),
    "runtime": (str, lambda value: value in ("cpython", "micropython")),
    "runtime_version_min": (str, lambda value: re.fullmatch(r"\d+\.\d+", value)),
    "arch": (str, lambda value: value in ARCHES),
    "machine": (str, lambda value: True),
    "float_bits": (int, lambda value: value in (32, 64)),
    "mpy_flags": (list, lambda value: set(value) <= {"-O1", "-O2", "-O3"}),
    "chip_pins": (str, lambda value: re.fullmatch(r"(\d+(-\d+)?(,\d+(-\d+)?)*)?", value)),
    "reserved_pins": (dict, lambda value: all(value.values())),
    "serial": (list, lambda value: all(set(line) == LINE for line in value)),
    "relays": (dict, lambda value: all(name.startswith("relay_") for name in value)),
    "contacts": (dict, lambda value: all(name.startswith("contact_") for name in value)),
    "memory_budget_kib": (int, lambda value: value > 0),
    "memory_budget_of": (str, bool),
    "flash_kib": (int, lambda value: value > 1024),
    "flash_of": (str, bool),
    "blocking_call_max_ms": (int, lambda value: 0 < value <= 30_000),
    "blocking_call_of": (str, bool),
    "store": (str, lambda value: value.startswith("/")),
    "bundle_max_bytes": (int, lambda value: value in (400_000, 250_000)),
    "leaves_out": (list, lambda value: all(set(row) == {"modules", "sections", "why"} for row in value)),
    "service_files_of": (str, lambda value: value in ("", "linux-generic")),
    "sources": (list, is_text_list),
}
each_board = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def numbers(text):
    """{pin} of "0-21,26"."""
    ranges = [part.partition("-") for part in text.split(",") if part]
    return {pin for low, _, high in ranges for pin in range(int(low), int(high or low) + 1)}


def pins_used(board):
    """[(what for, pin)] of all pins a board's wiring uses."""
    used = [(line["name"] + "." + end, line[end]) for line in board["serial"] for end in ("tx", "rx", "direction")
            if line[end] is not None]
    return used + list(board["relays"].items()) + list(board["contacts"].items())


def test_the_boards_that_must_be_there():
    assert board_files.names() == [
        "esp32-s3", "linux-generic", "raspberry-pi-4-5", "raspberry-pi-zero-2w", "rp2350-pico-2w"]


@each_board
def test_board_is_complete_and_valid(folder):
    board = board_files.load(folder.name)
    assert set(board) == set(FIELDS)
    for field, (kind, valid) in FIELDS.items():
        assert type(board[field]) is kind and valid(board[field]), "%s = %r" % (field, board[field])
    assert board["board"] == folder.name
    is_micro = board["runtime"] == "micropython"
    assert is_micro == (board["float_bits"] == 32) == (board["arch"] != "any") == bool(board["mpy_flags"])
    assert is_micro == (not board["service_files_of"]) == (board["store"] == "/store") == (board["status"] == "experimental")
    assert not is_micro or board["machine"]


@each_board
def test_pins_are_on_the_chip_free_and_used_once(folder):
    board = board_files.load(folder.name)
    chip = numbers(board["chip_pins"])
    reserved = {pin for text in board["reserved_pins"] for pin in numbers(text)}
    used = pins_used(board)
    assert reserved <= chip
    assert {pin for _, pin in used} <= chip - reserved, used
    assert len({pin for _, pin in used}) == len(used), used


def test_uarts_of_a_pico_are_on_pins_that_can_have_them():
    """RP2350: UART0 on 0/1, 12/13, 16/17; UART1 on 4/5, 8/9."""
    can = {"uart0": {(0, 1), (12, 13), (16, 17)}, "uart1": {(4, 5), (8, 9)}}
    for line in board_files.load("rp2350-pico-2w")["serial"]:
        assert (line["tx"], line["rx"]) in can[line["device"]]


@each_board
def test_a_serial_line_says_who_switches_its_direction(folder):
    for line in board_files.load(folder.name)["serial"]:
        assert line["direction_control"] in ("none", "rts", "rs485", "pin")
        assert (line["direction"] is None) == (line["direction_control"] in ("none", "rts"))
        assert (line["tx"] is None) == (line["rx"] is None)


@each_board
def test_readme_states_the_same_figures(folder):
    board = board_files.load(folder.name)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# %s\n" % folder.name)
    assert "%d ms" % board["blocking_call_max_ms"] in text
    assert ("xperimental" in text) == (board["status"] == "experimental")
    assert "v2g flash %s" % folder.name in text and "## Not verified" in text
    rows = " ".join(line for line in text.splitlines() if line.startswith("|"))
    for what, pin in pins_used(board):
        assert re.search(r"\b%d\b" % pin, rows), what


@each_board
def test_readme_names_the_sections_it_leaves_out(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    for row in board_files.load(folder.name)["leaves_out"]:
        assert "`[%s]`" % row["sections"][0] in text


@each_board
def test_what_is_left_out_is_there_to_be_left_out(folder):
    modules = {contents.module_name(path, ROOT) for room in contents.ROOMS for path in (ROOT / room).rglob("*.py")}
    sections = {row[0] for row in params.SECTIONS}
    for row in board_files.load(folder.name)["leaves_out"]:
        assert row["why"] and set(row["sections"]) <= sections
        for prefix in row["modules"]:
            assert any(contents.within(name, (prefix,)) for name in modules), prefix


@each_board
def test_no_board_offers_a_serial_port_that_no_bus_can_name(folder):
    (transports,) = [row[4] for row in params.all_rows() if row[0] == "bus.transport"]
    has_serial = any(word not in ("tcp", "rtu_over_tcp") for word in transports)
    assert has_serial or json.loads((folder / "board.json").read_text(encoding="utf-8"))["serial"] == []


def test_an_unknown_board_is_answered_with_what_was_probably_meant():
    with pytest.raises(board_files.UnknownBoard, match="did you mean esp32-s3"):
        board_files.load("esp32s3")
    with pytest.raises(board_files.UnknownBoard, match="there are: esp32-s3, linux-generic"):
        board_files.load("zzz")


@pytest.mark.parametrize("name", ["esp32-s3", "rp2350-pico-2w"])
def test_a_section_whose_room_a_board_leaves_out_is_refused_with_words(name, monkeypatch):
    """A change of the configuration from afar names it as an error like any other; without, the import would end the gateway."""
    board = board_files.load(name)
    absent = contents.left_out(board, ROOT)
    rooms = dict(config_rules.ROOMS)
    for section in [section for row in board["leaves_out"] for section in row["sections"]]:
        assert rooms[section] in absent, section
    for module in absent:
        monkeypatch.setitem(sys.modules, module, None)
    backup = {"earthing": "TT", "neutral_switched": True, "bond": True}
    for section, part in (("backup", backup), ("home", {}), ("page", {}), ("enrol", {})):
        made, errors = config_loader.load(fake_site.document(**{section: part}))
        assert made is None and [row[:3] for row in errors] == [(section, "", "left out: the firmware of this board goes without it")]
