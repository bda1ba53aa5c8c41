"""Two releases and a record: tries are counted before the start, torn copies never decide, and something always starts.

Not its job: files (fault/test_update_cuts), real processes (sim/test_update_live). Source: edge/slots.py.
"""

from edge import slots


class Disk:
    """The two copies, and the releases that are there."""

    def __init__(self, *present):
        self.files = {}
        self.present = list(present)

    def record(self):
        return slots.load([self.files.get(name) for name in slots.FILES])

    def keep(self, record):
        name, data = slots.stored(record)
        self.files[name] = data

    def start(self):
        """Name of the release that a start chooses; its try is counted."""
        name, record = slots.choose(self.record(), self.present)
        if record is not None:
            self.keep(record)
        return name


def installed():
    """A gateway whose 1.0.0 is confirmed and whose 1.1.0 waits to be tried."""
    disk = Disk("1.0.0", "1.1.0")
    disk.keep(slots.stage(None, "1.0.0"))
    assert disk.start() == "1.0.0"
    disk.keep(slots.confirm(disk.record(), "0.9.0"))
    disk.keep(slots.stage(disk.record(), "1.1.0", {"online": True, "ders": ["ev"]}))
    return disk


def test_a_confirmed_release_starts_and_writes_nothing():
    disk = installed()
    disk.keep(slots.fail(disk.record(), "no"))
    before = dict(disk.files)
    for _ in range(5):
        assert disk.start() == "1.0.0"
    assert disk.files == before
    assert disk.record()["failed"] == ["1.1.0", "no"]


def test_a_trial_gets_three_starts_then_the_good_one_returns_for_good():
    disk = installed()
    assert [disk.start() for _ in range(6)] == ["1.1.0"] * 3 + ["1.0.0"] * 3
    assert disk.record()["failed"] == ["1.1.0", "started 3 times in vain"]
    assert disk.record()["trial"] is None


def test_a_confirmed_trial_is_the_good_one_and_the_old_one_is_kept():
    disk = installed()
    disk.start()
    disk.keep(slots.confirm(disk.record(), "1.0.0"))
    record = disk.record()
    assert (record["good"], record["previous"], record["floor"], record["tries"]) == ("1.1.0", "1.0.0", "1.0.0", 0)
    assert [disk.start() for _ in range(4)] == ["1.1.0"] * 4
    disk.present.append("0.9.0")
    assert slots.superfluous(disk.record(), disk.present) == ["0.9.0"]
    assert slots.confirm(slots.stage(record, "1.2.0"), None, False)["previous"] is None


def test_a_trial_that_vanished_is_given_up():
    disk = installed()
    disk.present.remove("1.1.0")
    assert disk.start() == "1.0.0"
    assert disk.record()["failed"] == ["1.1.0", "is not there"]


def test_a_torn_copy_leaves_what_held_before():
    disk = installed()
    old = disk.record()
    name, data = slots.stored(slots.confirm(old))
    for cut in range(len(data)):
        disk.files[name] = data[:cut]
        assert disk.record() == old, cut
    for at in range(len(data)):
        disk.files[name] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        assert disk.record() == old, at
    disk.files[name] = data
    assert disk.record()["good"] == "1.1.0"


def test_the_copy_that_holds_is_never_the_one_written():
    disk = installed()
    for _ in range(10):
        holds = [name for name in slots.FILES if slots.load([disk.files.get(name)]) == disk.record()]
        new = slots.changed(disk.record(), tries=1)
        assert [slots.stored(new)[0]] != holds and len(holds) == 1
        disk.keep(new)


def test_without_a_record_what_is_there_is_tried_in_turn_until_one_is_confirmed():
    disk = Disk("b", "a", "c")
    assert [disk.start() for _ in range(10)] == ["b"] * 3 + ["a"] * 3 + ["c"] * 3 + ["b"]
    disk = Disk("b", "a")
    for _ in range(4):
        disk.start()
    assert disk.record()["trial"] == "a"
    disk.keep(slots.confirm(disk.record()))
    assert [disk.start() for _ in range(4)] == ["a"] * 4


def test_a_record_whose_releases_are_gone_is_no_reason_to_stand_still():
    disk = installed()
    disk.present = ["2.0.0"]
    assert [disk.start() for _ in range(5)] == ["2.0.0"] * 5
    disk.present = []
    assert disk.start() is None


def test_garbage_is_no_record():
    crc = lambda text: text + b"\n%08x" % (slots.binascii.crc32(text) & 0xFFFFFFFF)
    for data in (None, b"", b"\n", b"x", b"{}\n00000000", crc(b"{}"), crc(b"[]"), crc(b"{"), crc(b"\xff"), crc(b'{"seq":"1"}')):
        assert slots.load([data, data]) is None, data


def test_a_record_of_another_age_keeps_what_it_says():
    text = b'{"seq":7,"good":"1.0.0","unheard":1}'
    record = slots.load([None, text + b"\n%08x" % (slots.binascii.crc32(text) & 0xFFFFFFFF)])
    assert slots.choose(record, ["1.1.0", "1.0.0"]) == ("1.0.0", None)
    assert (slots.stage(record, "1.1.0")["seq"], slots.stage(record, "1.1.0")["unheard"]) == (8, 1)


def test_health_gives_up_only_what_has_a_way_back():
    disk = Disk("1.0.0")
    disk.start()
    assert not slots.has_way_back(disk.record())
    assert slots.roll_back(disk.record(), disk.present) is None
    assert slots.has_way_back(installed().record())
    disk = Disk("b", "a")
    disk.start()
    assert slots.has_way_back(disk.record())
    disk.keep(slots.fail(disk.record(), "not healthy"))
    assert disk.start() == "a"


def test_a_release_that_dies_after_its_confirmation_gives_way_to_the_one_before():
    disk = installed()
    disk.start()
    assert slots.roll_back(disk.record(), disk.present)["trial"] is None     # on trial: over at once
    disk.keep(slots.confirm(disk.record()))
    disk.keep(slots.roll_back(disk.record(), disk.present))
    assert disk.start() == "1.0.0" and disk.record()["failed"][0] == "1.1.0"
    assert slots.superfluous(disk.record(), disk.present) == []
    for _ in range(3):
        last = disk.start()
    assert last == "1.1.0"      # that one can't be kept running either
    disk.keep(slots.confirm(slots.stage(disk.record(), "1.0.0")))
    disk.present = ["1.0.0"]
    assert slots.roll_back(disk.record(), disk.present) is None
    assert slots.roll_back(None, ["1.0.0"]) is None
