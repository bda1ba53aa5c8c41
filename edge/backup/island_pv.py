"""PV behind the switch in an island: the frequency rises until the roof gives what house and vehicle take.

Not its job: its circuit, which may be opened instead (shedding.py); PV inverters, which fall back by their own droop.
Source: EN 50549-1 4.6.1 (power falls with the frequency); how fast it is raised and taken back is ours: up within a
second, since the battery must not be overcharged, down slowly, so that nothing hunts.
"""
from edge import home_reasons

UP_MS = 1000
DOWN_MS = 20000
# The vehicle takes so much less than its limit before the frequency falls again, part of the limit.
ROOM_RATIO = 0.1
# Told when so much of the raise is used, and again when none is.
TOLD_AT_RATIO = 0.1


class IslandPv:
    """f_hz: frequency to form."""

    def __init__(self, p, f_nom_hz):
        """p: the backup section; f_nom_hz: nominal frequency."""
        self.f_nom_hz = f_nom_hz
        self._raise_hz = p.pv_droop_hz if p.pv == "frequency" else 0
        self.begin()

    def begin(self):
        """A new island."""
        self.f_hz = self.f_nom_hz
        self._share = 0.0           # of the raise, 0..1
        self._is_told = False

    def step(self, fb, view, events):
        """One tick in an island. view: DerView of the charger, with what it takes at most."""
        if not self._raise_hz or fb.p_ac_w is None:
            return
        can_take_w = view.p_charge_max_w if fb.soc_pct is not None and fb.soc_pct < view.soc_max_pct else 0
        taken_w = max(-fb.p_ac_w, 0)
        if taken_w > can_take_w:
            over = (taken_w - can_take_w) / max(view.p_charge_max_w, 1)
            self._share = min(self._share + max(min(over, 1), ROOM_RATIO) * view.dt_ms / UP_MS, 1)
        elif taken_w < (1 - ROOM_RATIO) * can_take_w or can_take_w == taken_w == 0:
            self._share = max(self._share - view.dt_ms / DOWN_MS, 0)
        # Rounded as a register would, so that replay at another float width gives the same.
        self.f_hz = int((self.f_nom_hz + self._share * self._raise_hz) * 100 + 0.5) / 100
        if not self._is_told and self._share > TOLD_AT_RATIO:
            events.append((home_reasons.PV_CURTAILED, "backup", [self.f_hz]))
        self._is_told = self._share > (0 if self._is_told else TOLD_AT_RATIO)

    def dump(self):
        """What a keyframe keeps."""
        return [self.f_hz, self._share, self._is_told]

    def load(self, content):
        """Put a dump back."""
        self.f_hz, self._share, self._is_told = content
