"""One outage drawn from a seed: house, site file, grid over time, what breaks when. The same seed draws the same.

Not its job: what each fault is (faults.py), shapes of the grid (shapes.py), running it (bench.py).
Source: ours. The delay of entering service is 5 to 60 s in 95 % of runs and 300 s in the rest; retransfer likewise short,
so that ten thousand outages can be run.
"""

import random

from host_sim.outage import faults, shapes
from host_sim.plant.house.grid_source import STREET_S, STUB_S

LOSS_MS = 3000
TICK_MS = 100
AFTER_MS = 3000         # watched for so long after the last delay
LONG_SERVICE_S = 300
PLANNED_MS = 6000       # an announced outage comes later by so much
P_CHARGER_W = 7400
CAPACITY_WH = 60000
DRIVING_PCT = 20

# Grid code of the site, mostly none; with one its functions and trip settings take part.
CODES = (None, None, None, None, "en50549-1", "g99")
CODE_DELAY_MS = {"g99": 20000}          # shorter ones the code does not allow

# earthing, neutral switched, bond: what fits together
EARTHINGS = (("TN-S", True, True), ("TN-C-S", True, True), ("TT", True, True), ("MEN", False, False),
             ("US-service", False, False), ("US-service", True, True))
#            name, usual power W, inrush W, cycle (period s, share, shift s)
CIRCUITS = (
    ("lights", (120, 400), 0, None),
    ("fridge", (100, 250), 900, (40, 0.5)),
    ("heating-pumps", (80, 300), 300, None),
    ("kitchen", (400, 1800), 0, (30, 0.4)),
    ("sockets", (100, 900), 200, None),
    ("water-heater", (1500, 2500), 0, (60, 0.6)),
)


class Plan:
    """Everything one run needs. Times in ms from its beginning; `document` is the site file, `events` what happens."""

    def __init__(self, fault, seed, *, outage_s=None):
        """outage_s: None draws a short one, and the control period with it."""
        chance = random.Random("outage %s %d" % (fault, seed))
        self.fault, self.seed = fault, seed
        self.is_drawn_short = outage_s is None
        self.tick_ms = TICK_MS if outage_s is not None else chance.choice((TICK_MS, 2 * TICK_MS, 2 * TICK_MS))
        self.loss_ms = LOSS_MS + chance.randrange(0, 1000)
        self.back_ms = self.loss_ms + (chance.randrange(6000, 22000) if outage_s is None else round(outage_s * 1000))
        self.retransfer_ms = 1000 * chance.randrange(5, 12)
        # more often short than long: what happens is then told by more runs
        self.enter_service_ms = 1000 * (LONG_SERVICE_S if chance.random() < 0.05 else 5 + int(56 * chance.random() ** 2))
        self.code = chance.choice(CODES)
        self.enter_service_ms = max(self.enter_service_ms, CODE_DELAY_MS.get(self.code, 0))
        self.earthing, self.neutral_switched, self.bond = chance.choice(EARTHINGS)
        self.soc_pct = round(chance.uniform(40, 95), 1)
        self.capacity_wh = CAPACITY_WH
        self.p_default_w = chance.choice((-3000, -3000, 0, 2000))
        self.is_in_service = chance.random() < 0.6      # the vehicle's power flows before the gateway starts
        self.dead_s = chance.choice((STREET_S, STUB_S))
        self.circuits = _circuits(chance)
        self.pv_w, self.pv_mode, self.pv_connect_s = 0, "none", 60
        self.announced = None           # (told at, begins, ends), ms
        self.planned_lead_s = None
        self.crashes_too = False        # beside its fault
        self.events = faults.set_up(fault, chance, self)
        self.rows = self._grid(chance)
        self.end_ms = self.back_ms + self.retransfer_ms + self.enter_service_ms + AFTER_MS + 1000
        # A gateway that starts anew in an open house counts the grid's delay from there.
        self.end_ms = max([self.end_ms] + [event[0] + self.retransfer_ms + AFTER_MS for event in self.events])

    def _grid(self, chance):
        """Rows of the grid source; back_ms is when it is good for good."""
        if self.fault == "sag":
            shape = chance.choice((shapes.sag, shapes.sag, shapes.short_break))
            rows, self.back_ms = shape(chance, self.loss_ms, self.code)
            self.enter_service_ms = min(self.enter_service_ms, 20000)
            return rows
        if self.fault == "declared":
            return [(0,) + shapes.steady(chance)]
        if self.fault == "early-return":
            rows, self.back_ms = shapes.early_return(chance, self.loss_ms)
            return rows
        if self.fault == "flicker":
            rows, self.back_ms = shapes.reclose(chance, self.loss_ms, self.back_ms)
            return rows
        if self.fault == "bad-return":
            rows, self.back_ms = shapes.bad_return(chance, self.loss_ms, self.back_ms)
            return rows
        return shapes.loss(chance, self.loss_ms, self.back_ms)

    # --- what faults change -------------------------------------------------------------------------------------

    def needs_bond(self):
        """An earthing with a bond."""
        self.earthing, self.neutral_switched, self.bond = "TN-S", True, True

    def overload(self, chance):
        """Together the circuits want more than the charger has; each alone it can supply. In a campaign only where there are
        enough of them."""
        if not self.is_drawn_short:
            rows = self.circuits[max(1, len(self.circuits) - 3):]
            low_w = round(1.1 * P_CHARGER_W / len(rows), -2)
            for row in rows:
                row["p_w"], row["cycle"] = chance.randrange(int(low_w), int(low_w) + 1000, 100), None
            rows[0]["cycle"] = (40, 0.6, chance.randrange(40))      # what is shed comes back now and then
            return
        for row in self.circuits[3:]:
            row["p_w"] = chance.randrange(2400, 4200, 100)
            row["cycle"] = None if chance.random() < 0.5 else (20, 0.6, chance.randrange(20))

    def nearly_empty(self, chance):
        """Charge above the driving reserve for about half of the outage. The vehicle is made as small as that takes: a
        transfer asks for a whole percent above the reserve."""
        self.soc_pct = DRIVING_PCT + round(chance.uniform(1.1, 1.6), 2)
        p_w = sum(row["p_w"] for row in self.circuits)
        left_wh = p_w * (self.back_ms - self.loss_ms) / 3_600_000 * chance.uniform(0.3, 0.6)
        self.capacity_wh = round(100 * left_wh / (self.soc_pct - DRIVING_PCT))

    def sunny(self, chance):
        """PV behind the switch, often more than the house needs, and a battery that soon takes no more."""
        self.pv_w = chance.randrange(1000, 6000, 500)
        mode = chance.choice(("frequency", "frequency", "open"))
        # A campaign runs both; whoever looks at one outage wants to see the sun in the island.
        self.pv_mode = mode if self.is_drawn_short else "frequency"
        self.pv_connect_s = chance.randrange(3, 8)      # 60 s in life: longer than a short outage
        self.soc_pct = round(chance.choice((chance.uniform(60, 97), chance.uniform(97, 100))), 1)

    def announce(self, chance):
        """The network operator tells of it; the house may leave before, and the hour is not always kept."""
        self.loss_ms += PLANNED_MS
        self.back_ms += PLANNED_MS
        self.planned_lead_s = chance.choice((None, 5, 5))
        begins_ms = self.loss_ms + chance.choice((0, 0, 1500, -1500))
        self.announced = (chance.randrange(500, 2000), begins_ms, self.back_ms)


