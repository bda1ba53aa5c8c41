"""What a gateway says of its backup while an outage runs: states with times, lock-out, forecast. Told, never judged.

Not its job: what the plant does (outage/watch.py), the record of a run (outage/verdict.py).
Source: ours.
"""

from edge import reasons
from edge.backup import sequence_rows

SETTLED_MS = 5000       # an island so old has switched its circuits on
FORECAST_MS = 120000    # the forecast compared is that of an island so old, or the last of a shorter one
MJ_PER_WH = 3_600_000


class Diary:
    """rows: [{t_s, state, reason}, …]; state: the last; lockout: of the last lock-out, None without any; call it after every
    control tick."""

    def __init__(self, battery, driving_reserve_pct):
        """battery: the vehicle's, of the plant."""
        self.rows = []
        self.state = None
        self.lockout = None
        self._battery = battery
        self._floor_mj = driving_reserve_pct / 100 * battery.capacity_wh * MJ_PER_WH
        self._begun = None          # (t_ms, e_mj) when the island had settled
        self._last = None           # (t_ms, e_mj) of its last tick
        self._forecast = None       # (h, e_mj)

    def __call__(self, now_ms, gateway):
        """One tick has ended."""
        run = gateway.state.backup.run
        if run.lockout:
            self.lockout = reasons.text_of(run.lockout)
        if run.state != self.state:
            self.state = run.state
            told = run.lockout if self.state in sequence_rows.LOCKED_STATES else 0
            self.rows.append({"t_s": now_ms / 1000, "state": self.state, "reason": reasons.text_of(told) if told else ""})
        if self.state == sequence_rows.ISLAND and now_ms >= 1000 * self.rows[-1]["t_s"] + SETTLED_MS:
            self._follow(now_ms, run)

    def _follow(self, now_ms, run):
        self._last = now_ms, self._battery.e_mj
        if self._begun is None:
            self._begun = self._last
        if self._forecast is None or now_ms - self._begun[0] <= FORECAST_MS:
            hours = run.autonomy.hours(run.now_ms)
            if hours is not None:
                self._forecast = hours, self._battery.e_mj

    def autonomy(self):
        """Forecast and what came of it: hours, both from the moment of the forecast; None without an island long enough."""
        if self._forecast is None or self._last[0] == self._begun[0]:
            return None
        drawn_mj = self._begun[1] - self._last[1]
        hours, e_mj = self._forecast
        if drawn_mj <= 0:
            return {"forecast_h": round(hours, 3), "outcome_h": None, "error_pct": None}
        p_dc_w = drawn_mj / (self._last[0] - self._begun[0])
        outcome_h = max(e_mj - self._floor_mj, 0) / MJ_PER_WH / p_dc_w
        error_pct = round(100 * (hours / outcome_h - 1), 3) if outcome_h else None
        return {"forecast_h": round(hours, 3), "outcome_h": round(outcome_h, 3), "error_pct": error_pct}
