"""First-order lag with the open-loop response time of a function.

Not its job: what is filtered.
Source: IEEE 1547-2018 defines open-loop response as the time to 90 % of a step; a first-order lag reaches it after
ln(10) = 2.303 time constants. What measuring and converting take is taken off, so that the whole answers in time.
"""

import math

from host_sim.plant.native.step import STEP_S

LN_10_FACTOR = math.log(10)
SETTLED_PU = 1e-6     # closer than this is arrived: a hundredth of a watt on 10 kW


class Lag:
    """y_pu follows what it is given; `settled` tells that it has arrived."""

    def __init__(self, y_pu=0.0):
        self.y_pu = y_pu
        self.settled = True
        self._share_per_step = 1.0

    def set_olrt(self, olrt_s, delay_s=0.0):
        """Reaches 90 % of a step after olrt_s, of which delay_s pass elsewhere; 0 or less follows at once."""
        self.set_tau((olrt_s - delay_s) / LN_10_FACTOR)

    def set_tau(self, tau_s):
        """Time constant in s; 0 or less follows at once."""
        self._share_per_step = 1.0 - math.exp(-STEP_S / tau_s) if tau_s > 0 else 1.0

    def follow(self, target_pu):
        """One step towards target_pu; returns y_pu."""
        error_pu = target_pu - self.y_pu
        if -SETTLED_PU <= error_pu <= SETTLED_PU:
            self.y_pu = target_pu
            self.settled = True
        else:
            self.y_pu += error_pu * self._share_per_step
            self.settled = self._share_per_step == 1.0
        return self.y_pu

    def jump(self, y_pu):
        """Is there at once."""
        self.y_pu = y_pu
        self.settled = True
