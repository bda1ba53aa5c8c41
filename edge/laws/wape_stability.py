"""The stability rules of WAPE and volt-var: how slow the filter of one and the response of the other have to be.

Not its job: the laws themselves (wape.py, volt_var.py), estimating the loop gain (a study on the feeder does).
Source: ours. First-order filter tau, dead time T_d and loop gain G around the voltage; tau >= 1.4 G T_d keeps a gain
margin of 6 dB and a phase margin of 45 degrees. Held loops: x' = x + r (f(x) - x) with slope f' = -G has the pole
1 - r (1 + G), stable for r < 2 / (1 + G).
"""

import math

TAU_OVER_GAIN_DELAY_RATIO = 1.4
LOOP_GAIN_THREE_PHASE = 8      # six three-phase stations on the IEEE 13-node feeder at 415 V: 5 to 8
LOOP_GAIN_SINGLE_PHASE = 20    # the same feeder, single-phase: 12 to 21
TAU_THREE_PHASE_S = 4          # holds for T_d <= 0.35 s
TAU_SINGLE_PHASE_S = 10        # holds for T_d <= 0.35 s
TAU_SLOW_BUS_S = 7             # three-phase behind RTU at 9600 baud, T_d <= 0.6 s
# Voltage, pu, that the vars of six three-phase stations move together, per pu of a rating of 7.36 kVA: 0.09 to 0.11 on
# the same feeder behind a stiff source, 0.15 behind 1 MVA; single-phase stations 2.5 times that, as with WAPE.
SENSITIVITY_THREE_PHASE_PU = 0.14
SENSITIVITY_SINGLE_PHASE_PU = 0.35
SENSITIVITY_BASE_VA = 7360
LOOP_GAIN_HARMLESS_RATIO = 0.5       # up to here the loop keeps 6 dB at any delay and never reaches unity


def wape_tau_min_s(loop_gain, delay_s):
    """Shortest stable filter time, s, for a dimensionless loop gain and a dead time in s."""
    return TAU_OVER_GAIN_DELAY_RATIO * loop_gain * delay_s


def volt_var_gain(p, phases, s_max_va):
    """Loop gain of volt-var, 1: its steepest slope times the sensitivity of the site, stated or assumed.

    p: the section. A curve that jumps has no slope and no filter that calms it: infinite.
    """
    slope_pu = float("inf") if p.v2_pu == p.v3_pu and p.q2_pu > p.q3_pu else 0
    for v_low_pu, q_low_pu, v_high_pu, q_high_pu in ((p.v1_pu, p.q1_pu, p.v2_pu, p.q2_pu),
                                                     (p.v2_pu, p.q2_pu, p.v3_pu, p.q3_pu),
                                                     (p.v3_pu, p.q3_pu, p.v4_pu, p.q4_pu)):
        if v_high_pu > v_low_pu:    # other orders are refused elsewhere
            slope_pu = max(slope_pu, (q_low_pu - q_high_pu) / (v_high_pu - v_low_pu))
    if p.sensitivity_pu is not None:
        return slope_pu * p.sensitivity_pu if p.sensitivity_pu else 0
    sensitivity_pu = SENSITIVITY_THREE_PHASE_PU if phases == 3 else SENSITIVITY_SINGLE_PHASE_PU
    return slope_pu * sensitivity_pu * s_max_va / SENSITIVITY_BASE_VA


def olrt_min_s(loop_gain, delay_s):
    """Shortest stable open-loop response, s: tau = (OLRT - T_d) / ln 10 by the same rule; 0 for a harmless gain."""
    if loop_gain <= LOOP_GAIN_HARMLESS_RATIO:
        return 0
    return delay_s + math.log(10) * wape_tau_min_s(loop_gain, delay_s)


def step_fraction_max(loop_gain):
    """Step fraction of a held loop that is just unstable."""
    return 2 / (1 + loop_gain)


def margins(loop_gain, delay_s, tau_s):
    """(gain margin dB, phase margin degrees) of the loop G exp(-s T_d) / (1 + s tau); None where it never crosses.

    A delay of 0 has no gain margin to state (None); a gain of 1 or less never crosses 1 (no phase margin).
    """
    phase_deg = None
    if loop_gain > 1:
        w_rad_s = (loop_gain * loop_gain - 1) ** 0.5 / tau_s
        phase_deg = 180 - (w_rad_s * delay_s + math.atan(w_rad_s * tau_s)) * 180 / math.pi
    if delay_s <= 0:
        return None, phase_deg
    low_rad_s, high_rad_s = 0, math.pi / delay_s
    for _ in range(60):
        w_rad_s = (low_rad_s + high_rad_s) / 2
        if w_rad_s * delay_s + math.atan(w_rad_s * tau_s) < math.pi:
            low_rad_s = w_rad_s
        else:
            high_rad_s = w_rad_s
    gain = loop_gain / (1 + (low_rad_s * tau_s) ** 2) ** 0.5
    return -20 * math.log(gain) / math.log(10), phase_deg


def loop_delay_s(profile, tick_ms, bus_ms):
    """Dead time T_d from voltage to power, s: meter window + tick + bus + inverter lag.

    profile: the device profile (its `dynamics`); tick_ms: control period; bus_ms: one round on its bus.
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
