"""How long a vehicle takes for 20 kWh at the AC terminals, in uncompressed time, on the real controller.

Not its job: the compressed cases (the virtual world), battery taper: the paper's 3.33 h is 20 kWh at a flat 6 kW.
Source: section 4.2.2 of the WAPE study. The study steps controller and plant every PERIOD_MS; the voltage filter
follows the stability rule tau >= 1.4 G T_d for that period (T_d: one and a half steps), which moves no fixed point.
"""

from typing import NamedTuple

from host_sim.feeder_plant import FeederPlant
from host_sim.scenarios import parameters
from host_sim.scenarios.model import Scenario
from host_sim.world_direct import DirectGateway

PERIOD_MS = 5000
TICK_MS = 1000          # the slowest tick a site file may have; the controller is told the true step
LOOP_GAIN = 8
E_CHARGED_WH = 20000
CAPACITY_WH = 400000    # nobody is full before the run ends: where one vehicle leaves, the next one charges
GIVE_UP_H = 24
OFF_PEAK_LEVEL = 0.0080  # inside the off-peak levels of the load profile, 0.64 to 1.12 %
LIFT_MS = 50000


class Charging(NamedTuple):
    """One run: a bus, a load level, whether the supervisor has lifted this station."""

    name: str
    bus: str
    level: float
    lifted: bool


ROWS = (
    Charging("652_wape", "652", OFF_PEAK_LEVEL, False),
    Charging("652_vpp", "652", OFF_PEAK_LEVEL, True),
)
# Where the paper's 8.46 h would come from: more than the evening's load.
CONTEXT = (Charging("652_wape_1.6", "652", 0.0160, False),)


class Study:
    """Plant and controllers of all stations, stepped together."""

    def __init__(self, load_level, *, period_ms=PERIOD_MS, buses=parameters.BUSES):
        """load_level: points (t_s, fraction) over real seconds."""
        scenario = Scenario("charging", "", "", buses[0], load_level, plugged=buses, settle_s=0,
                            capacity_wh=CAPACITY_WH)
        self.plant = FeederPlant(scenario, buses)
        self.period_ms = period_ms
        self.gateways = {}
        numbers = {link: 1 + place for place, link in enumerate(parameters.LINKS)}
        for bus in buses:
            document = parameters.site_document(bus, scenario, ports=numbers, broker=("broker", 1883))
            document["gateway"]["tick_ms"] = min(period_ms, TICK_MS)
            document["wape"]["tau_s"] = tau_s(period_ms)
            self.gateways[bus] = DirectGateway(document, self.plant.stations[bus].banks())

    def step(self, commands_of=None):
        """One period. commands_of: {bus: commands of the controller}."""
        self.plant.step(self.period_ms)
        for bus, gateway in self.gateways.items():
            gateway.step(self.plant.now_ms, (commands_of or {}).get(bus, ()))

    def charged_wh(self, bus):
        """Energy drawn in the step just made, Wh at the AC terminals."""
        return -self.plant.stations[bus].charger.p_w * self.period_ms / 3_600_000


def tau_s(period_ms):
    """Filter of the voltage for this period, s; never below the cases' own."""
    return max(parameters.TIME_BASE["wape_tau_s"], 1.4 * LOOP_GAIN * 1.5 * period_ms / 1000)


def hours(run):
    """Charging time of one run, h; None when it does not end within GIVE_UP_H."""
    study = Study(((0, run.level),))
    charged_wh = 0.0
    while charged_wh < E_CHARGED_WH:
        now_ms = study.plant.now_ms
        if now_ms > GIVE_UP_H * 3_600_000:
            return None
        renewed = run.lifted and now_ms % (LIFT_MS // 2) == 0
        study.step({run.bus: [lift_command(now_ms)]} if renewed else None)
        step_wh = study.charged_wh(run.bus)
        charged_wh += step_wh
    # The last step went too far by a known part of itself.
    excess_ms = (charged_wh - E_CHARGED_WH) / step_wh * study.period_ms
    return (study.plant.now_ms - excess_ms) / 3_600_000


def lift_command(now_ms):
    """A lease that lifts the constraint of the first charger, as the controller takes it from the VPP link."""
    row = ["lift", "wape_lift", 0, 20, now_ms, now_ms, now_ms + LIFT_MS, None, []]
    return {"kind": "lease", "row": row}
