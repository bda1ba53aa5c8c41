"""The times of the dead-man chain gateway -> device: which orders hold, how long a device has to wait.

Not its job: enforcing them on a site file (config_rules.py), the constants that bound them (limits.py).
Source: ours. The order is tick < failsafe delay < device reversion: the gateway acts before the device has to.
"""

WRITES_PER_REVERSION = 5        # ours: four lost writes in a row do not let the device revert


def broken_relations(tick_ms, failsafe_s, reversion_s):
    """What is wrong between the times of the dead-man chain gateway -> device, as a list of texts.

    tick_ms: control period. failsafe_s: (name, seconds) pairs of the delays before the gateway stops refreshing.
    reversion_s: after which a silent gateway makes the device fall back to zero.
    """
    broken = []
    for name, delay_s in failsafe_s:
        if not tick_ms < delay_s * 1000:
            broken.append((name, delay_s, "longer than one tick (%g s)" % (tick_ms / 1000)))
        if not delay_s < reversion_s:
            broken.append((name, delay_s, "shorter than failsafe.device_reversion_s (%g s)" % reversion_s))
    return broken


def lost_before_reversion(lost_s, age_ms, reversion_s):
    """Whether the gateway gives a silent device up before the device reverts by itself.

    lost_s: failsafe delay; age_ms: up to which its values are good, so that the delay begins; reversion_s: the device's.
    """
    return lost_s + age_ms / 1000 < reversion_s


def reversion_needed_s(write_period_ms, bus_ms):
    """Shortest device reversion that survives WRITES_PER_REVERSION - 1 lost writes, s.

    write_period_ms: how often the device's setpoint or watchdog point is rewritten. bus_ms: one round on its bus, in which a write waits for the others.
    """
    return WRITES_PER_REVERSION * (write_period_ms + bus_ms) / 1000
