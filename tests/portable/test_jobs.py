"""Jobs from afar, without a link: what is let in, when it begins, fetching with gaps, what waits for power to rest.

Not its job: signatures and MQTT (unit/test_jobs_link), real releases (sim/test_update_live). Source: edge/update.
"""

import binascii
import hashlib
import json

from edge import slots
from edge.update import job_book, rest
from edge.update.download import CHUNK_BYTES, CHUNKS, GAP_MS, SILENCE_MAX_MS, SILENCE_MS, Download
from edge.update.jobs import Jobs
from edge.version import VERSION
from protocols import bundle, messages, refusals
from tests.portable import fake_site, signed_bundle

DAY_MS = 86400000
MIDNIGHT_MS = fake_site.UNIX_MS // DAY_MS * DAY_MS
BUNDLE = bundle.head(signed_bundle.manifest(), binascii.unhexlify(signed_bundle.SIGNATURE_HEX)) + bytes(99)


class Vpp:
    update_key = signed_bundle.MODULUS_HEX


class Config:
    vpp = Vpp()


class Releases:
    """A board whose slot a runs."""

    board, runtime = signed_bundle.BOARD, "micropython"
    running = "a"

    def __init__(self):
        self.record = slots.confirm(slots.stage(None, "a"))
        self.space_bytes = None

    def free_bytes(self):
        return self.space_bytes


class Site:
    """What jobs ask of the gateway."""

    def __init__(self):
        self.is_online = True
        self.is_crowded = self.is_on_trial = False
        self.flow = rest.RESTS
        self.key_changes = 0

    def power(self):
        return self.flow

    def ders_read(self):
        return ["ev"]

    def keys_changed(self):
        self.key_changes += 1


class Bench:
    def __init__(self, ports=None):
        self.ports = ports or fake_site.Ports()
        self.ports.releases = Releases()
        self.site = Site()
        self.jobs = Jobs(Config, self.ports, "boot1")
        self.now_ms = 0
        self.told = []
        self.asked = []

    def run(self, duration_ms, step_ms=100):
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms:
            self.now_ms += step_ms
            self.ports.clock.ms += step_ms
            self.jobs.on_time(self.now_ms, self.site)
            self._collect()
        return self

    def offer(self, **changes):
        self.jobs.offer(job(**changes))
        self._collect()
        return self.told[-1]

    def _collect(self):
        out, self.jobs.out = self.jobs.out, []
        for name, content in out:
            messages.encode(name, content)      # fits its table
            if name == "job_state":
                self.told.append(content)
            else:
                self.asked.append((self.now_ms, name, content))

    def serve(self, data=BUNDLE, lost=()):
        """Answer the last fetch; lost: numbers of pieces that don't arrive."""
        request = self.asked[-1][2]
        for number in range(request["chunks"]):
            start = request["offset_bytes"] + number * request["chunk_bytes"]
            piece = data[start:start + request["chunk_bytes"]]
            if piece and number not in lost:
                self.jobs.chunk({"job": request["job"], "offset_bytes": start, "data": binascii.b2a_base64(piece).strip().decode()})
        self._collect()

    def states(self):
        return [content["state"] for content in self.told]


