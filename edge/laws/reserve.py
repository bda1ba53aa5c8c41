"""Rank 7: contracted frequency reserve, a response to the local frequency on top of a baseline.

Not its job: the mandated droop (droop.py; the larger of both acts, never their sum), who may contract (link), the
records that prove delivery (link/performance.py).
Source: GB Dynamic Containment, Moderation and Regulation: service terms of the system operator, as published;
Nordic FCR-N and FCR-D: Fingrid's terms. Deadbands of DM and DR, and the steady share of DM at its knee, are
unverified: check with the buyer.
"""

from edge import reasons

# A service asks for a frequency at least this good; what is not known of a meter is not good enough.
ACCURACY_MAX_HZ = 0.010
UPDATE_MAX_MS = 100
FAST_DELAY_MAX_S = 0.5      # from the grid to the device's answer, where all has to be there within a second

# service, share of the contract over the deviation from nominal (Hz, share), fast: initiation 0.5 s, all in 1 s
SERVICES = (
    ("gb-dc", ((0.015, 0), (0.2, 0.05), (0.5, 1)), True),
    ("gb-dm", ((0.015, 0), (0.1, 0.05), (0.2, 1)), True),
    ("gb-dr", ((0.015, 0), (0.2, 1)), False),
    ("fcr-n", ((0, 0), (0.1, 1)), False),
    ("fcr-d", ((0.1, 0), (0.5, 1)), False),
)


def reserve(view, memory, p):
    """Target: the baseline plus the response; it follows the frequency without a filter."""
    if not is_active(view):
        return None, None
    service, up_w, down_w = view.reserve
    return (None, None, view.p_base_w + response_w(service, view.f_hz - view.f_nom_hz, up_w, down_w), None,
            reasons.RESERVE), None


def reserve_without_frequency(view, memory, p):
    """Unavailable: the baseline alone."""
    if not is_active(view):
        return None, None
    return (None, None, view.p_base_w, None, reasons.RESERVE_NO_FREQUENCY), None


def is_active(view):
    """Whether a service is contracted that this DER can deliver; one that it can't is refused and gone next tick."""
    return view.reserve is not None and not unfit(view, view.reserve[0])


def response_w(service, deviation_hz, up_w, down_w):
    """Response of a service, W: up to +up_w at low frequency, down to -down_w at high; 0 for an unknown service."""
    share = 0
    for name, points, _ in SERVICES:
        if name == service:
            share = _share(points, abs(deviation_hz))
    return -down_w * share if deviation_hz > 0 else up_w * share


def _share(points, deviation_hz):
    before_hz, before = points[0]
    if deviation_hz <= before_hz:
        return 0
    for at_hz, share in points[1:]:
        if deviation_hz <= at_hz:
            return before + (share - before) * (deviation_hz - before_hz) / (at_hz - before_hz)
        before_hz, before = at_hz, share
    return before


def unfit(view, service):
    """Why this DER can't deliver a service, "" when it can; the frequency is not looked at."""
    if view.f_quality is None:
        return "quality of the frequency unknown"
    accuracy_hz, update_ms = view.f_quality
    if accuracy_hz is None or accuracy_hz > ACCURACY_MAX_HZ:
        return "frequency not within 10 mHz"
    if update_ms is None or update_ms > UPDATE_MAX_MS:
        return "frequency not every 100 ms"
    for name, _, is_fast in SERVICES:
        if name == service and is_fast and view.loop_delay_s > FAST_DELAY_MAX_S:
            return "answers after %.1f s, not within 0.5 s" % view.loop_delay_s
    return ""
