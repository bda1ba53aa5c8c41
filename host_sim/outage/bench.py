"""One outage run: the real gateway on the house of a plan, as events, without sockets.

Not its job: drawing the plan (scenario.py), judging (watch.py), the figure (figure.py).
Source: ours. The plant moves when somebody looks: a register read brings it to that moment, a written order wakes it at
once, and while anything changes it is stepped every FINE_MS; in between a step is as long as the gateway's tick.
"""

from host_sim.faults import EXCEPTION, FROZEN, SILENT, FaultyBank
from host_sim.outage.scenario import site_file
from host_sim.outage.watch import Ledger, Watch
from host_sim.plant.devices import make_device, profile_named
from host_sim.plant.house.ac_pv import AcPv
from host_sim.plant.house.circuits import Board, Circuit
from host_sim.plant.house.grid_source import GridSource
from host_sim.plant.house.house import House
from host_sim.plant.registers import READ_HOLDING
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode, Sleeper
from host_sim.world_ports import VirtualPorts
from host_sim.world_wires import ModbusWire

FINE_MS = 10
COARSE_MS = 250         # when nobody looks
LATENCY_MS = 1
ASK_AGAIN_MS = 1000
UNIT = 1
START_UNIX_MS = 1_793_000_000_000
V_NOM_V = 230.0
TAPER_FROM_PCT = 97
# The charger's own ride-through: category III of IEEE 1547. It reconnects at once, so that what holds the vehicle back after
# a return is the gateway.
TRIP = {"uv_pu_s": ((0.88, 21.0), (0.5, 11.0)), "ov_pu_s": ((1.2, 0.16),), "reconnect_s": 0.1}


class HouseNode(GatewayNode):
    """A gateway that can be stopped between any two of its events."""

    crash_in = None         # so many events from now
    events = 0

    def _perform(self, actions):
        self.events += 1
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                self.crash_in = None
                self.crash()
                return
        super()._perform(actions)