def job(**changes):
    content, error = messages.decode("job", messages.encode("job", {
        "id": "j1", "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + DAY_MS, "kind": "restart"}))
    assert error is None
    if changes.get("kind") == "update":
        content.update({"version": "0.3.0", "size_bytes": len(BUNDLE), "sha256": sha(BUNDLE)})
    content.update(changes)
    return content


def sha(data):
    return binascii.hexlify(hashlib.sha256(data).digest()).decode()


def fetched(bench, data=BUNDLE):
    """Runs until the bundle is there; the number of requests."""
    count = 0
    while bench.jobs.book.open is not None and bench.jobs.book.open["state"] in ("queued", "downloading"):
        before = len(bench.asked)
        bench.run(GAP_MS + 200)
        if len(bench.asked) > before:
            count += 1
            bench.serve(data)
        assert count < 50
    return count


def test_an_update_goes_through_its_states_and_asks_for_a_restart():
    bench = Bench()
    assert bench.offer(kind="update")["state"] == "queued"
    fetched(bench)
    bench.run(1000)
    assert bench.states()[:1] + sorted(set(bench.states()[1:])) == ["queued", "downloading", "verified"]
    assert bench.jobs.is_restart_due and bench.told[-1]["waits_for"] == "restart"
    entry = job_book.JobBook(bench.ports.store.read(job_book.FILE)).open
    assert entry["is_due"] and entry["needs"] == {"online": True, "ders": ["ev"]}
    assert bench.ports.store.read(job_book.BUNDLE_FILE) == BUNDLE


def test_pieces_are_asked_for_slowly_and_again_ever_more_seldom():
    download = Download("j1", "0" * 64, 100 * CHUNK_BYTES, 0)
    times = [now_ms for now_ms in range(0, 3600000, 100) if download.due(now_ms) is not None]
    gaps = [later - sooner for sooner, later in zip(times, times[1:])]
    assert gaps[0] == SILENCE_MS and gaps == sorted(gaps) and gaps[-1] == SILENCE_MAX_MS
    piece = {"job": "j1", "data": binascii.b2a_base64(bytes(CHUNK_BYTES)).strip().decode()}
    times = []
    for now_ms in range(3600000, 3700000, 100):     # served at once: as quickly as it may be
        request = download.due(now_ms)
        if request is not None:
            times.append(now_ms)
            for number in range(request["chunks"]):
                piece["offset_bytes"] = request["offset_bytes"] + number * CHUNK_BYTES
                assert len(download.take(piece)) == CHUNK_BYTES
    assert download.is_complete() and len(times) == 100 // CHUNKS
    assert set([later - sooner for sooner, later in zip(times[1:], times[2:])]) == {GAP_MS}


def test_what_got_lost_or_comes_twice_leaves_the_file_in_order():
    bench = Bench()
    whole = BUNDLE
    bench.offer(kind="update")
    bench.run(300)
    first = bench.asked[-1][2]
    assert first["offset_bytes"] == 0 and first["chunk_bytes"] == CHUNK_BYTES and first["chunks"] == CHUNKS
    if len(whole) > CHUNK_BYTES:
        bench.serve(lost=(0,))
        assert bench.ports.store.read(job_book.BUNDLE_FILE) is None
    bench.jobs.chunk({"job": "another", "offset_bytes": 0, "data": "AAAA"})
    bench.jobs.chunk({"job": "j1", "offset_bytes": 0, "data": "A"})
    bench.jobs.chunk({"job": "j1", "offset_bytes": 0, "data": binascii.b2a_base64(bytes(len(whole) + 1)).strip().decode()})
    assert bench.ports.store.read(job_book.BUNDLE_FILE) is None
    bench.serve()
    bench.serve()
    bench.run(SILENCE_MS + 500)
    assert bench.ports.store.read(job_book.BUNDLE_FILE) == whole[:len(bench.ports.store.read(job_book.BUNDLE_FILE))]


def test_a_download_goes_on_where_a_restart_left_it():
    bench = Bench()
    data = BUNDLE
    bench.offer(kind="update")
    bench.run(300)
    half = data[:len(data) // 2]
    bench.jobs.chunk({"job": "j1", "offset_bytes": 0, "data": binascii.b2a_base64(half).strip().decode()})
    again = Bench(bench.ports)
    again.run(300)
    assert again.asked[-1][2]["offset_bytes"] == len(half)
    again.serve()
    again.run(1000)
    assert again.jobs.is_restart_due


def test_a_connection_that_is_lost_half_way_costs_no_byte_twice():
    bench = Bench()
    bench.offer(kind="update")
    bench.run(300)
    half = BUNDLE[:len(BUNDLE) // 2]
    bench.jobs.chunk({"job": "j1", "offset_bytes": 0, "data": binascii.b2a_base64(half).strip().decode()})
    bench.site.is_online = False
    bench.run(60000)
    count = len(bench.asked)
    bench.site.is_online = True
    bench.run(300)
    assert len(bench.asked) == count + 1 and bench.asked[-1][2]["offset_bytes"] == len(half)
    bench.serve()
    bench.run(1000)
    assert bench.jobs.is_restart_due


def test_nothing_is_asked_for_while_offline_or_while_live_data_waits():
    for name in ("is_online", "is_crowded"):
        bench = Bench()
        setattr(bench.site, name, name == "is_crowded")
        bench.offer(kind="update")
        bench.run(60000)
        assert bench.asked == [] and bench.told[-1]["state"] == "downloading"
        setattr(bench.site, name, name != "is_crowded")
        bench.run(300)
        assert len(bench.asked) == 1


def test_a_bundle_that_must_not_be_installed_is_not_fetched_to_its_end():
    wrong_board = bundle.head(signed_bundle.manifest(board="rp2350-pico-2w")) + bytes(99)
    for data, number in ((bytes(len(BUNDLE)), refusals.MALFORMED), (wrong_board, refusals.BAD_SIGNATURE),
                         (BUNDLE.replace(b'"0.3.0"', b'"0.3.1"'), refusals.BAD_SIGNATURE)):
        bench = Bench()
        bench.offer(kind="update", size_bytes=len(data) + 100 * CHUNK_BYTES, sha256=sha(data))
        bench.run(300)
        bench.serve(data)
        assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("refused", number)
        assert bench.ports.store.read(job_book.BUNDLE_FILE) is None and bench.jobs.book.open is None
    bench = Bench()
    bench.offer(kind="update", version="0.4.0")
    bench.run(300)
    bench.serve()
    assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("refused", refusals.DAMAGED)


def test_a_bundle_with_another_digest_fails_and_is_thrown_away():
    bench = Bench()
    bench.offer(kind="update", sha256="0" * 64)
    fetched(bench)
    bench.run(500)
    assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("failed", refusals.DAMAGED)
    assert bench.ports.store.read(job_book.BUNDLE_FILE) is None and not bench.jobs.is_restart_due


def test_a_full_disk_refuses_or_fails_and_the_running_release_stays():
    bench = Bench()
    bench.ports.releases.space_bytes = 1000
    answer = bench.offer(kind="update")
    assert (answer["state"], answer["reason"]) == ("refused", refusals.NO_SPACE) and "kB are free" in answer["words"]

    def full(name, data, is_synced=False):
        raise OSError(28, "No space left on device")

    bench = Bench()
    bench.offer(kind="update")
    bench.run(300)
    bench.ports.store.append = full
    bench.serve()
    assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("failed", refusals.NO_SPACE)
    bench = Bench()
    bench.offer(kind="restart")
    bench.ports.store.write_atomic = full
    bench.run(300)
    assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("failed", refusals.NO_SPACE)
    assert not bench.jobs.is_restart_due


def test_wrong_jobs_are_refused_by_number():
    now_ms = fake_site.UNIX_MS
    for changes, number in (
            ({"exp_ms": now_ms - 1}, refusals.LATE), ({"iat_ms": now_ms + 60000, "exp_ms": now_ms + DAY_MS}, refusals.FROM_THE_FUTURE),
            ({"kind": "update", "sha256": None}, refusals.MALFORMED), ({"kind": "rotate_key"}, refusals.MALFORMED),
            ({"kind": "update", "version": "x"}, refusals.MALFORMED), ({"kind": "update", "version": VERSION}, refusals.SAME_VERSION),
            ({"kind": "update", "version": "0.0.1"}, refusals.DOWNGRADE)):
        bench = Bench()
        answer = bench.offer(**changes)
        assert (answer["state"], answer["reason"]) == ("refused", number), changes
        bench.run(1000)
        assert not bench.jobs.is_restart_due and bench.asked == []
    bench = Bench()
    bench.ports.releases = None
    assert bench.offer(kind="update")["reason"] == refusals.UNAVAILABLE


def test_an_id_has_one_effect_also_after_a_restart_and_older_jobs_none():
    bench = Bench()
    bench.offer()
    bench.run(300)
    assert bench.jobs.is_restart_due
    book = job_book.JobBook(bench.ports.store.read(job_book.FILE))
    book.move(job_book.APPLIED)
    bench.ports.store.write_atomic(job_book.FILE, book.data())
    again = Bench(bench.ports)
    again.jobs = Jobs(Config, bench.ports, "boot2")
    again.run(300)
    assert again.states() == ["confirmed"]
    assert again.offer()["state"] == "confirmed"
    again.run(1000)
    assert not again.jobs.is_restart_due
    assert again.offer(id="j0", iat_ms=fake_site.UNIX_MS - 1)["reason"] == refusals.STALE
    third = Bench(bench.ports)
    assert third.offer()["state"] == "confirmed"


def test_a_restart_that_something_else_brought_is_done():
    bench = Bench()
    bench.offer()
    bench.run(300)      # due, but the power is cut before main.py goes on
    again = Bench(bench.ports)
    again.jobs = Jobs(Config, bench.ports, "boot2")
    again.run(300)
    assert again.states() == ["confirmed"] and not again.jobs.is_restart_due


def test_an_update_on_a_machine_that_lost_its_releases_fails_and_harms_nobody():
    bench = Bench()
    bench.offer(kind="update")
    again = Bench(bench.ports)
    again.ports.releases = None     # started by hand
    again.run(300)
    assert (again.told[-1]["state"], again.told[-1]["reason"]) == ("failed", refusals.UNAVAILABLE)


def test_it_waits_until_a_changed_configuration_has_proved_itself():
    bench = Bench()
    bench.site.is_on_trial = True
    bench.offer()
    bench.run(60000)
    assert not bench.jobs.is_restart_due and bench.told[-1]["waits_for"] == "configuration"
    bench.site.is_on_trial = False
    bench.run(200)
    assert bench.jobs.is_restart_due


def test_a_newer_job_replaces_one_that_has_not_begun():
    bench = Bench()
    bench.site.flow = rest.FLOWS
    bench.offer()
    bench.run(1000)
    bench.offer(id="j2", iat_ms=fake_site.UNIX_MS + 1, kind="update")
    assert [(content["job"], content["state"]) for content in bench.told[-2:]] == [("j1", "failed"), ("j2", "queued")]


def test_power_is_waited_for_then_ramped_but_never_in_an_island():
    bench = Bench()
    bench.site.flow = rest.FLOWS
    bench.offer(wait_s=60)
    bench.run(59000)
    assert not bench.jobs.is_restart_due and bench.told[-1]["waits_for"] == "rest"
    bench.run(2000)
    assert bench.jobs.is_restart_due
    bench = Bench()
    bench.site.flow = rest.BARRED
    bench.offer(wait_s=60)
    bench.run(3600000, 10000)
    assert not bench.jobs.is_restart_due and bench.told[-1]["waits_for"] == "island"
    bench.run(DAY_MS, 60000)
    assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("failed", refusals.NEVER_IDLE)


def test_a_window_is_kept_and_a_random_delay_shifts_its_beginning():
    # the site's clock stands somewhere in the day; the window begins two hours later
    minute = (fake_site.UNIX_MS - MIDNIGHT_MS) // 60000
    bench = Bench()
    bench.offer(window_from_min=(minute + 120) % 1440, window_to_min=(minute + 180) % 1440)
    bench.run(60000)
    assert bench.told[-1]["waits_for"] == "window"
    bench.run(118 * 60000, 1000)
    assert not bench.jobs.is_restart_due
    bench.run(2 * 60000, 1000)
    assert bench.jobs.is_restart_due
    bench = Bench()
    bench.offer(window_from_min=(minute + 120) % 1440, window_to_min=(minute + 180) % 1440, rand_s=1200)
    bench.run(129 * 60000, 1000)
    assert not bench.jobs.is_restart_due        # ten minutes were drawn
    bench.run(3 * 60000, 1000)
    assert bench.jobs.is_restart_due


def test_a_window_beyond_midnight_and_a_beginning_that_lies_ahead():
    minute = (fake_site.UNIX_MS - MIDNIGHT_MS) // 60000
    bench = Bench()
    bench.offer(window_from_min=(minute - 30) % 1440, window_to_min=(minute + 30) % 1440)
    bench.run(300)
    assert bench.jobs.is_restart_due
    bench = Bench()
    bench.offer(nbf_ms=fake_site.UNIX_MS + 60000)
    bench.run(59000)
    assert bench.told[-1]["waits_for"] == "begin"
    bench.run(2000)
    assert bench.jobs.is_restart_due


def test_without_a_clock_a_job_waits_unless_it_says_any_time():
    bench = Bench()
    bench.ports.clock.ms = 5000
    bench.offer()
    bench.run(60000)
    assert bench.told[-1]["waits_for"] == "clock" and bench.told[-1]["t_ms"] is None
    bench.ports.clock.ms = fake_site.UNIX_MS + 1000
    bench.run(300)
    assert bench.jobs.is_restart_due
    bench = Bench()
    bench.ports.clock.ms = 5000
    bench.offer(any_time=True)
    bench.run(300)
    assert bench.jobs.is_restart_due


def test_log_lines_come_in_parts():
    bench = Bench()
    bench.ports.lines = ["line %d" % number for number in range(2000)]
    bench.offer(kind="logs", lines=900)
    bench.run(60000)
    parts = [content for _, name, content in bench.asked if name == "upload"]
    text = b"".join([binascii.a2b_base64(part["data"].encode()) for part in parts])
    assert text.decode().split("\n") == bench.ports.lines[-900:]
    assert [part["part"] for part in parts] == list(range(len(parts)))
    assert [part["parts"] for part in parts] == [None] * (len(parts) - 1) + [len(parts)]
    assert bench.told[-1]["state"] == "confirmed"


def test_a_segment_of_the_journal_or_a_word_that_it_is_gone():
    class Journal:
        segments = 4

    Config.journal = Journal
    bench = Bench()
    bench.ports.store.files.update({"journal-next": b"7", "journal-1": b"five" * 3000, "journal-2": b"six"})
    bench.offer(kind="journal")
    bench.run(60000)
    parts = [content for _, name, content in bench.asked if name == "upload"]
    assert b"".join([binascii.a2b_base64(part["data"].encode()) for part in parts]) == b"five" * 3000
    assert bench.told[-1]["state"] == "confirmed"
    for number, segment in enumerate((2, 7)):
        bench.offer(id="k%d" % number, kind="journal", segment=segment, iat_ms=fake_site.UNIX_MS + 1 + number)
        bench.run(1000)
        assert (bench.told[-1]["state"], bench.told[-1]["reason"]) == ("failed", refusals.OUT_OF_RANGE), segment


def test_what_became_of_a_release_is_read_from_the_record():
    for record, state in ((slots.confirm(slots.stage(slots.confirm(slots.stage(None, "a")), "b")), "confirmed"),
                          (slots.fail(slots.stage(slots.confirm(slots.stage(None, "a")), "b"), "not read: ev"), "rolled_back"),
                          (slots.confirm(slots.stage(None, "a")), "rolled_back")):
        bench = Bench()
        bench.offer(kind="update")
        bench.jobs.book.open["release"] = "b"
        bench.jobs.book.move(job_book.APPLIED)
        bench.ports.releases.record = slots.stage(slots.confirm(slots.stage(None, "a")), "b")
        bench.run(500)
        assert bench.jobs.book.open["state"] == "applied"
        bench.ports.releases.record = record
        bench.run(300)
        assert bench.told[-1]["state"] == state
    assert bench.told[-1]["words"] == "it never ran"


def test_a_broken_book_is_an_empty_one():
    for data in (None, b"", b"{}", b"[]", b"\xff", b'{"open":null}', b'null'):
        book = job_book.JobBook(data)
        assert book.open is None and book.done == [] and book.newest_iat_ms == 0
    for spoiled in ([], {"state": "queued"}, {"state": "queued", "content": {"id": "j"}}, {"state": "paused", "content": job()}):
        data = json.dumps({"open": spoiled, "done": [], "newest_iat_ms": 5}).encode()
        assert (job_book.JobBook(data).open, job_book.JobBook(data).newest_iat_ms) == (None, 5), spoiled


def test_a_job_that_another_release_began_goes_on():
    bench = Bench()
    content = {"id": "j1", "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + DAY_MS, "kind": "restart", "unheard": 1}
    book = {"open": {"content": content, "state": "queued"}, "done": [], "newest_iat_ms": content["iat_ms"]}
    bench.ports.store.files[job_book.FILE] = json.dumps(book).encode()
    bench.jobs = Jobs(Config, bench.ports, "boot2")
    bench.run(300)
    assert bench.jobs.is_restart_due
