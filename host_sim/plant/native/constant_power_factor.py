"""Constant power factor: reactive power in proportion to active power, by its direction.

Not its job: response time and ownership of Q (q_mode.py), keeping the factor where the kVA circle binds (priority.py).
Source: IEEE 1547-2018 5.3.2; excitation as in SunSpec 704: over-excited injects vars, whichever way power flows.
"""

from math import sqrt

from host_sim.plant.native.settings import OVER


def power_factor_q(settings, p):
    """Q asked for, in the unit of p. settings: ConstantPowerFactor; a direction that is off has unity."""
    if p >= 0:
        on, pf, excitation = settings.inject_enabled, settings.pf_inject, settings.excitation_inject
    else:
        on, pf, excitation = settings.absorb_enabled, settings.pf_absorb, settings.excitation_absorb
    if not on:
        return 0.0
    q = abs(p) * sqrt(1 - pf * pf) / pf
    return q if excitation == OVER else -q
