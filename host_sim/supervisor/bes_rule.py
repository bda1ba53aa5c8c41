"""Rule: charge a stationary battery during the PV peak that the forecast shows, by one scheduled lease.

Not its job: making forecasts; what the battery can take (the gateway clips and says so).
Source: the WAPE study, energy case 3. A lease with a begin and an end needs no message at the moment itself, so the
edges are as good as the clocks.
"""


class BesRule:
    """One per supervisor."""

    def __init__(self, limits, forecast):
        """forecast: {gateway: ((unix_ms, W), …)}."""
        self.limits = limits
        self._windows = {gateway: peak_window_ms(points, limits.p_peak_w) for gateway, points in forecast.items()}

    def decide(self, unix_ms, state, desk):
        """Wants the setpoint and the lift of the window ahead, or forgets those of a past one."""
        station = state.station
        window_ms = self._windows.get(station.gateway)
        if station.bes is None or window_ms is None:
            return
        begin_ms, end_ms = window_ms
        leases = (
            ((station.gateway, "bes_lift"), {"kind": "wape_lift"}),
            ((station.gateway, "bes_charge"), {"kind": "setpoint", "p_w": -self.limits.p_charge_w}),
        )
        for key, content in leases:
            if unix_ms >= end_ms:
                desk.forget(key)
            elif unix_ms >= begin_ms - self.limits.lead_s * 1000:
                desk.want(key, state, station.bes, content, window_ms=window_ms)


def peak_window_ms(points, p_peak_w):
    """(begin, end) of the first time the forecast stands above p_peak_w, Unix ms; None when it never does.

    points: ((unix_ms, W), …) by rising time, linear between. A peak that does not end with the points ends with them.
    """
    begin_ms = None
    for (t0_ms, p0_w), (t1_ms, p1_w) in zip(points, points[1:]):
        crossing_ms = None
        if (p0_w > p_peak_w) != (p1_w > p_peak_w):
            crossing_ms = round(t0_ms + (t1_ms - t0_ms) * (p_peak_w - p0_w) / (p1_w - p0_w))
        if begin_ms is None and p0_w > p_peak_w:
            begin_ms = t0_ms
        if begin_ms is None and crossing_ms is not None:
            begin_ms = crossing_ms
        elif begin_ms is not None and crossing_ms is not None:
            return begin_ms, crossing_ms
    return None if begin_ms is None else (begin_ms, points[-1][0])
