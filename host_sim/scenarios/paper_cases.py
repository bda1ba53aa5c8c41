"""The study's cases: what comes from outside in each, as series over its compressed 10 s window (24 h in 10 s).

Not its job: parameters (parameters.py), what is compared (paper_rows.py).
Source: section 4 of the WAPE study. Cases are separate scenarios: its peak-load and PV windows overlap, so one day
cannot hold both. The load level is a fraction of the published IEEE 13 loads; the study does not print its own.
"""

from host_sim.scenarios.model import FIXED_RATE, Scenario
from host_sim.scenarios.parameters import BUSES

STRESS = 0.0172      # calibrated once, on the margin of the uncontrolled feeder
V2G_LEVEL = 0.0125
LIGHT = 0.0062
# Every run comes out of light load: a gateway that wakes on a feeder at 390 V rightly suspends lifts for a minute.
STRESSED = ((-38, LIGHT), (-18, STRESS))

# Roof of 5 kW on a summer day: 1 to 2.5 kW up to 4.2 s, about 5 kW at noon, again 2.5 kW at 6.8 s.
PV_DAY = ((0, 1000), (4.2, 2500), (5.0, 4700), (5.5, 5000), (6.5, 4900), (6.8, 2500), (8.0, 1000), (10, 300))
LOAD_DAY = ((1.0, 0.0064), (4.0, 0.0112), (4.9, 0.0112), (5.2, 0.0142), (9.0, 0.0142), (9.4, 0.0112), (10, 0.0090))

CASE_1 = Scenario(
    name="case_1", title="Case 1: charging follows the station's own PV (bus 646)",
    text="Own PV below 2.5 kW: WAPE holds the vehicle back and its charger injects vars. "
         "Above 2.6 kW the supervisor lifts the constraint of this one station.",
    focus="646", load_level=STRESSED, pv_w={"646": PV_DAY}, plugged=BUSES,
)
CASE_2 = Scenario(
    name="case_2", title="Case 2: charging follows the load profile (bus 611)",
    text="Peak load from 5 to 9 s: WAPE. Before and after: the supervisor lifts the constraint of this one station.",
    focus="611", load_level=LOAD_DAY, plugged=BUSES,
)
CASE_3 = Scenario(
    name="case_3", title="Case 3: the stationary battery charges at the PV peak (bus 646)",
    text="One setpoint lease, sent ahead, with a begin and an end: 4.2 to 6.8 s. The station's vehicle is away.",
    focus="646", load_level=STRESSED, pv_w={"646": PV_DAY}, plugged=tuple(bus for bus in BUSES if bus != "646"),
    bes=("646",),
)
CASE_4 = Scenario(
    name="case_4", title="Case 4: a vehicle supports the voltage (bus 634)",
    text="The vehicle arrives at 3 s, nobody else is there. Its gateway holds the feeder's one support lease.",
    focus="634", load_level=((0, V2G_LEVEL),), arrivals=((3.0, "634"),),
)
VSM_BASE = Scenario(
    name="vsm_base", title="Stability margin: six vehicles at a fixed 6 kW", text="No gateway, no supervisor, no PV.",
    focus="652", load_level=((0, STRESS),), plugged=BUSES, control=FIXED_RATE, supervised=False, settle_s=5,
    duration_s=1,
)
VSM_WAPE = Scenario(
    name="vsm_wape", title="Stability margin: six stations under WAPE", text="No supervisor, no PV.",
    focus="652", load_level=STRESSED, plugged=BUSES, supervised=False, duration_s=1,
)
VSM_VPP = Scenario(
    name="vsm_vpp", title="Stability margin: WAPE, PV and supervisor",
    text="5 kW of PV at every station; the supervisor lifts 646, the one with a solar contract.",
    focus="652", load_level=STRESSED, pv_w={bus: ((0, 5000),) for bus in BUSES}, plugged=BUSES, duration_s=1,
)
CASES = (CASE_1, CASE_2, CASE_3, CASE_4)
MARGINS = (VSM_BASE, VSM_WAPE, VSM_VPP)
SCENARIOS = CASES + MARGINS
