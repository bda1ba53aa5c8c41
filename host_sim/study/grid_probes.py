"""The loops of the study on paper and measured in the running simulation, and pairs of runs about their gain margins.

Not its job: closed forms (grid_loops.py), the measuring itself (loop_probe.py), the cases by the rules (grid_cases.py).
Source: ours. A loop is measured with the real controllers in it, closed, at the operating point of the case.
"""

from typing import Callable, NamedTuple

import numpy as np

from host_sim.study import grid_cases as cases
from host_sim.study import grid_loops as loops
from host_sim.study.grid_point import operating_point
from host_sim.study.grid_stations import (
    AREA, BEYOND_METER_S, DEAD_TICKS, F_NOM_HZ, LAG_S, STIFFNESS_MW_PER_HZ, TICK_S, Case, fleet_mw, simulate,
)
from host_sim.study.loop_gain import tau_min_s
from host_sim.study.loop_probe import measured_loop, multisine, tones

DROOP_PU = 0.05
DROOP_MW_PER_HZ = fleet_mw(1.0) / (F_NOM_HZ * DROOP_PU)
PATHS_S = (0.0, 1.0, 2.0)
WORSE = "weak"                      # the feeder of all loops; the voltage loops once more on the stiff one
STIFF_DELAYS_S = (0.5,)
VOLTAGE, FREQUENCY, DISPATCH = "voltage", "frequency", "dispatch"
# kind        amplitude of a tone  window s  whole run s
MEASURED = {
    VOLTAGE:   (0.1,                80.0,     110.0),   # V
    FREQUENCY: (0.03,               80.0,     150.0),   # Hz
    DISPATCH:  (0.008,              160.0,    200.0),   # Hz
}
TONE_MAX_RAD_S = {DISPATCH: 2.5}    # a control room that looks once a second sees none much faster
# What the meters see stays on one line of each law: the droop well beyond its edge, the supervisor inside it.
FREQUENCY_LOST_MW, FREQUENCY_DROOP_OLRT_S = 120.0, (1.0, 5.0)
BELOW, ABOVE = 0.8, 1.25            # parts of the gain margin that must settle, and must not: 2 dB to either side


class Probe(NamedTuple):
    """One loop: name, kind, case, what it is on paper, and numbers worth telling."""

    name: str
    kind: str
    case: Case
    loop: Callable
    told: dict
    shape: tuple      # (right, left) of the voltage mode

    def expected(self):
        """Margins on paper."""
        return loops.margins_of(self.loop)


def probes(meter_delays_s=cases.METER_DELAYS_S, paths_s=PATHS_S):
    """All loops: those of voltage and frequency at each meter delay, the supervisor's at each path."""
    return [*_voltage_probes(meter_delays_s), *_frequency_probes(meter_delays_s), *_dispatch_probes(paths_s)]


def measure(rows):
    """Margins measured in the simulation, one for each probe, with the largest error of gain, dB, and phase, degrees."""
    found = {}
    for key in sorted({(row.kind, row.case.feeder) for row in rows}):
        batch = [row for row in rows if (row.kind, row.case.feeder) == key]
        found.update(zip(map(id, batch), _measure_batch(key[0], batch)))
    return [found[id(row)] for row in rows]


def pairs():
    """(probe, gain multiple, Case) of runs a little below and above the gain margin of a voltage and a frequency loop."""
    found = []
    for name, meter_s in (("volt-var, steep", 0.5), ("droop, 1 s", 1.0)):
        probe = next(row for row in probes() if row.name == name and row.case.meter_delay_s == meter_s)
        limit = 10 ** (probe.expected().gain_db / 20)
        for share in (BELOW, ABOVE):
            if probe.kind == VOLTAGE:
                case = probe.case._replace(gain=(limit * share, 1.0), level_after=probe.case.level * 1.02, end_s=150.0)
            else:
                case = probe.case._replace(gain=(1.0, limit * share), lost_mw=cases.FEW_MW, end_s=150.0)
            found.append((probe, share, case))
    return found


def _voltage_probes(meter_delays_s):
    rows = (
        # name                     sections from the dead time                          charging W
        ("volt-var, category B",   lambda t: _volt_var(cases.CATEGORY_B, "category B", t), -3000.0),
        ("volt-var, steep",        lambda t: _volt_var(cases.STEEP, "steep", t),           -3000.0),
        ("WAPE",                   lambda t: _wape(t),                                     -6000.0),
    )
    places = [(WORSE, meter_s) for meter_s in meter_delays_s] + [("stiff", meter_s) for meter_s in STIFF_DELAYS_S]
    for name, make, p_base_w in rows:
        for feeder, meter_s in places:
            sections, tau_s, told = make(meter_s + BEYOND_METER_S)
            case = Case(name, sections, feeder, meter_s, p_base_w=p_base_w, level=cases.LEVEL, end_s=MEASURED[VOLTAGE][2])
            point = operating_point(case)
            station = _station(tau_s, meter_s)
            yield Probe(name, VOLTAGE, case, _bound(loops.voltage_loop, point.gain, station),
                        {"loop_gain": round(point.gain, 3), "tau_s": round(tau_s, 3), **told}, (point.right, point.left))


