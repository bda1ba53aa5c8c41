"""Flashing a board over its serial cable, on MicroPython's WebAssembly build behind a pseudo-terminal.

Source: MicroPython 1.29; 10 bits a character on the line.
"""

import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from edge import slots
from tests.runtime.board_on_pty import BoardOnPty
from tools import cli
from tools.build import board_files, bundle_writer
from tools.flash import board_programs, opened_bundle, serial_flash
from tools.flash.problem import Gone, Problem
from tools.flash.serial_link import BAUD, SerialLink
from tools.gateway import init

BOARD = board_files.load("esp32-s3")
ORIGIN = {"version": "0.1.0", "commit": None, "is_changed": None, "built": "2026-11-21T08:00:00Z"}
FILES = [("board.json", b"{}\n"), ("edge/main.mpy", b"M\x06" + bytes(range(256)) * 9), ("edge/laws/wape.mpy", b"M\x06wape"),
         ("protocols/auth.mpy", b"M\x06auth" * 200), ("starter/main.py", b"print('starter')\n"), ("starter/slots.mpy", b"M\x06slots")]
SITE = json.dumps({"gateway": {"id": "gw-1"}}).encode()
NO_CHANGE_MAX_S = 5


def bundle_of(files=FILES, version="0.1.0", key=None):
    data = bundle_writer.make(BOARD, {**ORIGIN, "version": version}, sorted(files), key)
    return opened_bundle.Bundle(data, "esp32-s3")


@pytest.fixture()
def board():
    board = BoardOnPty()
    yield board
    board.close()


@pytest.fixture()
def link(board):
    link = SerialLink(board.device)
    yield link
    link.close()


def flash(link, release, site=SITE, advance=None):
    _, free_bytes = serial_flash.identify(link, BOARD)
    made = serial_flash.plan(link, release, site)
    serial_flash.check_room(made, free_bytes, BOARD)
    serial_flash.carry_out(link, release, made, advance)
    return made


def record_of(link):
    return slots.load(board_programs.contents(link, ["/store/" + name for name in slots.FILES]))


def test_an_empty_board_gets_slot_a_starter_and_site(link):
    sent = []
    flash(link, bundle_of(), advance=sent.append)
    assert sum(sent) == sum(len(data) for _, data in FILES)
    on_board = board_programs.contents(link, ["/a/edge/main.mpy", "/a/edge/laws/wape.mpy", "/main.py", "/slots.mpy", "/site.json"])
    assert on_board == [dict(FILES)["edge/main.mpy"], b"M\x06wape", b"print('starter')\n", b"M\x06slots", SITE]
    record = record_of(link)
    assert (record["good"], record["trial"], record["tries"]) == (None, "a", 0)
    (line,) = board_programs.contents(link, ["/a/manifest.json"])
    assert json.loads(line)["version"] == "0.1.0"


def confirm(link):
    record = slots.confirm(slots.choose(record_of(link), ["a", "b"])[1])
    name, data = slots.stored(record)
    board_programs.replace(link, "/store/" + name, data)


def test_a_second_time_with_nothing_changed_takes_five_seconds_of_the_line_at_most(board, link):
    files = FILES + [("edge/many/m%03d.mpy" % number, b"M\x06%d" % number) for number in range(294)]
    flash(link, bundle_of(files))
    confirm(link)
    link.close()
    second = SerialLink(board.device)
    made = flash(second, bundle_of(files))
    assert made.is_empty
    assert second.exchanges <= 10
    assert (second.sent_bytes + second.received_bytes) * 10 / BAUD <= NO_CHANGE_MAX_S
    assert record_of(second)["trial"] is None
    second.close()


def test_only_what_changed_is_sent_into_the_slot_that_does_not_run(link):
    flash(link, bundle_of())
    confirm(link)
    flash(link, bundle_of(version="0.2.0"))     # now b has the same files, too
    confirm(link)
    changed = [(path, b"M\x06new" if path == "edge/laws/wape.mpy" else data) for path, data in FILES if path != "protocols/auth.mpy"]
    made = flash(link, bundle_of(changed, "0.3.0"))
    assert made.slot == "a" and [path for path, _ in made.send] == ["edge/laws/wape.mpy"]
    assert sorted(made.remove) == ["/a/manifest.json", "/a/protocols/auth.mpy"]
    record = record_of(link)
    assert (record["good"], record["trial"]) == ("b", "a")
    assert "protocols/auth.mpy" in board_programs.listing(link, "/b")
    assert "protocols/auth.mpy" not in board_programs.listing(link, "/a")


def test_flashing_what_runs_ends_the_trial_of_another(link):
    flash(link, bundle_of())
    confirm(link)
    flash(link, bundle_of(FILES[:-1] + [("starter/slots.mpy", b"M\x06other")], "0.2.0"))
    assert record_of(link)["trial"] == "b"
    made = flash(link, bundle_of())
    assert made.slot is None and not made.send
    record = record_of(link)
    assert (record["good"], record["trial"], record["failed"][0]) == ("a", None, "b")


def test_a_cable_pulled_half_way_leaves_what_runs_and_the_next_call_goes_on(board, link):
    flash(link, bundle_of())
    confirm(link)
    before = board_programs.listing(link, "/a")
    big = FILES + [("edge/big%d.mpy" % number, bytes([number]) * 3000) for number in range(6)]
    made = serial_flash.plan(link, bundle_of(big, "0.2.0"))
    board.unplug_after(12000)
    with pytest.raises(Gone, match="stopped answering"):
        serial_flash.carry_out(link, bundle_of(big, "0.2.0"), made)
    board.plug_in()
    again = SerialLink(board.device)
    board_programs.prepare(again)
    assert board_programs.listing(again, "/a") == before
    assert record_of(again)["good"] == "a" and record_of(again)["trial"] is None
    resumed = flash(again, bundle_of(big, "0.2.0"))
    assert 0 < resumed.send_bytes < made.send_bytes
    assert record_of(again)["trial"] == "b"
    again.close()


