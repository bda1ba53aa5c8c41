"""The recovery ladder of chargers that hang: reconnect, take anew, restart register, hook, power cycle.

Not its job: noticing that one hangs (checks/, failsafe.py), what is safe meanwhile (failsafe.py). Each rung waits for its gap,
has a cap a day, and is passed over where it can't help: a silent device has no restart register. Nothing is done while the
house is an island or the charger holds one, while the gateway only observes, or when a charger that answers just reports a
fault. A vehicle may take less than offered: only more, or the other way, is a setpoint without effect here (fleet.py). All
used up, the charger is left alone for a day, with an alarm. A day is 24 hours of this run: the wall clock only says whether
counts of a run before are of today, so that a clock that is not set, or jumps, renews no cap.
The hook is a file in the store's folder, `recover-NAME`, for a unit or script of the house: no command ever comes from a
configuration. The relay's rest position has to supply the charger, so that a dead gateway does.
Source: ours; gaps and caps in the profiles (`recover`), from field reports of restarts that take six minutes. Imported when a
charger hangs, and forgotten when all answer again.
"""
import json

from edge import field_reasons, reasons
from edge.drivers.fleet import trouble_of
from edge.drivers.profile_loader import load_profile
from edge.drivers.reader import RIGHT_DEVICE
from protocols.command_window import clock_or_none

SOFTWARE = ("reconnect", "take", "restart")
FILE = "recovery"       # counts of the rungs that wear something, kept across restarts
KEPT = ("restart", "hook", "power_cycle")
DAY_MS = 86400000
CALM_MS = 60000         # so long without trouble, and the ladder begins anew
SETTLE_MS = 5000        # after a rung, to connect and know the device again


class _Ladder:
    """One charger that hangs."""

    def __init__(self, now_ms, rungs):
        self.rungs = rungs
        self.since_ms = self.acted_ms = now_ms
        self.at = 0             # the next rung
        self.last = None        # name of the rung used last
        self.is_told = False    # that it waits, or is used up
        self.calm_ms = None     # since when it does what it should
        self.on_due_ms = None   # the relay is off until then


