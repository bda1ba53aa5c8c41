"""One event, several fleets: what differs, as runs and as one record of numbers.

Not its job: the runs themselves (run.py), figures (figures.py), words (words.py).
Source: ours. All fleets of a study are the same people: mix, plugs, state of charge and noise come from one seed.
"""

from typing import NamedTuple

from host_sim.grid_frequency import events, measures, trace
from host_sim.grid_frequency.fleet import Fleet
from host_sim.grid_frequency.run import STEP_MS, follow, simulate, times_s
from host_sim.grid_frequency.swing import initial_rocof_hz_s, settled_hz
from host_sim.performance import records

WITHOUT, DROOP = "without", "droop"
LABELS = {WITHOUT: "without droop", DROOP: "with droop", "gb-dc": "Dynamic Containment"}
BANDS_HZ = (0.5, 0.2)      # statutory and operational limits of a 50 Hz system, below nominal
TOLERANCE_W = 210          # of the envelope of a service: 3 % of the rating
FIRST_S = 0.1              # the initial slope is taken over this much


class Study(NamedTuple):
    """runs: {variant: Run}. counterfactual: {inertia, MW s: Run} for a recorded event. record: JSON-able."""

    event: events.Event
    runs: dict
    counterfactual: dict
    recorded: trace.Trace | None
    record: dict


def study(event, count, droop, *, seed=1, note=lambda text: None):
    """Runs an event with `count` chargers. droop: values of the parameter section `droop`. note: told what begins."""
    recorded = trace.read() if event.kind == events.RECORDED else None
    given_hz = None if recorded is None else recorded.frequency_hz(times_s(event) + recorded.at_s(events.IBERIA_ZERO))
    runs, scores, contract_mw = {}, {}, {}
    for variant in (WITHOUT, DROOP) + event.services:
        note(LABELS[variant])
        fleet = Fleet(count, event, droop if variant == DROOP else None, seed=seed,
                      service=variant if variant in event.services else None)
        runs[variant] = simulate(event, fleet) if recorded is None else follow(event, fleet, given_hz)
        scores[variant] = _scores(fleet, event.grid.f_nom_hz)
        contract_mw[variant] = fleet.contract_mw
    counterfactual = {} if recorded is None else _counterfactual(event, count, droop, given_hz, seed)
    record = {
        "schema": 1, "event": event.name, "title": event.title, "kind": event.kind, "fleet": count,
        "gateways": event.gateways, "chargers_per_gateway": count / event.gateways, "seed": seed,
        "base_mw": runs[DROOP].base_mw, "droop": dict(droop), "what": event.what, "assumed": event.assumed,
        "runs": [{**_row(variant, run), "has_stages": bool(event.grid.stages), "scores": scores[variant],
                  "contract_mw": contract_mw[variant]}
                 for variant, run in runs.items()],
        "counterfactual": [{"e_kinetic_gws": inertia_mws / 1000, **_counterfactual_row(run, runs[WITHOUT])}
                           for inertia_mws, run in counterfactual.items()],
        "closed_forms": _closed_forms(event, runs[WITHOUT]),
    }
    return Study(event, runs, counterfactual, recorded, record)


def _counterfactual(event, count, droop, given_hz, seed):
    """The area that would have followed the recording, with the fleet added, for each inertia."""
    runs = {}
    for factor in events.INERTIA_FACTORS:
        grid = event.grid._replace(e_kinetic_mws=event.grid.e_kinetic_mws * factor)
        imbalance_mw = trace.imbalance_mw(grid, given_hz, STEP_MS)
        fleet = Fleet(count, event, droop, seed=seed)
        runs[grid.e_kinetic_mws] = simulate(event._replace(grid=grid), fleet, imbalance_mw=imbalance_mw,
                                            f_begin_hz=given_hz[0])
    return runs


def _scores(fleet, f_nom_hz):
    """What the performance records of the shown chargers come to; [] without a service."""
    rows = []
    for name, station in fleet.shown:
        if station.contract is None or not station.gateway.batches:
            continue
        found = records.score(records.series(station.gateway.batches), station.contract[:2], f_nom_hz, TOLERANCE_W)
        delivery = found.delivery
        rows.append({
            "charger": name, "contract_up_w": station.contract[0], "contract_down_w": station.contract[1],
            "delivered_share": delivery.delivered_share, "within_share": delivery.within_share, "worst_w": delivery.worst_w,
            "required_wh": delivery.required_wh, "delivered_wh": delivery.delivered_wh, "curve_off_w": found.curve_w,
            "batches_missing": found.missing,
        })
    return rows


def _row(variant, run):
    lowest_hz, at_s = measures.nadir(run.t_s, run.f_hz)
    nominal_hz = round(float(run.f_hz[0]))
    return {
        "variant": variant, "label": LABELS[variant], "nadir_hz": lowest_hz, "nadir_s": at_s,
        "steepest_hz_s": measures.steepest_hz_s(run.t_s, run.f_hz),
        "recovered_s": {"%.1f" % (nominal_hz - band_hz): measures.recovered_s(run.t_s, run.f_hz, nominal_hz - band_hz)
                        for band_hz in BANDS_HZ},
        "end_hz": float(run.f_hz[-1]),
        "tripped_s": run.tripped, "shed_mw": float(run.shed_mw[-1]),
        "fleet_peak_mw": float(run.fleet_mw.max()), "fleet_end_mw": float(run.fleet_mw[-1]),
        "given_mwh": measures.energy_mwh(run.t_s, run.fleet_mw), "why": run.why,
    }


def _counterfactual_row(run, recorded):
    reached_hz = float(recorded.f_hz[-1])
    return {
        "end_hz": float(run.f_hz[-1]), "recorded_end_hz": reached_hz, "gained_hz": float(run.f_hz[-1]) - reached_hz,
        "imbalance_mw": float(run.lost_mw.min()), "fleet_peak_mw": float(run.fleet_mw.max()),
        "steepest_hz_s": measures.steepest_hz_s(run.t_s, run.f_hz),
    }


def _closed_forms(event, run):
    """What the swing equation says on paper beside what the model did; [] where the loss is no single step."""
    if len(event.changes) != 1:
        return []
    p_mw = event.changes[0].p_mw
    begin = int((run.t_s <= 0).nonzero()[0][-1])
    first = begin + round(FIRST_S * 1000 / STEP_MS)
    slope_hz_s = float((run.f_hz[first] - run.f_hz[begin]) / FIRST_S)
    return [
        {"what": "initial slope, ΔP f / (2 H S), Hz/s", "expected": initial_rocof_hz_s(event.grid, p_mw),
         "modelled": slope_hz_s},
        {"what": "final deviation, ΔP / (D + 1/R), Hz", "expected": settled_hz(event.grid, p_mw),
         "modelled": float(run.f_hz[-1]) - event.grid.f_nom_hz},
    ]
