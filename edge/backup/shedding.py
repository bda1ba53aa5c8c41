"""Which circuits of the house are on in an island: staged by priority, shed when it is too much, back with hysteresis.

Not its job: the island itself (sequence.py), switching relays (drivers), the charger's own current limit.
Source: ours; order and power are rows of the circuits. Strict priority: a circuit waits for the more important ones.
"""
from edge import home_reasons
from edge.limits import CIRCUITS_MAX

# What was shed comes back after this, doubled each time up to the longest, ms.
REPICK_MS = 30000
REPICK_MAX_MS = 600000
# It must fit with so much to spare then.
REPICK_RATIO = 0.9
# More than the limit for one reading is too much; the meter is right within this.
TOLERANCE_RATIO = 1.02
# Circuits are switched off in order so far apart when the island ends, ms.
EBB_MS = 300
# Relays of a switch that nobody configured stay on.
EVERY_RELAY = (1 << CIRCUITS_MAX) - 1

SUBJECT = "backup"


class Shedding:
    """The circuits of one house. mask: relays that should be on, bit k-1 = relay k."""

    def __init__(self, circuits, p):
        """circuits: their rows of the configuration; p: the backup section."""
        self._rows = sorted([(row.priority, row.relay, 1 << (row.relay - 1), row) for row in circuits], key=_order)
        self._stage_ms = int(p.stage_s * 1000)
        self.pv_mask = sum([bit for _, _, bit, row in self._rows if row.pv and p.pv == "open"])
        self.all_mask = sum([bit for _, _, bit, _ in self._rows])
        self.mask = 0
        self._next_ms = 0           # the next circuit goes on, or off, at this time
        self._read_ms = None        # reading after which the last change shows
        self._rests = [[0, 0] for _ in self._rows]      # until when it rests, ms, and how often it was shed

    def begin(self, now_ms, mask):
        """A new island. mask: relays that are on already, after a restart in the middle of one; None is all."""
        self.mask = self.all_mask if mask is None else mask & self.all_mask
        self._next_ms = now_ms
        self._read_ms = None
        self._rests = [[0, 0] for _ in self._rows]

    def orders(self, circuits):
        """Bit mask for the switch. circuits: "all", "none" or "staged", as a state of the sequence has it."""
        if circuits == "all":
            return EVERY_RELAY | self.all_mask
        return (EVERY_RELAY | self.all_mask) & ~self.all_mask | (self.mask if circuits == "staged" else 0)

    def step(self, fb, limit_w, is_low, events):
        """One tick in an island. limit_w: most power, W; is_low: the voltage sags."""
        p_w = fb.p_ac_w if fb.p_ac_w is not None else fb.load_w
        if p_w is None:
            self._shed_to_first(fb, events)
        elif is_low or p_w > TOLERANCE_RATIO * limit_w:
            if self._has_settled(fb):
                # A sagging voltage hides how much is too much: what is missing in power is at least the sag.
                self._shed(fb, max(p_w - limit_w, 0.1 * limit_w if is_low else 0), events)
        elif fb.now_ms >= self._next_ms:
            self._stage(fb, p_w, limit_w)

    def ebb(self, now_ms, events):
        """The island ends in order: one circuit after the other, the least important first."""
        if self.mask and now_ms >= self._next_ms:
            self._off(self._last_on(), now_ms, events)
            self._next_ms = now_ms + EBB_MS

    # -- parts -------------------------------------------------------------------------------------------

    def _has_settled(self, fb):
        """Whether the charger was read since the last change."""
        return self._read_ms is None or (fb.charger_ms is not None and fb.charger_ms > self._read_ms)

    def _stage(self, fb, p_w, limit_w):
        """The most important circuit that is off, if it fits now; one that never fits keeps nobody waiting."""
        for number, (_, _, bit, row) in enumerate(self._rows):
            peak_w = row.p_w + row.p_inrush_w
            if bit & (self.mask | self.pv_mask) or peak_w > limit_w:
                continue
            until_ms, times = self._rests[number]
            if fb.now_ms < until_ms or max(p_w, 0) + peak_w > limit_w * (REPICK_RATIO if times else 1):
                return
            self.mask |= bit
            self._next_ms = fb.now_ms + self._stage_ms
            self._read_ms = fb.now_ms
            return

    def _shed(self, fb, excess_w, events):
        """The least important circuits, until what they usually draw makes up for the excess."""
        while self.mask and excess_w > 0:
            number = self._last_on()
            excess_w -= max(self._rows[number][3].p_w, 1)
            self._rest(number, fb.now_ms)
            self._off(number, fb.now_ms, events)
        self._next_ms = fb.now_ms + self._stage_ms

    def _shed_to_first(self, fb, events):
        """Nobody measures the power: only the most important circuit stays."""
        while self.mask and self._last_on() > self._first_on():
            self._rest(self._last_on(), fb.now_ms)
            self._off(self._last_on(), fb.now_ms, events)

    def _rest(self, number, now_ms):
        times = self._rests[number][1]
        self._rests[number] = [now_ms + min(REPICK_MS << min(times, 8), REPICK_MAX_MS), times + 1]

    def _off(self, number, now_ms, events):
        _, _, bit, row = self._rows[number]
        self.mask &= ~bit
        self._read_ms = now_ms
        events.append((home_reasons.SHED, SUBJECT, [row.name]))

    def _last_on(self):
        return max([number for number, row in enumerate(self._rows) if row[2] & self.mask])

    def _first_on(self):
        return min([number for number, row in enumerate(self._rows) if row[2] & self.mask])

    def names(self, is_on):
        """Names of the circuits that are on, or off, most important first."""
        return [row.name for _, _, bit, row in self._rows if bool(bit & self.mask) is is_on]

    def dump(self):
        """What a keyframe keeps."""
        return [self.mask, self._next_ms, self._read_ms, self._rests]

    def load(self, content):
        """Put a dump back."""
        self.mask, self._next_ms, self._read_ms, self._rests = content


def _order(row):
    return row[:2]
