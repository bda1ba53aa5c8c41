"""Constants that no configuration may move, each with its source, and the relations between them.

Not its job: settings of a site (params.py), what a device is rated for (protocols/profiles).
Source: stated per constant; "ours" where no standard says.
"""

DERS_MAX = 8                    # ours: chargers and batteries one gateway serves
PVS_MAX = 4                     # ours
BUSES_MAX = 8                   # ours: one link per charger at most

TICK_MIN_MS = 50                # ours: faster than any inverter follows
TICK_MAX_MS = 1000              # ours: the slowest loop the stability rule of WAPE was studied for
FAILSAFE_MIN_S = 0.5            # ours: ten of the fastest ticks; a single lost answer is no fault
FAILSAFE_MAX_S = 20             # ours: below the longest device reversion
REVERSION_MIN_S = 1             # ours
REVERSION_MAX_S = 30            # ours: a charger left alone longer could overload a feeder fuse's short-time curve
WRITES_PER_REVERSION = 5        # ours: four lost writes in a row do not let the device revert

LEASE_MAX_S = 900               # ours: one settlement period; a lost supervisor is forgotten after it
LIFT_LEASE_MAX_S = 60           # ours: a lift of WAPE ends soon when nobody renews it

KEYFRAME_TICKS = 600            # ours: replay starts at most one minute back at 10 Hz


def broken_relations(tick_ms, failsafe_s, reversion_s):
    """What is wrong between the times of the dead-man chain gateway -> device, as a list of texts.

    tick_ms: control period. failsafe_s: (name, seconds) pairs of the delays before the gateway stops refreshing.
    reversion_s: after which a silent gateway makes the device fall back to zero.
    The order is tick < failsafe delay < device reversion: the gateway acts before the device has to.
    """
    broken = []
    for name, delay_s in failsafe_s:
        if not tick_ms < delay_s * 1000:
            broken.append((name, delay_s, "longer than one tick (%g s)" % (tick_ms / 1000)))
        if not delay_s < reversion_s:
            broken.append((name, delay_s, "shorter than failsafe.device_reversion_s (%g s)" % reversion_s))
    return broken


def reversion_needed_s(write_period_ms, bus_ms):
    """Shortest device reversion that survives WRITES_PER_REVERSION - 1 lost writes, s.

    write_period_ms: how often the device's setpoint or watchdog point is rewritten. bus_ms: worst time of one write.
    """
    return WRITES_PER_REVERSION * (write_period_ms + bus_ms) / 1000


if not (TICK_MIN_MS < FAILSAFE_MIN_S * 1000 and FAILSAFE_MAX_S < REVERSION_MAX_S and REVERSION_MIN_S < REVERSION_MAX_S):
    raise ValueError("limits: tick < failsafe delay < device reversion must be possible")
if not LIFT_LEASE_MAX_S <= LEASE_MAX_S:
    raise ValueError("limits: a lift is a lease")
