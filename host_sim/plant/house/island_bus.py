"""The bus of an island: the voltage that a limited source, resistive loads and a constant power of PV agree on.

Not its job: who is connected (house.py), ramps and protection of the source (v2h_charger.py).
Source: Kirchhoff's current law on one node, root-mean-square values; the charger is a voltage source with a current limit
in both directions, PV a source of constant power.
"""

import math


def solve(v_set_v, i_max_a, p_charge_max_w, g_s, p_pv_w):
    """(v_v, p_source_w): voltage of the bus and what the source delivers, W, negative while it charges.

    v_set_v: of the source; i_max_a: what it delivers at most; p_charge_max_w >= 0: what it takes at most; g_s: loads,
    siemens; p_pv_w: fed in by PV.
    """
    if v_set_v <= 0:
        return 0.0, 0.0
    p_w = v_set_v * v_set_v * g_s - p_pv_w
    if p_w > v_set_v * i_max_a:
        # the limit holds the current, loads set the voltage: g v^2 - i v - p_pv = 0
        v_v = (i_max_a + math.sqrt(i_max_a * i_max_a + 4 * g_s * p_pv_w)) / (2 * g_s)
        return v_v, v_v * i_max_a
    if p_w < -p_charge_max_w:
        # nobody takes the rest of the PV: the voltage rises until the loads do
        surplus_w = p_pv_w - p_charge_max_w
        v_v = min(math.sqrt(surplus_w / g_s), V_RISE_MAX * v_set_v) if g_s > 0 else V_RISE_MAX * v_set_v
        return v_v, -p_charge_max_w
    return v_set_v, p_w


V_RISE_MAX = 1.3     # where a PV inverter has long let go
