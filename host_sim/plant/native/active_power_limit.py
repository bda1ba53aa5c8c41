"""Active-power limit: a cap on injection that an operator sets.

Not its job: what may exceed it (power.py: droop at under-frequency).
Source: IEEE 1547-2018 4.6.2: within 30 s; the default response here is faster.
"""

from host_sim.plant.native.lag import Lag


class ActivePowerLimitFunction:
    """State: the filtered cap, pu of p_rated_w; without effect 1."""

    def __init__(self):
        self._cap = Lag(1.0)
        self._settings = None

    def configure(self, settings, *, delay_s):
        """settings: NativeSettings. delay_s: of converting."""
        self._settings = settings.p_limit
        self._cap.set_olrt(self._settings.olrt_s, delay_s)
        if not self._settings.enabled:
            self._cap.jump(1.0)

    @property
    def settled(self):
        """True when it has arrived."""
        return self._cap.settled

    def cap_pu(self):
        """Highest P, one step on."""
        if not self._settings.enabled:
            return 1.0
        return self._cap.follow(self._settings.p_max_pu)
