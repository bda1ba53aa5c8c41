"""A fleet of chargers as some gateways that run the real control code, each standing for many.

Not its job: the grid (swing.py), bus and MQTT (the whole gateway runs in host_sim/world.py). Voltage is nominal.
Source: ours. Each gateway has its own phase of the tick, its own delay and noise of the frequency reading, state of
charge and plug; shares of the mix are exact to one gateway, the rest is drawn from the seed.
"""

import random
from collections import deque
from typing import NamedTuple

from host_sim.plant.devices import make_device
from host_sim.world_direct import DirectGateway
from host_sim.world_service import ServiceGateway, reserve_lease

PROFILE = "sim-four-quadrant"
LINK, UNIT = "cabinet", 1
V_LN_V = 230.0
P_RATED_W = 7_000
S_MAX_VA = 7_360
PLANT_STEP_MS = 20
TICK_MS = 100
SERVICE_TICK_MS = 40     # a service asks for 20 records a second or more; a multiple of the plant's step
SETTLE_MS = 5_000
BASE_MS = 1_000          # the baseline is the mean of so much before the event
DELAY_MS = (40, 240)     # from the grid to the number a tick decides on: the meter's window and the bus
NOISE_HZ = 0.002         # standard deviation of a reading
SOC_PCT = (25, 90)
CAPACITY_WH = (40_000, 60_000, 77_000)
# One charger of each kind is shown by itself: name, charges by default, may discharge.
KINDS = (
    ("charging, may discharge", True, True), ("charging, may not discharge", True, False),
    ("waiting, may discharge", False, True), ("waiting, may not discharge", False, False),
)


class Station(NamedTuple):
    """One representative gateway with its charger."""

    gateway: DirectGateway
    device: object
    contract: tuple | None    # (up W, down W, baseline W) of the reserve service
    phase_ms: int
    delay_steps: int
    plugged: bool
    charging: bool
    consent: bool


