"""Bounds on what others may ask of a battery, however well they sign: reversals, energy, ramp; fixed on site.

Not its job: limits of equipment, grid and site, which stand above (ranks 1 to 6), and the household's own wishes, which are
never counted. How the bound acts on power: laws/commanded_bounds.py.
Source: ours. A fleet that is made to swing between charging and discharging can excite a grid, whose areas sway against
each other at 0.1 to 1 Hz: one reversal a minute stays a factor of ten below. A battery wears by what goes through it:
with 1.25 times its capacity in 24 hours, in and out counted alike, a vehicle can be filled up once and lend an eighth of
it, which is 230 full cycles a year against more than 500 that a charger could do; a stationary battery, built for it, has
one full cycle a day. A contracted reserve answers the frequency by itself: it counts as energy, never as a reversal.
Energy is counted in hours, in integer mWh. It is put on disk once an hour in which something was counted, and at a clean
stop: a power cut forgets at most the hour it falls into.
"""
from edge import reasons
from edge.der_view import vpp_paused
from edge.limits import SYSTEM_PRIORITY_MAX
from protocols.refusals import NOT_PERMITTED

HOUR_MS = 3600000
HOURS = 25              # the hour that runs and the 24 before it
WMS_PER_MWH = 3600      # W ms
CYCLES = {"evse": 1.25, "bes": 2}       # times the capacity
UNKNOWN_WH = 60000      # of a battery whose capacity nobody says
IDLE_W = 50
BURST_MIN = 4
# Whose wish is somebody else's command; the plan of the power plant is one too.
COMMANDED = (reasons.SYSTEM_SETPOINT, reasons.SUPPORT, reasons.SUPPORT_DEEP, reasons.DISPATCH, reasons.AGC, reasons.RESERVE)
# Numbers of field_reasons.py, which a board loads only to say them.
COMMAND_REVERSALS, DAILY_THROUGHPUT, BOUNDS_COUNTED = 440, 441, 442


def make(config):
    """The part; config: Config with a bounds section."""
    return Bounds(config)


class Use:
    """What was asked of one battery by command."""

    def __init__(self, tokens):
        self.hours_mwh = [0] * HOURS    # the last one runs
        self.rest_wms = 0
        self.tokens = tokens
        self.sign = 0           # of the last power that was more than idle
        self.is_exhausted = False