def _circuits(chance):
    rows = []
    for number, (name, (low_w, high_w), inrush_w, cycle) in enumerate(CIRCUITS[:chance.randrange(3, 7)]):
        rows.append({"name": name, "relay": number + 1, "priority": number + 1, "p_w": chance.randrange(low_w, high_w, 10),
                     "p_inrush_w": inrush_w, "cycle": None if cycle is None else cycle + (chance.randrange(60),)})
    return rows


def site_file(plan):
    """The site file of the gateway in this house."""
    backup = {
        "mode": "commanded", "evse": "ev", "interlock_certified": True, "checklist": "simulated", "earthing": plan.earthing,
        "neutral_switched": plan.neutral_switched, "bond": plan.bond, "driving_reserve_pct": DRIVING_PCT,
        "retransfer_delay_s": plan.retransfer_ms // 1000, "enter_service_delay_s": plan.enter_service_ms // 1000,
        "pv": plan.pv_mode,
    }
    if plan.planned_lead_s is not None:
        backup["planned_lead_s"] = plan.planned_lead_s
    circuits = [{key: row[key] for key in ("name", "relay", "priority", "p_w", "p_inrush_w")} for row in plan.circuits]
    if plan.pv_mode != "none":
        circuits[-1]["pv"] = True
    grid = {} if plan.code is None else {"grid": {"code": plan.code},
                                         "enter_service": {"delay_s": plan.enter_service_ms // 1000}}
    return {
        **grid,
        "gateway": {"id": "gw-house", "mode": "control", "tick_ms": plan.tick_ms},
        "control": {"p_default_w": plan.p_default_w, "ramp_w_s": 5000, "ramp_var_s": 5000},
        "bus": [{"name": "charger", "host": "charger", "port": 502}, {"name": "switch", "host": "switch", "port": 502}],
        "evse": [{"name": "ev", "profile": "sim-v2h", "bus": "charger", "unit": 1, "phases": 1, "v2g_consent": True,
                  "p_charge_max_w": P_CHARGER_W, "p_discharge_max_w": P_CHARGER_W, "s_max_va": P_CHARGER_W}],
        "switch": {"name": "switch", "profile": "sim-transfer-switch", "bus": "switch", "unit": 1},
        "backup": backup,
        "circuit": circuits,
    }
