"""The write side of a DER against a device that keeps its own record: guards, refreshes, stops.

What holds for every course of setpoints, answers lost on either way and lost links: a device that asked to be left
alone after a change is; the setpoint is refreshed in time; nothing delays the way to zero or into the safe interval.
"""

import struct

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.drivers.actuator import Actuator
from edge.drivers.reader import RIGHT_DEVICE, DeviceReader
from edge.drivers.register_map import RegisterMap
from host_sim.plant.devices import profile_named
from protocols.modbus import pdu

TICK_MS = 100
INF = float("inf")
LATENCY_MS = 10
TIMEOUT_MS = 1000
OK, REFUSED, LOST_THERE, LOST_BACK = "ok", "refused", "lost there", "lost back"


class Link:
    """The bus and the device behind it: takes requests, answers after the latency, keeps when power was changed."""

    def __init__(self, profile):
        self.is_up = True
        self.fates = []             # what happens to the next requests; then all is well
        self.changes = []           # (arrival ms, setpoint W before, after), when what the device does changed
        self.arrivals_ms = []       # of every setpoint
        self.refused = 0
        self._waiting = []          # (due_ms, tag, kind)
        self._points = {row[2]: row[0] for row in profile["points"]}
        self._sign = {row[0]: row[6] for row in profile["points"]}["p_set_w"]
        self._is_running = profile["control"]["zero"] == "write"
        self._p_w = 0
        self.now_ms = 0

    def setpoint_w(self):
        return self._p_w if self._is_running else 0

    def submit(self, unit, request, tag):
        fate = self.fates.pop(0) if self.fates else OK
        if fate in (OK, LOST_BACK):
            self._take(request)
        if fate == REFUSED:
            self.refused += 1
        kind = {OK: pdu.OK, REFUSED: pdu.EXCEPTION}.get(fate, pdu.TIMEOUT)
        delay_ms = TIMEOUT_MS if kind == pdu.TIMEOUT else 2 * LATENCY_MS
        self._waiting.append((self.now_ms + delay_ms, tag, kind))
        return True

    def _take(self, request):
        function, address = struct.unpack_from(">BH", request)
        values = struct.unpack_from(">H", request, 3) if function == 6 else struct.unpack(">%dH" % request[4], request[6:])
        before_w = self.setpoint_w()
        for offset, value in enumerate(values):
            point = self._points.get(address + offset)
            if point == "p_set_w":
                self._p_w = self._sign * (value - 65536 if value > 32767 else value)
                self.arrivals_ms.append(self.now_ms + LATENCY_MS)
            elif point == "action":
                self._is_running = value == 1
        if self.setpoint_w() != before_w:
            self.changes.append((self.now_ms + LATENCY_MS, before_w, self.setpoint_w()))

    def answer(self):
        due = [row for row in self._waiting if row[0] <= self.now_ms]
        self._waiting = [row for row in self._waiting if row[0] > self.now_ms]
        for _, (owner, mark, _), kind in due:
            owner.on_answer(self.now_ms, mark, kind, None)

    def lose(self):
        self._waiting = []