class Fleet:
    """count chargers; `step` takes the true frequency and returns what the fleet adds to its baseline."""

    def __init__(self, count, event, droop, *, seed=1, service=None):
        """count: chargers in all. event: Event, of which mix and gateways are used. droop: values of the parameter
        section `droop`, or None for none. service: name of a reserve service that every plugged charger has sold as
        far as it can deliver, or None."""
        self.count = count
        self.now_ms = 0
        self.base_w = 0.0         # mean of one gateway
        self.p_w = 0.0            # mean of one gateway
        self._chance = random.Random("%s %d" % (event.name, seed))
        self._service = service
        self._tick_ms = SERVICE_TICK_MS if service else TICK_MS
        self._seen_hz = deque([event.grid.f_nom_hz], maxlen=1 + DELAY_MS[1] // PLANT_STEP_MS)
        # Drawn before anything else, so that fleets with and without droop are the same people.
        draws = [self._draw(row) for row in _shares(event.mix, event.gateways, self._chance)]
        self.stations = [self._station(draw, event.grid.f_nom_hz, droop) for draw in draws]
        self.contract_mw = sum(row.contract[0] for row in self.stations if row.contract) / event.gateways * count / 1e6
        self.shown = [(name, station) for name, *kind in KINDS for station in self._first(kind)]
        self._settle(event.grid.f_nom_hz)

    def step(self, f_hz):
        """One plant step at this frequency; the change of the fleet's power against its baseline, MW."""
        self._advance(f_hz)
        return (self.p_w - self.base_w) * self.count / 1e6

    def powers_w(self):
        """Power of the shown chargers now, W."""
        return [station.device.p_w for _, station in self.shown]

    def why(self):
        """What the shown gateways say of themselves now: {name: sentence}."""
        return {name: station.gateway.state.ders[0].why() for name, station in self.shown}

    def _first(self, kind):
        found = [row for row in self.stations if row.plugged and [row.charging, row.consent] == kind]
        return found[:1]

    def _advance(self, f_hz):
        self.now_ms = now_ms = self.now_ms + PLANT_STEP_MS
        seen_hz = self._seen_hz
        seen_hz.append(f_hz)
        last = len(seen_hz) - 1
        noise_hz = self._chance.gauss
        total_w = 0.0
        for station in self.stations:
            reading_hz = seen_hz[max(0, last - station.delay_steps)] + noise_hz(0.0, NOISE_HZ)
            station.device.step(now_ms, PLANT_STEP_MS, (V_LN_V, V_LN_V, V_LN_V), reading_hz)
            if (now_ms - station.phase_ms) % self._tick_ms == 0:
                station.gateway.step(now_ms, self._commands(station))
            total_w += station.device.p_w
        self.p_w = total_w / len(self.stations)

    def _commands(self, station):
        """The lease of the service, in the first tick; it outlasts every event."""
        if station.contract is None or self.now_ms > self._tick_ms:
            return ()
        up_w, down_w, base_w = station.contract
        return [reserve_lease(self._service, (up_w, down_w), base_w, self.now_ms)]

    def _settle(self, f_nom_hz):
        while self.now_ms < SETTLE_MS - BASE_MS:
            self._advance(f_nom_hz)
        total_w = 0.0
        while self.now_ms < SETTLE_MS:
            self._advance(f_nom_hz)
            total_w += self.p_w
        self.base_w = total_w * PLANT_STEP_MS / BASE_MS

    def _draw(self, row):
        chance = self._chance
        return row + (chance.randrange(0, TICK_MS, PLANT_STEP_MS), chance.randrange(*DELAY_MS) // PLANT_STEP_MS,
                      chance.uniform(*SOC_PCT), chance.choice(CAPACITY_WH), chance.getrandbits(30))

    def _station(self, draw, f_nom_hz, droop):
        plugged, charging, consent, phase_ms, delay_steps, soc_pct, capacity_wh, seed = draw
        device = make_device(PROFILE, plugged=plugged, storage={"soc_pct": soc_pct, "capacity_wh": capacity_wh})
        device.step(0, 0, (V_LN_V, V_LN_V, V_LN_V), f_nom_hz)
        document = site_document(charging, consent, f_nom_hz, droop)
        make, contract = DirectGateway, None
        if self._service:
            document["service"] = {"enabled": True}
            make, contract = ServiceGateway, sold(charging, consent) if plugged else None
        gateway = make(document, {(LINK, UNIT): device.bank}, seed=seed)
        return Station(gateway, device, contract, phase_ms % self._tick_ms, delay_steps, plugged, charging, consent)


def site_document(charging, consent, f_nom_hz, droop):
    """Site configuration of one gateway. charging: it charges by default, else it waits. droop: as in Fleet."""
    document = {
        "gateway": {"id": "gw-fleet", "mode": "control", "tick_ms": TICK_MS},
        "vpp": {"enabled": False},
        "grid": {"f_nom_hz": f_nom_hz},
        "control": {"ramp_w_s": 50_000, "p_default_w": -P_RATED_W if charging else 0},
        "bus": [{"name": LINK, "host": "simulated", "port": 1}],
        "evse": [{"name": "ev", "profile": PROFILE, "bus": LINK, "unit": UNIT, "v2g_consent": consent,
                  "p_charge_max_w": P_RATED_W, "p_discharge_max_w": P_RATED_W, "s_max_va": S_MAX_VA}],
    }
    if droop is not None:
        document["droop"] = dict(droop)
    return document


def sold(charging, consent):
    """What a plugged charger can sell, W: (up, down, baseline). Without consent it can only charge less or more."""
    base_w = -P_RATED_W if charging else 0
    return (P_RATED_W if consent else 0) - base_w, P_RATED_W + base_w, base_w


def _shares(mix, count, chance):
    """[(plugged, charging, consent)] for count gateways, each share met to one gateway, in a drawn order."""
    plugged = round(mix.plugged * count)
    charging = round(mix.charging * plugged)
    rows = [(False, False, False)] * (count - plugged)
    for is_charging, group in ((True, charging), (False, plugged - charging)):
        consent = round(mix.consent * group)
        rows += [(True, is_charging, number < consent) for number in range(group)]
    chance.shuffle(rows)
    return rows
