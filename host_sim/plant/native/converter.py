"""Converter: follows P and Q within milliseconds, blocks at once, keeps to its current limit at any moment.

Not its job: where P and Q come from.
Source: first-order lag of the current control; blocked gates end the current within a step, the output filter's
capacitor stays connected until the relay opens.
"""

import math

from host_sim.plant.native.priority import into_circle
from host_sim.plant.native.step import STEP_S

TAU_S = 0.02
SHARE_FACTOR = 1 - math.exp(-STEP_S / TAU_S)
FILTER_Q_PU = 0.01     # of s_max_va at nominal voltage, over-excited: it is a capacitor
ARRIVED_W = 0.01       # W and var


class Converter:
    """p_w and q_var at the terminals."""

    def __init__(self):
        self.p_w = self.q_var = 0.0
        self.settled = True

    def follow(self, p_w, q_var, s_va):
        """One step towards P and Q; s_va: circle of this moment."""
        p_error_w, q_error_var = p_w - self.p_w, q_var - self.q_var
        self.settled = abs(p_error_w) <= ARRIVED_W and abs(q_error_var) <= ARRIVED_W
        if self.settled:
            self.p_w, self.q_var = p_w, q_var
        else:
            self.p_w += p_error_w * SHARE_FACTOR
            self.q_var += q_error_var * SHARE_FACTOR
        self.p_w, self.q_var = into_circle(self.p_w, self.q_var, s_va, q_first=False, keep_factor=True)

    def block(self, s_max_va, v_pu):
        """Gates off, relay closed: what remains is the filter's capacitor."""
        self.p_w, self.q_var = 0.0, FILTER_Q_PU * s_max_va * v_pu * v_pu
        self.settled = True

    def open(self):
        """Relay open: nothing remains."""
        self.p_w = self.q_var = 0.0
        self.settled = True
