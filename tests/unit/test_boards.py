"""Every board is one folder with a valid board.json and a README that says the same figures."""

import json
import pathlib

import pytest

from edge import params

BOARDS = pathlib.Path(__file__).resolve().parents[2] / "boards"
FOLDERS = sorted(path for path in BOARDS.iterdir() if path.is_dir() and path.name != "__pycache__")

FIELDS = {  # field -> type, and what its value has to satisfy
    "schema": (int, lambda value: value == 1),
    "board": (str, bool),
    "title": (str, bool),
    "runtime": (str, lambda value: value in ("cpython", "micropython")),
    "float_bits": (int, lambda value: value in (32, 64)),
    "pins": (dict, lambda value: all(isinstance(pin, int) for pin in value.values())),
    "serial": (list, lambda value: all(set(line) == {"name", "device", "direction_control"} for line in value)),
    "memory_budget_kib": (int, lambda value: value > 0),
    "memory_budget_of": (str, bool),
    "blocking_call_max_ms": (int, lambda value: 0 < value <= 30_000),
    "blocking_call_of": (str, bool),
}


def test_there_is_a_board():
    assert "linux-generic" in [folder.name for folder in FOLDERS]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_board_is_complete_and_valid(folder):
    board = json.loads((folder / "board.json").read_text(encoding="utf-8"))
    assert set(board) == set(FIELDS)
    for field, (kind, valid) in FIELDS.items():
        assert type(board[field]) is kind and valid(board[field]), "%s = %r" % (field, board[field])
    assert board["board"] == folder.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_readme_states_the_blocking_call(folder):
    board = json.loads((folder / "board.json").read_text(encoding="utf-8"))
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "# " + folder.name in text
    assert "%d ms" % board["blocking_call_max_ms"] in text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_board_offers_a_serial_port_that_no_bus_can_name(folder):
    (transports,) = [row[4] for row in params.all_rows() if row[0] == "bus.transport"]
    has_serial = any(word not in ("tcp", "rtu_over_tcp") for word in transports)
    assert has_serial or json.loads((folder / "board.json").read_text(encoding="utf-8"))["serial"] == []
