"""What setpoint a device got last, and when it may get the next one.

Not its job: deciding the setpoint (controller), writing it (actuator.py), reading it back (readback.py).
Guards delay a *change*, never its refresh, never the way to zero and never the way into the safe interval: a charger
that accepts a step every eight seconds still hears from us every refresh period, so its own reversion timer stays the
last resort. A write without an answer may have arrived: it counts as a change and is repeated until it is confirmed.
Source: ours; guards from field drivers named in the profiles.
"""

# Setpoints are whole watts, the safe interval is not.
ROUNDING_W = 1


class SetpointMemory:
    """One device's setpoint as (p_w, q_var), and its guards."""

    def __init__(self, control):
        """control: that section of the compiled profile."""
        self.held = None            # what the device got last, confirmed or not; None: unknown
        self.is_confirmed = False
        self.confirmed_ms = 0       # of the last confirmed write
        self.moved_ms = None        # since when its p_w is what it is, None until that is confirmed
        self._control = control
        self._free_ms = 0           # no change before; outlives the link
        self._pause_ms = 0          # how long an unconfirmed change wants the device left alone
        self._before = None         # (held, _free_ms, _pause_ms) to return to when the device refuses a change

    def forget(self):
        """The device's setpoint is no longer ours, or nothing is known of it any more; its guards stay."""
        self.held = self.moved_ms = None
        self.is_confirmed = False

    def is_stopped(self):
        """Whether the device was told to stop, rather than to do 0 W."""
        return self.held == (0, 0) and self._control["zero"] != "write"

    def next_write(self, now_ms, wanted, safe_lo_w, safe_hi_w):
        """What to write now: what is wanted, what is held once more, or None for nothing."""
        if wanted != self.held and not self._may_change(now_ms, wanted[0], safe_lo_w, safe_hi_w):
            wanted = self.held
        if wanted == self.held and self.is_confirmed and (
                self.is_stopped() or now_ms - self.confirmed_ms < self._control["refresh_ms"]):
            return None
        return wanted

    def _may_change(self, now_ms, p_w, safe_lo_w, safe_hi_w):
        if now_ms >= self._free_ms and now_ms - self.confirmed_ms >= self._control["min_write_ms"]:
            return True
        if self.held is None:
            return p_w == 0
        held_w = self.held[0]
        if p_w == 0 and held_w != 0:
            return True
        # Nearer to the safe interval, without leaving it at its other end.
        if held_w < safe_lo_w - ROUNDING_W:
            return held_w < p_w <= safe_hi_w + ROUNDING_W
        return held_w > safe_hi_w + ROUNDING_W and safe_lo_w - ROUNDING_W <= p_w < held_w

    def send(self, now_ms, value):
        """`value` is on its way to the device."""
        held = self.held
        self._before = held, self._free_ms, self._pause_ms
        if value == held:
            return
        if held is None or held[0] != value[0]:
            self.moved_ms = None
        self._pause_ms = max(self._pause_ms, self._wait_ms(value))
        self.held = value
        self.is_confirmed = False
        self._begin_pause(now_ms)

    def confirm(self, now_ms):
        """The device took what was sent: its pause begins now."""
        self._begin_pause(now_ms)
        self._pause_ms = 0
        if self.moved_ms is None:
            self.moved_ms = now_ms
        self.confirmed_ms = now_ms
        self.is_confirmed = self.held is not None   # forgotten meanwhile

    def fail(self, now_ms, is_unchanged):
        """What was sent is not confirmed; is_unchanged: it surely did not arrive, else it may have until now."""
        if is_unchanged:
            self.held, self._free_ms, self._pause_ms = self._before
        else:
            self._begin_pause(now_ms)
        self.is_confirmed = False

    def _begin_pause(self, now_ms):
        if self._pause_ms:
            self._free_ms = max(self._free_ms, now_ms + self._pause_ms)

    def _wait_ms(self, value):
        """How long the device wants to be left alone after the change to `value`; after one of unknown size, longest."""
        guards = self._control["guards"]
        wait_ms = 0
        for up_to_w, wait_ms in guards["after_change_ms"]:
            if up_to_w is None or self.held is not None and abs(value[0] - self.held[0]) <= up_to_w:
                break
        is_start = self.held is None or self.is_stopped()
        is_stop = value == (0, 0) and self._control["zero"] != "write"
        return max(wait_ms, guards["after_start_ms"]) if is_start and not is_stop else wait_ms
