"""Voltage stability margin of the feeder, from telemetry: the supervisor's own model, fed with what stations report.

Not its job: the truth (the simulated feeder knows it; a test compares), acting on it.
Source: host_sim/feeder/vsm.py. Loads between the stations are not metered: all are scaled by the median ratio of
metered to published load (each at its own voltage), which is how an operator with few meters would estimate them.
"""

import statistics

import numpy as np

from host_sim.feeder.powerflow import PowerFlow
from host_sim.feeder.vsm import vsm


EXPONENT = {"pq": 0, "i": 1, "z": 2}    # how a load's power follows the voltage


class StabilityModel:
    """Feeder model with one injection per station bus."""

    def __init__(self, network, buses):
        """network: at load level 1. buses: those with stations."""
        self._flow = PowerFlow(network, injection_buses=buses)
        self._loads = {bus: [load for load in network.loads if load.bus == bus] for bus in buses}
        self._start = None

    def margin(self, now_ms, states):
        """(clipped, plain) margin, or None while a station's power is unknown or nothing says the load level."""
        injections = {}
        ratios = []
        for state in states:
            bus = state.station.bus
            devices = [state.station.evse] + ([state.station.bes] if state.station.bes else [])
            p_w = [state.value(now_ms, device, "p_w") for device in devices]
            q_var = [state.value(now_ms, device, "q_var") for device in devices]
            if None in p_w or None in q_var:
                return None
            injections[bus] = (sum(p_w) + (state.site(now_ms, "pv_w") or 0), sum(q_var))
            load_w = state.site(now_ms, "load_w")
            v_pu = state.ev(now_ms, "v_mean_pu")
            if load_w is not None and v_pu is not None and self._loads[bus]:
                ratios.append(load_w / sum(load.p_w * v_pu ** EXPONENT[load.model] for load in self._loads[bus]))
        if not ratios:
            return None
        return self._solve(statistics.median(ratios), injections)

    def _solve(self, level, injections):
        rows = [injections.get(bus, (0, 0)) for bus in self._flow.injection_buses]
        p_w = np.array([[p / 3] * 3 for p, _ in rows])
        q_var = np.array([[q / 3] * 3 for _, q in rows])
        flow = self._flow.solve(load_scale=level, p_inj_w=p_w, q_inj_var=q_var, v_start=self._start)
        if not flow.converged[0]:
            self._start = None
            return None
        self._start = flow.v_pu[0]
        network = self._flow.net
        return round(float(vsm(network, flow.v_pu)[0]), 6), round(float(vsm(network, flow.v_pu, clipped=False)[0]), 6)
