"""A scenario with a shorter lead-in: what lies before its window, played faster.

Not its job: the window itself, which stays second by second.
Source: ours. The lead-in brings the feeder from light load to the first value of the window while gateways control it.
On the virtual clock 40 s cost nothing; a demo that people watch takes a quarter of it, and its rows show the same.
"""

SETTLE_S = 10


def shortened(scenario, settle_s=SETTLE_S):
    """The scenario with settle_s of lead-in; times of its window are unchanged."""
    factor = settle_s / scenario.settle_s
    return scenario._replace(
        settle_s=settle_s, load_level=_scaled(scenario.load_level, factor),
        pv_w={bus: _scaled(points, factor) for bus, points in scenario.pv_w.items()})


def _scaled(points, factor):
    return tuple((t_s * factor if t_s < 0 else t_s, value) for t_s, value in points)
