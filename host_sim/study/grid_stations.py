"""Six stations on the feeder and in an area, each with the firmware's own controller at its registers, tick by tick.

A tick: converters move, the feeder answers, the gateways read what the meter saw `meter_delay_s` ago and write their
setpoints. Every station stands for `fleet` chargers of the area; a station and its gateway know nothing of that.
Not its job: which cases are run (grid_stability.py), what the loop is on paper (grid_loops.py), single registers and
wires (world.py).
Source: ours. Power flow of host_sim/feeder, mass and governors of host_sim/grid_frequency, controller of world_direct.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from host_sim.feeder.ieee13_415 import V_BASE_LN_V, ieee13_415
from host_sim.feeder.powerflow import PowerFlow
from host_sim.feeder.source import behind_source
from host_sim.grid_frequency.swing import Change, Grid, Swing
from host_sim.plant.devices import make_device
from host_sim.study.grid_dispatch import Dispatch
from host_sim.study.wape_static import STATIONS, by_phase
from host_sim.world_direct import DirectGateway

TICK_MS = 100
TICK_S = TICK_MS / 1000
SWING_MS = 20
F_NOM_HZ = 50.0
P_RATED_W, S_MAX_VA = 6000, 7360
PROFILE, LINK, UNIT = "sim-four-quadrant", "cabinet", 1
LAG_S = 0.06              # of its inverter
BEYOND_METER_S = 0.2      # what the firmware plans beyond the meter's window: tick, bus, inverter
DEAD_TICKS = 2            # and what passes here: the tick that decides, the tick that begins to follow
# The gateway's own profile says 20 ms; a slower meter stands in front of it.
FEEDERS = {"stiff": 10e6, "weak": 1e6}   # short-circuit power at the substation, VA
STORAGE = {"soc_pct": 50, "capacity_wh": 400_000}   # nobody is full or empty before the run ends

AREA = Grid(
    f_nom_hz=F_NOM_HZ, e_kinetic_mws=6_000.0, load_mw=2_000.0, damping_pct_per_hz=1.0, governor_mw_per_hz=200.0,
    reserve_mw=150.0, governor_s=0.2, turbine_s=2.0,
)
STIFFNESS_MW_PER_HZ = AREA.damping_mw_per_hz + AREA.governor_mw_per_hz
FLEET = 8_000             # chargers each station stands for: together 288 MW, 14 % of the load


class Case(NamedTuple):
    """One run. Times in s; what is None is left out."""

    name: str
    sections: dict                # grid-code and WAPE sections of the site configuration, q_mode under "grid"
    feeder: str                   # key of FEEDERS
    meter_delay_s: float
    path_s: float | None = None   # from the supervisor to the gateways; None: no supervisor
    restore_s: float = 10.0       # what the supervisor takes to restore the frequency
    p_base_w: float = -3000.0     # what a station does when nobody wants otherwise
    level: float = 0.0085         # part of the feeder's published load
    level_after: float | None = None   # from the disturbance on
    lost_mw: float | None = None       # lost in the area at the disturbance; None: the area stays at its frequency
    disturbed_s: float = 30.0
    end_s: float = 150.0
    gain: tuple = (1.0, 1.0)      # multiplies what stations do to the feeder and to the area after the disturbance
    inject_v: object = None       # (T, 6) added to the line voltage the meters see, V
    inject_hz: object = None      # (T,) added to the frequency they see, Hz
    inject_room_hz: object = None   # (T,) added to the frequency the supervisor sees, Hz

    @property
    def delay_s(self):
        """Dead time the firmware reckons with, s."""
        return self.meter_delay_s + BEYOND_METER_S


class Runs(NamedTuple):
    """time_s (T,); v_v mean line volts, p_w, q_var (T, B, 6); f_hz (T, B); solved (B,): the feeder had a solution."""

    cases: tuple
    time_s: np.ndarray
    v_v: np.ndarray
    p_w: np.ndarray
    q_var: np.ndarray
    f_hz: np.ndarray
    solved: np.ndarray


def feeder(name, level):
    """The 415 V feeder behind its grid. name: key of FEEDERS; level: part of the published load."""
    return behind_source(ieee13_415(level), FEEDERS[name])


def simulate(cases):
    """`Runs` of cases on one feeder, of one length."""
    solver = PowerFlow(feeder(cases[0].feeder, 1.0), STATIONS)
    plants = [CasePlant(case) for case in cases]
    n_ticks = round(cases[0].end_s / TICK_S)
    shape = (n_ticks, len(cases), len(STATIONS))
    v_v, p_w, q_var, f_hz = np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape[:2])
    solved, flow = np.ones(len(cases), dtype=bool), None
    for tick in range(n_ticks):
        for number, plant in enumerate(plants):
            p_w[tick, number], q_var[tick, number] = plant.move(tick)
            f_hz[tick, number] = plant.f_hz
        given = np.array([plant.given for plant in plants])
        flow = solver.solve([plant.level(tick) for plant in plants], by_phase(given[:, 0]), by_phase(given[:, 1]),
                            None if flow is None else flow.v_pu)
        solved &= flow.converged
        v_v[tick] = np.stack([solver.v_ll_mean_v(bus, flow) for bus in STATIONS], axis=1)
        for number, plant in enumerate(plants):
            plant.decide(tick, v_v[tick, number])
    return Runs(tuple(cases), np.arange(n_ticks) * TICK_S, v_v, p_w, q_var, f_hz, solved)


class CasePlant:
    """Chargers, gateways, area and supervisor of one case. given: (2, 6) W and var that reach the feeder."""

    def __init__(self, case):
        self.case = case
        self.f_hz = F_NOM_HZ
        self.given = np.zeros((2, len(STATIONS)))
        self._before = None          # (2, 6) powers at the disturbance
        self._swing = Swing(AREA, () if case.lost_mw is None else (Change("loss", 0.0, -case.lost_mw),))
        self._seen = deque(maxlen=1 + round(case.meter_delay_s / TICK_S))
        self._dispatch = None if case.path_s is None else Dispatch(
            case.path_s, case.p_base_w, fleet_mw=fleet_mw(1.0), stiffness_mw_per_hz=STIFFNESS_MW_PER_HZ,
            restore_s=case.restore_s)
        self._devices = [make_device(PROFILE, storage=dict(STORAGE)) for _ in STATIONS]
        for device in self._devices:
            device.step(0, 0, (V_BASE_LN_V,) * 3, F_NOM_HZ)
        self._gateways = [self._gateway(device) for device in self._devices]

    def level(self, tick):
        """Load level of this tick."""
        case = self.case
        return case.level if case.level_after is None or tick * TICK_S < case.disturbed_s else case.level_after

    def move(self, tick):
        """Converters follow their setpoints, the area their power; (p_w, q_var) of the stations."""
        now_ms = (tick + 1) * TICK_MS
        v_v, seen_hz = self._seen[0] if self._seen else ((V_BASE_LN_V * 3**0.5,) * len(STATIONS), F_NOM_HZ)
        for device, line_v in zip(self._devices, v_v):
            device.step(now_ms, TICK_MS, (line_v / 3**0.5,) * 3, seen_hz)
        own = np.array([[device.p_w for device in self._devices], [device.q_var for device in self._devices]])
        self.given = own
        if tick * TICK_S >= self.case.disturbed_s:
            if self._before is None:
                self._before = own
            change = own - self._before
            self.given = self._before + self.case.gain[0] * change
            if self.case.lost_mw is not None:
                extra_mw = fleet_mw(self.case.gain[1] * float(change[0].mean()) / P_RATED_W)
                for _ in range(TICK_MS // SWING_MS):
                    self.f_hz = self._swing.step(SWING_MS, extra_mw)
        return own

    def decide(self, tick, v_v):
        """Meters see the voltages of this tick and the gateways what the meters said some time ago."""
        case, now_ms = self.case, (tick + 1) * TICK_MS
        seen_hz = self.f_hz
        if case.inject_v is not None:
            v_v = v_v + case.inject_v[tick]
        if case.inject_hz is not None:
            seen_hz += case.inject_hz[tick]
        self._seen.append((v_v.tolist(), seen_hz))
        room_hz = self.f_hz - F_NOM_HZ + (0.0 if case.inject_room_hz is None else case.inject_room_hz[tick])
        commands = () if self._dispatch is None else self._dispatch.step(now_ms, room_hz)
        for gateway in self._gateways:
            gateway.step(now_ms, commands)

    def _gateway(self, device):
        gateway = DirectGateway(site_document(self.case), {(LINK, UNIT): device.bank})
        gateway.state.ders[0].view.loop_delay_s = self.case.delay_s
        return gateway


def fleet_mw(share):
    """Power of all chargers the stations stand for at a share of their W rating, MW."""
    return share * P_RATED_W * FLEET * len(STATIONS) / 1e6


def site_document(case):
    """Site configuration of one station."""
    document = {
        "gateway": {"id": "gw-study", "mode": "control", "tick_ms": TICK_MS},
        "vpp": {"enabled": False},
        "control": {"p_default_w": case.p_base_w},
        "bus": [{"name": LINK, "host": "simulated", "port": 1}],
        "evse": [{"name": "ev", "profile": PROFILE, "bus": LINK, "unit": UNIT, "v2g_consent": True,
                  "p_charge_max_w": P_RATED_W, "p_discharge_max_w": P_RATED_W, "s_max_va": S_MAX_VA}],
    }
    for name, values in case.sections.items():
        document[name] = dict(values)
    document.setdefault("grid", {}).update({"f_nom_hz": F_NOM_HZ, "v_nom_ln_v": round(V_BASE_LN_V, 4)})
    return document
