"""The 415 V feeder with everything that hangs on it: households, chargers, PV, batteries, meters; one step at a time.

Not its job: registers on a wire (modbus_server.py, the virtual world), control, wall time.
Source: DESIGN of the devices in host_sim/plant, power flow in host_sim/feeder. Within a step the devices act on the
voltage of the step before; loads answer to voltage as their type says.
"""

import numpy as np

from host_sim.feeder.ieee13_415 import STRESS_LOAD_LEVEL, bus_totals, ieee13_415
from host_sim.feeder.powerflow import PowerFlow
from host_sim.feeder.vsm import vsm
from host_sim.plant.devices import make_device
from host_sim.scenarios.model import FIXED_RATE, window_series
from host_sim.scenarios.parameters import (
    BES_AT, BUSES, CHARGER_AT, METER_AT, P_CHARGE_W, PLANT_STEP_MS, PV_AT, PV_RATED_W,
)

F_NOM_HZ = 50.0
SOC_PCT = 50
ARRIVING_SOC_PCT = 80
EXPONENT = {"pq": 0, "i": 1, "z": 2}    # how a load's power follows the voltage


class StationPlant:
    """Devices of one station and its household."""

    def __init__(self, bus, scenario):
        arrives = bus in dict((bus, t_s) for t_s, bus in scenario.arrivals)
        self.bus = bus
        storage = {"soc_pct": ARRIVING_SOC_PCT if arrives else SOC_PCT, "capacity_wh": scenario.capacity_wh}
        self.charger = make_device("sim-four-quadrant", plugged=bus in scenario.plugged, storage=storage)
        self.meter = make_device("eastron-sdm630")
        self.pv = self.bes = None
        if bus in scenario.pv_w:
            series = window_series(scenario.pv_w[bus], scenario.settle_s, 1 / PV_RATED_W)
            self.pv = make_device("sim-pv", p_rated_w=PV_RATED_W, series=series)
        if bus in scenario.bes:
            self.bes = make_device("sim-bes")
        self.sources = [device for device in (self.charger, self.pv, self.bes) if device is not None]
        self.v_ln_v = (0.0, 0.0, 0.0)
        self.load_w = (0.0, 0.0, 0.0)
        self._loads = [(model, p_w / 3, q_var / 3) for name, model, p_w, q_var in bus_totals() if name == bus]
        if scenario.control == FIXED_RATE:
            self.charger.show("owner", 1)
            self.charger.written("p_set_w", -P_CHARGE_W)

    def banks(self):
        """{(link, unit): RegisterBank} of what the station's gateway can reach."""
        placed = ((CHARGER_AT, self.charger), (PV_AT, self.pv), (BES_AT, self.bes), (METER_AT, self.meter))
        return {place: device.bank for place, device in placed if device is not None}

    def injection(self):
        """(W by phase, var by phase) of all sources together."""
        p_w = [sum(device.p_inj_w[phase] for device in self.sources) for phase in range(3)]
        q_var = [sum(device.q_inj_var[phase] for device in self.sources) for phase in range(3)]
        return p_w, q_var

    def observe(self, level, v_nom_ln_v):
        """Household load at this voltage, and what then flows through the meter."""
        p_w, q_var = self.injection()
        load_w, load_var = [0.0] * 3, [0.0] * 3
        for phase in range(3):
            v_pu = self.v_ln_v[phase] / v_nom_ln_v
            for model, share_w, share_var in self._loads:
                factor = level * v_pu ** EXPONENT[model]
                load_w[phase] += share_w * factor
                load_var[phase] += share_var * factor
        self.load_w = tuple(load_w)
        self.meter.observe(tuple(p_w[i] - load_w[i] for i in range(3)), tuple(q_var[i] - load_var[i] for i in range(3)))


class FeederPlant:
    """Feeder and stations of a scenario. Times are simulated ms since its start; t = 0 s is at settle_s."""

    def __init__(self, scenario, buses=BUSES):
        self.scenario = scenario
        self.stations = {bus: StationPlant(bus, scenario) for bus in buses}
        self.now_ms = 0
        self.collapsed_steps = 0      # steps whose power flow had no solution; the voltages of before stay
        self._net = ieee13_415(STRESS_LOAD_LEVEL)
        self._flow = PowerFlow(self._net, injection_buses=buses)
        self._level = window_series(scenario.load_level, scenario.settle_s)
        self._arrivals = sorted((round((scenario.settle_s + t_s) * 1000), bus) for t_s, bus in scenario.arrivals)
        self._v_nom_ln_v = self._net.bus(self._net.source_bus).v_base_ln_v
        self._solved = None
        self._solve(0)
        for station in self.stations.values():
            self._measure(station, 0)

    def step(self, dt_ms=PLANT_STEP_MS):
        """One step: devices act, the flow is solved, meters see it."""
        self.now_ms += dt_ms
        while self._arrivals and self._arrivals[0][0] <= self.now_ms:
            self.stations[self._arrivals.pop(0)[1]].charger.plug()
        for station in self.stations.values():
            for device in station.sources:
                device.step(self.now_ms, dt_ms, station.v_ln_v, F_NOM_HZ)
        self._solve(self.now_ms)
        for station in self.stations.values():
            self._measure(station, dt_ms)

    @property
    def level(self):
        """Load level now, as a fraction of the published loads."""
        return self._level.at(self.now_ms)

    def margins(self):
        """(clipped, plain) voltage stability margin of the feeder as it truly is."""
        v_pu = self._solved.v_pu
        return float(vsm(self._net, v_pu)[0]), float(vsm(self._net, v_pu, clipped=False)[0])

    def sample(self):
        """{bus: values in the order of recording.QUANTITIES}: mean of the line voltages, then W and var."""
        found = {}
        for bus, station in self.stations.items():
            v_v = float(self._flow.v_ll_mean_v(bus, self._solved)[0])
            pv_w = station.pv.p_w if station.pv else 0.0
            bes_w, bes_var = (station.bes.p_w, station.bes.q_var) if station.bes else (0.0, 0.0)
            charger = station.charger
            found[bus] = (v_v, charger.p_w, charger.q_var, pv_w, bes_w, sum(station.load_w), bes_var)
        return found

    def _solve(self, now_ms):
        injected = [station.injection() for station in self.stations.values()]
        flow = self._flow.solve(
            load_scale=self._level.at(now_ms) / STRESS_LOAD_LEVEL, p_inj_w=np.array([p_w for p_w, _ in injected]),
            q_inj_var=np.array([q_var for _, q_var in injected]), v_start=self._solved.v_pu if self._solved else None,
        )
        if not flow.converged[0]:
            self.collapsed_steps += 1
            return
        self._solved = flow
        for bus, station in self.stations.items():
            station.v_ln_v = tuple(self._flow.v_ln_v(bus, flow)[0].tolist())

    def _measure(self, station, dt_ms):
        station.observe(self.level, self._v_nom_ln_v)
        station.meter.step(self.now_ms, dt_ms, station.v_ln_v, F_NOM_HZ)
