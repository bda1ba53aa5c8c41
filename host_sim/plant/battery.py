"""Battery: energy, state of charge and what it takes and gives at its DC terminals.

Not its job: being plugged in (vehicle.py), conversion losses (efficiency.py).
Source: energy balance in integer millijoules, so that a day of 20 ms steps loses nothing to rounding; the taper is
a straight line to zero current at full charge, the usual simplification of constant-voltage charging.
"""

MJ_PER_WH = 3_600_000


class Battery:
    """State: e_mj, energy in it in integer millijoules."""

    def __init__(self, *, capacity_wh, soc_pct, p_charge_max_w, p_discharge_max_w, soc_floor_pct=0,
                 taper_from_pct=None, v_dc_v=400):
        """Powers >= 0 at the DC terminals. soc_floor_pct: its own management gives nothing below.
        taper_from_pct: above it the charging limit falls linearly to 0 at 100 %; None: no taper."""
        self.capacity_wh = capacity_wh
        self.p_charge_max_w = p_charge_max_w
        self.p_discharge_max_w = p_discharge_max_w
        self.soc_floor_pct = soc_floor_pct
        self.taper_from_pct = taper_from_pct
        self.v_dc_v = v_dc_v
        self.e_mj = round(capacity_wh * MJ_PER_WH * soc_pct / 100)

    @property
    def soc_pct(self):
        """State of charge, %, 0..100."""
        return 100 * self.e_mj / (self.capacity_wh * MJ_PER_WH)

    def charge_limit_w(self):
        """What it takes now, W >= 0."""
        soc_pct = self.soc_pct
        if soc_pct >= 100:
            return 0
        if self.taper_from_pct is None or soc_pct <= self.taper_from_pct:
            return self.p_charge_max_w
        return self.p_charge_max_w * (100 - soc_pct) / (100 - self.taper_from_pct)

    def discharge_limit_w(self):
        """What it gives now, W >= 0."""
        return self.p_discharge_max_w if self.soc_pct > self.soc_floor_pct else 0

    def move(self, p_dc_w, dt_ms):
        """Takes p_dc_w (+ out of the battery) for dt_ms; stops at empty and full."""
        full_mj = self.capacity_wh * MJ_PER_WH
        self.e_mj = min(max(self.e_mj - round(p_dc_w * dt_ms), 0), full_mj)
