"""The backed-up circuits of a house: what each wants over time, what it draws at this voltage, what it did not get.

Not its job: relays (transfer_switch.py), priorities (the gateway knows them), the voltage (island_bus.py).
Source: ours. Loads are resistances, so that they draw less at a low voltage, as a probe of 40 V needs; a motor or a power
supply that is switched on draws more for a moment, which decays with INRUSH_MS.
"""

import math

from host_sim.plant.device import V_ALIVE_V

INRUSH_MS = 120
INRUSH_OVER_MS = 800
SERVED_PU = 0.85         # below this of the nominal voltage a household is without supply
MJ_PER_WH = 3_600_000


class Circuit:
    """One circuit. p_w: while its appliances run; period_s, on_share, shift_s: how they cycle, None runs all the time."""

    def __init__(self, name, *, relay, p_w, p_inrush_w=0, cycle=None):
        """relay: 1..16 of the transfer switch. cycle: (period_s, share of it that runs, shift_s)."""
        self.name = name
        self.bit = 1 << relay - 1
        self.p_w = p_w
        self.p_inrush_w = p_inrush_w
        self.cycle = cycle
        self.is_served = True
        self.unserved_mj = 0
        self._was_running = True
        self._live_since_ms = -INRUSH_OVER_MS

    def wants_w(self, now_ms):
        """What its appliances want now, W at nominal voltage."""
        if self.cycle is None:
            return self.p_w
        period_s, on_share, shift_s = self.cycle
        return self.p_w if (now_ms / 1000 + shift_s) % period_s < on_share * period_s else 0

    def draws_w(self, now_ms):
        """What it draws now at nominal voltage while it is switched on, W, inrush included."""
        p_w = self.wants_w(now_ms)
        age_ms = now_ms - self._live_since_ms
        if p_w and self.p_inrush_w and age_ms < INRUSH_OVER_MS:
            p_w += self.p_inrush_w * math.exp(-age_ms / INRUSH_MS)
        return p_w

    def see(self, now_ms, dt_ms, v_pu, is_on):
        """What it got in this step."""
        is_running = is_on and v_pu * 230 >= V_ALIVE_V and self.wants_w(now_ms) > 0
        if is_running and not self._was_running:
            self._live_since_ms = now_ms
        self._was_running = is_running
        self.is_served = is_on and v_pu >= SERVED_PU
        if not self.is_served:
            self.unserved_mj += self.wants_w(now_ms) * dt_ms


class Board:
    """All circuits; the first is the critical one."""

    def __init__(self, circuits, v_nom_v):
        """circuits: Circuit by falling importance; v_nom_v: line to neutral."""
        self.circuits = circuits
        self.v_nom_v = v_nom_v

    def conductance_s(self, now_ms, bits):
        """Of everything that is switched on, siemens. bits: relays that are on."""
        return sum(row.draws_w(now_ms) for row in self.circuits if row.bit & bits) / self.v_nom_v ** 2

    def see(self, now_ms, dt_ms, v_v, bits):
        """The voltage of this step reached the circuits that are on."""
        v_pu = v_v / self.v_nom_v
        for row in self.circuits:
            row.see(now_ms, dt_ms, v_pu, bool(row.bit & bits))

    def wants_w(self, now_ms):
        """What all circuits together want, W."""
        return sum(row.wants_w(now_ms) for row in self.circuits)

    def unserved_wh(self):
        """What was wanted and not delivered so far, Wh."""
        return sum(row.unserved_mj for row in self.circuits) / MJ_PER_WH
