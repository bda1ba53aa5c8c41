"""Record of one step: what was measured at the terminals, sample by sample, and just before.

Not its job: judging (checks.py).
Source: ours.
"""

import numpy as np

QUANTITIES = ("v_pu", "f_hz", "p_pu", "q_pu")


class Record:
    """t_s counts from the step. Arrays by quantity, also `i_p_pu`, `i_q_pu`: active and reactive current, pu."""

    def __init__(self, rows, before):
        """rows: [(t_s, v_pu, f_hz, p_pu, q_pu)]; before: {quantity: value when the step began}."""
        columns = np.array(rows, dtype=float).reshape(-1, 1 + len(QUANTITIES)).T
        self.t_s = columns[0]
        self.before = before
        self._columns = dict(zip(QUANTITIES, columns[1:]))
        # Terminals without voltage carry no power, whatever the current: 1 % keeps the division finite.
        v_pu = np.maximum(self._columns["v_pu"], 0.01)
        self._columns["i_p_pu"] = self._columns["p_pu"] / v_pu
        self._columns["i_q_pu"] = self._columns["q_pu"] / v_pu

    def __getitem__(self, quantity):
        return self._columns[quantity]

    def inside(self, from_s, to_s=None):
        """Mask of the samples between two times of the step."""
        return (self.t_s >= from_s - 1e-9) & (self.t_s <= (self.t_s[-1] if to_s is None else to_s) + 1e-9)

    def mean(self, quantity, from_s, to_s=None):
        """Mean between two times; None without a sample there."""
        mask = self.inside(from_s, to_s)
        return float(self[quantity][mask].mean()) if mask.any() else None

    def at(self, quantity, t_s):
        """Value at a time of the step, between samples interpolated."""
        times = np.concatenate(([0.0], self.t_s))
        return float(np.interp(t_s, times, np.concatenate(([self.before[quantity]], self[quantity]))))

    def last(self):
        """{quantity: value} at the end, for the next step's `before`."""
        return {name: float(column[-1]) for name, column in self._columns.items()}

    def first_s(self, mask, from_s=0.0):
        """Time of the first sample from from_s on where mask holds; None when there is none."""
        places = np.nonzero(mask & self.inside(from_s))[0]
        return float(self.t_s[places[0]]) if len(places) else None
