"""One event with one fleet: area and gateways stepped together, or the fleet alone on a recorded frequency.

Not its job: figures, words. Time 0 is the event's.
Source: ours. The fleet's power of one 20 ms step acts on the area in the next.
"""

from typing import NamedTuple

import numpy as np

from host_sim.grid_frequency import fleet as fleets
from host_sim.grid_frequency.swing import Swing

STEP_MS = fleets.PLANT_STEP_MS


class Run(NamedTuple):
    """What happened, arrays of one length; powers in MW are changes against the balance before the event."""

    t_s: np.ndarray
    f_hz: np.ndarray
    fleet_mw: np.ndarray       # + raises the frequency
    governor_mw: np.ndarray
    shed_mw: np.ndarray
    lost_mw: np.ndarray        # given, or inferred from a recording
    shown_w: dict              # name -> power of a single charger, + discharging
    base_mw: float             # what the fleet did before, + discharging
    tripped: dict              # stage name -> t, s
    why: dict                  # name -> what that charger's gateway said at the lowest frequency


def times_s(event):
    """Times of the samples of an event, s."""
    return np.arange(round(event.begin_s * 1000), round(event.end_s * 1000) + 1, STEP_MS) / 1000


def follow(event, fleet, f_hz):
    """The fleet on a given frequency, which it can't change. f_hz: one value a sample of times_s."""
    return _record(event, fleet, lambda place, fleet_mw: (f_hz[place], 0.0, 0.0, 0.0), {})


def simulate(event, fleet, *, imbalance_mw=None, f_begin_hz=None):
    """Area and fleet together. fleet None: an area without it. imbalance_mw: given instead of the event's changes,
    one value a step."""
    swing = Swing(event.grid, event.changes, f_begin_hz)
    swing.now_ms = round(event.begin_s * 1000)

    def step(place, fleet_mw):
        if place > 0:
            given_mw = 0.0 if imbalance_mw is None else imbalance_mw[place - 1]
            swing.step(STEP_MS, fleet_mw + given_mw)
        lost_mw = swing.lost_mw(swing.now_ms / 1000) if imbalance_mw is None else imbalance_mw[max(0, place - 1)]
        return swing.f_hz, swing.p_governor_mw, swing.p_shed_mw, lost_mw

    return _record(event, fleet, step, swing.tripped)


def _record(event, fleet, area, tripped):
    """Steps area and fleet through all samples. area: (place, fleet power MW) -> (f, governor, shed, lost)."""
    t_s = times_s(event)
    rows = np.zeros((5, len(t_s)))
    names = [] if fleet is None else [name for name, _ in fleet.shown]
    shown_w = np.zeros((len(names), len(t_s)))
    fleet_mw, lowest_hz, why = 0.0, event.grid.f_nom_hz, {}
    for place in range(len(t_s)):
        f_hz, *others = area(place, fleet_mw)
        if fleet is not None:
            fleet_mw = fleet.step(f_hz)
            shown_w[:, place] = fleet.powers_w()
            if f_hz < lowest_hz - 0.01:
                lowest_hz, why = f_hz, fleet.why()
        rows[:, place] = f_hz, fleet_mw, *others
    base_mw = 0.0 if fleet is None else fleet.base_w * fleet.count / 1e6
    return Run(t_s, *rows, dict(zip(names, shown_w)), base_mw, dict(tripped), why)
