"""OpenDER, an independent model of an IEEE 1547 device, run on the same grid as ours.

Not its job: ours (opender_chain.py, tests/conformance).
Source: EPRI OpenDER (extra 'peers'); parameters as in its common file format.
"""

import opender

STEP_S = 0.02
S_VA = 10000.0
REACTIVE_PU = 0.44
ABSORBED_PU = {"a": 0.25, "b": 0.44}      # IEEE 1547-2018 Table 7
# Ideal where it models what is not compared: reaction time, output current, changes between modes.
PLAIN = {
    "NP_AC_V_NOM": 240, "NP_PHASE": "SINGLE", "NP_ABNORMAL_OP_CAT": "CAT_III", "NP_BESS_CAPACITY": 1e9, "NP_REACT_TIME": 0,
    "NP_V_MEAS_DELAY": 0, "NP_INV_DELAY": 0, "NP_RT_RAMP_UP_TIME": 0, "NP_MODE_TRANSITION_TIME": 0, "AP_RT": 5,
    "CONST_PF_MODE_ENABLE": False, "PF_MODE_ENABLE": False,
}


def ratings(p_rated_w=S_VA, s_va=S_VA, category="b"):
    """Parameters of a device of this size, W both ways and VA, and of normal category "a" or "b"."""
    return {
        "NP_VA_MAX": s_va, "NP_APPARENT_POWER_CHARGE_MAX": s_va, "NP_P_MAX": p_rated_w, "NP_P_MAX_CHARGE": p_rated_w,
        "NP_Q_MAX_INJ": REACTIVE_PU * s_va, "NP_Q_MAX_ABS": ABSORBED_PU[category] * s_va,
        "NP_NORMAL_OP_CAT": "CAT_" + category.upper(),
    }


def battery(category="b", **parameters):
    """A storage device of 10 kVA; parameters as in the common file format of OpenDER."""
    opender.DER.t_s = STEP_S
    return opender.DER_BESS(**{**PLAIN, **ratings(category=category), **parameters})


def follow(device, samples):
    """[(p_w, q_var)] of samples (v_pu, f_hz, p_demand_w) 20 ms apart."""
    found = []
    for v_pu, f_hz, p_w in samples:
        device.update_der_input(p_dem_w=p_w, v_pu=v_pu, theta=0, f=f_hz)
        found.append(device.run())
    return found


def run(device, holds):
    """[(p_w, q_var)] every 20 ms; holds: (seconds, v_pu, f_hz, p_demand_w)."""
    return follow(device, [grid for seconds, *grid in holds for _ in range(round(seconds / STEP_S))])
