"""The grid above a feeder as an impedance: stiff or weak by its short-circuit power.

Not its job: the feeder itself (ieee13.py, ieee13_415.py), solving (powerflow.py).
Source: Thevenin equivalent of IEC 60909, z = v_nom^2 / s_short at the angle of its X/R, the same in every sequence, as
behind a delta-wye transformer with its star point earthed.
"""

from dataclasses import replace

import numpy as np

from host_sim.feeder.network import PHASES, Bus, Line

GRID_BUS = "grid"
X_OVER_R = 3.0  # a distribution transformer with its medium-voltage line


def behind_source(net, s_short_va, x_over_r=X_OVER_R):
    """The network fed through an impedance. s_short_va: three-phase short-circuit power at its source bus, VA, > 0.

    The source stands behind, at a bus of its own, with the voltages it had. ValueError: not a positive power.
    """
    if not s_short_va > 0:
        raise ValueError("short-circuit power %r VA: above 0" % (s_short_va,))
    base_v = net.bus(net.source_bus).v_base_ln_v
    z_ohm = 3 * base_v**2 / s_short_va * complex(1, x_over_r) / abs(complex(1, x_over_r))
    source = Line(GRID_BUS, net.source_bus, PHASES, np.eye(3) * z_ohm, np.zeros((3, 3)))
    return replace(net, name=net.name + "-behind-source", buses=net.buses + (Bus(GRID_BUS, PHASES, base_v),),
                   source_bus=GRID_BUS, lines=net.lines + (source,))