class Bench:
    """One actuator in control, stepped tick by tick."""

    def __init__(self, name):
        self.profile = profile_named(name)
        self.link = Link(self.profile)
        reader = DeviceReader("evse1", RegisterMap(self.profile), 1)
        reader.identity = RIGHT_DEVICE
        self.actuator = Actuator(reader, self.link, 5)
        self.wanted_ms = []     # (tick ms, setpoint W) handed over
        self.advance(15000, 0)      # taken, stopped, and left alone long enough
        assert self.actuator.session.state == "controlling"

    def advance(self, duration_ms, p_w, may_refresh=True, safe_w=(-INF, INF)):
        for _ in range(duration_ms // TICK_MS):
            self.wanted_ms.append((self.link.now_ms, p_w))
            self.actuator.update(self.link.now_ms, (p_w, 0, True, may_refresh) + safe_w)
            for _ in range(TICK_MS // LATENCY_MS):
                self.link.now_ms += LATENCY_MS
                self.link.answer()

    def reconnect(self):
        self.link.lose()
        self.actuator.link_lost()
        self.actuator.reader.identity = RIGHT_DEVICE


def guard_ms(profile, before_w, after_w):
    """How long the profile wants to be left alone after this change; written down once more, without the driver."""
    guards = profile["control"]["guards"]
    wait_ms = next(ms for up_to_w, ms in guards["after_change_ms"] if up_to_w is None or abs(after_w - before_w) <= up_to_w)
    is_start = before_w == 0 and profile["control"]["zero"] == "stop"
    return max(wait_ms, guards["after_start_ms"]) if is_start else wait_ms


def assert_guards_kept(bench):
    for (at_ms, before_w, after_w), (next_ms, _, next_w) in zip(bench.link.changes, bench.link.changes[1:]):
        if next_w != 0:
            waited_ms = next_ms - at_ms
            assert waited_ms >= guard_ms(bench.profile, before_w, after_w), (at_ms, before_w, after_w, next_ms, next_w)


PROFILES = st.sampled_from(("wallbox-quasar-1", "sim-four-quadrant"))
SETPOINTS_W = st.sampled_from((0, 0, 1, -230, 240, -1380, 3000, -6000, 6900)) | st.integers(-7000, 7000)
COURSE = st.lists(st.tuples(st.integers(1, 150), SETPOINTS_W), min_size=1, max_size=12)
FATES = st.lists(st.sampled_from((OK, OK, REFUSED, LOST_THERE, LOST_BACK)), max_size=12)
RUN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@RUN
@given(PROFILES, COURSE)
def test_no_change_before_the_guard_allows_it(name, course):
    bench = Bench(name)
    for ticks, p_w in course:
        bench.advance(ticks * TICK_MS, p_w)
    assert_guards_kept(bench)


@RUN
@given(PROFILES, st.lists(st.tuples(st.integers(1, 150), SETPOINTS_W, FATES), min_size=1, max_size=12))
def test_lost_and_refused_writes_do_not_shorten_a_guard(name, course):
    bench = Bench(name)
    for ticks, p_w, fates in course:
        bench.link.fates = list(fates)
        bench.advance(ticks * TICK_MS, p_w)
    assert_guards_kept(bench)


@RUN
@given(PROFILES, st.lists(st.tuples(st.integers(1, 80), SETPOINTS_W, st.booleans()), min_size=1, max_size=12))
def test_a_lost_link_or_a_failsafe_does_not_shorten_a_guard(name, course):
    bench = Bench(name)
    for ticks, p_w, is_link_lost in course:
        bench.advance(ticks * TICK_MS, p_w)
        if is_link_lost:
            bench.reconnect()
        else:
            bench.advance(500, p_w, may_refresh=False)
    assert_guards_kept(bench)


@RUN
@given(PROFILES, COURSE)
def test_refreshed_in_time_however_long_a_change_waits(name, course):
    bench = Bench(name)
    for ticks, p_w in course:
        bench.advance(ticks * TICK_MS, p_w)
        stands_still = bench.link.setpoint_w() != 0
        if stands_still:
            since_ms = bench.link.arrivals_ms[-1]
            # the write is confirmed one way back after its arrival, and the sequence may have a step more
            allowed_ms = bench.profile["control"]["refresh_ms"] + TICK_MS + 4 * LATENCY_MS
            assert bench.link.now_ms - since_ms <= allowed_ms
    arrivals_ms = bench.link.arrivals_ms
    stops_ms = [at_ms for at_ms, _, after_w in bench.link.changes if after_w == 0]
    for one_ms, next_ms in zip(arrivals_ms, arrivals_ms[1:]):
        was_stopped = any(one_ms - TICK_MS <= stop_ms <= next_ms for stop_ms in stops_ms)
        if not was_stopped and any(at_ms <= one_ms for at_ms, _, _ in bench.link.changes):
            assert next_ms - one_ms <= bench.profile["control"]["refresh_ms"] + TICK_MS + 4 * LATENCY_MS


@RUN
@given(PROFILES, COURSE, st.integers(-7000, 7000).filter(bool), st.integers(1, 120))
def test_the_way_to_zero_is_never_delayed(name, course, p_w, ticks):
    bench = Bench(name)
    for course_ticks, course_w in course:
        bench.advance(course_ticks * TICK_MS, course_w)
    bench.advance(ticks * TICK_MS, p_w)
    bench.advance(2 * TICK_MS, 0)   # a sequence under way ends first
    assert bench.link.setpoint_w() == 0


@RUN
@given(PROFILES, COURSE, st.integers(-7000, 7000).filter(bool), st.integers(1, 120), st.integers(0, 9))
def test_no_guard_keeps_a_device_outside_the_safe_interval(name, course, p_w, ticks, tenths):
    bench = Bench(name)
    for course_ticks, course_w in course:
        bench.advance(course_ticks * TICK_MS, course_w)
    bench.advance(25000, p_w)
    bench.advance(ticks * TICK_MS, -p_w)    # refused by a guard, or under way
    bound_w = p_w * tenths / 10             # of the nearer end; the other one is 0
    safe_w = (min(bound_w, 0), max(bound_w, 0))
    bench.advance(3 * TICK_MS, int(bound_w), safe_w=safe_w)
    assert safe_w[0] - 1 <= bench.link.setpoint_w() <= safe_w[1] + 1


@RUN
@given(COURSE, st.lists(st.tuples(SETPOINTS_W, st.integers(0, 7000), st.integers(0, 7000)), max_size=12))
def test_a_guard_is_passed_only_towards_the_safe_interval(course, bounds_w):
    bench = Bench("wallbox-quasar-1")
    for ticks, p_w in course:
        bench.advance(ticks * TICK_MS, p_w)
    for p_w, charge_w, discharge_w in bounds_w:
        seen = len(bench.link.changes)
        bench.advance(5 * TICK_MS, min(max(p_w, -charge_w), discharge_w), safe_w=(-charge_w, discharge_w))
        before = bench.link.changes[seen - 1] if seen else None
        for at_ms, before_w, after_w in bench.link.changes[seen:]:
            was_outside = not -charge_w <= before_w <= discharge_w
            if before is not None and after_w != 0 and not was_outside:
                assert at_ms - before[0] >= guard_ms(bench.profile, *before[1:])
            before = at_ms, before_w, after_w


@RUN
@given(PROFILES, COURSE, SETPOINTS_W)
def test_the_newest_setpoint_arrives_once_the_guards_are_over(name, course, p_w):
    bench = Bench(name)
    for ticks, course_w in course:
        bench.advance(ticks * TICK_MS, course_w)
    bench.advance(25000, p_w)
    assert bench.link.setpoint_w() == p_w


def test_a_refused_change_may_be_tried_again_at_once():
    bench = Bench("wallbox-quasar-1")
    bench.link.fates = [REFUSED] * 2
    bench.advance(1000, -3000)
    assert bench.link.refused == 2 and bench.link.setpoint_w() == -3000


def test_an_unconfirmed_change_is_repeated_not_replaced():
    bench = Bench("wallbox-quasar-1")
    bench.advance(30000, -3000)
    bench.link.fates = [LOST_BACK]
    bench.advance(200, -5000)
    bench.advance(9000, -1000)
    assert [row[2] for row in bench.link.changes] == [-3000, -5000]
    assert bench.actuator.failures == 0
    bench.advance(5000, -1000)
    assert bench.link.setpoint_w() == -1000
