"""The last hour of each charger, of the grid connection and of the voltage, as means over half a minute, for the page's chart.

Not its job: drawing (chart.py), history beyond a restart (the power plant has it). Only a site with a page has it.
Source: ours. Sums are kept as integers: a board's floats would lose what little power there is in a night.
"""

STEP_MS = 30000
STEPS = 120


class LastHour:
    """Rings of means; None where nobody knew."""

    def __init__(self, config):
        self._names = [der.name for der in config.ders] + ["grid", "voltage"]
        self._rows = [[] for _ in self._names]
        self._sums = [0] * len(self._names)
        self._counts = [0] * len(self._names)
        self._end_ms = None

    def note(self, now_ms, state):
        """Takes a tick in."""
        if self._end_ms is None:
            self._end_ms = now_ms + STEP_MS
        while now_ms >= self._end_ms:
            self._close()
        voltages = [der.view.v_mean_pu for der in state.ders if der.view.v_mean_pu is not None]
        values = [der.view.p_ac_w for der in state.ders] + [
            state.site.meter.p_pcc_w, max(voltages) * 100000 if voltages else None]
        for number, value in enumerate(values):
            if value is not None:
                self._sums[number] += round(value)
                self._counts[number] += 1

    def _close(self):
        for number, row in enumerate(self._rows):
            count = self._counts[number]
            row.append(round(self._sums[number] / count) if count else None)
            if len(row) > STEPS:
                row.pop(0)
            self._sums[number] = self._counts[number] = 0
        self._end_ms += STEP_MS

    def picture(self):
        """{"step_s", "p_w": [[name, [W or None, …]], …], "grid_w": […], "v_pu": […]}, the newest last."""
        grid_w, v_pu = self._rows[-2:]
        return {"step_s": STEP_MS // 1000, "p_w": [[name, list(row)] for name, row in zip(self._names[:-2], self._rows)],
                "grid_w": list(grid_w), "v_pu": [None if value is None else value / 100000 for value in v_pu]}
