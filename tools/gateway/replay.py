"""`v2g replay JOURNAL`: computes every setpoint register again from the journal and compares.

Not its job: recording (edge/journal.py), control (edge/controller.py): the same code runs here and there.
From the oldest keyframe on, at the same float width, every register is identical; at another width within one
register unit.
"""

import json
import os
import sys

from edge import config_loader, controller, journal
from edge.drivers.fleet import Fleet, load_profile
from edge.snapshot import Snapshot


class NoChance:
    """Replay opens no connection, so nothing is ever jittered."""

    def uniform(self, low, _high):
        """Always the low end."""
        return low


class Replay:
    """Runs the records of one segment."""

    def __init__(self):
        self.config = self.fleet = self.state = None
        self.conditions, self.vpp_lost_ms = [], None
        self.commands = []
        self.ticks = self.registers = 0
        self.differences = []
        self.events = []
        self.is_started = False

    def feed(self, kind, payload):
        """Take one record."""
        if kind == journal.BEGIN:
            self._begin(*json.loads(payload))
        elif self.config is None:
            return
        elif kind == journal.KEYFRAME:
            self._keyframe(*json.loads(payload))
        elif not self.is_started:
            return
        elif kind == journal.READ:
            device, block, taken_ms, data = journal.unpack_read(payload)
            self.fleet.readers[device].restore(block, taken_ms, data)
        elif kind == journal.STATUS:
            self.conditions, self.vpp_lost_ms = json.loads(payload)
        elif kind == journal.COMMAND:
            self.commands.append(json.loads(payload))
        elif kind == journal.TICK:
            self._tick(*journal.unpack_tick(payload))
        elif kind == journal.EVENT:
            self.events.append(json.loads(payload))

    def _begin(self, schema, version, document):
        if schema != journal.SCHEMA:
            raise ValueError("journal schema %r of version %s: allowed %d" % (schema, version, journal.SCHEMA))
        if self.config is not None and self.config.document == document:
            return      # the same run goes on in the next segment
        self.is_started = False
        self.config, errors = config_loader.load(document, load_profile)
        if errors:
            raise ValueError("the journal's configuration is not valid here: %s" % (errors[0],))
        self.fleet = Fleet(self.config, NoChance(), lambda *_: None)

    def _keyframe(self, state, pictures):
        if self.is_started:
            return      # later keyframes would hide a drift
        self.state = controller.initial_state(self.config, self.fleet.profiles())
        controller.load(self.state, state)
        self.fleet.load(pictures)
        self.is_started = True

    def _tick(self, now_ms, chance, recorded):
        snapshot = Snapshot(self.fleet.der_pictures(), self.fleet.meter_picture(), self.fleet.pv_pictures(),
                            conditions=self.conditions, vpp_lost_ms=self.vpp_lost_ms, chance=chance)
        commands, self.commands = self.commands, []
        self.state, setpoints, _ = controller.step(self.state, now_ms, snapshot, commands)
        self.ticks += 1
        for number, ((p_w, q_var, _, _), registers) in enumerate(zip(setpoints, recorded)):
            computed = self.fleet.actuators[number].encode(p_w, q_var)
            self.registers += len(registers)
            if computed != registers:
                self.differences.append((now_ms, self.config.ders[number].name, registers, computed))


def replay_files(paths):
    """A Replay after all segments, oldest first. ValueError on a journal that can't be read here."""
    run = Replay()
    for path in paths:
        with open(path, "rb") as file:
            for kind, payload in journal.records(file.read()):
                run.feed(kind, payload)
    return run


def segments(path):
    """The journal files meant by a path: itself, or a folder's segments from the oldest to the newest."""
    if not os.path.isdir(path):
        return [path]
    names = [name for name in os.listdir(path) if name.startswith("journal-") and not name.endswith(".new")]
    return sorted((os.path.join(path, name) for name in names), key=os.path.getmtime)


def add_arguments(parser):
    """Arguments of `v2g replay`."""
    parser.add_argument("journal", help="a journal segment, or the gateway's store folder")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Replay and compare; 0 when every register is identical, 1 when not, 2 when the journal can't be read."""
    try:
        result = replay_files(segments(args.journal))
    except (OSError, ValueError) as error:
        print("v2g replay: %s" % error, file=sys.stderr)
        return 2
    if not result.ticks:
        print("v2g replay: %s holds no tick after a keyframe" % args.journal, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({"ticks": result.ticks, "registers": result.registers,
                          "differences": result.differences, "events": result.events}))
    else:
        print("%d ticks, %d setpoint registers: %s" % (
            result.ticks, result.registers,
            "all identical" if not result.differences else "%d ticks differ" % len(result.differences)))
        for now_ms, name, recorded, computed in result.differences[:10]:
            print("  at %d ms %s: journal %s, replay %s" % (now_ms, name, recorded, computed))
    return 1 if result.differences else 0
