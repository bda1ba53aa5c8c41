"""The backup is computed again from the journal: orders to switch and charger like setpoint registers."""

import json

import pytest

from edge import journal
from tests.portable import fake_backup as fake
from tools import cli
from tools.gateway import journal_file
from tools.gateway.journal_registers import Registers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Journal of a house that was lost, supplied, brought back, and lost its grid once more."""
    house = fake.House(journal={"segment_bytes": 20000, "segments": 20})
    house.run(8000)
    for volts, duration_ms in ((0.0, 20000), (230.0, 20000), (100.0, 2000), (0.0, 40000), (230.0, 15000)):
        house.grid_v = volts
        house.run(duration_ms)
    assert house.state() == "on_grid"
    house.site.stop()
    house.run(4000)
    assert house.site.exit_code == 0
    path = tmp_path_factory.mktemp("journal")
    for name, data in house.site.ports.store.files.items():
        (path / name).write_bytes(data)
    return path


def replayed(path, capsys):
    code = cli.main(["replay", str(path), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_every_order_is_computed_again(folder, capsys):
    code, found = replayed(folder, capsys)
    assert code == 0 and found["differences"] == [] and found["skipped_ticks"] == 0 and found["ticks"] > 900
    states = [values[0] for _, _, subject, values in found["events"] if subject == "backup" and isinstance(values[0], str)]
    assert {"islanded", "entering_service", "on_grid", "probing"} <= set(states)


def test_it_is_from_any_segment_also_one_that_begins_in_an_island(folder, capsys):
    names = sorted(name.name for name in folder.iterdir() if journal_file.is_segment(name.name))
    assert len(names) > 2
    for name in names:
        code, found = replayed(folder / name, capsys)
        assert code == 0 and found["differences"] == [], name


def test_the_journal_holds_the_orders_and_an_altered_one_is_found(folder, tmp_path, capsys):
    name, data, _ = journal_file.segments(str(folder))[0]
    ticks = [content for kind, content in Registers().contents(data) if kind == journal.TICK]
    # p and q of the charger; then what may be done, close, bond, circuits, form and its voltage, frequency and current
    assert all(len(rows) == 2 and len(rows[0]) == 2 and len(rows[1]) == 8 for _, _, rows in ticks)
    assert {tuple(rows[1][1:3]) for _, _, rows in ticks} >= {(1, 0), (0, 1)}
    (tmp_path / name).write_bytes(altered(data))
    code, found = replayed(tmp_path / name, capsys)
    assert code == 1 and [row[1] for row in found["differences"]] == ["backup"]


def altered(data):
    """The segment up to its first whole tick, with another state of the poles in that."""
    at = 0
    while at < len(data):
        end = journal_file.sound_end(data, at)
        if data[at] == journal.TICK:
            payload = bytearray(data[at + journal_file.HEAD_BYTES:end])
            payload[-13] ^= 1       # seven registers from the end: close
            head = bytes((journal.TICK,)) + len(payload).to_bytes(2, "big")
            return data[:at] + head + journal.check(journal.TICK, payload).to_bytes(2, "big") + bytes(payload)
        at = end
    raise AssertionError("no whole tick")
