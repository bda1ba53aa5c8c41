"""Inverter: follows P and Q setpoints with a first-order lag inside its kVA circle, and lets go when forgotten.

Not its job: registers and owners (charger.py), what the battery can give (battery.py), three phases (charger.py).
Source: first-order converter model as in IEEE 1547.1 test models; active power has priority in the circle; the
reversion timer is the device's half of the gateway's dead-man chain.
"""

import math

ROUND_DIGITS = 6   # W and var; state that feeds the next step is cut so that every machine computes the same


class Inverter:
    """State: p_w, q_var at the AC terminals (+ injected, + over-excited)."""

    def __init__(self, *, s_max_va, lag_ms, ramp_w_s=None, response_delay_ms=0):
        """lag_ms: time constant, 0 follows at once. ramp_w_s: limit of both P and Q per second, None for none.
        response_delay_ms: from `command` until the lag begins to follow."""
        self.s_max_va = s_max_va
        self.lag_ms = lag_ms
        self.ramp_w_s = ramp_w_s
        self.response_delay_ms = response_delay_ms
        self.p_w = 0.0
        self.q_var = 0.0
        self.expired = False
        self._reference = (0.0, 0.0)
        self._waiting = []         # (due_ms, p_w, q_var), oldest first
        self._reversion_ms = 0     # 0: no timer
        self._refreshed_ms = 0

    def set_reversion_ms(self, now_ms, reversion_ms):
        """Sets the reversion time and starts it anew; 0 switches it off."""
        self._reversion_ms = reversion_ms
        self.refresh(now_ms)

    def refresh(self, now_ms):
        """The controller has shown that it is alive."""
        self._refreshed_ms = now_ms
        self.expired = False

    def reversion_left_ms(self, now_ms):
        """Time until the timer fires, ms, >= 0; None while it is off."""
        if not self._reversion_ms:
            return None
        return max(0, self._refreshed_ms + self._reversion_ms - now_ms)

    def command(self, now_ms, p_w, q_var):
        """A new setpoint, W and var; takes effect after the response delay. Refreshes the timer."""
        self.refresh(now_ms)
        self._waiting.append((now_ms + self.response_delay_ms, p_w, q_var))

    def drop(self):
        """Forgets all setpoints at once: what remains is 0 W and 0 var."""
        self._waiting = []
        self._reference = (0.0, 0.0)

    def check_reversion(self, now_ms):
        """True exactly once, when the timer has run out; the setpoints are dropped then."""
        if self.expired or self.reversion_left_ms(now_ms) != 0:
            return False
        self.expired = True
        self.drop()
        return True

    def reference(self, now_ms):
        """(p_w, q_var) asked for now, after the response delay and before any limit."""
        while self._waiting and self._waiting[0][0] <= now_ms:
            self._reference = self._waiting.pop(0)[1:]
        return self._reference

    def target(self, now_ms, p_low_w, p_high_w):
        """The reference inside [p_low_w, p_high_w] and the circle, W and var; P first, Q takes what is left."""
        p_w, q_var = self.reference(now_ms)
        p_w = min(max(p_w, p_low_w, -self.s_max_va), p_high_w, self.s_max_va)
        q_room_var = math.sqrt(max(0.0, self.s_max_va ** 2 - p_w ** 2))
        return p_w, min(max(q_var, -q_room_var), q_room_var)

    def step(self, now_ms, dt_ms, p_low_w, p_high_w):
        """Advances by dt_ms to now_ms. p_low_w..p_high_w: what the battery allows; it binds without lag, as a
        converter stops at its battery's limit at once."""
        p_w, q_var = self.target(now_ms, p_low_w, p_high_w)
        self.p_w = min(max(self._follow(self.p_w, p_w, dt_ms), p_low_w), p_high_w)
        self.q_var = self._follow(self.q_var, q_var, dt_ms)

    def _follow(self, present, target, dt_ms):
        share = 1.0 if self.lag_ms <= 0 else 1.0 - math.exp(-dt_ms / self.lag_ms)
        change = (target - present) * share
        if self.ramp_w_s is not None:
            limit = self.ramp_w_s * dt_ms / 1000
            change = min(max(change, -limit), limit)
        return round(present + change, ROUND_DIGITS)

    def cease(self):
        """Injects nothing from now on, without a ramp; setpoints stay for when it may follow them again."""
        self.p_w = self.q_var = 0.0
