"""Living beside a home battery that controls itself: what it leaves to the vehicles, and whether it feeds one of them.

Not its job: steering it (nobody here can), the choice of power (laws/site_energy.py).
Source: ours. The battery follows the meter every second. Whoever follows the meter too fights it, so the vehicles go by
load - PV alone and leave the battery MARGIN_W: "battery first" is then seen by whether it takes that margin.
"""

# What the vehicles leave: measurable, and far below what would be a cycle.
MARGIN_W = 50
# Half the margin stays at the meter for so long: the battery is at its limit, full or empty.
AT_LIMIT_MS = 10000
# The battery may take more again than it last could; found out so fast.
RISE_W_PER_S = 1
UNLIMITED_W = 100000
# More than the house lacks comes out of the battery for longer than a cloud takes: it feeds a vehicle.
FED_W = 200
FED_MS = 12000
# It rests although the house lacks power: it may not, or is empty.
RESTS_W = 100
RESTS_MS = 60000
LOCK_MS = 3600000

EV_FIRST, BATTERY_FIRST = "ev_first", "battery_first"


class Side:
    """One direction of the battery: the power up to which it comes first."""

    def __init__(self):
        self.limit_mw = UNLIMITED_W * 1000
        self.at_limit_ms = 0

    def step(self, needed_w, battery_w, vehicles_w, dt_ms):
        """needed_w: what house and roof lack or have left over; the others: how much of it each serves now; W >= 0."""
        battery_mw = int(battery_w * 1000)
        if needed_w - battery_w - vehicles_w > MARGIN_W / 2 and battery_mw <= self.limit_mw:
            self.at_limit_ms += dt_ms
            if self.at_limit_ms >= AT_LIMIT_MS:
                self.limit_mw = battery_mw
        else:
            self.at_limit_ms = 0
            self.limit_mw = min(max(self.limit_mw, battery_mw) + RISE_W_PER_S * dt_ms, UNLIMITED_W * 1000)

    def left_w(self, needed_w):
        """What the vehicles may serve, W >= 0."""
        return max(needed_w - self.limit_mw / 1000 - MARGIN_W, 0)


class OtherBattery:
    """The home battery beside the vehicles of one site."""

    def __init__(self, order):
        """order: "none", "ev_first" or "battery_first"."""
        self.order = order
        self._charge, self._discharge = Side(), Side()
        self._fed_ms = self._rests_ms = self._lock_ms = 0

    def step(self, net_w, battery_w, vehicles_w, dt_ms):
        """(lacking, left over) W for the vehicles. net_w: load less PV; battery_w, vehicles_w: + discharging; unknown
        values: (None, None)."""
        if net_w is None or battery_w is None or vehicles_w is None:
            return None, None
        lacking_w, surplus_w = max(net_w, 0), max(-net_w, 0)
        if self.order == "none":
            return lacking_w, surplus_w
        self._watch(lacking_w, battery_w, vehicles_w, dt_ms)
        if self.order == EV_FIRST:
            return max(lacking_w - MARGIN_W, 0), max(surplus_w - MARGIN_W, 0)
        self._discharge.step(lacking_w, max(battery_w, 0), max(vehicles_w, 0), dt_ms)
        self._charge.step(surplus_w, max(-battery_w, 0), max(-vehicles_w, 0), dt_ms)
        return self._discharge.left_w(lacking_w), self._charge.left_w(surplus_w)

    def _watch(self, lacking_w, battery_w, vehicles_w, dt_ms):
        """Whether it feeds a vehicle, and when that may be tried again."""
        self._fed_ms = self._fed_ms + dt_ms if vehicles_w < 0 and battery_w - lacking_w > FED_W else 0
        if self._fed_ms >= FED_MS:
            self._fed_ms, self._lock_ms, self._rests_ms = 0, LOCK_MS, 0
        elif self._lock_ms > 0:
            self._rests_ms = self._rests_ms + dt_ms if lacking_w > FED_W and battery_w < RESTS_W else 0
            self._lock_ms = 0 if self._rests_ms >= RESTS_MS else max(self._lock_ms - dt_ms, 0)

    def may_draw(self):
        """Whether a vehicle may charge from the grid without being fed by the battery."""
        return self._lock_ms == 0

    def dump(self):
        """What a keyframe keeps."""
        return [self._charge.limit_mw, self._charge.at_limit_ms, self._discharge.limit_mw, self._discharge.at_limit_ms,
                self._fed_ms, self._rests_ms, self._lock_ms]

    def load(self, content):
        """Put a dump back."""
        (self._charge.limit_mw, self._charge.at_limit_ms, self._discharge.limit_mw, self._discharge.at_limit_ms,
         self._fed_ms, self._rests_ms, self._lock_ms) = content
