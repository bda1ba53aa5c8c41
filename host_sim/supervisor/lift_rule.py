"""Rule: lift a station's WAPE constraint while its own PV is high or its load is off-peak, else set it.

Not its job: guarding the voltage under a lift (the gateway suspends it by itself), sending (lease_desk.py).
Source: the WAPE study, energy case 1 (own PV) and case 2 (load profile); hysteresis ours. Lifting all stations of a
feeder at once lowers its stability margin, so a lift needs a contract of the station.
"""

from host_sim.supervisor.plan import OFF_PEAK, SOLAR

KIND = "wape_lift"


class LiftRule:
    """One per supervisor; remembers which condition is on."""

    def __init__(self, limits):
        self.limits = limits
        self._on = set()    # (gateway, contract)

    def decide(self, now_ms, unix_ms, state, desk):
        """Wants or drops the station's lift."""
        station = state.station
        limits = self.limits
        pv_w = state.site(now_ms, "pv_w")
        load_w = state.site(now_ms, "load_w")
        load_ratio = load_w / station.p_load_peak_w if load_w is not None and station.p_load_peak_w else None
        self._switch((station.gateway, SOLAR), pv_w, limits.pv_on_w, limits.pv_off_w)
        # Off-peak is a low value: the same switch upside down.
        negative_ratio = None if load_ratio is None else -load_ratio
        self._switch((station.gateway, OFF_PEAK), negative_ratio, -limits.load_on_ratio, -limits.load_off_ratio)
        wanted = any((station.gateway, contract) in self._on for contract in station.lift_by)
        key = (station.gateway, KIND)
        if wanted and state.plugged(now_ms):
            desk.want(key, state, station.evse, {"kind": KIND}, lease_s=limits.lease_s)
        else:
            desk.drop(now_ms, unix_ms, key)

    def _switch(self, key, value, on, off):
        """Hysteresis: on at or above `on`, off below `off`; an unknown value switches off."""
        if value is None or value < off:
            self._on.discard(key)
        elif value >= on:
            self._on.add(key)