class Bounds:
    """The bounds of one site, and what was used of them."""

    def __init__(self, config):
        bounds = config.bounds
        self._bounds = bounds
        self._burst = min(bounds.reversals_per_h, max(BURST_MIN, bounds.reversals_per_h // 6))
        self._refill_ms = HOUR_MS // bounds.reversals_per_h
        self._uses = [Use(self._burst) for _ in config.ders]
        self._refilled_ms = self._hour_ends_ms = None

    def step(self, state, now_ms, snapshot, events):
        """Counts what the last tick did, and bounds what is asked in this one."""
        self._pass_time(state, now_ms, events)
        if not self._bounds.system_setpoints:
            _refuse_system(state, events)
        for number, der in enumerate(state.ders):
            use, view = self._uses[number], der.view
            asked_by = der.decision.asked_reason
            is_commanded = asked_by in COMMANDED or (asked_by == reasons.DEFAULT_TARGET and view.p_default_w is not None)
            if is_commanded and not view.observe:
                _count(use, der, view)
            self._turn(use, der, is_commanded)
            is_exhausted = sum(use.hours_mwh) >= 1000 * self._most_wh(view)
            if is_exhausted != use.is_exhausted:
                use.is_exhausted = is_exhausted
                events.append((DAILY_THROUGHPUT, der.device.name, ["raised" if is_exhausted else "cleared"]))
            view.commanded_bounds = _bound(use, view) if _is_asked(view) else None
            if view.lease_setpoint is not None or view.agc is not None:
                slow_w_s = self._bounds.ramp_w_s
                view.lease_ramp_w_s = slow_w_s if view.lease_ramp_w_s is None else min(view.lease_ramp_w_s, slow_w_s)

    def _pass_time(self, state, now_ms, events):
        if self._refilled_ms is None:
            self._refilled_ms = now_ms
        if self._hour_ends_ms is None:
            self._hour_ends_ms = now_ms + HOUR_MS
        tokens = (now_ms - self._refilled_ms) // self._refill_ms
        if tokens > 0:
            self._refilled_ms += tokens * self._refill_ms
            for use in self._uses:
                use.tokens = min(self._burst, use.tokens + tokens)
        while now_ms >= self._hour_ends_ms:
            self._hour_ends_ms += HOUR_MS
            for der, use in zip(state.ders, self._uses):
                if use.hours_mwh[-1]:
                    events.append((BOUNDS_COUNTED, der.device.name, [
                        sum(use.hours_mwh) // 1000, int(self._most_wh(der.view))]))
                use.hours_mwh = use.hours_mwh[1:] + [0]

    def _most_wh(self, view):
        if self._bounds.e_day_wh is not None:
            return self._bounds.e_day_wh
        return UNKNOWN_WH if view.e_capacity_wh is None else CYCLES[view.kind] * view.e_capacity_wh

    def _turn(self, use, der, is_commanded):
        """A reversal takes a token, also the way back from where the household or nobody wanted it."""
        sign = 1 if der.p_set_w > IDLE_W else -1 if der.p_set_w < -IDLE_W else use.sign
        if sign != use.sign:
            if use.sign and is_commanded and der.decision.asked_reason != reasons.RESERVE and use.tokens:
                use.tokens -= 1
            use.sign = sign

    # -- across a restart --------------------------------------------------------------------------------

    def kept(self):
        """Commands that bring the counters back; `until_ms` is the end of the hour that runs."""
        return [{"kind": "bounds_used", "der": number, "until_ms": self._hour_ends_ms, "hours": use.hours_mwh,
                 "tokens": use.tokens, "sign": use.sign}
                for number, use in enumerate(self._uses) if self._hour_ends_ms is not None]

    def take(self, state, now_ms, command, events):
        """What an earlier run had counted; hours that have passed meanwhile fall out."""
        use = self._uses[command["der"]]
        use.hours_mwh = [max(0, int(e_mwh)) for e_mwh in command["hours"]][-HOURS:]
        use.tokens, use.sign = min(self._burst, max(0, command["tokens"])), command["sign"]
        ends_ms = command["until_ms"]
        passed = max(0, (now_ms - ends_ms) // HOUR_MS + 1)
        # One hour for all devices; a kept time that makes no sense ends within the hour.
        self._hour_ends_ms = min(ends_ms + passed * HOUR_MS, now_ms + HOUR_MS)
        use.hours_mwh = (use.hours_mwh + [0] * min(passed, HOURS))[-HOURS:]
        use.hours_mwh = [0] * (HOURS - len(use.hours_mwh)) + use.hours_mwh

    def dump(self):
        """What a keyframe keeps."""
        return [self._refilled_ms, self._hour_ends_ms,
                [[use.hours_mwh, use.rest_wms, use.tokens, use.sign, use.is_exhausted] for use in self._uses]]

    def load(self, content):
        """Put a dump back."""
        self._refilled_ms, self._hour_ends_ms, rows = content
        for use, row in zip(self._uses, rows):
            use.hours_mwh, use.rest_wms, use.tokens, use.sign, use.is_exhausted = row


def _is_asked(view):
    """Whether somebody else wants a power of this device now."""
    if view.p_default_w is not None and view.wish[0] == "none":
        return True
    if vpp_paused(view):
        return view.reserve is not None
    lease = view.lease_setpoint
    return (lease is not None and lease[2] > SYSTEM_PRIORITY_MAX) or view.agc is not None or view.support or (
        view.reserve is not None)


def _bound(use, view):
    """(p_lo_w, p_hi_w, reason) for what is asked, None without a bound."""
    if use.is_exhausted:
        return 0, 0, DAILY_THROUGHPUT
    if use.tokens or not use.sign or view.reserve is not None:
        return None
    return (0, None, COMMAND_REVERSALS) if use.sign > 0 else (None, 0, COMMAND_REVERSALS)


def _count(use, der, view):
    """What went through the battery since the last tick because it was asked for; unknown power: the setpoint."""
    asked_w = der.decision.asked_w
    p_w = der.p_set_w if view.p_ac_w is None else view.p_ac_w
    if p_w * asked_w <= 0:
        return
    use.rest_wms += int(min(abs(p_w), abs(asked_w))) * view.dt_ms
    use.hours_mwh[-1] += use.rest_wms // WMS_PER_MWH
    use.rest_wms %= WMS_PER_MWH


def _refuse_system(state, events):
    """Setpoints with a system operator's priority are not followed at this site."""
    for lease in list(state.commitments.book.leases):
        if lease.kind == "setpoint" and lease.priority <= SYSTEM_PRIORITY_MAX:
            state.commitments.book.revoke(lease.id)
            events.append((reasons.LEASE_UNAVAILABLE, lease.id, [NOT_PERMITTED, "no setpoints of a system operator here"]))
    for der in state.ders:
        lease = der.view.lease_setpoint
        if lease is not None and lease[2] <= SYSTEM_PRIORITY_MAX:
            der.view.lease_setpoint = None
