"""Power cut ahead of every change of the disk: what was promised is there, and never half of anything.

The disk is tests/fault/cut_files.py, the store the firmware's own. Not its job: a whole gateway (test_power_cuts_gateway.py).
"""

import errno

import pytest

from tests.fault.cut_files import CutFiles
from tests.fault.cut_site import store_on
from tests.fault.cuts import every_cut


def test_a_replaced_file_is_the_old_or_the_new_one():
    contents = [bytes([65 + number]) * size for number, size in enumerate((1, 700, 9000, 0, 300))]

    def work(files, told):
        store = store_on(files)
        for content in contents:
            told.append(content)            # from here on it may be there
            store.write_atomic("x", content)
            told.append("safe")             # from here on it has to be

    def check(files, told):
        found = store_on(files).read("x")
        allowed = [b"before"] + [content for content in told if content != "safe"]
        safe = len([word for word in told if word == "safe"])
        assert found in allowed[safe:], found

    every_cut(lambda files: store_on(files).write_atomic("x", b"before"), work, check)


def test_what_was_appended_and_synced_is_there_and_nothing_else_in_between():
    def work(files, told):
        store = store_on(files)
        for number in range(8):
            store.append("x", b"%03d" % number * 300, True)
            told.append(number)

    def check(files, told):
        found = store_on(files).read("x") or b""
        safe = b"".join([b"%03d" % number * 300 for number in told])
        assert found.startswith(safe) and len(found) <= len(safe) + 900

    every_cut(store_on, work, check)


def test_the_folder_itself_is_safe_before_anything_is_in_it():
    def work(files, told):
        store_on(files).write_atomic("x", b"1")
        told.append(1)

    def check(files, told):
        assert not told or store_on(files).read("x") == b"1"

    every_cut(lambda files: None, work, check)


def test_a_store_without_syncs_would_be_caught():
    class Careless(CutFiles):
        """fsync does nothing."""

        def fsync(self, number):
            pass

    contents = [None, b"one" * 100, b"two" * 100]

    def work(files, told):
        store = store_on(files)
        for content in contents[1:]:
            store.write_atomic("x", content)
            told.append(content)

    def check(files, told):
        assert store_on(files).read("x") in contents[len(told):]

    with pytest.raises(AssertionError, match="draw"):
        every_cut(store_on, work, check, disk=Careless)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses_keeps_what_was_there(code):
    operations = 8
    for first in range(operations):
        files = CutFiles()
        store = store_on(files)
        store.write_atomic("x", b"old")
        files.done = []
        files.refuse = lambda number, word: code if number >= first else None
        try:
            store.write_atomic("x", b"new" * 1000)
            found = [b"new" * 1000]
        except OSError as error:
            assert error.errno == code
            found = [b"old", b"new" * 1000]     # refused after the rename: the new one, not yet safe
        files.refuse = None
        assert store.read("x") in found
        store.write_atomic("x", b"later")       # and it recovers
        assert store.read("x") == b"later" and store.names("") == ["x"]
