"""The public grid in front of a house over time: voltage of each phase, frequency, and what hangs on it when it is dead.

Not its job: which outages there are (outage/shapes.py), the switch (transfer_switch.py).
Source: ours. A dead grid is not an open end: an inverter that reaches it feeds the neighbourhood, or only the rest of a
cut cable.
"""

import bisect

DEAD_PU = 0.02

# what is left behind the service fuse when the grid is gone: conductance, siemens at 230 V
STREET_S = 0.6          # some 30 kW of neighbours
STUB_S = 0.0001         # a cut service cable with a meter on it


class GridSource:
    """rows: ((t_ms, (v_a_pu, v_b_pu, v_c_pu), f_hz), …), each holds until the next; the first from the beginning."""

    def __init__(self, rows, *, v_nom_v=230.0, dead_s=STREET_S):
        """v_nom_v: line to neutral. dead_s: conductance while dead, siemens."""
        self.v_nom_v = v_nom_v
        self.dead_s = dead_s
        self._times_ms = [row[0] for row in rows]
        self._rows = [(tuple(v_nom_v * v_pu for v_pu in v), f_hz, max(v) >= DEAD_PU) for _, v, f_hz in rows]

    def at(self, now_ms):
        """((v_a_v, v_b_v, v_c_v), f_hz, is_live) now."""
        return self._rows[max(bisect.bisect_right(self._times_ms, now_ms) - 1, 0)]

    def next_change_ms(self, now_ms):
        """When it changes next, or None."""
        at = bisect.bisect_right(self._times_ms, now_ms)
        return self._times_ms[at] if at < len(self._times_ms) else None
