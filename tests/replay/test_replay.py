"""A run with everything in it, from its journal: every setpoint register computed again, damage told, loss survived."""

import json
import os
import struct

import pytest

from edge import journal, journal_head, params, reasons
from edge.version import VERSION
from host_sim import faults
from protocols import auth, messages, topics
from protocols.mqtt import packet
from tests.fault.bench import HANGING, OPEN, REFUSED, VPP, FaultSite
from tests.portable import fake_site
from tools import cli
from tools.gateway import journal_file
from tools.gateway.journal_registers import Registers

KEY = bytes(range(16))
SEGMENT_BYTES = 45000


def document(segments=20, segment_bytes=SEGMENT_BYTES):
    vpp = dict(VPP, offline_s=5, password="this-is-a-password")
    return fake_site.document(
        vpp=vpp, grid={"q_mode": "wape"}, wape={"enabled": True}, site={"i_fuse_a": 25},
        control={"ramp_w_s": 2000, "ramp_var_s": 4000},
        journal={"segment_bytes": segment_bytes, "segments": segments},
        bus=[{"name": "lan", "host": "127.0.0.1"}, {"name": "meter", "host": "127.0.0.2"}],
        meter={"profile": "eastron-sdm630", "bus": "meter"},
        bes=[{"name": "bes1", "profile": "sim-bes", "bus": "lan", "unit": 2, "p_charge_max_w": 5000,
              "p_discharge_max_w": 5000}],
    )


def site(segments=20, files=None, segment_bytes=SEGMENT_BYTES):
    profiles = {"bus:lan": {1: "sim-four-quadrant", 2: "sim-bes"}, "bus:meter": {1: "eastron-sdm630"}}
    return FaultSite(document(segments, segment_bytes), profiles, files)


def command(run, seq, **fields):
    """A signed lease of 30 s."""
    now_ms = run.ports.clock.unix_ms()
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": now_ms, "exp_ms": now_ms + 30000, "priority": 20, **fields}
    topic = topics.topic("cmd", "gw-test")
    payload = auth.sign(topic, messages.encode("cmd", content), "k1", KEY)
    run.bytes_from_broker(packet.publish(topic, payload, qos=0))


def eventful(run):
    """Five minutes: voltage, load, leases, wishes, lost links, contention, frozen values, unknown state of charge."""
    charger = run.device()
    host = messages.encode("host_state", {"state": "online", "session": "s1"})
    run.run(12000)
    run.bytes_from_broker(packet.publish(topics.HOST_STATE, host, qos=0))
    for step, volts in enumerate((236.0, 231.5, 224.0, 217.0, 228.0)):
        run.v_ln_v = [volts, volts - 1.0, volts + 0.5]
        run.load_w = 1500.0 * step
        run.run(6000)
    command(run, 1, kind="setpoint", p_w=2500.0, device="evse1")
    run.run(8000)
    command(run, 2, kind="limits", p_charge_max_w=1000.0, p_discharge_max_w=500.0, device=None, priority=5)
    command(run, 3, kind="wape_lift", device="evse1")
    run.run(15000)
    command(run, 4, kind="revoke", ref="c3", device=None)
    run._do(run.gateway.on_query(run.now_ms, 1, {"wish": "discharge_now", "evse": "evse1", "p_w": 1200, "minutes": 1}))
    run.run(10000)
    command(run, 9, kind="setpoint", p_w=1000.0, device="bes1")
    run.v_ln_v = [222.0] * 3
    run.run(10000)
    run.door["vpp"] = REFUSED
    run.close("vpp")
    run.run(12000)
    run.door["vpp"] = OPEN
    run.v_ln_v, run.load_w = [231.0] * 3, 0.0
    run.faults["bus:lan"].set(faults.SILENT)
    run.run(9000)
    run.faults["bus:lan"].set(None)
    run.run(15000)
    charger.bank.set(faults.FROZEN)
    run.run(5000)
    charger.bank.set(None)
    charger.shown = {110: 0xFFFF}
    run.run(24000)
    charger.shown = {}
    charger.bank.set(faults.CONTENDED, theirs=((16, 122, [1000, 0]),))
    run.run(5000)
    charger.bank.set(None)
    run.run(3000, is_awake=False)
    run.run(80000)
    run.door["bus:lan"] = HANGING
    run.close("bus:lan")
    run.run(4000)
    run.door["bus:lan"] = OPEN
    run.run(40000)
    return run


