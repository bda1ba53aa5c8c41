"""Cuts the power ahead of every change a piece of work makes to the disk, and looks at what the next start finds.

Not its job: the disk (cut_files.py), the work and what it has to keep (test_power_cuts.py).
Source: ours; exhaustive over the moment, drawn over what the disk then forgets. A failure names both, to be run alone.
"""

import random

from tests.fault.cut_files import CutFiles, PowerCut

SEED = 5


def every_cut(prepare, work, check, *, draws=5, only=None, disk=CutFiles):
    """How many cuts were made.

    prepare(files): what was there before, all of it safe. work(files, told): the work; it appends to the list `told`
    what it has promised so far. check(files, told): called with the disk of the next start; asserts.
    draws: what is forgotten, so often for each moment. only: (operation, draw) of one cut to look at again. disk: CutFiles
    or a worse one.
    """
    operations = len(_run(disk, prepare, work, None)[0].done)
    assert operations, "nothing was written"
    count = 0
    for cut_at in range(operations + 1):
        before, told = _run(disk, prepare, work, cut_at)
        for draw in range(draws):
            if only is None or only == (cut_at, draw):
                _look(before.after_cut(random.Random("%d %d %d" % (SEED, cut_at, draw))), told, check, (cut_at, draw, before))
                count += 1
    return count


def _run(disk, prepare, work, cut_at):
    files = disk()
    prepare(files)
    files.sync()
    files.done = []
    files.cut_at = cut_at
    told = []
    try:
        work(files, told)
    except PowerCut:
        assert cut_at is not None
    files.cut_at = None
    return files, told


def _look(files, told, check, place):
    try:
        check(files, list(told))
    except Exception as error:
        cut_at, draw, before = place
        last = before.done[-1] if before.done else "nothing"
        raise AssertionError("only=(%d, %d): cut after operation %d (%s), draw %d of seed %d, told %s: %s"
                             % (cut_at, draw, cut_at, last, draw, SEED, told[-3:], error)) from error
