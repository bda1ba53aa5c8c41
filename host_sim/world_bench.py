"""Bench of target `gateway`: a real Gateway on a setpoint-only inverter, Modbus wire and meter window in between.

Not its job: test steps (conformance/), feeder and supervisor (world.py).
Source: ours. The inverter hangs on an ideal, programmable source; terminals are measured at the plant. The gateway has
its own clock, starts as on a real machine, and gets settings as a site file: new settings are a new start, as for the
installer.
"""

from host_sim.conformance.harness import Refused
from host_sim.plant.devices import make_device
from host_sim.world_buyer import Buyer
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode
from host_sim.world_ports import VirtualClock, VirtualPorts
from host_sim.world_wires import ModbusWire

PROFILE = "sim-four-quadrant"
START_UNIX_MS = 1_793_000_000_000
LATENCY_MS = 1
LINK, UNIT = "charger", 1
GATEWAY = "gw-bench"
CAPACITY_WH = 2_000_000      # hours at full power leave the state of charge where it is
RAMP_PER_S = 50000           # W/s, var/s: no ramp of ours hides a response time
WISH_MIN = 1440
WATCHED_MS = 3000            # until a started gateway has to be in control
LOSSLESS = ()
Q_SECTIONS = ("volt_var", "watt_var", "cpf", "crp")    # of which a site file names the one that owns Q


class GatewayBench:
    """One case. See conformance/harness.py for the face."""

    fine_ms, coarse_ms, slow_ms = 20, 100, 200

    def __init__(self, code, eut, case):
        self._code, self._eut = code, eut
        self._settings = {}
        self._heap = EventHeap()
        self._v_ln_v, self._f_hz = (code.v_nom_ln_v,) * 3, code.f_nom_hz
        self._device = make_device(PROFILE, efficiency=LOSSLESS, storage={"capacity_wh": CAPACITY_WH})
        self._wire = ModbusWire(self._heap, LATENCY_MS, "bus:" + LINK, label=LINK, trace=lambda *_: None,
                                units={UNIT: self._device.bank})
        self._wires = {"bus:" + LINK: self._wire}
        self._buyer = None
        self._node = None
        self._p_pu = case.p_pu
        self.apply(case.settings)

    @property
    def now_ms(self):
        """Time of the bench."""
        return self._heap.now_ms

    def set_grid(self, v_pu, f_hz):
        """Ideal source from now on."""
        self._v_ln_v = tuple(self._code.v_nom_ln_v * phase_pu for phase_pu in v_pu)
        self._f_hz = f_hz

    def command(self, p_pu):
        """The household's wish: rank 8, below everything under test."""
        self._p_pu = p_pu
        wish = "discharge_now" if p_pu >= 0 else "charge_now"
        answer = self._node.ask({"wish": wish, "p_w": abs(p_pu) * self._eut.p_rated_w, "minutes": WISH_MIN})
        if "error" in answer:
            raise Refused(answer["error"])

    def apply(self, settings):
        """A changed site file: the gateway starts anew with it, the device goes on."""
        self._settings.update(settings)
        if "reserve.service" in settings:
            self._contract()
        if self._node is not None:
            self._node.crash()
        try:
            self._node = GatewayNode(self._heap, VirtualPorts(self._heap, START_UNIX_MS, "bench"), self._document(),
                                     self._wires, lambda node: None)
        except ValueError as refused:
            raise Refused(str(refused)) from None
        self._node.start()
        self.command(self._p_pu)

    def advance(self, dt_ms):
        """One step of the plant, and what the gateway does meanwhile."""
        end_ms = self._heap.now_ms + dt_ms
        self._device.step(end_ms, dt_ms, self._v_ln_v, self._f_hz)
        self._heap.run_until(end_ms)
        return self._device.p_w / self._eut.p_rated_w, self._device.q_var / self._eut.s_max_va

    def why(self):
        """What the gateway says it does, for people who look at a failed step."""
        return self._node.ask({"ask": "why"})["why"][0]["why"]

    def _contract(self):
        """Somebody buys a reserve service from now on; powers in pu of the W rating."""
        get, rated_w = self._settings.get, self._eut.p_rated_w
        contract = (get("reserve.service"),) + tuple(rated_w * get("reserve." + key) for key in ("up_pu", "down_pu", "base_pu"))
        self._buyer = Buyer(self._heap, VirtualClock(self._heap, START_UNIX_MS), GATEWAY, contract, LATENCY_MS)
        self._wires["vpp"] = self._buyer.wire

    def _document(self):
        eut = self._eut
        document = {
            "gateway": {"id": GATEWAY, "mode": "control"},
            "grid": {"code": self._code.name, "v_nom_ln_v": self._code.v_nom_ln_v, "f_nom_hz": self._code.f_nom_hz},
            "control": {"ramp_w_s": RAMP_PER_S, "ramp_var_s": RAMP_PER_S, "p_default_w": 0},
            "bus": [{"name": LINK, "host": "charger", "port": 502}],
            "evse": [{"name": "ev", "profile": PROFILE, "bus": LINK, "unit": UNIT, "p_charge_max_w": eut.p_rated_w,
                      "p_discharge_max_w": eut.p_rated_w, "s_max_va": eut.s_max_va, "phases": 3, "v2g_consent": True}],
        }
        if self._buyer:
            document["vpp"] = self._buyer.settings()
        idle = [mode for mode in Q_SECTIONS if mode != self._settings["grid.q_mode"]]
        for name, value in self._settings.items():
            section, key = name.split(".")
            if section not in idle and section != "reserve":
                document.setdefault(section, {})[key] = value
        if "volt_var" not in idle:
            document.setdefault("volt_var", {})["sensitivity_pu"] = 0   # an ideal source: no vars move it
        return document
