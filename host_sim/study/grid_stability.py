"""Do voltage and frequency functions settle together? Six stations, their feeder, their area and a far supervisor.

Runs every case by the rules and some that break them, measures what still swings at the end, and puts the margins of
every loop on paper beside those of the running simulation.
Not its job: cases and rules (grid_cases.py), loops (grid_probes.py, grid_loops.py), the figure.
Source: ours; limits of 6 dB and 45 degrees as for WAPE's filter.
"""

import math
from typing import NamedTuple

import numpy as np

from host_sim.study import grid_cases as cases
from host_sim.study import grid_probes as probing
from host_sim.study.grid_loops import Margins, delay_max_s, olrt_min_s
from host_sim.study.grid_stations import AREA, BEYOND_METER_S, FEEDERS, FLEET, S_MAX_VA, fleet_mw, simulate
from host_sim.study.loop_gain import GAIN_MARGIN_MIN_DB, PHASE_MARGIN_MIN_DEG
from host_sim.study.wape_static import STATIONS

SCHEMA = 1
JUDGED_S = 60.0            # the end of a run
CYCLE_V, CYCLE_HZ = 0.2, 0.005   # peak to peak from here on is a cycle: 0.05 % of 415 V, 0.01 % of 50 Hz
TOLERANCE_DB, TOLERANCE_DEG = 1.0, 3.0   # paper and simulation agree within this
AMPLE_DB = 20.0            # from here on a gain margin is ample: its loop runs along -180 degrees, where it crosses is chance
LINE_DELAYS_S = tuple(number / 10 for number in range(1, 11))
LINE_PATHS_S = tuple(number / 5 for number in range(11))
OLRT_GAINS = (0.4, 1.0, 1.2, 2.0, 3.5, 5.0, 8.0)
OLRT_DELAYS_S = (0.2, 0.3, 0.5, 0.7, 1.0, 1.2)
NOTES = {
    "cycle": "peak to peak of the worst station's voltage and of the frequency in the last 60 s, at least 90 s after a "
             "step of the feeder's load and a loss of generation in the area",
    "by the rules": "volt-var OLRT >= T_d (1 + 3.22 G), WAPE tau >= 1.4 G T_d, with the loop gain a gateway assumes",
    "simulation": "tones added to what the meters, or the control room, see; the loop is what comes back",
    "phase margin": "none where the loop stays below unity: no delay upsets it",
    "pairs": "the same case with its loop gain a little below and above the gain margin",
}


class Study(NamedTuple):
    """What was run: groups of simulated cases, probes with their measured margins, pairs about a margin."""

    by_rule: list      # [(Case, swing_v, swing_hz, solved)]
    broken: list
    loops: list        # [(Probe, Margins on paper, Margins measured, (tones rad/s, measured values))]
    pairs: list        # [(Probe, share, Case, swing_v, swing_hz, solved)]
    lines: dict        # {(loop, kind): [(meter delay or path s, Margins on paper)]}
    traces: dict       # {case name: (time_s, v_v of the last station, f_hz)} on the weak feeder at the longest delays


def run(note=lambda text: None):
    """Runs everything; `Study`. note: told what begins."""
    traces = {}
    note("by the rules")
    by_rule = _judge(cases.by_rule(), traces)
    note("rules broken")
    broken = _judge(cases.broken(), traces)
    note("loops")
    probes = probing.probes()
    loops = [(probe, probe.expected(), found[0], found[3:]) for probe, found in zip(probes, probing.measure(probes))]
    note("pairs about the margins")
    rows = probing.pairs()
    judged = _judge([case for _, _, case in rows], {})
    pairs = [(probe, share, *found) for (probe, share, _), found in zip(rows, judged)]
    return Study(by_rule, broken, loops, pairs, _lines(), traces)


def _lines():
    """Margins on paper over all delays, on the worse feeder."""
    lines = {}
    for probe in probing.probes(LINE_DELAYS_S, LINE_PATHS_S):
        if probe.case.feeder != probing.WORSE:
            continue
        at_s = probe.case.path_s if probe.kind == probing.DISPATCH else probe.case.meter_delay_s
        lines.setdefault((probe.name, probe.kind), []).append((at_s, probe.expected()))
    return lines


