"""One frequency for a whole synchronous area: inertia, load damping, governors, and shedding by frequency.

Not its job: where in the grid something happens (one mass, no lines, no voltage), what a fleet does (fleet.py).
Source: the aggregated swing equation, Kundur, "Power System Stability and Control", 11.1:
  (2 E_k / f_nom) df/dt = P_lost + P_governor + P_shed + P_extra - D (f - f_nom),   E_k = H S.
All powers are changes against the balance before the event, MW, positive when they raise the frequency.
"""

import math
from typing import NamedTuple

F_ROUND_DIGITS = 12   # Hz; state that feeds the next step is cut so that every machine computes the same


class Stage(NamedTuple):
    """What disconnects for good once the frequency has been below a threshold for some time."""

    name: str
    f_hz: float
    delay_s: float
    p_mw: float        # > 0: load shed; < 0: generation lost


class Change(NamedTuple):
    """A change of the balance at a given time, whatever the frequency does."""

    name: str
    t_s: float
    p_mw: float        # < 0: generation lost
    ramp_s: float = 0.0


class Grid(NamedTuple):
    """A synchronous area. The governors see f - f_nom outside their deadband, K = 1/R, and give no more than the reserve."""

    f_nom_hz: float
    e_kinetic_mws: float          # H S, MW s
    load_mw: float
    damping_pct_per_hz: float     # load relief: change of load in % of it per Hz
    governor_mw_per_hz: float     # 1/R
    reserve_mw: float             # the governors give at most so much
    governor_s: float             # lag of the governor's valve
    turbine_s: float              # lag of what it moves
    deadband_hz: float = 0.0
    down_mw: float | None = None  # how far they can lower; None: as far as they can raise
    stages: tuple = ()

    @property
    def damping_mw_per_hz(self):
        """D, MW/Hz."""
        return self.load_mw * self.damping_pct_per_hz / 100

    @property
    def mass_mw_s_per_hz(self):
        """2 E_k / f_nom: the imbalance that moves the frequency by 1 Hz/s, MW."""
        return 2 * self.e_kinetic_mws / self.f_nom_hz


def initial_rocof_hz_s(grid, p_mw):
    """df/dt right after a change of the balance, Hz/s: p f_nom / (2 E_k)."""
    return p_mw / grid.mass_mw_s_per_hz


def settled_hz(grid, p_mw):
    """Deviation from f_nom that a lasting change ends at, Hz: p / (D + 1/R), with deadband and reserve, no stages."""
    damping = grid.damping_mw_per_hz
    if abs(p_mw) <= damping * grid.deadband_hz:
        return p_mw / damping
    beyond = (abs(p_mw) + grid.governor_mw_per_hz * grid.deadband_hz) / (damping + grid.governor_mw_per_hz)
    most_mw = grid.reserve_mw if p_mw < 0 or grid.down_mw is None else grid.down_mw
    if grid.governor_mw_per_hz * (beyond - grid.deadband_hz) > most_mw:
        beyond = (abs(p_mw) - most_mw) / damping
    return math.copysign(beyond, p_mw)


class Swing:
    """The area in time. `step` advances it; state is what its attributes say."""

    def __init__(self, grid, changes=(), f_hz=None):
        """grid: Grid. changes: Change rows, in any order. f_hz: where it begins; None: f_nom."""
        self.grid = grid
        self.now_ms = 0
        self.f_hz = grid.f_nom_hz if f_hz is None else f_hz
        self.p_governor_mw = 0.0
        self.p_shed_mw = 0.0                      # of all stages so far
        self.tripped = {}                         # stage name -> time it acted, s
        self._changes = tuple(changes)
        self._valve_mw = 0.0
        self._below_ms = [0] * len(grid.stages)

    def lost_mw(self, t_s):
        """The given changes in force at a time, MW."""
        total_mw = 0.0
        for change in self._changes:
            if t_s >= change.t_s:
                share = 1.0 if change.ramp_s <= 0 else min(1.0, (t_s - change.t_s) / change.ramp_s)
                total_mw += change.p_mw * share
        return total_mw

    def step(self, dt_ms, p_extra_mw=0.0):
        """Advances by dt_ms; p_extra_mw: what somebody else adds, here a fleet. Returns the frequency, Hz."""
        grid = self.grid
        dt_s = dt_ms / 1000
        self._govern(dt_s)
        p_mw = self.lost_mw(self.now_ms / 1000) + self.p_governor_mw + self.p_shed_mw + p_extra_mw
        self.f_hz = round(grid.f_nom_hz + _relax(self.f_hz - grid.f_nom_hz, p_mw, grid, dt_s), F_ROUND_DIGITS)
        self.now_ms += dt_ms
        self._watch_stages(dt_ms)
        return self.f_hz

    def _govern(self, dt_s):
        grid = self.grid
        deviation_hz = self.f_hz - grid.f_nom_hz
        beyond_hz = math.copysign(max(0.0, abs(deviation_hz) - grid.deadband_hz), deviation_hz)
        down_mw = grid.reserve_mw if grid.down_mw is None else grid.down_mw
        wanted_mw = min(max(-grid.governor_mw_per_hz * beyond_hz, -down_mw), grid.reserve_mw)
        self._valve_mw = _follow(self._valve_mw, wanted_mw, grid.governor_s, dt_s)
        self.p_governor_mw = _follow(self.p_governor_mw, self._valve_mw, grid.turbine_s, dt_s)

    def _watch_stages(self, dt_ms):
        for number, stage in enumerate(self.grid.stages):
            if stage.name in self.tripped:
                continue
            self._below_ms[number] = self._below_ms[number] + dt_ms if self.f_hz < stage.f_hz else 0
            if self.f_hz < stage.f_hz and self._below_ms[number] > stage.delay_s * 1000:
                self.tripped[stage.name] = self.now_ms / 1000
                self.p_shed_mw += stage.p_mw


def power_between_mw(grid, from_hz, to_hz, dt_ms):
    """The power that, held for dt_ms, brings the area from one frequency to another, MW: the step of Swing backwards."""
    dt_s = dt_ms / 1000
    start_hz, end_hz = from_hz - grid.f_nom_hz, to_hz - grid.f_nom_hz
    damping = grid.damping_mw_per_hz
    if damping == 0:
        return (end_hz - start_hz) / dt_s * grid.mass_mw_s_per_hz
    left = math.exp(-damping * dt_s / grid.mass_mw_s_per_hz)
    return damping * (end_hz - left * start_hz) / (1 - left)


def _relax(deviation_hz, p_mw, grid, dt_s):
    """The deviation one step on with p_mw held: the exact solution of the swing equation, so the step may be long."""
    damping = grid.damping_mw_per_hz
    if damping == 0:
        return deviation_hz + p_mw * dt_s / grid.mass_mw_s_per_hz
    end_hz = p_mw / damping
    return end_hz + (deviation_hz - end_hz) * math.exp(-damping * dt_s / grid.mass_mw_s_per_hz)


def _follow(present, target, lag_s, dt_s):
    """A first-order lag; 0 follows at once."""
    return target if lag_s <= 0 else present + (target - present) * (1 - math.exp(-dt_s / lag_s))
