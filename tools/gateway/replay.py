"""`v2g replay JOURNAL`: computes every setpoint register again from the journal and compares.

Not its job: recording (edge/journal.py), reading files (journal_file.py), control (edge/controller.py): the same code
runs here and there.
From the oldest keyframe on, at the same float width, every register is identical; at another width within one
register unit. Damaged records are reported, and the replay goes on from the next keyframe.
"""

import json
import sys

from edge import config_loader, controller, journal, journal_head, keyframe, site_inputs
from edge.drivers.fleet import Fleet
from edge.drivers.profile_loader import load_profile
from edge.snapshot import Snapshot
from tools.gateway import journal_file
from tools.gateway.journal_registers import Registers

SHOWN_LINES = 10


class NoChance:
    """Replay opens no connection, so nothing is ever jittered."""

    def uniform(self, low, _high):
        """Always the low end."""
        return low


class Replay:
    """Runs segments. differences: (now_ms, DER, registers in the journal, registers computed); damage: (now_ms of the
    last tick or None, segment, device or kind of record); skipped_ticks: not compared, since no keyframe led there;
    foreign: (segment, why it was left out)."""

    def __init__(self):
        self.config = self.fleet = self.state = None
        self.conditions, self.vpp_lost_ms, self.inputs = [], None, None
        self.commands = []
        self.ticks = self.registers = self.skipped_ticks = 0
        self.differences, self.damage, self.events, self.foreign = [], [], [], []
        self.other_width_bits = None    # float width of the recorder where it is not ours
        self._begin = None
        self._whole = Registers()
        self._segment = ""
        self._now_ms = None
        self._is_started = False

    def feed_segment(self, name, data, begin):
        """Run the records of one segment; begin: its journal_file.Begin or None."""
        self._segment = name
        if begin is not None and not begin.is_readable:
            self.foreign.append((name, begin.refusal()))
            return
        if begin is None or not begin.follows(self._begin):
            self._is_started = False    # what stands before BEGIN continues a segment that is not here
            self._whole.forget()
        for kind, content in self._whole.contents(data):
            self._feed(kind, content, begin)

    def _feed(self, kind, content, begin):
        if kind is None:
            self._is_started = False
            self.damage.append((self._now_ms, self._segment, self._owner(content)))
        elif kind == journal.BEGIN:
            self._take_begin(begin)
        elif kind == journal.EVENT:
            self.events.append(json.loads(content))
        elif self._is_started and content is None:      # a short record, and what it builds on was never written
            self._is_started = False
            self.damage.append((self._now_ms, self._segment, "record missing"))
        elif self._is_started:
            self._run(kind, content)
        elif kind == journal.KEYFRAME and self.config is not None:
            self._keyframe(json.loads(content))
        elif kind == journal.TICK:
            self._now_ms = content[0] if content is not None else self._now_ms
            self.skipped_ticks += 1

    def _run(self, kind, payload):
        """One record after a keyframe; later keyframes are not loaded, they would hide a drift."""
        if kind == journal.READ:
            device, block, taken_ms, data = payload
            self.fleet.readers[device].restore(block, taken_ms, data)
        elif kind == journal.STATUS:
            self.conditions, self.vpp_lost_ms, self.inputs = json.loads(payload)
        elif kind == journal.COMMAND:
            self.commands.append(json.loads(payload))
        elif kind == journal.TICK:
            self._tick(*payload)

    def _take_begin(self, begin):
        is_same_run = self._begin is not None and begin.run == self._begin.run
        self._begin = begin
        if is_same_run:
            return
        self._is_started = False
        self._now_ms = None
        self.other_width_bits = begin.float_bits if begin.float_bits != journal_head.float_bits() else None
        self.config, errors = config_loader.load(begin.document, load_profile)
        if errors:
            raise ValueError("the journal's configuration is not valid here: %s" % (errors[0],))
        self.fleet = Fleet(self.config, NoChance(), lambda *_: None)

    def _keyframe(self, content):
        self.state = controller.initial_state(self.config, self.fleet.profiles())
        keyframe.load(self.state, self.fleet, content)
        self.commands = []
        self._is_started = True

    def _tick(self, now_ms, chance, recorded):
        self._now_ms = now_ms
        snapshot = Snapshot(self.fleet.der_pictures(), self.fleet.meter_picture(), self.fleet.pv_pictures(),
                            conditions=self.conditions, vpp_lost_ms=self.vpp_lost_ms, chance=chance,
                            inputs=self.inputs and site_inputs.Inputs(self.inputs, self.fleet))
        commands, self.commands = self.commands, []
        self.state, setpoints, _ = controller.step(self.state, now_ms, snapshot, commands)
        self.ticks += 1
        for (name, computed), registers in zip(self._computed(setpoints), recorded):
            self.registers += len(registers)
            if not self._is_same(registers, computed):
                self.differences.append((now_ms, name, registers, computed))

    def _computed(self, setpoints):
        """(device, registers) of each DER and of the backup's orders, as the journal has them."""
        rows = [(der.name, actuator.encode(*setpoint[:2]))
                for der, actuator, setpoint in zip(self.config.ders, self.fleet.actuators, setpoints)]
        if self.state.backup is not None:
            rows.append(("backup", self.fleet.island.registers(self.state.backup.orders)))
        return rows

    def _is_same(self, registers, computed):
        if self.other_width_bits is None:
            return registers == computed
        apart = [(one - other + 1) & 0xFFFF for one, other in zip(registers, computed)]
        return len(registers) == len(computed) and all(step <= 2 for step in apart)

    def _owner(self, payload):
        """The device of a damaged READ when its head still says one, else the kind of record."""
        if payload[0] in (journal.READ, journal.READ_SHORT) and self.fleet is not None and len(payload) > journal_file.HEAD_BYTES:
            number = payload[journal_file.HEAD_BYTES]
            if number < len(self.fleet.readers):
                return self.fleet.readers[number].name
        return "record %s" % (chr(payload[0]) if payload[0] in journal_file.KINDS else "unknown")


