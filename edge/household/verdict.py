"""What became of a promise: kept, or missed by how much and what took it.

Not its job: keeping it (laws/mobility.py), how much is missing (wanted.py).
Source: ours. A potential: the energy that even full power from now on can't bring any more. It only rises when something
keeps the charger from full power after the last moment, or takes energy out; each rise belongs to what did it.
"""
from edge import home_reasons, modes, reasons

# Words for what no law did.
NOT_FEASIBLE = "not_feasible"   # when it was said
LATE = "late_plug_in"           # when the vehicle came
LEFT_EARLY = "left_early"
CHARGER = "charger_lost"
OBSERVING = "observing"
VEHICLE = "vehicle"             # took less than it was offered

# From so much on the household is told, and again when it has become so much more.
SHORT_WH = 100
AGAIN_RATIO = 1.5


class Verdict:
    """Of one session's promise."""

    def __init__(self):
        self.begin()

    def begin(self):
        """A new promise."""
        self._lost_wh = None        # the potential; None before its first tick
        self._by_cause = []         # [cause, Wh]
        self._told_wh = 0

    def step(self, der, lost_wh, first_cause):
        """lost_wh: the potential now, Wh >= 0. first_cause: what a potential is due to that is there from the start."""
        if self._lost_wh is None:
            self._add(first_cause, lost_wh)
        elif lost_wh > self._lost_wh:
            self._add(cause_of(der), lost_wh - self._lost_wh)
        self._lost_wh = lost_wh

    def _add(self, cause, e_wh):
        if e_wh <= 0:
            return
        for row in self._by_cause:
            if row[0] == cause:
                row[1] += e_wh
                return
        self._by_cause.append([cause, e_wh])

    def tell_short(self, der, short_wh, late_min, events):
        """Says once that a promise can't be kept whole, and once more when it has become much worse."""
        if short_wh > SHORT_WH and short_wh > AGAIN_RATIO * self._told_wh:
            events.append((home_reasons.PROMISE_SHORT, der.device.name, [int(short_wh), late_min]))
            self._told_wh = short_wh

    def judge(self, der, wanted, is_early, events):
        """The verdict, as an event. wanted: Wanted; is_early: the vehicle left before its time."""
        name = der.device.name
        if wanted.missing_mwh is None or wanted.likely_mwh() <= wanted.tolerance_mwh():
            events.append((home_reasons.PROMISE_KEPT, name, [wanted.wanted_mwh // 1000]))
            return
        cause, e_wh = LEFT_EARLY if is_early else VEHICLE, 0
        for row in self._by_cause:
            if row[1] > e_wh:
                cause, e_wh = row
        events.append((home_reasons.PROMISE_MISSED, name, [wanted.likely_mwh() // 1000, cause, int(e_wh)]))

    def dump(self):
        """What a keyframe keeps."""
        return [self._lost_wh, [list(row) for row in self._by_cause], self._told_wh]

    def load(self, content):
        """Put a dump back."""
        self._lost_wh, by_cause, self._told_wh = content
        self._by_cause = [list(row) for row in by_cause]


def cause_of(der):
    """What keeps a DER from charging at full power, in a word: the reason of the tick before."""
    if der.session != modes.CONTROLLING or der.view.p_ac_w is None:
        return CHARGER
    if der.view.observe:
        return OBSERVING
    reason = der.reason()
    if reason == 0 and der.decision.asked_reason == reasons.SYSTEM_SETPOINT:
        reason = reasons.SYSTEM_SETPOINT
    if reason in (0, reasons.NAMEPLATE, reasons.DEPARTURE):
        return VEHICLE
    return reasons.name_of(reason)
