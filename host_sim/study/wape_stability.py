"""Six stations on the 415 V feeder in time: the WAPE-style loop with its delay, settled by the rule and cycling without.

Every 100 ms each station samples its voltage and decides; the power follows after the whole loop delay T_d. From rest
the stations take up charging, then the load of the feeder steps up; what still swings in the last seconds is a cycle.
Not its job: lags, meters and buses one by one (T_d is their sum), leases and supervisor (host_sim/world), the figure.
Source: rule tau >= 1.4 G T_d of edge/laws/wape_stability.py; feeder and ratings as in wape_static.py.
"""

from dataclasses import dataclass

import numpy as np

from host_sim.feeder.ieee13_415 import V_NOM_LL_V, ieee13_415
from host_sim.feeder.powerflow import PowerFlow
from host_sim.study import vector_laws
from host_sim.study.loop_gain import GAIN_MARGIN_MIN_DB, PHASE_MARGIN_MIN_DEG, loop_gain, margins, tau_min_s
from host_sim.study.wape_static import STATIONS, Law, by_phase

SCHEMA = 1
DELAYS_S = (0.1, 0.2, 0.35, 0.5, 1.0)
GAINS = tuple(range(5, 22))  # three-phase stations 5 to 8, single-phase 12 to 21
GAIN_DEFAULT = 8.0  # what a site with three-phase chargers assumes without a study of its own
TAU_BROKEN_S = 0.1  # the shortest filter a site file could name: as good as none
LEVEL_BEFORE, LEVEL_AFTER = 0.0125, 0.0149  # part of the published load
STEP_AT_S, END_S, JUDGED_S = 40.0, 100.0, 10.0
CONTROL_S, PLANT_S = 0.1, 0.05  # half a control period, so that a delay of 0.35 s is a whole number of steps
CYCLE_V = 0.2  # peak to peak from here on is a cycle
DELAY_OF_DEFAULTS_S = 0.35  # the longest delay the default filters are meant for
TAU_DEFAULTS_S = (4.0, 10.0)  # three-phase, single-phase
NOTES = {
    "rule": "tau = 1.4 G T_d with G = 8, assumed at a three-phase site without a study",
    "rule_own_gain": "the same with the gain of this feeder: the shortest filter the rule could give",
    "rule_with_ramps": "as rule, setpoints slewed with the default ramps",
    "broken": "tau 0.1 s whatever the delay",
    "broken_with_ramps": "as broken; the ramps slow the cycle down and make it smaller, they do not end it",
}


@dataclass(frozen=True)
class Runs:
    """B runs in time. time_s (T,), v_v (T, B, 6) mean line volts, solved (B,): the feeder always had a solution."""

    rows: tuple
    time_s: np.ndarray
    v_v: np.ndarray
    solved: np.ndarray

    def swing_v(self):
        """(B,) largest peak-to-peak voltage of any station in the last seconds, V."""
        tail_v = self.v_v[self.time_s > END_S - JUDGED_S]
        return (tail_v.max(axis=0) - tail_v.min(axis=0)).max(axis=1)

    def pick(self, case):
        """[(delay_s, index)] of the runs of one case."""
        return [(row["delay_s"], number) for number, row in enumerate(self.rows) if row["case"] == case]


def run_rows():
    """What is run: every delay by the rule (with the assumed gain, with the feeder's own, with ramps) and broken."""
    own = feeder_gain()
    ramps = vector_laws.RAMPS["ramp_w_s"], vector_laws.RAMPS["ramp_var_s"]
    cases = (
        # case              gain for the rule  ramps
        ("rule",            GAIN_DEFAULT,      None),
        ("rule_own_gain",   own,               None),
        ("rule_with_ramps", GAIN_DEFAULT,      ramps),
        ("broken",          None,              None),
        ("broken_with_ramps", None,            ramps),
    )
    return tuple(
        {"case": case, "delay_s": delay_s, "ramps_per_s": ramps_per_s,
         "tau_s": TAU_BROKEN_S if gain is None else tau_min_s(gain, delay_s)}
        for case, gain, ramps_per_s in cases for delay_s in DELAYS_S
    )


def feeder_gain():
    """G of six three-phase stations, the strongest of the loads met here: no vehicle yet is the stiffest case."""
    return max(loop_gain(level) for level in (LEVEL_BEFORE, LEVEL_AFTER))