def _volt_var(curve, name, delay_s):
    olrt_s = cases.volt_var_olrt_s(cases.SLOPES_PU[name], delay_s)
    return cases.volt_var_sections(curve, olrt_s), loops.olrt_tau_s(olrt_s, delay_s), {"olrt_s": round(olrt_s, 3)}


def _wape(delay_s):
    tau_s = tau_min_s(cases.WAPE_GAIN, delay_s)
    return cases.wape_sections(tau_s), tau_s, {}


def _frequency_probes(meter_delays_s):
    for olrt_s in FREQUENCY_DROOP_OLRT_S:
        for meter_s in meter_delays_s:
            sections = cases.volt_var_sections(cases.CATEGORY_B, cases.CODE_OLRT_S, droop_olrt_s=olrt_s)
            case = Case("droop, %g s" % olrt_s, sections, WORSE, meter_s, level=0.006, lost_mw=FREQUENCY_LOST_MW,
                        end_s=MEASURED[FREQUENCY][2])
            tau_s = loops.olrt_tau_s(olrt_s, case.delay_s)
            station = _station(tau_s, meter_s)
            told = {"stiffness_mw_per_hz": round(DROOP_MW_PER_HZ, 3), "tau_s": round(tau_s, 3), "olrt_s": olrt_s,
                    "fleet_share": round(fleet_mw(1.0) / AREA.load_mw, 4),
                    "fleet_share_max": round(loops.fleet_share_max(DROOP_PU, AREA.e_kinetic_mws / AREA.load_mw, station), 4)}
            yield Probe(case.name, FREQUENCY, case, _bound(loops.frequency_loop, DROOP_MW_PER_HZ, station, AREA), told, ())


def _dispatch_probes(paths_s):
    for path_s in paths_s:
        sections = cases.volt_var_sections(cases.CATEGORY_B, cases.CODE_OLRT_S)
        case = Case("supervisor", sections, WORSE, 0.1, path_s=path_s, level=0.006, lost_mw=0.0, disturbed_s=10.0,
                    end_s=MEASURED[DISPATCH][2])
        station = loops.Station(0.0, 0, LAG_S, TICK_S)   # its word acts at once when it has arrived
        loop = _bound(loops.dispatch_loop, STIFFNESS_MW_PER_HZ / case.restore_s, path_s, station, AREA)
        yield Probe(case.name, DISPATCH, case, loop, {"restore_s": case.restore_s}, ())


def _measure_batch(kind, batch):
    amplitude, window_s, end_s = MEASURED[kind]
    time_s = np.arange(round(end_s / TICK_S)) * TICK_S
    asked, sent = [], []
    for probe in batch:
        w_rad_s = tones(probe.expected(), window_s)
        w_rad_s = w_rad_s[w_rad_s <= TONE_MAX_RAD_S.get(kind, np.inf)]
        asked.append(w_rad_s)
        sent.append(multisine(time_s, w_rad_s, amplitude))
    runs = simulate([_with(probe, signal) for probe, signal in zip(batch, sent)])
    for number, (probe, w_rad_s, signal) in enumerate(zip(batch, asked, sent)):
        returned = runs.v_v[:, number] @ probe.shape[1] if kind == VOLTAGE else runs.f_hz[:, number]
        values = measured_loop(time_s, w_rad_s, signal, returned, window_s)
        ratio = values / probe.loop(w_rad_s)
        yield (loops.margins_of_points(w_rad_s, values), float(np.abs(20 * np.log10(np.abs(ratio))).max()),
               float(np.abs(np.degrees(np.angle(ratio))).max()), w_rad_s, values)


def _with(probe, signal):
    """The probe's case with its signal added where this kind of loop is opened on paper."""
    if probe.kind == VOLTAGE:
        return probe.case._replace(inject_v=np.outer(signal, probe.shape[0]))
    return probe.case._replace(**{"inject_hz" if probe.kind == FREQUENCY else "inject_room_hz": signal})


def _station(tau_s, meter_s):
    return loops.Station(tau_s, round(meter_s / TICK_S) + DEAD_TICKS, LAG_S, TICK_S)


def _bound(function, *values):
    return lambda w_rad_s: function(w_rad_s, *values)
