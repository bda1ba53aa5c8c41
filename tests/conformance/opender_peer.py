"""OpenDER, an independent model of an IEEE 1547 device, run on the same grid as ours."""

import opender

STEP_S = 0.02
S_VA = 10000.0
# Ideal where it models what is not compared: reaction time, output current, changes between modes.
PLAIN = {
    "NP_VA_MAX": S_VA, "NP_P_MAX": S_VA, "NP_P_MAX_CHARGE": S_VA, "NP_APPARENT_POWER_CHARGE_MAX": S_VA,
    "NP_AC_V_NOM": 240, "NP_PHASE": "SINGLE", "NP_Q_MAX_INJ": 0.44 * S_VA, "NP_Q_MAX_ABS": 0.44 * S_VA,
    "NP_NORMAL_OP_CAT": "CAT_B", "NP_ABNORMAL_OP_CAT": "CAT_III", "NP_BESS_CAPACITY": 1e9, "NP_REACT_TIME": 0,
    "NP_V_MEAS_DELAY": 0, "NP_INV_DELAY": 0, "NP_RT_RAMP_UP_TIME": 0, "NP_MODE_TRANSITION_TIME": 0, "AP_RT": 5,
    "CONST_PF_MODE_ENABLE": False, "PF_MODE_ENABLE": False,
}


def battery(**parameters):
    """A storage device; parameters as in the common file format of OpenDER."""
    opender.DER.t_s = STEP_S
    return opender.DER_BESS(**{**PLAIN, **parameters})


def run(device, holds):
    """[(p_w, q_var)] every 20 ms; holds: (seconds, v_pu, f_hz, p_demand_w)."""
    found = []
    for seconds, v_pu, f_hz, p_w in holds:
        for _ in range(round(seconds / STEP_S)):
            device.update_der_input(p_dem_w=p_w, v_pu=v_pu, theta=0, f=f_hz)
            found.append(device.run())
    return found