class OutageBench:
    """One run of one plan. on_tick: called with (now_ms, gateway) after every control tick."""

    def __init__(self, plan, *, sample_ms=None, has_interlocks=True):
        """sample_ms: distance of samples for a figure. has_interlocks False: hardware that trusts software."""
        self.plan = plan
        self.heap = EventHeap()
        self.house = _house(plan, has_interlocks)
        self.watch = Watch(self.house, neutral_switched=plan.neutral_switched, needs_bond=plan.bond,
                           enter_service_ms=plan.enter_service_ms)
        self.ledger = Ledger(self.house, plan.loss_ms, sample_ms)
        self.on_tick = lambda now_ms, gateway: None
        self._now_ms = 0
        self._sleeper = Sleeper(self.heap, self._wake)
        self.banks, self.wires = {}, {}
        for link, device in (("charger", self.house.charger), ("switch", self.house.switch)):
            self.banks[link] = LazyBank(device.bank, self)
            self.wires["bus:" + link] = ModbusWire(self.heap, LATENCY_MS, "bus:" + link, label=link, trace=lambda *_: None,
                                                   units={UNIT: self.banks[link]})
        self.node = HouseNode(self.heap, VirtualPorts(self.heap, START_UNIX_MS, "house %d" % plan.seed), site_file(plan),
                              self.wires, lambda node: self.on_tick(self.heap.now_ms, node.gateway))

    def run(self):
        """From the beginning to the end of the plan."""
        self.prepare()
        self.heap.run_until(self.plan.end_ms)
        self.sync()

    def prepare(self):
        """The first step, and everything the plan has in store."""
        self.sync(FINE_MS)
        self._wake()
        if self.plan.is_in_service:
            self._take_over()
        self.node.start()
        for t_ms, action, *arguments in self.plan.events:
            self.heap.at(t_ms, self._do, action, arguments)
        if self.plan.announced:
            told_ms, begins_ms, ends_ms = self.plan.announced
            self.heap.at(told_ms, self._announce, begins_ms, ends_ms)

    def _take_over(self):
        """As another gateway, or this one before a restart, left the charger."""
        bank = self.house.charger.bank
        bank.write(16, bank.points["owner"].address, [1, 0])
        bank.write(16, bank.points["p_set_w"].address, [self.plan.p_default_w & 0xFFFF, 0])
        self.house.charger.inverter.p_w = float(self.plan.p_default_w)

    # --- the plant ----------------------------------------------------------------------------------------------

    def sync(self, at_ms=None):
        """Brings the plant to this moment."""
        now_ms = self.heap.now_ms if at_ms is None else at_ms
        dt_ms = now_ms - self._now_ms
        if dt_ms <= 0:
            return
        self._now_ms = now_ms
        self.house.step(now_ms, dt_ms)
        self.watch.step(now_ms)
        self.ledger.step(now_ms, dt_ms)
        if self.house.switch.is_moving():
            self.poke()

    def poke(self):
        """Something was ordered: the plant answers soon."""
        self._sleeper.set(self.heap.now_ms + FINE_MS)

    def _wake(self):
        self.sync()
        now_ms = max(self.heap.now_ms, self._now_ms)
        due_ms = now_ms + (COARSE_MS if self.house.is_calm(now_ms) else FINE_MS)
        change_ms = self.house.grid.next_change_ms(now_ms)
        self._sleeper.set(due_ms if change_ms is None else min(due_ms, change_ms))

    # --- what happens -------------------------------------------------------------------------------------------

    def _do(self, action, arguments):
        self.sync()
        ACTIONS[action](self, *arguments)
        self.poke()

    def _announce(self, begins_ms, ends_ms):
        begins_s, ends_s = ((START_UNIX_MS + t_ms) // 1000 for t_ms in (begins_ms, ends_ms))
        self.ask({"announce": {"id": "plan-1", "what": "outage", "start": begins_s, "end": ends_s,
                               "text": "works on the line"}})

    def ask(self, request):
        """Somebody asks the gateway for something, and again while it is down."""
        if self.node.gateway is None:
            self.heap.at(self.heap.now_ms + ASK_AGAIN_MS, self.ask, request)
            return
        answer = self.node.ask(request)
        if "error" in answer:
            raise ValueError(answer["error"])

    def contactor(self, name):
        """One of the switch: main, series or bond."""
        return getattr(self.house.switch, name)


class LazyBank(FaultyBank):
    """The plant comes to the moment at which it is read; a write wakes it."""

    def __init__(self, bank, bench):
        super().__init__(bank)
        self._bench = bench

    def read(self, function, address, count):
        """As FaultyBank.read."""
        self._bench.sync()
        return super().read(function, address, count)

    def write(self, function, address, values):
        """As FaultyBank.write."""
        self._bench.sync()
        if self.bank.read(READ_HOLDING, address, len(values)) != list(values):
            self._bench.poke()      # what is only refreshed moves nothing
        return super().write(function, address, values)


def _weld(bench, contactor, pole):
    bench.contactor(contactor).weld(pole)


def _lie(bench, contactor, pole, says_open):
    bench.contactor(contactor).lies[pole] = says_open


def _stick(bench, contactor):
    bench.contactor(contactor).is_stuck = True


def _travel(bench, travel_ms):
    for contactor in ("main", "series"):
        bench.contactor(contactor).travel_ms = travel_ms


def _crash(bench, events):
    bench.node.crash_in = events


def _start(bench):
    if bench.node.gateway is not None:      # it has not crashed yet: less happened than the plan thought
        bench.node.crash_in = None
        bench.node.crash()
    bench.node.start()


def _disturb(bench, link, kind):
    wire, bank = bench.wires["bus:" + link], bench.banks[link]
    wire.cut(kind == "cut")
    wire.faults.set(SILENT if kind == "silent" else None)
    bank.set({"exception": EXCEPTION, "frozen": FROZEN}.get(kind))


def _unwire(bench):
    bench.house.switch.is_wire_broken = True


def _press(bench, is_pressed):
    bench.house.switch.is_reset_pressed = is_pressed


def _ask(bench, request):
    bench.ask(request)


ACTIONS = {"weld": _weld, "lie": _lie, "stick": _stick, "travel": _travel, "crash": _crash, "start": _start,
           "disturb": _disturb, "unwire": _unwire, "press": _press, "ask": _ask}


def _house(plan, has_interlocks):
    switch = make_device("sim-transfer-switch", has_interlocks=has_interlocks)
    profile = profile_named("sim-v2h")
    profile = dict(profile, emulate=dict(profile["emulate"], trip=TRIP))
    charger = make_device(profile, storage={"capacity_wh": plan.capacity_wh, "soc_pct": plan.soc_pct,
                                                 "taper_from_pct": TAPER_FROM_PCT})
    circuits = [Circuit(row["name"], relay=row["relay"], p_w=row["p_w"], p_inrush_w=row["p_inrush_w"], cycle=row["cycle"])
                for row in plan.circuits]
    pv = (AcPv(plan.pv_w, connect_s=plan.pv_connect_s), circuits[-1].bit) if plan.pv_w else None
    return House(GridSource(plan.rows, v_nom_v=V_NOM_V, dead_s=plan.dead_s), switch, charger, Board(circuits, V_NOM_V), pv)