def record(study):
    """Everything the study found, fit for JSON; numbers rounded below what they mean."""
    loops = [_loop_row(*row[:3]) for row in study.loops]
    return {
        "schema": SCHEMA, "study": "grid-stability", "parameters": _parameters(), "notes": NOTES,
        "runs": [dict(_run_row(*row), rules=rules) for rules, rows in (("kept", study.by_rule), ("broken", study.broken))
                 for row in rows],
        "loops": loops,
        "agree": all(row["agree"] for row in loops),
        "pairs": [{"loop": probe.name, "part_of_margin": share, "gain_multiple": round(max(case.gain), 3),
                   **_run_row(case, *found)} for probe, share, case, *found in study.pairs],
        "olrt_min_s": [{"loop_gain": gain, **{"%g" % delay_s: round(olrt_min_s(gain, delay_s), 2) for delay_s in OLRT_DELAYS_S}}
                       for gain in OLRT_GAINS],
        "fleet_share_max": [{"delay_s": round(probe.case.delay_s, 3), **{key: probe.told[key] for key in ("olrt_s", "fleet_share_max")}}
                            for probe, *_ in study.loops if probe.kind == probing.FREQUENCY],
    }


def curve_rows(curves):
    """How long a dead time the rule leaves each volt-var curve: rows for the record.

    curves: {name: (loop gain, OLRT s)}. A harmless gain has no longest one.
    """
    return [{"curve": name, "loop_gain": round(gain, 2), "olrt_s": olrt_s, "delay_max_s": _rounded(delay_max_s(gain, olrt_s), 2)}
            for name, (gain, olrt_s) in curves.items()]


def _judge(rows, traces):
    """[(case, swing_v, swing_hz, solved)] in the order of rows; keeps the traces of the slowest on the weak feeder."""
    found = {}
    for key in sorted({(case.feeder, case.end_s) for case in rows}):
        batch = [case for case in rows if (case.feeder, case.end_s) == key]
        runs = simulate(batch)
        last = runs.time_s >= key[1] - JUDGED_S
        swing_v = np.ptp(runs.v_v[last], axis=0).max(axis=1)
        swing_hz = np.ptp(runs.f_hz[last], axis=0)
        for number, case in enumerate(batch):
            found[id(case)] = (case, float(swing_v[number]), float(swing_hz[number]), bool(runs.solved[number]))
            if case.feeder == "weak" and case.meter_delay_s == cases.METER_DELAYS_S[-1] and case.path_s != 0.0:
                traces[case.name] = (runs.time_s, runs.v_v[:, number, -1], runs.f_hz[:, number])
    return [found[id(case)] for case in rows]


def _run_row(case, swing_v, swing_hz, solved):
    return {
        "case": case.name, "feeder": case.feeder, "meter_delay_s": case.meter_delay_s, "path_s": case.path_s,
        "volt_var_olrt_s": _rounded(case.sections.get("volt_var", {}).get("olrt_s")),
        "wape_tau_s": _rounded(case.sections["wape"].get("tau_s")), "droop_olrt_s": case.sections["droop"]["olrt_s"],
        "solved": solved, "swing_v": round(swing_v, 3), "swing_hz": round(swing_hz, 4),
        "is_cycle": not (swing_v < CYCLE_V and swing_hz < CYCLE_HZ),
    }


def _loop_row(probe, paper, measured):
    """One loop: margins on paper and measured, and whether they agree where both exist."""
    return {
        "loop": probe.name, "kind": probe.kind, "feeder": probe.case.feeder, "delay_s": round(probe.case.delay_s, 3),
        "path_s": probe.case.path_s, **probe.told,
        **{"%s_%s" % (field, where): _rounded(getattr(margins, field), 2)
           for where, margins in (("paper", paper), ("simulation", measured)) for field in Margins._fields[:2]},
        "agree": _is_near(paper.gain_db, measured.gain_db, TOLERANCE_DB, AMPLE_DB)
                 and _is_near(paper.phase_deg, measured.phase_deg, TOLERANCE_DEG),
    }


def _is_near(expected, found, tolerance, most=math.inf):
    if expected is None or found is None:
        return expected is found
    return abs(min(expected, most) - min(found, most)) <= tolerance


def _rounded(value, digits=3):
    return None if value is None else round(value, digits)


def _parameters():
    return {
        "feeder": "ieee13-415", "stations": list(STATIONS), "s_max_va": S_MAX_VA, "s_short_va": dict(FEEDERS),
        "load_level": [cases.LEVEL, cases.LEVEL_AFTER], "beyond_meter_s": BEYOND_METER_S,
        "area": AREA._asdict() | {"stages": []}, "lost_mw": cases.LOST_MW, "chargers_a_station": FLEET,
        "fleet_mw": round(fleet_mw(1.0), 1), "wape_loop_gain_assumed": cases.WAPE_GAIN,
        "volt_var_sensitivity_assumed_pu": cases.SENSITIVITY_PU, "judged_s": JUDGED_S, "cycle_v": CYCLE_V,
        "cycle_hz": CYCLE_HZ, "tolerance_db": TOLERANCE_DB, "tolerance_deg": TOLERANCE_DEG, "ample_db": AMPLE_DB,
        "gain_margin_min_db": GAIN_MARGIN_MIN_DB, "phase_margin_min_deg": PHASE_MARGIN_MIN_DEG,
    }
