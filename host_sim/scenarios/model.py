"""What a scenario consists of.

Not its job: any scenario's numbers (paper_cases.py), running one (host_sim/world.py, the live demo).
Source: ours. Times are seconds of the scenario's window; before 0 lies the settling time. Series are linear between
their points and constant beyond them.
"""

from typing import NamedTuple

from host_sim.plant.load_profile import Series

GATEWAYS = "gateways"      # every station has its gateway
FIXED_RATE = "fixed_rate"  # no gateway: vehicles charge at a fixed rate, whatever the grid says


class Scenario(NamedTuple):
    """One run. load_level: ((t_s, fraction of the published load), …). pv_w: {bus: ((t_s, W), …)}.

    plugged: buses with a vehicle from the start. arrivals: ((t_s, bus), …). bes: buses with a stationary battery.
    supervised: a supervisor runs and may lift, schedule and lease. focus: bus the figures show. capacity_wh: of every vehicle.
    """

    name: str
    title: str
    text: str
    focus: str
    load_level: tuple
    pv_w: dict = {}
    plugged: tuple = ()
    arrivals: tuple = ()
    bes: tuple = ()
    control: str = GATEWAYS
    supervised: bool = True
    settle_s: float = 40
    duration_s: float = 10
    capacity_wh: float = 40000


def window_series(points, settle_s=0, scale=1):
    """A Series over simulated time of points in window seconds; the simulation starts `settle_s` before the window."""
    return Series(tuple(((t_s + settle_s) / 3600, value * scale) for t_s, value in points), compression=1)
