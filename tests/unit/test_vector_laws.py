"""The law as arrays gives what the firmware gives: law, circle and ramp, step by step."""

import numpy as np
import pytest

from edge import arbiter, ramp
from edge.laws.wape import wape
from host_sim.study.vector_laws import RAMPS, VectorWape
from tests.portable.law_bench import section, view

P_MAX_W, S_MAX_VA, V_NOM_V, DT_S = 6000, 7360, 415.0, 0.1


def firmware(track_v, tau_s, ramps_per_s):
    """(p_w, q_var) of one station over a track of mean line volts, as controller.py chains the parts."""
    p, seen, memory = section("wape", tau_s=tau_s), view(s_max_va=S_MAX_VA, p_charge_max_w=P_MAX_W, v_nom_ll_v=V_NOM_V), None
    p_set_w = q_set_var = 0.0
    out = []
    for volts in track_v:
        seen.v_mean_pu = volts / V_NOM_V
        opinion, memory = wape(seen, memory, p)
        target = (None, None, -float(P_MAX_W), None, 1)
        decision = arbiter.combine([opinion, target], 0, S_MAX_VA, False)
        if ramps_per_s is None:
            p_set_w, q_set_var = decision.p_w, decision.q_var
        else:
            p_set_w = ramp.ramp_power(p_set_w, decision, ramps_per_s[0], 100)
            q_set_var = ramp.slew(q_set_var, decision.q_var, ramps_per_s[1], 100)
            q_set_var = arbiter.clip_beside(q_set_var, p_set_w, S_MAX_VA)
        out.append((p_set_w, q_set_var))
    return np.array(out)


@pytest.mark.parametrize("ramps_per_s", [None, (RAMPS["ramp_w_s"], RAMPS["ramp_var_s"])])
def test_arrays_and_firmware_agree(ramps_per_s):
    rng = np.random.default_rng(4)
    taus_s, n_ticks = (0.1, 1.12, 11.2), 300
    # Volts that wander through every part of the law: no charging, the slope, full charging, above the reference.
    track_v = np.clip(405 + np.cumsum(rng.normal(0, 3, (n_ticks, len(taus_s), 2)), axis=0), 330, 470)
    law = VectorWape(np.array([[tau_s] for tau_s in taus_s]), v_nom_ll_v=V_NOM_V, p_charge_max_w=P_MAX_W,
                     s_max_va=S_MAX_VA, **({} if ramps_per_s is None else {"ramps_per_s": ramps_per_s}))
    ours = np.array([law.step(volts, DT_S) for volts in track_v])
    for row, tau_s in enumerate(taus_s):
        for station in range(2):
            theirs = firmware(track_v[:, row, station], tau_s, ramps_per_s)
            assert np.abs(ours[:, :, row, station] - theirs).max() < 1e-6
    assert ours[:, 0].min() == -P_MAX_W and ours[:, 0].max() == 0 and ours[:, 1].min() < 0 < ours[:, 1].max()