def replay_files(path):
    """A Replay after all segments of a file or folder; OSError, ValueError when it can't be read here."""
    run = Replay()
    for name, data, begin in journal_file.segments(path):
        run.feed_segment(name, data, begin)
    return run


def add_arguments(parser):
    """Arguments of `v2g replay`."""
    parser.add_argument("journal", help="a journal segment, or the gateway's store folder")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Replay and compare; 0 when every register is identical, 1 when not, 2 when the journal can't be read."""
    try:
        result = replay_files(args.journal)
    except OSError as error:
        print("v2g replay: %s: %s" % (error.filename, error.strerror), file=sys.stderr)
        return 2
    except ValueError as error:
        print("v2g replay: %s" % error, file=sys.stderr)
        return 2
    if not result.ticks:
        print("v2g replay: %s holds no tick after a keyframe" % args.journal, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({
            "ticks": result.ticks, "skipped_ticks": result.skipped_ticks, "registers": result.registers,
            "float_bits": result.other_width_bits or journal_head.float_bits(), "differences": result.differences,
            "damage": result.damage, "foreign": result.foreign, "events": result.events}))
    else:
        print("\n".join(lines_of(result)))
    return 1 if result.differences or result.damage else 0


def lines_of(result):
    """The result for people."""
    verdict = "%d differ" % len(result.differences) if result.differences else "all identical"
    if result.other_width_bits and not result.differences:
        verdict = "all within one register unit (recorded with %d-bit floats)" % result.other_width_bits
    lines = ["%d ticks, %d setpoint registers: %s" % (result.ticks, result.registers, verdict)]
    for now_ms, name, recorded, computed in result.differences[:SHOWN_LINES]:
        lines.append("  at %d ms %s: journal %s, replay %s" % (now_ms, name, recorded, computed))
    for now_ms, segment, owner in result.damage[:SHOWN_LINES]:
        lines.append("  %s damaged after %s ms: %s" % (segment, "?" if now_ms is None else now_ms, owner))
    lines += ["  %s left out: %s" % row for row in result.foreign]
    if result.skipped_ticks:
        lines.append("%d ticks had no keyframe before them and were not compared" % result.skipped_ticks)
    return lines
