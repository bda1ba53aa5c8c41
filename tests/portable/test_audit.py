"""The audit log: a chain that goes on across files and power cuts, and bounds that hold.

Not its job: judging a log that somebody touched (unit/test_audit_verb), who writes into it (the callers).
Source: ours.
"""

from edge import audit
from tests.portable import fake_site


class Full(fake_site.Store):
    """A disk with so much room."""

    def __init__(self, free_bytes):
        fake_site.Store.__init__(self)
        self._free_bytes = free_bytes

    def free_bytes(self):
        """As hal.FileStore says it."""
        return self._free_bytes


class Broken(fake_site.Store):
    """A disk that takes nothing."""

    def write_atomic(self, name, data):
        """Refused."""
        raise OSError(30)


def lines(store, name=audit.FILE):
    return store.files[name].split(b"\n")[:-1]


def test_every_record_holds_the_hash_of_the_one_before():
    ports = fake_site.Ports()
    assert audit.head(ports.store) is None
    for number in range(3):
        assert audit.note(ports, "config", "operator", "version %d" % number)
    first, second, third = lines(ports.store)
    assert b'"n":1,"prev":"' + audit.GENESIS.encode() in first
    assert b'"prev":"' + audit.link(first).encode() in second and b'"prev":"' + audit.link(second).encode() in third
    assert audit.head(ports.store) == (3, audit.link(third))
    assert b'"t_ms":%d' % fake_site.UNIX_MS in third


def test_a_full_file_becomes_the_old_one_and_the_chain_goes_on():
    ports = fake_site.Ports()
    count = 0
    while audit.OLD_FILE not in ports.store.files:
        audit.note(ports, "refused", "broker", "x" * 300)
        count += 1
    assert len(ports.store.files[audit.OLD_FILE]) <= audit.FILE_BYTES
    assert len(lines(ports.store)) == 1 and audit.head(ports.store)[0] == count
    assert b'"prev":"' + audit.link(lines(ports.store, audit.OLD_FILE)[-1]).encode() in lines(ports.store)[0]


def test_after_a_power_cut_the_unfinished_record_is_told_and_the_chain_goes_on():
    ports = fake_site.Ports()
    audit.note(ports, "login", "10.0.0.4", "page")
    audit.note(ports, "login", "10.0.0.5", "page")
    whole = ports.store.files[audit.FILE]
    for lost in (b"", b"\0\0\0", b'{"n":2'):
        ports.store.files[audit.FILE] = whole[:whole.find(b"\n") + 1] + lost
        assert audit.note(ports, "login", "10.0.0.6", "page")
        found = lines(ports.store)
        assert len(found) == (3 if lost else 2)
        if lost:
            assert b'"what":"cut"' in found[1] and b"%d bytes" % len(lost) in found[1]
        assert b'"prev":"' + audit.link(found[-2]).encode() in found[-1]
        assert audit.head(ports.store)[0] == len(found)


def test_a_nearly_full_disk_is_left_to_configuration_and_journal():
    ports = fake_site.Ports()
    ports.store = Full(audit.FREE_MIN_BYTES - 1)
    assert not audit.note(ports, "job", "update", "") and ports.store.files == {}
    ports.store = Full(audit.FREE_MIN_BYTES)
    assert audit.note(ports, "job", "update", "")
    ports.store = Broken()
    assert not audit.note(ports, "job", "update", "")
    assert "audit record not written" in ports.lines[0]


def test_what_a_stranger_sent_is_short_and_plain():
    ports = fake_site.Ports()
    ports.clock.ms = 0
    audit.note(ports, "refused", "a\x1b[2J" + "b" * 99, "\u00e9\n" + "c" * 999)
    line = lines(ports.store)[0]
    assert len(line) < 500 and b"\\" not in line and b"a?[2Jb" in line and b'"detail":"??c' in line
    assert b'"t_ms":null' in line
