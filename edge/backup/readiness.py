"""Whether the vehicle could supply the house now, and telling people in time when it could not, or not for long.

Not its job: the transfer (sequence.py), the battery's arithmetic (autonomy.py).
Source: ours.
"""
from edge import home_reasons, modes
from edge.backup import sequence_rows as rows


class Readiness:
    """told: [what was lacking, that the battery was low], as people were told last."""

    def __init__(self):
        self.told = ["", False]

    def lacking(self, seq, der):
        """What a transfer needs and lacks, "" when nothing. seq: Sequence of this tick; der: DerState of the charger."""
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
        self.told = [lacking, is_low]
