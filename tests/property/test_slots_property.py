"""Whatever happens to the record, in any order and torn at any byte: something complete starts, and a trial never for ever.

Source: edge/slots.py.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from edge import slots

RELEASES = ("1.0.0", "1.1.0", "1.2.0")
STEPS = st.lists(st.tuples(st.sampled_from(("start", "stage", "confirm", "fail", "roll_back", "vanish", "return")),
                           st.sampled_from(RELEASES), st.none() | st.integers(0, 400)), max_size=40)


class Machine:
    def __init__(self):
        self.files = {}
        self.present = list(RELEASES)
        self.running = None
        self.tries = {}     # release on trial -> starts since it was staged

    def record(self):
        return slots.load([self.files.get(name) for name in slots.FILES])

    def keep(self, record, torn):
        """Write it; torn: the power fails after so many bytes. Whether it was written."""
        before = self.record()
        name, data = slots.stored(record)
        is_whole = torn is None or torn >= len(data)
        self.files[name] = data if is_whole else data[:torn]
        assert self.record() == (record if is_whole else before)
        return is_whole

    def step(self, what, release, torn):
        record = self.record()
        if what == "start":
            self.running = self.start(record, torn)
        elif what == "stage" and record is not None:
            if self.keep(slots.stage(record, release), torn):
                self.tries[release] = 0
        elif what == "confirm" and record is not None and record["trial"] is not None and record["trial"] == self.running:
            self.keep(slots.confirm(record), torn)
        elif what == "fail" and record is not None and record["trial"] is not None and slots.has_way_back(record):
            self.keep(slots.fail(record, "no"), torn)
        elif what == "roll_back":
            changed = slots.roll_back(record, self.present)
            if changed is not None and self.keep(changed, torn) and changed["trial"]:
                self.tries[changed["trial"]] = 0
        elif what == "vanish" and len(self.present) > 1 and release in self.present:
            self.present.remove(release)
        elif what == "return" and release not in self.present:
            self.present.append(release)

    def start(self, record, torn):
        name, changed = slots.choose(record, self.present)
        assert name in self.present
        if changed is not None and not self.keep(changed, torn):
            return None     # the power failed while the try was counted: nothing was started
        if record is not None and record["good"] in self.present and name != record["good"]:
            assert self.record()["trial"] == name and self.record()["tries"] >= 1      # counted first
            self.tries[name] = self.tries.get(name, 0) + 1
            assert self.tries[name] <= slots.TRIES_MAX
        return name


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_something_complete_always_starts_and_tries_are_counted(steps):
    machine = Machine()
    for step in steps:
        machine.step(*step)
    # Left alone, with a good release among those that are there, it comes to rest there.
    for _ in range(4):
        last = machine.start(machine.record(), None)
    record = machine.record()
    assert record["good"] is None or record["good"] not in machine.present or last == record["good"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_at_all_can_hurt(first, second):
    record = slots.load([first, second])
    name, changed = slots.choose(record, ["1.0.0"])
    assert name == "1.0.0" and (changed is None or changed["trial"] == "1.0.0")