def ended(run):
    run.stop()
    run.run(12000)
    assert run.exit_code == 0
    return run.ports.store.files


@pytest.fixture(scope="module")
def files():
    return ended(eventful(site()))


@pytest.fixture()
def folder(tmp_path):
    def put(contents):
        for name, data in contents.items():
            (tmp_path / name).write_bytes(data)
        return str(tmp_path)
    return put


def replay(path, capsys):
    """(exit code, what --json prints)."""
    code = cli.main(["replay", path, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def records_at(data, wanted):
    """[(offset of the record, offset of its payload, content)] of the records of one kind, short ones made whole."""
    found, at = [], 0
    for (_, payload), (kind, content) in zip(journal_file.records(data), Registers().contents(data)):
        if kind == wanted:
            found.append((at, at + journal_file.HEAD_BYTES, content))
        at += journal_file.HEAD_BYTES + len(payload)
    return found


def replaced(data, at, kind, payload):
    """The data with another record in the place of one."""
    end = journal_file.sound_end(data, at)
    head = struct.pack(">BHH", kind, len(payload), journal.check(kind, payload))
    return data[:at] + head + payload + data[end:]


def resealed(data, at, change):
    """The data with one record's payload changed by `change(bytearray)` and its check made right again."""
    payload = bytearray(data[at + journal_file.HEAD_BYTES:journal_file.sound_end(data, at)])
    change(payload)
    return replaced(data, at, data[at], bytes(payload))


def with_tick(data, at, content, by):
    """The data with one tick, written in full, whose last register is another by so much."""
    now_ms, chance, registers_of_ders = content
    payload = struct.pack(">HQ", int(chance * 65536), now_ms)
    for registers in registers_of_ders:
        payload += struct.pack(">%dH" % (len(registers) + 1), len(registers), *registers)
    last = (registers_of_ders[-1][-1] + by) & 0xFFFF
    return replaced(data, at, journal.TICK, payload[:-2] + struct.pack(">H", last))


def test_every_setpoint_register_of_an_eventful_run_is_computed_again(files, folder, capsys):
    code, found = replay(folder(files), capsys)
    assert code == 0 and found["differences"] == [] and found["damage"] == [] and found["skipped_ticks"] == 0
    assert found["ticks"] > 2600 and found["registers"] == 4 * found["ticks"]
    assert sum(journal_file.is_segment(name) for name in files) >= 4
    # It was no dull run: what the scenario names has really happened.
    codes = {event[1] for event in found["events"]}
    assert codes >= {reasons.TICK_STALLED, reasons.VALUES_FROZEN, reasons.CONTENDED, reasons.EV_LOST,
                     reasons.CHARGER_LOST, reasons.LEASE_REVOKED, reasons.LEASE_LAPSED, reasons.CLOUD_LOST}


def test_the_journal_tells_people_what_it_found(files, folder, capsys):
    assert cli.main(["replay", folder(files)]) == 0
    assert "setpoint registers: all identical" in capsys.readouterr().out


@pytest.mark.parametrize("number", [0, 2])
def test_one_segment_alone_is_enough(number, files, folder, capsys):
    path = os.path.join(folder(files), "journal-%d" % number)
    code, found = replay(path, capsys)
    assert code == 0 and found["ticks"] > 300 and found["skipped_ticks"] == 0


def test_a_segment_that_begins_in_the_middle_of_a_fault_is_enough_too(folder, capsys):
    run = site(segment_bytes=6000)
    run.run(15000)
    run.device().bank.set(faults.FROZEN)
    run.run(20000)
    run.device().bank.set(None)
    run.faults["bus:lan"].set(faults.SILENT)
    run.run(12000)
    run.faults["bus:lan"].set(None)
    run.run(12000)
    files = ended(run)
    path = folder(files)
    names = [name for name in files if journal_file.is_segment(name)]
    assert len(names) > 8
    for name in names:
        code, found = replay(os.path.join(path, name), capsys)
        assert code == 0 and found["skipped_ticks"] == 0, name


def test_a_ring_that_has_wrapped_replays_from_its_oldest_keyframe(folder, capsys):
    files = ended(eventful(site(segments=3)))
    assert sorted(name for name in files if journal_file.is_segment(name)) == ["journal-0", "journal-1", "journal-2"]
    code, found = replay(folder(files), capsys)
    assert code == 0 and found["differences"] == []
    assert 900 < found["ticks"] < 2500


def test_order_does_not_depend_on_file_times(files, folder, capsys):
    path = folder(files)
    for age, name in enumerate(sorted(files)):
        os.utime(os.path.join(path, name), (1000 - age, 1000 - age))
    assert replay(path, capsys)[0] == 0


def test_a_restart_goes_on_in_the_next_segment_and_both_runs_replay(files, folder, capsys):
    again = site(files=files)
    again.run(20000)
    both = ended(again)
    assert both["journal-0"] == files["journal-0"], "the crash before must stay readable"
    code, found = replay(folder(both), capsys)
    assert code == 0 and found["skipped_ticks"] == 0
    assert found["ticks"] > 2800


def test_a_changed_setpoint_register_is_told_with_time_and_device(files, folder, capsys):
    data = files["journal-1"]
    keyframe_at = records_at(data, journal.KEYFRAME)[1][0]
    # The last tick before a keyframe: the ones behind any other would build on it.
    at, _, content = [row for row in records_at(data, journal.TICK) if row[0] < keyframe_at][-1]
    now_ms, _, registers = content
    code, found = replay(folder({**files, "journal-1": with_tick(data, at, content, 1)}), capsys)
    assert code == 1
    assert found["differences"] == [[now_ms, "bes1", registers[1][:-1] + [registers[1][-1] + 1], registers[1]]]
    assert cli.main(["replay", folder({})]) == 1
    assert "at %d ms bes1: journal" % now_ms in capsys.readouterr().out


def test_a_flipped_byte_in_a_read_is_told_with_time_and_device(files, folder, capsys):
    data = bytearray(files["journal-1"])
    reads = [row for row in records_at(bytes(data), journal.READ) if row[2] is not None and row[2][0] == 0]
    at, body, (_, _, taken_ms, _) = reads[30]
    data[body + 3] ^= 0x08
    path = folder({**files, "journal-1": bytes(data)})
    code, found = replay(path, capsys)
    assert code == 1 and found["differences"] == []
    [[damaged_ms, segment, owner]] = found["damage"]
    assert segment == "journal-1" and owner == "evse1" and 0 <= taken_ms - damaged_ms <= 200
    assert 0 < found["skipped_ticks"] < 1200, "goes on at the next keyframe"
    assert cli.main(["replay", path]) == 1
    assert "journal-1 damaged after %d ms: evse1" % damaged_ms in capsys.readouterr().out


def test_a_read_that_was_forged_whole_shows_in_the_setpoints(files, folder, capsys):
    data = files["journal-0"]
    reads = [row for row in records_at(data, journal.READ) if row[2][:2] == (0, 1)]
    at, _, (_, _, taken_ms, registers) = reads[100]
    forged = struct.pack(">BBQ", 0, 1, taken_ms) + registers[:2] + struct.pack(">H", 15000) + registers[4:]     # v_an 150 V
    code, found = replay(folder({**files, "journal-0": replaced(data, at, journal.READ, forged)}), capsys)
    assert code == 1 and found["damage"] == []
    now_ms, device, recorded, computed = found["differences"][0]
    assert device == "evse1" and abs(now_ms - taken_ms) < 200 and recorded != computed


def test_any_single_flipped_byte_is_told(files):
    data = files["journal-0"][:12000]
    whole = list(journal_file.records(data))
    for at in range(0, 8000, 7):
        broken = bytearray(data)
        broken[at] ^= 1 << at % 8
        found = list(journal_file.records(bytes(broken)))
        assert [payload for kind, payload in found if kind is None], at
        assert len(found) >= len(whole) - 1, "only the record that was hit is lost"


def test_a_record_cut_short_by_a_power_loss_is_no_damage(files, folder, capsys):
    last = max((name for name in files if journal_file.is_segment(name)), key=lambda name: int(name.split("-")[1]))
    for cut in (1, 3, 20):
        data = files[last][:len(files[last]) // 2]
        ends = [at for at, _, _ in records_at(data, journal.TICK)]
        code, found = replay(folder({**files, last: data[:ends[-1] + cut]}), capsys)
        assert code == 0 and found["damage"] == [], cut


def test_a_lost_segment_in_the_middle_is_bridged_by_the_next_keyframe(files, folder, capsys):
    some = {name: data for name, data in files.items() if name != "journal-1"}
    code, found = replay(folder(some), capsys)
    assert code == 0 and found["differences"] == [] and found["skipped_ticks"] == 0


def test_a_disk_that_was_full_for_a_while_leaves_a_gap_and_no_guesses(folder, capsys):
    run = site(segment_bytes=6000)
    run.run(20000)
    run.unwritable = "journal-%d" % max(int(name[8:]) for name in run.ports.store.files if journal_file.is_segment(name))
    run.v_ln_v = [224.0] * 3
    run.run(10000)
    run.unwritable = None
    run.v_ln_v = [228.0] * 3
    run.run(20000)
    code, found = replay(folder(ended(run)), capsys)
    assert code == 0 and found["skipped_ticks"] == 0 and found["damage"] == []
    assert 5 < run.gateway.ticks - found["ticks"] < 100, "what was not written is missing, and nothing else"
    assert reasons.STORE_FAILED in {event[1] for event in found["events"]}


def of_schema(data, number):
    """The segment as a firmware with another schema would have begun it."""
    def change(payload):
        payload[1:2] = b"%d" % number

    return resealed(data, records_at(data, journal.BEGIN)[0][0], change)


def test_another_schema_is_refused_in_clear_text(files, folder, capsys):
    path = os.path.join(folder({"journal-0": of_schema(files["journal-0"], 2)}), "journal-0")
    assert cli.main(["replay", path]) == 2
    told = capsys.readouterr().err
    said = "journal-0: journal schema 2 of firmware %s: this tool, %s, reads schema %d" % (VERSION, VERSION, journal_head.SCHEMA)
    assert said in told
    assert "replay it with that version" in told


def test_the_first_schema_had_no_checks_and_is_told_all_the_same(folder, capsys):
    path = folder({"journal-0": b'B\0\x1a[1, "0.0.7", {"gateway": {}}]T\0\x11' + bytes(17)})
    assert cli.main(["replay", path]) == 2
    assert "journal schema 1 of firmware 0.0.7: this tool" in capsys.readouterr().err


def test_segments_of_an_older_firmware_beside_ours_are_left_out_and_told(files, folder, capsys):
    path = folder({**files, "journal-0": of_schema(files["journal-0"], 2)})
    code, found = replay(path, capsys)
    assert code == 0 and found["ticks"] > 1000 and found["skipped_ticks"] == 0
    [[segment, why]] = found["foreign"]
    assert segment == "journal-0" and why.startswith("journal schema 2 of firmware ")
    assert cli.main(["replay", path]) == 0
    assert "  journal-0 left out: journal schema 2" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"", b"no journal at all\n" * 50, bytes(range(256)) * 20])
def test_what_is_no_journal_is_refused(data, folder, capsys):
    path = folder({"journal-0": data})
    assert cli.main(["replay", path]) == 2
    assert "no journal in" in capsys.readouterr().err


def test_a_missing_file_is_refused(tmp_path, capsys):
    assert cli.main(["replay", str(tmp_path / "nothing")]) == 2
    assert "v2g replay:" in capsys.readouterr().err


def test_another_float_width_is_compared_within_one_unit(files, folder, capsys):
    def recorded_at_32_bits(payload):
        row = json.loads(bytes(payload))
        row[2] = 32
        payload[:] = json.dumps(row).encode()

    data = files["journal-0"]
    at = records_at(data, journal.BEGIN)[0][0]
    size = int.from_bytes(data[at + 1:at + 3], "big")
    row = json.loads(data[at + 5:at + 5 + size])
    assert row[2] == 64
    data = resealed(data, at, recorded_at_32_bits)
    for by, expected in ((1, 0), (0xFFFF, 0), (2, 1)):
        at, _, content = records_at(data, journal.TICK)[-5]
        code, found = replay(os.path.join(folder({"journal-0": with_tick(data, at, content, by)}), "journal-0"), capsys)
        assert code == expected and found["float_bits"] == 32, by


def test_no_secret_is_written_down(files):
    everything = b"".join(files.values())
    assert fake_site.KEY_HEX.encode() not in everything and b"this-is-a-password" not in everything
    secret = {row[0] for row in params.all_rows() if row[1] in (params.KEY, params.SECRET)}
    assert secret == {"vpp.key", "vpp.root_key", "vpp.password", "enrol.token", "site_link.password", "shared_site.key", "page.pin"}, "journal_head.without_secrets has to know every one"