def test_the_wrong_board_is_named_and_nothing_is_written(link):
    with pytest.raises(Problem, match="Generic ESP32S3 module.*not a rp2350-pico-2w"):
        serial_flash.identify(link, board_files.load("rp2350-pico-2w"))
    assert link.exchanges == 1


def test_a_board_with_an_update_key_takes_only_what_it_signed(link):
    key, other = (rsa.generate_private_key(public_exponent=65537, key_size=3072) for _ in range(2))
    site = json.dumps({"vpp": {"update_key": "%0768x" % key.public_key().public_numbers().n}}).encode()
    flash(link, bundle_of(), site)
    for wrong, said in ((None, "unsigned; build it with --key"), (other, "not made with this gateway's update key")):
        with pytest.raises(Problem, match=said):
            serial_flash.plan(link, bundle_of(version="0.2.0", key=wrong))
    assert serial_flash.plan(link, bundle_of(version="0.2.0", key=key)).slot is not None


def test_a_board_with_an_older_micropython_is_told_so(link):
    with pytest.raises(Problem, match="MicroPython 1.29 is on the board, 9.0 or newer is needed"):
        serial_flash.identify(link, {**BOARD, "runtime_version_min": "9.0"})


def test_a_full_board_is_told_before_anything_is_written(link):
    made = serial_flash.plan(link, bundle_of(), SITE)
    with pytest.raises(Problem, match="bytes are needed, 8000 are free"):
        serial_flash.check_room(made, 8000, BOARD)
    assert board_programs.listing(link, "/a") == {}


def test_what_is_read_back_differently_is_not_put_on_trial(link, monkeypatch):
    made = serial_flash.plan(link, bundle_of(), SITE)
    write = board_programs.write

    def spoiling(link, path, data, advance=None):
        write(link, path, b"x" + data[1:] if path.endswith("auth.mpy") else data, advance)

    monkeypatch.setattr(board_programs, "write", spoiling)
    with pytest.raises(Problem, match="read back from slot a is not what was sent"):
        serial_flash.carry_out(link, bundle_of(), made)
    assert record_of(link) is None


def test_a_port_that_is_not_there_is_said_with_the_next_step():
    with pytest.raises(Problem, match="/dev/ttyNONE can't be opened.*plugged in"):
        SerialLink("/dev/ttyNONE")


def test_a_port_where_nobody_answers_is_one_message_and_nothing_else(capsys):
    ours, theirs = os.openpty()
    with pytest.raises(Problem, match="answers like MicroPython"):
        SerialLink(os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)
    assert capsys.readouterr().out == ""


# -- the verb ------------------------------------------------------------------------------------------------


@pytest.fixture()
def place(tmp_path):
    """A folder with a bundle, a site file and keys for a board."""
    (tmp_path / "x.v2g").write_bytes(bundle_writer.make(BOARD, ORIGIN, sorted(FILES)))
    text = init.starter()
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    (tmp_path / "page.toml").write_text(text + "\n[page]\nport = 8080\n", encoding="utf-8")
    (tmp_path / "keys").mkdir()
    for name in serial_flash.KEY_FILES:
        (tmp_path / "keys" / name).write_text("PEM " + name)
    return tmp_path


def verb(board, place, *words):
    return cli.main(["flash", "esp32-s3", "--port", board.device, "--bundle", str(place / "x.v2g"), *words])


def test_the_verb_flashes_site_and_keys_and_says_what_it_did(board, place, capsys):
    assert verb(board, place, "--site", str(place / "site.toml"), "--keys", str(place / "keys"), "--dry-run") == 0
    assert "version 0.1.0 into slot a: 6 of 6 files to send" in capsys.readouterr().out
    assert verb(board, place, "--site", str(place / "site.toml"), "--keys", str(place / "keys")) == 0
    said = capsys.readouterr()
    assert "Generic ESP32S3 module with ESP32S3 on " in said.out and "read back and right; the board starts anew" in said.out
    assert "sending 100 % of" in said.err
    link = SerialLink(board.device)
    board_programs.prepare(link)
    site, key = board_programs.contents(link, ["/site.json", "/store/gateway.key"])
    assert json.loads(site)["gateway"]["id"] and key == b"PEM gateway.key"
    link.close()


def test_a_site_that_needs_what_the_board_leaves_out_is_refused_before_anything_is_sent(board, place, capsys):
    assert verb(board, place, "--site", str(place / "page.toml")) == 1
    assert "[page] is not for a esp32-s3: the page does not fit beside the firmware" in capsys.readouterr().err
    both = (place / "page.toml").read_text(encoding="utf-8") + "\n[home]\n"
    (place / "page.toml").write_text(both, encoding="utf-8")
    assert verb(board, place, "--site", str(place / "page.toml")) == 1
    refused = capsys.readouterr().err
    assert "[page] is not for a esp32-s3" in refused and "[home] is not for a esp32-s3" in refused, "all at once"
    (place / "keys" / "ca.crt").unlink()
    assert verb(board, place, "--keys", str(place / "keys")) == 1
    assert "has no ca.crt; 'v2g keys gateway' makes it" in capsys.readouterr().err


def test_the_wrong_board_on_the_port_is_one_line(place, capsys):
    other = BoardOnPty("Raspberry Pi Pico 2 W with RP2350")
    assert verb(other, place) == 1
    error = capsys.readouterr().err
    assert "this is a 'Raspberry Pi Pico 2 W with RP2350', not a esp32-s3" in error and error.count("\n") == 1
    other.close()
