"""Power cut ahead of every change of the disk while the audit log is written: a valid prefix is left, and it goes on.

Not its job: who touches the files on purpose (unit/test_audit_verb).
Source: tests/fault/cuts.py; the store is the firmware's own.
"""

from edge import audit
from tests.fault.cut_site import store_on
from tests.fault.cuts import every_cut
from tests.portable import fake_site
from tools.gateway import audit as verb

COUNT = 12


def ports_on(files):
    ports = fake_site.Ports()
    ports.store = store_on(files)
    return ports


def bounded(monkeypatch):
    """Files so small that a dozen records fill several."""
    monkeypatch.setattr(audit, "FILE_BYTES", 700)


def test_after_any_cut_the_log_is_one_chain_with_everything_that_was_kept(monkeypatch):
    bounded(monkeypatch)

    def work(files, told):
        ports = ports_on(files)
        for number in range(1, COUNT + 1):
            if audit.note(ports, "config", "operator", "version %d" % number):
                told.append(audit.head(ports.store))

    def check(files, told):
        ports = ports_on(files)
        for _ in range(2):
            old, new = (ports.store.read(name) or b"" for name in (audit.OLD_FILE, audit.FILE))
            _, faults, _ = verb.verify(old, new, told[-1] if told else None)
            assert faults == []
            assert audit.note(ports, "config", "operator", "after the cut")

    assert every_cut(store_on, work, check, draws=8) >= 250


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path):
    ports = fake_site.Ports()

    def refuse(*_):
        raise OSError(28)

    ports.store.write_atomic = ports.store.append = refuse
    assert not audit.note(ports, "config", "operator", "x") and audit.head(ports.store) is None
