"""Frequency droop: power off the line through what was delivered when the frequency left its dead band.

Not its job: voltage caps and what the battery allows (power.py).
Source: IEEE 1547-2018 5.4.3.2, p = p_pre - (f - f_n - db) / (f_n k) and its mirror. p_pre stays latched until the
response has died away, so that a frequency hovering at the edge does not wind the power down. A setpoint that changes
meanwhile may only help.
"""

from host_sim.plant.native.lag import Lag

EDGE_HZ = 1e-6      # a microhertz beyond the dead band is beyond it: finer than any meter, coarser than rounding
DONE_PU = 1e-3      # of p_rated_w; back within this, setpoints act without the filter again


class DroopFunction:
    """State: active, p_pre_pu (None while inactive) and the filtered power, pu of p_rated_w."""

    def __init__(self):
        self.active = False
        self.p_pre_pu = None
        self._lag = Lag()
        self._settings = None

    def configure(self, settings, *, delay_s):
        """settings: NativeSettings. delay_s: of measuring and converting."""
        self._settings = settings.droop
        self._f_nom_hz = settings.ratings.f_nom_hz
        self._lag.set_olrt(self._settings.olrt_s, delay_s)
        if not self._settings.enabled:
            self.reset()

    def reset(self):
        """Out of service: what was before no longer counts."""
        self.active = False
        self.p_pre_pu = None

    @property
    def settled(self):
        """True when nothing moves while frequency and setpoint stay."""
        return not self.active or self._lag.settled

    def apply(self, p_wish_pu, p_now_pu, f_hz):
        """Power after droop, one step on. p_wish_pu: without droop; p_now_pu: delivered now."""
        settings = self._settings
        if not settings.enabled:
            return p_wish_pu
        over_hz = f_hz - self._f_nom_hz - settings.of_hz
        under_hz = self._f_nom_hz - settings.uf_hz - f_hz
        beyond = over_hz > EDGE_HZ or under_hz > EDGE_HZ
        if not self.active:
            if not beyond:
                return p_wish_pu
            self.active = True
            self.p_pre_pu = p_now_pu
            self._lag.jump(p_now_pu)
        target_pu = p_wish_pu
        if over_hz > EDGE_HZ:
            line_pu = self.p_pre_pu - over_hz / (self._f_nom_hz * settings.k_of_pu)
            target_pu = min(p_wish_pu, max(line_pu, settings.p_min_pu))
        elif under_hz > EDGE_HZ:
            line_pu = self.p_pre_pu + under_hz / (self._f_nom_hz * settings.k_uf_pu)
            target_pu = max(p_wish_pu, min(line_pu, settings.p_end_pu))
        p_pu = self._lag.follow(target_pu)
        if not beyond and abs(p_pu - p_wish_pu) < DONE_PU:
            self.reset()
        return p_pu
