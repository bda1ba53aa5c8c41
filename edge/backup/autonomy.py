"""How long the vehicle lasts for the house, and what is left for driving afterwards.

Not its job: stopping the island at the floor (sequence_rows.py), shedding (shedding.py).
Source: ours. Power out of the battery is the island's power by the charger's efficiency plus its standby, which a light
load makes a large part of: 30 W beside 500 W are an hour of fifteen.
"""
from edge.efficiency import DISCHARGING, efficiency_ratio

# The running load is a mean over about so long, ms, and over less since circuits were switched: refrigerators and heating
# pumps run some minutes of ten, and a kettle shall not make a house seem to last for an hour.
MEAN_MS = 600000
# A state of charge read before is good for so long, ms; then energy is counted from it.
REMEMBERED_MS = 60000
# Less than this is no load worth a forecast in hours, W.
LOAD_MIN_W = 1


class Autonomy:
    """Follows one vehicle. p_load_w: mean power of the island, W, None before there is one."""

    def __init__(self, p, device, dynamics):
        """p: the backup section; device: section of the charger; dynamics: that block of its profile."""
        self._p = p
        self._rows = dynamics["efficiency"] or ((1000, 1, 1),)
        self._standby_w = dynamics["standby_w"] if p.p_standby_w is None else p.p_standby_w
        self._e_capacity_wh = device.e_capacity_wh
        self.p_load_w = None
        self._mean_ms = 0           # the mean's age
        self._circuits = None
        self._soc_pct = None
        self._soc_ms = None
        self._e_used_mwh = 0        # since the state of charge was last read

    def observe(self, fb, view, circuits):
        """Takes this tick's feedback; circuits: mask of those that the vehicle supplies, None while it supplies none."""
        self._e_capacity_wh = view.e_capacity_wh or self._e_capacity_wh
        if fb.soc_pct is not None:
            self._soc_pct, self._soc_ms, self._e_used_mwh = fb.soc_pct, fb.now_ms, 0
        if circuits is None:
            self.p_load_w = None
            return
        if circuits != self._circuits:
            self._circuits, self._mean_ms = circuits, 0
        p_w = fb.p_ac_w if fb.p_ac_w is not None else fb.load_w
        if p_w is not None:
            self._mean_ms = min(self._mean_ms + view.dt_ms, MEAN_MS)
            mean_w = p_w if self.p_load_w is None else self.p_load_w
            self.p_load_w = mean_w + (p_w - mean_w) * min(view.dt_ms / self._mean_ms, 1)
        if fb.soc_pct is None and self.p_load_w is not None:
            self._e_used_mwh += int(self.p_battery_w(self.p_load_w) * view.dt_ms / 3600)

    def p_battery_w(self, p_w):
        """Power out of the battery, W, for a load of the island, W; what PV feeds in is not counted on."""
        p_w = max(p_w, 0)
        return p_w / efficiency_ratio(self._rows, p_w, DISCHARGING) + self._standby_w

    def soc_pct(self, now_ms):
        """State of charge, %, counted on where it can't be read; None when neither is possible."""
        if self._soc_pct is None or self._soc_ms == now_ms:
            return self._soc_pct
        if self._e_capacity_wh:
            return self._soc_pct - self._e_used_mwh / (10 * self._e_capacity_wh)
        return self._soc_pct if now_ms - self._soc_ms <= REMEMBERED_MS else None

    def is_empty(self, now_ms):
        """Whether only what is kept for driving is left, or nobody knows how much."""
        soc_pct = self.soc_pct(now_ms)
        return soc_pct is None or soc_pct <= self._p.driving_reserve_pct

    def is_low(self, now_ms):
        """Whether it is time to warn."""
        soc_pct = self.soc_pct(now_ms)
        return soc_pct is None or soc_pct <= self._p.driving_reserve_pct + self._p.warn_pct

    def problem(self, now_ms, was_tried):
        """Why the battery can't supply the house now, "" when it can. was_tried: an island ended
        in this outage, so that a bit more is asked for before the next."""
        soc_pct = self.soc_pct(now_ms)
        if soc_pct is None:
            return "state of charge unknown"
        margin_pct = self._p.warn_pct if was_tried else 0
        return "battery at the driving reserve" if soc_pct <= self._p.driving_reserve_pct + margin_pct else ""

    def hours(self, now_ms, p_load_w=None):
        """Hours to the driving reserve at this load, W (default the running one); None without load, battery or capacity."""
        p_w = self.p_load_w if p_load_w is None else p_load_w
        soc_pct = self.soc_pct(now_ms)
        if p_w is None or soc_pct is None or not self._e_capacity_wh or p_w < LOAD_MIN_W - self._standby_w:
            return None
        left_wh = max(soc_pct - self._p.driving_reserve_pct, 0) / 100 * self._e_capacity_wh
        drawn_w = self.p_battery_w(p_w)
        return left_wh / drawn_w if drawn_w > 0 else None

    def km(self):
        """Distance that the driving reserve is good for, km; None without a capacity."""
        if not self._e_capacity_wh:
            return None
        return self._p.driving_reserve_pct / 100 * self._e_capacity_wh / 1000 * self._p.km_per_kwh

    def words(self, now_ms):
        """"5.2 h at this load, 38 km kept for driving", as a list for an event; [] when nobody knows."""
        from edge.local_words import lasting    # a few times in an outage

        words = lasting(self.hours(now_ms), self.km())
        return [words] if words else []

    def dump(self):
        """What a keyframe keeps."""
        return [self.p_load_w, self._mean_ms, self._circuits, self._soc_pct, self._soc_ms, self._e_used_mwh, self._e_capacity_wh]

    def load(self, content):
        """Put a dump back."""
        (self.p_load_w, self._mean_ms, self._circuits, self._soc_pct, self._soc_ms, self._e_used_mwh,
         self._e_capacity_wh) = content
