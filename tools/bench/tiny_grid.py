"""The gateway of tiny_gateway.py with every function of a grid code that a gateway can run, for the same measurements.

Not its job: measuring (tick.py). Source: the parameter table; a European site, where they can all be on at once.
"""

from tools.bench import tiny_gateway
from tools.bench.tiny_gateway import CALLS, ROUNDS, TICKS, step

__all__ = ("CALLS", "ROUNDS", "TICKS", "step")


def site():
    """Its document; made when needed, so that it is not weighed."""
    document = tiny_gateway.site()
    document.update({
        "grid": {"code": "en50549-1", "q_mode": "volt_var"},
        "volt_var": {"v2_pu": 1.0, "v3_pu": 1.0},     # no deadband: the setpoint moves in every tick
        "volt_watt": {"enabled": True},
        "p_limit": {"enabled": True},
        "service": {"enabled": True},
    })
    return document


def setup():
    """Build it and let it take control."""
    tiny_gateway.begin(site())
