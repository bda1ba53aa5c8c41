"""A vendor's own backup under the real gateway: its reserve is set, its island is seen, nothing is ordered in it."""

from host_sim.plant.devices import make_device, profile_named
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode
from host_sim.world_ports import VirtualPorts
from host_sim.world_wires import ModbusWire, WatchedBank

STEP_MS = 20
LOSS_MS, BACK_MS = 8000, 30000
ENTER_S = 10
RESERVE_PCT = 30
SITE = {
    "gateway": {"id": "gw-auto", "mode": "control"},
    "control": {"p_default_w": -3000, "ramp_w_s": 5000},
    "bus": [{"name": "lan", "host": "charger", "port": 502}],
    "evse": [{"name": "ev", "profile": "sim-v2h-auto", "bus": "lan", "unit": 1, "phases": 1, "v2g_consent": True,
              "p_charge_max_w": 7400, "p_discharge_max_w": 7400}],
    "backup": {"mode": "autonomous", "earthing": "MEN", "neutral_switched": False, "bond": False, "reserve_pct": RESERVE_PCT,
               "enter_service_delay_s": ENTER_S},
}


class Site:
    """One gateway, one charger, a grid that goes and comes."""

    def __init__(self, soc_pct=60, capacity_wh=60000):
        profile = profile_named("sim-v2h-auto")
        profile = dict(profile, emulate=dict(profile["emulate"], trip={"reconnect_s": 0.1}))
        self.charger = make_device(profile, storage={"soc_pct": soc_pct, "capacity_wh": capacity_wh})
        self.heap = EventHeap()
        self.bank = WatchedBank(self.charger.bank, self.heap)
        wire = ModbusWire(self.heap, 1, "bus:lan", label="lan", trace=lambda *_: None, units={1: self.bank})
        self.node = GatewayNode(self.heap, VirtualPorts(self.heap, 1_793_000_000_000, "auto"), SITE, {"bus:lan": wire},
                                lambda node: None)
        self.now_ms = 0
        self.charger.step(0, STEP_MS, (230.0,) * 3, 50.0)
        self.node.start()

    def run(self, until_ms):
        while self.now_ms < until_ms:
            self.now_ms += STEP_MS
            self.heap.run_until(self.now_ms)
            is_dead = LOSS_MS <= self.now_ms < BACK_MS
            self.charger.step(self.now_ms, STEP_MS, (0.0 if is_dead else 230.0,) * 3, 50.0)
        return self

    def state(self):
        return self.node.gateway.state.backup.run.state


def test_the_island_is_the_vendors_and_the_gateway_waits_after_it():
    site = Site().run(LOSS_MS - STEP_MS)
    assert site.charger.bank.get("reserve_pct") == RESERVE_PCT and site.charger.p_w < -2500
    site.run(LOSS_MS + 2000)
    assert site.charger.is_island and site.state() == "islanded"
    assert site.node.ask({"ask": "why"})["why"], "somebody asks, and is told"
    before_w = site.charger.bank.get("p_set_w")
    site.run(BACK_MS)
    assert site.charger.bank.get("p_set_w") == before_w, "an island takes no setpoint"
    assert site.charger.p_w == site.charger.p_house_w
    site.run(BACK_MS + 6000)
    back_ms = site.now_ms
    assert not site.charger.is_island and site.state() == "entering_service"
    site.run(back_ms + (ENTER_S - 3) * 1000)
    assert abs(site.charger.inverter.p_w) < 1, "the vehicle's power waits for its delay"
    site.run(back_ms + (ENTER_S + 5) * 1000)
    assert site.state() == "on_grid" and site.charger.inverter.p_w < -2500


def test_the_vendors_island_ends_at_the_reserve():
    site = Site(soc_pct=30.1, capacity_wh=1000)     # 1 Wh above it, five seconds of this house
    site.node.ask({"wish": "idle", "minutes": 60})
    site.run(LOSS_MS + 3000)
    assert site.charger.is_island
    site.run(BACK_MS - 1000)
    assert not site.charger.is_island and site.charger.battery.soc_pct <= RESERVE_PCT + 0.01