def simulate(rows):
    """`Runs` of all rows, in one batch on the feeder."""
    solver = PowerFlow(ieee13_415(1.0), STATIONS)
    stations = Law()
    none = vector_laws.NO_RAMP_PER_S
    ramps_per_s = [np.array([[(row["ramps_per_s"] or (none, none))[axis]] for row in rows]) for axis in (0, 1)]
    law = vector_laws.VectorWape(
        np.array([[row["tau_s"]] for row in rows]), v_nom_ll_v=V_NOM_LL_V, p_charge_max_w=stations.p_max_w,
        s_max_va=stations.s_max_va, ramps_per_s=ramps_per_s)
    late_steps = np.array([round(row["delay_s"] / PLANT_S) for row in rows])
    control_steps, n_steps = round(CONTROL_S / PLANT_S), round(END_S / PLANT_S)
    everyone = np.arange(len(rows))
    due = np.full((n_steps + late_steps.max() + 1, 2, len(rows), len(STATIONS)), np.nan)
    power = np.zeros(due.shape[1:])
    v_v = np.empty((n_steps, len(rows), len(STATIONS)))
    solved, flow = np.ones(len(rows), dtype=bool), None
    for step in range(n_steps):
        power = np.where(np.isnan(due[step]), power, due[step])
        level = LEVEL_BEFORE if step * PLANT_S < STEP_AT_S else LEVEL_AFTER
        flow = solver.solve(level, by_phase(power[0]), by_phase(power[1]), None if flow is None else flow.v_pu)
        solved &= flow.converged
        v_v[step] = np.stack([solver.v_ll_mean_v(bus, flow) for bus in STATIONS], axis=1)
        if step % control_steps == 0:
            p_w, q_var = law.step(v_v[step], CONTROL_S)
            due[step + late_steps, 0, everyone], due[step + late_steps, 1, everyone] = p_w, q_var
    return Runs(rows, np.arange(n_steps) * PLANT_S, v_v, solved)


def margin_rows():
    """Margins over G, one row each: by the rule (the delay cancels), and with the default filters at their delay."""
    rows = []
    for gain in GAINS:
        rows.append(("rule", gain, tau_min_s(gain, DELAY_OF_DEFAULTS_S)))
        rows += [("tau_%g_s" % tau_s, gain, tau_s) for tau_s in TAU_DEFAULTS_S]
    found = []
    for case, gain, tau_s in rows:
        gain_db, phase_deg = margins(gain, tau_s, DELAY_OF_DEFAULTS_S)
        found.append({"case": case, "loop_gain": gain, "tau_s": round(tau_s, 4), "delay_s": DELAY_OF_DEFAULTS_S,
                      "gain_margin_db": round(gain_db, 3), "phase_margin_deg": round(phase_deg, 2)})
    return found


def record(runs):
    """Everything the study found, fit for JSON; numbers rounded below what they mean."""
    rows = []
    for row, swing_v, v_end_v, solved in zip(runs.rows, runs.swing_v(), runs.v_v[-1], runs.solved):
        rows.append({
            "case": row["case"], "delay_s": row["delay_s"], "tau_s": round(row["tau_s"], 4), "solved": bool(solved),
            "swing_v": round(float(swing_v), 3), "is_cycle": bool(not swing_v < CYCLE_V),
            "v_end_v": dict(zip(STATIONS, (round(float(v), 2) for v in v_end_v))),
        })
    return {
        "schema": SCHEMA, "study": "wape-stability",
        "parameters": {
            "feeder": "ieee13-415", "stations": list(STATIONS), "load_level": [LEVEL_BEFORE, LEVEL_AFTER],
            "load_step_at_s": STEP_AT_S, "end_s": END_S, "judged_s": JUDGED_S, "control_s": CONTROL_S,
            "plant_s": PLANT_S, "cycle_v": CYCLE_V, "loop_gain_assumed": GAIN_DEFAULT,
            "loop_gain_feeder": round(feeder_gain(), 3), "ramp_w_s": vector_laws.RAMPS["ramp_w_s"],
            "ramp_var_s": vector_laws.RAMPS["ramp_var_s"], "gain_margin_min_db": GAIN_MARGIN_MIN_DB,
            "phase_margin_min_deg": PHASE_MARGIN_MIN_DEG,
        },
        "notes": NOTES, "runs": rows, "margins": margin_rows(),
    }
