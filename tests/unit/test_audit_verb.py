"""`v2g audit` names every touch: a byte changed, a record removed, cut off, moved; and a log nobody touched passes.

Not its job: writing the log (portable/test_audit). The attacks are those of somebody who can write the files.
Source: ours.
"""

import json
import re

import pytest

from edge import audit
from edge.hal import FileStore
from tests.portable import fake_site
from tools import cli
from tools.gateway import audit as verb

COUNT = 6


def written(store, count=COUNT):
    """A log of so many records in a store; its ports."""
    ports = fake_site.Ports()
    ports.store = store
    for number in range(1, count + 1):
        ports.clock.ms += 1000
        assert audit.note(ports, "config", "operator", "version %d" % number)
    return ports


@pytest.fixture
def log():
    """(bytes of the log, its head as the supervisor heard it)."""
    ports = written(fake_site.Store())
    return ports.store.files[audit.FILE], audit.head(ports.store)


def test_a_log_nobody_touched_is_one_chain(log):
    data, head = log
    records, faults, notes = verb.verify(b"", data, head)
    assert (len(records), faults, notes) == (COUNT, [], [])


def test_any_byte_changed_is_named(log):
    data, head = log
    for at in range(len(data)):
        touched = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        assert verb.verify(b"", touched, head)[1], at
    number = data[:data.find(b"version 3")].count(b"\n") + 1
    faults = verb.verify(b"", data.replace(b"version 3", b"version 8"), head)[1]
    assert number == 3 and faults == ["record 3 was changed: record 4 holds another hash"]


def test_removed_moved_and_cut_off_records_are_named(log):
    data, head = log
    lines = data.split(b"\n")[:-1]

    def faults(kept):
        return verb.verify(b"", b"".join(line + b"\n" for line in kept), head)[1]

    assert faults(lines[:2] + lines[3:]) == ["record 3 is missing"]
    assert faults(lines[:1] + lines[4:]) == ["records 2 to 4 are missing"]
    assert faults([lines[0], lines[2], lines[1]] + lines[3:])[:2] == [
        "record 2 is missing", "record 2 stands behind record 3: the order was changed"]
    assert faults(lines[:4]) == ["records up to 6 were told, the log ends with 4"]
    assert faults([]) == ["record 6 is missing"]


def test_a_chain_written_anew_is_not_the_one_that_was_told(log):
    _, head = log
    ports = fake_site.Ports()
    for number in range(1, COUNT + 1):
        audit.note(ports, "config", "operator", "nothing happened")
    assert verb.verify(b"", ports.store.files[audit.FILE], head)[1] == ["record 6 is not the one that was told"]


def test_the_chain_goes_over_both_files_and_a_missing_one_shows():
    store = fake_site.Store()
    written(store, 900)
    old, new = store.files[audit.OLD_FILE], store.files[audit.FILE]
    records, faults, _ = verb.verify(old, new, audit.head(store))
    assert faults == [] and len(records) > 300
    assert verb.verify(old, old)[1] == []       # a power cut between the two writes
    assert "was changed" in verb.verify(old.replace(b"operator", b"Operator"), new)[1][0]
    assert re.match("records? .* missing", verb.verify(old, b"\n".join(new.split(b"\n")[1:]))[1][0])


def test_a_power_cut_is_no_attack(log):
    data, head = log
    records, faults, notes = verb.verify(b"", data + b'{"n":7,"b', head)
    assert faults == [] and len(records) == COUNT and notes == ["9 bytes of a record that a power cut left unfinished"]


def test_the_verb_prints_verifies_and_says_what_is_wrong(tmp_path, capsys):
    site = tmp_path / "site.toml"
    assert cli.main(["audit", str(site)]) == 3 and "--store" in capsys.readouterr().err
    ports = written(FileStore(str(tmp_path / "v2g-store")))
    head = "%d:%s" % audit.head(ports.store)
    assert cli.main(["audit", str(site), "--head", head]) == 0
    said = capsys.readouterr().out
    assert "operator: version 6" in said and "6 records, one chain, head " + head in said
    assert cli.main(["audit", str(site), "--head", "6:12"]) == 2
    assert cli.main(["audit", str(site), "--json", "--head", "7:" + "0" * 32]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False and told["faults"] == ["records up to 7 were told, the log ends with 6"]
