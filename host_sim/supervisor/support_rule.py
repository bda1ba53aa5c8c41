"""Rule: one V2G support lease per feeder, to a station with consent whose voltage has fallen into the critical range.

Not its job: when and how much the station discharges (its gateway arms by its own measurement).
Source: the WAPE study, case 4 (390 to 400 V, consent of the owner). One station at a time: two that answer the same
dip overshoot together. A station without a vehicle may hold the lease: its gateway then arms on the voltage of before
the arrival, which no charging has spoilt.
"""

KIND = "v2g_support"
ACTIVE_W = 100    # discharging more than this is support at work


class SupportRule:
    """One per supervisor, for the one feeder it watches."""

    def __init__(self, limits):
        self.limits = limits
        self.holder = None        # gateway that has the lease
        self._enough_ms = None    # since when the holder's voltage is fine

    def decide(self, now_ms, unix_ms, states, desk):
        """states: StationState of every station of the feeder, in order."""
        candidates = [rank for rank in (self._rank(now_ms, state) for state in states) if rank is not None]
        best = min(candidates)[-1] if candidates else None
        if self.holder is not None:
            holder = next(state for state in states if state.station.gateway == self.holder)
            if self._is_done(now_ms, holder) or self._is_idle_and(now_ms, holder, best):
                desk.drop(now_ms, unix_ms, (self.holder, KIND))
                self.holder = self._enough_ms = None
        if self.holder is None and best is not None:
            self.holder = best
            state = next(state for state in states if state.station.gateway == best)
            desk.want((best, KIND), state, state.station.evse, {"kind": KIND}, lease_s=self.limits.lease_s)

    def _rank(self, now_ms, state):
        """Sort key of a station that could help, ending with its gateway; None when it could not."""
        v_pu = state.ev(now_ms, "v_mean_pu")
        if not state.online or not state.consents() or v_pu is None or v_pu > self.limits.v_need_pu:
            return None
        soc_pct = state.ev(now_ms, "soc_pct")
        ready = bool(state.plugged(now_ms)) and soc_pct is not None
        if ready and soc_pct < self.limits.soc_min_pct:
            return None
        return (0 if ready else 1, v_pu, state.station.gateway)

    def _is_done(self, now_ms, state):
        """The holder's voltage has been fine for a while without its help, or it is gone."""
        v_pu = state.ev(now_ms, "v_mean_pu")
        p_w = state.ev(now_ms, "p_w")
        if not state.online or v_pu is None:
            return True
        if v_pu < self.limits.v_enough_pu or (p_w or 0) > ACTIVE_W:
            self._enough_ms = None
            return False
        if self._enough_ms is None:
            self._enough_ms = now_ms
        return now_ms - self._enough_ms >= self.limits.enough_s * 1000

    def _is_idle_and(self, now_ms, holder, best):
        """The holder waits for a vehicle while another station has one."""
        return best not in (None, self.holder) and holder.plugged(now_ms) is False
