"""Whether the vehicle could supply the house now, and telling people in time when it could not, or not for long.

Not its job: the transfer (sequence.py), the battery's arithmetic (autonomy.py).
Source: ours.
"""
from edge import home_reasons, modes
from edge.backup import sequence_rows as rows


# How long the vehicle lasts is told when an island is so old, and then from time to time, ms.
FORECAST_MS = 20000
FORECAST_EVERY_MS = 1800000


class Readiness:
    """told: [what was lacking, that the battery was low, when the forecast was told in this island or None]."""

    def __init__(self):
        self.told = ["", False, None]

    def lacking(self, seq, der):
        """What a transfer needs and lacks, "" when nothing. seq: Sequence of this tick; der: DerState of the charger."""
        if seq.lockout:
            return "locked out"
        if seq.is_stopping:
            return "stopping"
        if seq.view.observe:
            return "observing"
        if not seq.fb.is_switch_known():
            return "transfer switch silent"
        if seq.fb.form_state is None:
            return "charger silent"
        if der.session != modes.CONTROLLING:
            return "charger not under control"
        if not seq.has_vehicle:
            return "no vehicle"
        return seq.autonomy.problem(seq.now_ms, seq.state == rows.DARK and seq.failures > 0)

    def tell(self, seq, events):
        """Adds the events of what has changed."""
        is_low = seq.state == rows.ISLAND and seq.autonomy.is_low(seq.now_ms)
        if is_low and not self.told[1]:
            events.append((home_reasons.LOW_SOC, "backup", seq.autonomy.words(seq.now_ms)))
        is_needed = seq.state == rows.LOST or (seq.is_island_wanted and seq.state == rows.GRID)
        lacking = seq.problem if is_needed else ""
        if lacking and lacking != self.told[0]:
            events.append((home_reasons.BACKUP_REFUSED, "backup", [lacking]))
        self.told[:2] = [lacking, is_low]
        if seq.state != rows.ISLAND:
            self.told[2] = None
        elif seq.age_ms() >= FORECAST_MS and (self.told[2] is None or seq.now_ms - self.told[2] >= FORECAST_EVERY_MS):
            self.told[2] = seq.now_ms
            events.append((home_reasons.AUTONOMY, "backup", seq.autonomy.words(seq.now_ms)))
