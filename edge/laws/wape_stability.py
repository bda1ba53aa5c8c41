"""The stability rule of WAPE: how slow its voltage filter has to be.

Not its job: the law itself (wape.py), estimating the loop gain (a study on the feeder does).
Source: ours. First-order filter tau, dead time T_d and loop gain G around the voltage; tau >= 1.4 G T_d keeps a gain
margin of 6 dB and a phase margin of 45 degrees.
"""

RULE = 1.4
LOOP_GAIN_THREE_PHASE = 8      # six three-phase stations on the IEEE 13-node feeder at 415 V: 5 to 8
LOOP_GAIN_SINGLE_PHASE = 20    # the same feeder, single-phase: 12 to 21
TAU_THREE_PHASE_S = 4          # holds for T_d <= 0.35 s
TAU_SINGLE_PHASE_S = 10        # holds for T_d <= 0.35 s
TAU_SLOW_BUS_S = 7             # three-phase behind RTU at 9600 baud, T_d <= 0.6 s
BUS_RTU_MS = 400               # meter block, charger read and write with gaps at 9600 8N1


def wape_tau_min_s(loop_gain, delay_s):
    """Shortest stable filter time, s, for a dimensionless loop gain and a dead time in s."""
    return RULE * loop_gain * delay_s


def loop_delay_s(profile, tick_ms, bus_ms):
    """Dead time T_d from voltage to power, s: meter window + tick + bus + inverter lag.

    profile: the device profile (its `dynamics`); tick_ms: control period; bus_ms: read and write on the bus.
    """
    dynamics = profile["dynamics"]
    return ((dynamics["meter_window_ms"] or 0) + tick_ms + bus_ms + (dynamics["response_ms"] or 0)) / 1000


def default_loop_gain(phases):
    """Loop gain assumed without a study, by the phases of the chargers (1 or 3)."""
    return LOOP_GAIN_THREE_PHASE if phases == 3 else LOOP_GAIN_SINGLE_PHASE


def default_tau_s(phases, slow_bus):
    """Filter time without a setting, s, by the phases of the chargers and whether a bus is serial."""
    if phases != 3:
        return TAU_SINGLE_PHASE_S
    return TAU_SLOW_BUS_S if slow_bus else TAU_THREE_PHASE_S
