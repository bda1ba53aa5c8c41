"""Power cut ahead of every change an update makes to the disk: afterwards the old or the new release starts, and is whole.

Also a full disk and a damaged bundle: the running release stays. The disk forgets what POSIX lets it forget (cut_files.py).
"""

import errno

import pytest

pytest.importorskip("cryptography")

from edge import slots
from edge.update import install, job_book
from protocols import refusals
from tests.fault import update_bench
from tests.fault.cut_files import CutFiles
from tests.fault.cuts import every_cut
from tests.fault.update_bench import NEW, OLD, Machine

CUTS_MIN = 1000
DRAWS = 40


def look(files, told):
    """What every start after a cut has to satisfy; which releases were started."""
    started = []
    for _ in range(8):
        machine = Machine(files)
        name = machine.start()
        assert name in (OLD, NEW), name
        assert machine.is_whole(name), name
        started.append(name)
    assert len([name for name in started if name == NEW]) in (0, 1, 2, 3, 8), started
    # Without a confirmation the good one has returned; with one the new one stays.
    assert len(set(started[3:])) == 1, started
    if "confirmed" in told:
        assert started == [NEW] * 8
    if "confirming" not in told:
        assert started[-1] == OLD, started
    if "given up" in told:
        assert started == [OLD] * 8
    return started


def install_and_start(files, told):
    machine = Machine(files)
    told.append("installing")
    assert machine.install()
    told.append("installed")
    assert Machine(files).start() == NEW
    told.append("tried")


def test_installing_starting_and_confirming():
    def work(files, told):
        install_and_start(files, told)
        trial = Machine(files, NEW)
        told.append("confirming")
        trial.ports.releases.confirm()
        told.append("confirmed")
        assert Machine(files).start() == NEW

    def check(files, told):
        started = look(files, told)
        if "tried" in told and "confirming" not in told:
            assert started.count(NEW) <= 2, started     # a counted try stays counted

    assert every_cut(update_bench.prepare, work, check, draws=DRAWS) >= CUTS_MIN


def test_installing_and_giving_up():
    def work(files, told):
        install_and_start(files, told)
        Machine(files, NEW).ports.releases.fail("not read: ev")
        told.append("given up")
        assert Machine(files).start() == OLD

    assert every_cut(update_bench.prepare, work, look, draws=DRAWS) >= CUTS_MIN


def test_a_second_installation_over_the_remains_of_the_first():
    def prepare(files):
        update_bench.prepare(files)
        machine = Machine(files)
        before = machine.store.read(job_book.FILE)
        assert machine.install()
        Machine(files, NEW).ports.releases.fail("not read: ev")
        machine.store.write_atomic(job_book.FILE, before)

    def work(files, told):
        assert Machine(files).install()
        assert Machine(files).start() == NEW

    assert every_cut(prepare, work, look, draws=DRAWS) >= CUTS_MIN


def test_the_job_never_says_confirmed_of_a_release_that_never_ran():
    def check(files, told):
        look(files, told)
        entry = Machine(files).book().open
        assert entry["state"] in (job_book.VERIFIED, job_book.APPLIED)
        if "installed" in told:
            assert entry["state"] == job_book.APPLIED and entry["release"] == NEW

    every_cut(update_bench.prepare, install_and_start, check, draws=3)


def test_an_installation_that_ends_the_process_is_not_begun_for_ever():
    files = CutFiles()
    update_bench.prepare(files)

    def dies(packing, read):
        raise MemoryError

    for _ in range(3):
        machine = Machine(files)
        with pytest.raises(MemoryError):
            install.after_stop(update_bench.Config, machine.ports, dies, lambda: None)
        book = machine.book()
        book.open["is_due"] = True      # the next start comes to the same point
        machine.store.write_atomic(job_book.FILE, book.data())
    machine = Machine(files)
    assert not machine.install() and machine.start() == OLD
    assert (machine.book().done[-1]["state"], machine.book().done[-1]["reason"]) == ("failed", refusals.UNHEALTHY)


def test_a_manifest_written_ahead_of_its_files_would_be_caught():
    class Careless(CutFiles):
        """sync() does nothing once the power may be cut."""

        def sync(self):
            if self.cut_at is None:
                super().sync()

    with pytest.raises(AssertionError, match="draw"):
        every_cut(update_bench.prepare, install_and_start, look, draws=DRAWS, disk=Careless)


def ready(data=None, **disk):
    files = CutFiles(**disk)
    update_bench.prepare(files, data)
    return files


def outcome_of(files):
    machine = Machine(files)
    assert not machine.install()
    book = machine.book()
    assert book.open is None and Machine(files).start() == OLD and machine.is_whole(OLD)
    assert NEW not in machine.folder.present()
    return book.done[-1]["state"], book.done[-1]["reason"]


def test_a_disk_that_fills_up_at_any_write_leaves_the_running_release():
    total = len(ready().done)
    whole = ready()
    Machine(whole).install()
    found = set()
    for number in range(total, len(whole.done)):
        files = ready()
        files.refuse = lambda at, word, number=number: errno.ENOSPC if at >= number and word.startswith(("write", "mkdir", "create")) else None
        machine = Machine(files)
        is_staged = machine.install()
        files.refuse = None
        assert Machine(files).start() == (NEW if is_staged else OLD)
        book = Machine(files).book()
        found.add((is_staged, book.open is None))
        if not is_staged and book.open is None:
            assert book.done[-1]["reason"] == refusals.NO_SPACE
    assert (False, True) in found or (False, False) in found


def test_what_must_not_be_installed_says_why_and_changes_nothing():
    good = update_bench.bundle_of(NEW)
    other = update_bench.rsa.generate_private_key(public_exponent=65537, key_size=3072)
    for data, number in (
            (b"", refusals.DAMAGED), (good[:-100], refusals.DAMAGED), (good[:-1000] + bytes(1000), refusals.DAMAGED),
            (good + b"more", refusals.DAMAGED), (update_bench.bundle_of(NEW, other), refusals.BAD_SIGNATURE),
            (update_bench.bundle_of(NEW, board="esp32-s3"), refusals.WRONG_BOARD),
            (update_bench.bundle_of("0.0.1"), refusals.DOWNGRADE),
            (update_bench.bundle_of(NEW, files=[["edge/version.py", 18, "0" * 64]]), refusals.DAMAGED)):
        assert outcome_of(ready(data)) == ("failed", number), number


def test_after_the_stop_without_a_job_nothing_is_installed():
    files = ready()
    machine = Machine(files)
    book = machine.book()
    book.open["is_due"] = False
    machine.store.write_atomic(job_book.FILE, book.data())
    assert not machine.install() and machine.start() == OLD
    files = ready()
    machine = Machine(files)
    machine.store.remove(job_book.FILE)
    assert not machine.install() and slots.load([machine.store.read(name) for name in slots.FILES])["trial"] is None