class Recovery:
    """Every charger that hangs now."""

    def __init__(self, config, ports, fleet):
        """config: Config; ports: clock, store, contacts; fleet: Fleet."""
        self._config = config
        self._ports = ports
        self._fleet = fleet
        self._ladders = {}
        self._settings = {row.evse: row for row in config.recoveries}
        self._counts = _read(ports.store)
        self._since_ms = {}         # (name, rung): when its first count of this run was
        self._began_ms = None

    def is_idle(self):
        """Whether no charger hangs, and no relay is off."""
        return not self._ladders

    def supply_all(self):
        """Every charger gets its supply back at once."""
        supply(self._config, self._ports)

    def update(self, now_ms, state, events):
        """One tick: the actions to do. events: gets rows (reason, subject, values)."""
        actions = []
        if self._began_ms is None:
            self._began_ms = now_ms
        for number, der in enumerate(state.ders):
            name = der.device.name
            ladder = self._ladders.get(name)
            trouble = trouble_of(der)
            if ladder is not None and ladder.on_due_ms is not None:
                self._end_power_cut(now_ms, name, ladder, events)
                continue
            if trouble is None:
                if ladder is not None:
                    self._rest(now_ms, name, ladder, events)
                continue
            if ladder is None:
                ladder = self._ladders[name] = _Ladder(now_ms, load_profile(der.device.profile)["recover"])
            ladder.calm_ms = None
            actuator = self._fleet.actuators[number]
            if der.view.island or actuator.is_held:
                self._wait(now_ms, name, ladder, events)
            elif not der.view.observe and not is_own_fault(der, trouble):
                actions += self._climb(now_ms, trouble, (name, ladder, actuator), events)
        return actions

    def _rest(self, now_ms, name, ladder, events):
        """Calm, perhaps only until the setpoint that was forgotten on the way is told again."""
        if ladder.calm_ms is None:
            ladder.calm_ms = now_ms
        if now_ms - ladder.calm_ms >= CALM_MS:
            del self._ladders[name]
            if ladder.last is not None:
                events.append((field_reasons.RECOVERED, name, [ladder.last, (ladder.calm_ms - ladder.since_ms) // 1000]))

    def _wait(self, now_ms, name, ladder, events):
        """In an island nothing may be switched off or reset; afterwards every gap begins anew."""
        ladder.acted_ms = now_ms
        if not ladder.is_told:
            ladder.is_told = True
            events.append((field_reasons.RECOVERY_WAITS, name, []))

    def _climb(self, now_ms, trouble, who, events):
        name, ladder, actuator = who
        if now_ms - ladder.acted_ms < SETTLE_MS:
            return []       # what can help shows only then
        while ladder.at < len(ladder.rungs):
            rung, gap_s, per_day = ladder.rungs[ladder.at]
            can_help = self._can_help(name, rung, trouble, actuator)
            if not can_help or self._count(now_ms, name, rung) >= per_day:
                ladder.at += 1
                continue
            if now_ms - ladder.acted_ms < gap_s * 1000:
                return []
            if ladder.at < len(ladder.rungs) - 1:
                ladder.at += 1      # the last one is repeated
            ladder.acted_ms = now_ms
            ladder.last = rung
            ladder.is_told = False
            events.append((field_reasons.RECOVERY_STEP, name, [rung, self._add(now_ms, name, rung), reasons.name_of(trouble)]))
            return self._act(now_ms, rung, who, events) + self._kept(rung)
        if not ladder.is_told:
            ladder.is_told = True
            events.append((field_reasons.RECOVERY_USED_UP, name, [reasons.name_of(trouble)]))
        elif ladder.last is not None and not self._count(now_ms, name, ladder.last):
            ladder.at = [rung for rung, _, _ in ladder.rungs].index(ladder.last)    # its cap is new
        return []

    def _can_help(self, name, rung, trouble, actuator):
        """Whether a rung is there and of use against this trouble."""
        settings = self._settings.get(name)
        if rung == "reconnect":
            return not actuator.has_neighbours_that_answer()
        if rung in SOFTWARE:
            return trouble != reasons.CHARGER_LOST and actuator.reader.identity == RIGHT_DEVICE
        if settings is None:
            return False
        return settings.hook if rung == "hook" else settings.power_relay is not None

    def _act(self, now_ms, rung, who, events):
        name, ladder, actuator = who
        if rung in SOFTWARE:
            actuator.recover(now_ms, rung)
            return []
        settings = self._settings[name]
        if rung == "hook":
            note = {"evse": name, "count": self._count(now_ms, name, rung), "unix_ms": self._ports.clock.unix_ms()}
            return [("store", "recover-" + name, json.dumps(note).encode())]
        if self._ports.contacts.write(settings.power_relay, settings.relay_off):
            ladder.on_due_ms = now_ms + settings.off_s * 1000
        else:
            events.append((field_reasons.RELAY_FAILED, name, [settings.power_relay]))
        return []

    def _end_power_cut(self, now_ms, name, ladder, events):
        settings = self._settings[name]
        if now_ms < ladder.on_due_ms:
            return
        if self._ports.contacts.write(settings.power_relay, 1 - settings.relay_off):
            ladder.on_due_ms = None
            ladder.acted_ms = now_ms    # it starts now
            ladder.is_told = False
        elif not ladder.is_told:
            ladder.is_told = True       # tried again every tick
            events.append((field_reasons.RELAY_FAILED, name, [settings.power_relay]))

    # -- counts ------------------------------------------------------------------------------------------

    def _day(self):
        """Number of the day, 0 while the clock is not set."""
        return (clock_or_none(self._ports.clock.unix_ms()) or 0) // DAY_MS

    def _count(self, now_ms, name, rung):
        """How often a rung was used within the last day."""
        day, count = self._counts.get(name, {}).get(rung, (0, 0))
        since_ms = self._since_ms.get((name, rung))
        is_over = since_ms is None and 0 < day < self._day() or now_ms - (since_ms or self._began_ms) >= DAY_MS
        return 0 if is_over else count

    def _add(self, now_ms, name, rung):
        count = self._count(now_ms, name, rung)
        if not count:
            self._since_ms[name, rung] = now_ms
            self._counts.setdefault(name, {})[rung] = [self._day(), 0]
        row = self._counts[name][rung]
        row[1] = count + 1
        return row[1]

    def _kept(self, rung):
        if rung not in KEPT:
            return []
        worn = {name: {rung: row for rung, row in rungs.items() if rung in KEPT} for name, rungs in self._counts.items()}
        return [("store", FILE, json.dumps(worn).encode())]


def is_own_fault(der, trouble):
    """Whether the charger answers and says that it, or its vehicle, has a fault: it knows better than a ladder."""
    return der.view.state == "fault" and trouble != reasons.CHARGER_LOST


def supply(config, ports):
    """At the start of a gateway: every relay into the position that supplies its charger; the run before may have ended
    while one was off."""
    for row in config.recoveries:
        if row.power_relay is not None:
            ports.contacts.write(row.power_relay, 1 - row.relay_off)


def _read(store):
    """Counts of an earlier run; a file that can't be read counts as none."""
    saved = store.read(FILE)
    try:
        counts = json.loads(saved) if saved else {}
        return {name: {rung: [int(day), int(count)] for rung, (day, count) in counts[name].items()} for name in counts}
    except (ValueError, TypeError, AttributeError, LookupError):
        return {}
