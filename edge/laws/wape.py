"""Rank 6: WAPE-style charging, a cap on charging that follows the voltage, and the owner of Q in q_mode "wape".

Not its job: the kVA circle (arbiter.py), the stability rule for tau (wape_stability.py), ramps.
Source: the paper on WAPE never prints its equations, so this law is ours, with the paper's set points:
  P_charge <= P_max w,  w = w_V + (1 - w_V) max(k_urgency urgency, k_surplus surplus),
  w_V = clip((v - v0) / (v1 - v0), 0, 1),  Q = kq (v_ref - v) in line-to-line volts, v filtered with tau.

Devices that take a setpoint only every few seconds see a held loop, which no filter of a few seconds calms: there
the law moves, once per write period, only the fraction r = 1 / (1 + G) of the way to its new answer.
"""

import math

from edge import reasons
from edge.der_view import ev_present
from edge.failsafe import ZERO

SLOW_WRITE_S = 1    # from this write period on the loop is held, not delayed: the step fraction rules

# memory: filtered voltage (UNKNOWN at first); ms below guard_low, ms above guard_high, lift suspended (0, 1 or
# UNKNOWN at first); for slow devices cap W (UNKNOWN at first) and Q var it holds, ms since it moved them
UNKNOWN = -1
_NOTHING_HELD = (UNKNOWN, 0, 0)
_UNGUARDED = (0, 0, UNKNOWN)
_FRESH = (UNKNOWN,) + _UNGUARDED + _NOTHING_HELD


def wape(view, memory, p):
    """Cap on charging, Q where WAPE owns it; lifted: no cap and Q = 0."""
    if not view.wape:
        return None, None
    if memory is None:
        memory = _FRESH
    v_pu = memory[0]
    v_now_pu = view.v_mean_pu
    if v_pu == UNKNOWN:
        v_pu = v_now_pu
    else:
        v_pu += (v_now_pu - v_pu) * (1 - math.exp(-view.dt_ms / (1000 * p.tau_s)))
    guard = _guard(v_now_pu, view.dt_ms, memory[1:4], p)
    if not ev_present(view):
        return None, (v_pu,) + guard + _NOTHING_HELD
    owns_q = _owns_q(view)
    if view.lift and not guard[2]:
        opinion = (None, None, None, 0 if owns_q else None, reasons.WAPE_LIFTED)
        return opinion, (v_pu,) + guard + _NOTHING_HELD
    cap_w = view.p_charge_max_w * _share(v_pu, view, p)
    q_var = _reactive_var(v_pu, view, p) if owns_q else 0
    held = _NOTHING_HELD
    if view.write_period_s >= SLOW_WRITE_S:
        held = _move(view, memory[4:], cap_w, q_var, p)
        cap_w, q_var = held[:2]
    if view.lift:
        reason = reasons.WAPE_LIFT_SUSPENDED
    else:
        reason = reasons.WAPE if view.q_capable else reasons.WAPE_NO_VARS
    return (-cap_w, None, None, q_var if owns_q else None, reason), (v_pu,) + guard + held


def wape_without_voltage(view, memory, p):
    """Unavailable: charging only at the power declared safe unseen, Q = 0; the filter starts anew afterwards.

    Rank 5 stands above, so a driver who needs the energy still gets it where the voltage guard of rank 3 allows.
    """
    if not view.wape:
        return None, None
    memory = (UNKNOWN, 0, 0, memory[3] if memory else UNKNOWN) + _NOTHING_HELD
    if not ev_present(view):
        return None, memory
    return (-view.p_static_safe_w, None, None, 0 if _owns_q(view) else None, reasons.WAPE_NO_VOLTAGE), memory


def _owns_q(view):
    """Whether Q is WAPE's: by mode, by capability, and not while the failsafe wants 0 var."""
    return view.q_mode == "wape" and view.q_capable and view.failsafe_action < ZERO


def _guard(v_pu, dt_ms, guard, p):
    """The guard of a lift, on the unfiltered voltage: a filter would hide the two seconds it counts."""
    low_ms, high_ms, suspended = guard
    if suspended == UNKNOWN:
        # Nobody knows how long it has been low: a restart must not hand out two seconds of full power.
        return 0, 0, 1 if v_pu < p.guard_low_pu else 0
    if not suspended:
        low_ms = low_ms + dt_ms if v_pu < p.guard_low_pu else 0
        return (0, 0, 1) if low_ms >= p.guard_low_s * 1000 else (low_ms, 0, 0)
    high_ms = high_ms + dt_ms if v_pu > p.guard_high_pu else 0
    return (0, 0, 0) if high_ms >= p.guard_high_s * 1000 else (0, high_ms, 1)


def _share(v_pu, view, p):
    """w: the share of full charging power the voltage, an urgent departure or surplus PV allows."""
    share = (v_pu - p.v0_pu) / (p.v1_pu - p.v0_pu)
    if share >= 1:
        return 1
    share = 0 if share < 0 else share
    opened = 0
    if p.k_urgency:
        opened = p.k_urgency * _urgency(view)
    if p.k_surplus and view.p_surplus_w is not None and view.p_charge_max_w > 0:
        opened = max(opened, p.k_surplus * min(max(view.p_surplus_w, 0) / view.p_charge_max_w, 1))
    return share + (1 - share) * opened


def _urgency(view):
    """Share of full power the departure needs from now on, 0..1."""
    if not view.e_needed_wh or view.e_needed_wh < 0 or view.t_departure_ms is None or view.p_charge_max_w <= 0:
        return 0
    left_s = (view.t_departure_ms - view.now_ms) / 1000
    if left_s <= 0:
        return 1
    return min(view.e_needed_wh * 3600 / (view.p_charge_max_w * left_s), 1)


def _reactive_var(v_pu, view, p):
    """Q of the droop, inside the rating."""
    q_var = p.kq_var_per_v * (p.v_ref_pu - v_pu) * view.v_nom_ll_v
    s_va = view.s_max_va or 0
    return -s_va if q_var < -s_va else s_va if q_var > s_va else q_var


def _move(view, held, cap_w, q_var, p):
    """One step of a slow device towards cap_w and q_var: the cap W and Q var to hold, and ms since they moved."""
    held_w, held_var, held_ms = held
    if held_w == UNKNOWN:
        # Start from where the device is, so that the first step is no larger than the others.
        held_w = min(max(-view.p_set_w, 0), view.p_charge_max_w)
        held_var = view.q_set_var
    else:
        held_ms += view.dt_ms
        if held_ms < view.write_period_s * 1000:
            return held_w, held_var, held_ms
    fraction = step_fraction(p.loop_gain)
    return held_w + fraction * (cap_w - held_w), held_var + fraction * (q_var - held_var), 0


def step_fraction(loop_gain):
    """Step fraction used: half the limit, so that the loop settles in one step and keeps a gain margin of 6 dB."""
    return 1 / (1 + loop_gain)
