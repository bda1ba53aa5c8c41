"""A disk that is full, or read-only, from any write on: the gateway goes on, says so, keeps what it had, and recovers.

Not its job: stored history there (test_store_and_forward.py), the store alone (test_power_cuts.py).
"""

import errno
import json

import pytest

from edge import journal, reasons
from protocols import messages
from tests.fault.cut_files import CutFiles
from tests.fault.cut_site import CutSite, command, store_on
from tests.portable import fake_site
from tools.gateway import journal_file
from tools.gateway.replay import Replay

SITE = fake_site.document(vpp={"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX},
                          journal={"segment_bytes": 4096, "segments": 3})
STEP = 3        # of the writes, the disk ends at every third


def at_work(files):
    """A gateway that takes wishes and commands for some seconds; (site, wishes that were asked for)."""
    site = CutSite(SITE, files, 1)
    site.run(1500)
    for watts in (1000, 2000):
        site._do(site.gateway.on_query(site.now_ms, 1, {"wish": "charge_now", "p_w": watts, "minutes": 60}))
        site.publish("cmd", command(watts * 2, site.ports.clock.ms))
        site.run(5000)
    return site


def events(site):
    """Codes of the events that were told."""
    return [messages.decode("event", payload)[0]["code"] for payload in site.messages("/up/event")]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_from_any_write_on(code):
    files = CutFiles()
    at_work(files)
    count = len(files.done)
    assert count > 40
    for first in range(0, count, STEP):
        files = CutFiles()
        store_on(files)
        files.done = []
        files.refuse = lambda number, word: code if number >= first else None
        site = at_work(files)
        assert site.gateway.ticks > 100 and site.gateway.stalls == 0
        assert first > count - 8 or reasons.STORE_FAILED in events(site), first
        assert len([line for line in site.ports.lines if "E%d" % reasons.STORE_FAILED in line]) <= 1, "told once, not each time"
        assert site.stages("c4000")[0] == "received", "commands are followed on"
        files.refuse = None             # somebody has made room
        site.run(12000)
        site.stop()
        site.run(15000)
        store = store_on(files)
        assert json.loads(store.read("wishes"))[4][0][0][1] == 2000
        run = Replay()
        rows = [(name, store.read(name)) for name in store.names("journal-") if name != journal.NEXT_FILE]
        rows = [(name, data, journal_file.begin_of(data)) for name, data in rows]
        for row in sorted(rows, key=lambda row: row[2].number if row[2] else -1):
            run.feed_segment(*row)
        assert run.differences == [], first


def test_what_was_there_before_stays():
    for code in (errno.ENOSPC, errno.EROFS):
        files = CutFiles()
        at_work(files)
        before = {name: store_on(files).read(name) for name in ("wishes", "command-seq")}
        files.refuse = lambda number, word: code
        at_work(files)
        assert {name: store_on(files).read(name) for name in before} == before
