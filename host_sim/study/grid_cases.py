"""What the grid-stability study runs: every combination by the rules, some that break them, and pairs about a margin.

Not its job: running (grid_stations.py), probing a loop (grid_probes.py), words and files (grid_stability.py).
Source: curves of IEEE 1547-2018 Table 8 and, for the steepest, 0.44 over the 0.02 pu its ranges leave; rules of
grid_loops.py with the loop gain a gateway assumes when nobody has studied its feeder.
"""

from host_sim.study.grid_loops import olrt_min_s
from host_sim.study.grid_stations import BEYOND_METER_S, Case
from host_sim.study.loop_gain import tau_min_s

METER_DELAYS_S = (0.1, 0.5, 1.0)
SHORT_CIRCUITS = ("stiff", "weak")
# (meter delay, supervisor's path): the corners of both ranges and the middle
DELAYS_S = ((0.1, 0.0), (0.1, 2.0), (0.5, 1.0), (1.0, 0.0), (1.0, 2.0))
LOST_MW = 80.0            # 4 % of the area's load
FEW_MW = 40.0             # where a growing swing would otherwise reach the chargers' own trip
LEVEL, LEVEL_AFTER = 0.0085, 0.0105   # part of the feeder's published load: 12 % of its rating more at once

# Loop gain without a study: WAPE's as its rule has it, volt-var's from its slope and the swing of six stations' vars.
WAPE_GAIN = 8.0
SENSITIVITY_PU = 0.14     # pu voltage per pu of the VA rating, all six three-phase stations of 7.36 kVA together
CODE_OLRT_S = 5.0         # default of category B
DROOP_OLRT_S = 1.0        # the fastest a gateway promises

CATEGORY_B = {}           # the defaults of the table
STEEP = {"v1_pu": 0.95, "q1_pu": 0.44, "v2_pu": 0.97, "q2_pu": 0.0}
# Steeper than any range allows and faster than the rule: accepted only as the site claims a feeder it has not.
WILD = {"v1_pu": 0.94, "q1_pu": 0.44, "v2_pu": 0.95, "q2_pu": 0.0, "olrt_s": 1.0, "sensitivity_pu": 0.01}
SLOPES_PU = {"category B": 0.44 / 0.06, "steep": 0.44 / 0.02}


def volt_var_olrt_s(slope_pu, delay_s):
    """Open-loop response by the rule, s, never shorter than the code's default."""
    return max(CODE_OLRT_S, olrt_min_s(slope_pu * SENSITIVITY_PU, delay_s))


def droop(olrt_s=DROOP_OLRT_S):
    """The section `droop` of a study: both directions, 5 %, 36 mHz."""
    return {"of_enabled": True, "uf_enabled": True, "olrt_s": olrt_s}


def volt_var_sections(curve, olrt_s, droop_olrt_s=DROOP_OLRT_S):
    """Sections of a site with volt-var and droop."""
    return {"grid": {"q_mode": "volt_var"}, "wape": {"enabled": False}, "volt_var": {"olrt_s": olrt_s, **curve},
            "droop": droop(droop_olrt_s)}


def wape_sections(tau_s, **changes):
    """Sections of a site with WAPE and droop."""
    return {"grid": {"q_mode": "wape"}, "wape": {"enabled": True, "tau_s": tau_s, **changes}, "droop": droop()}


def by_rule():
    """Both laws, both feeders, all delays; a load step on the feeder and a loss in the area."""
    cases = []
    for feeder in SHORT_CIRCUITS:
        for meter_s, path_s in DELAYS_S:
            delay_s = meter_s + BEYOND_METER_S
            common = {"feeder": feeder, "meter_delay_s": meter_s, "path_s": path_s, "level": LEVEL,
                      "level_after": LEVEL_AFTER, "lost_mw": LOST_MW}
            olrt_s = volt_var_olrt_s(SLOPES_PU["category B"], delay_s)
            cases.append(Case("volt-var", volt_var_sections(CATEGORY_B, olrt_s), **common))
            cases.append(Case("WAPE", wape_sections(tau_min_s(WAPE_GAIN, delay_s)), p_base_w=-5000.0, **common))
    return cases


def broken():
    """One rule broken in each; that these swing shows that the measure sees a cycle."""
    common = {"feeder": "weak", "meter_delay_s": 1.0, "level": LEVEL, "level_after": LEVEL_AFTER, "lost_mw": LOST_MW}
    rule = volt_var_sections(CATEGORY_B, volt_var_olrt_s(SLOPES_PU["category B"], 1.0 + BEYOND_METER_S))
    return [
        Case("volt-var too fast", volt_var_sections(WILD, WILD["olrt_s"]), path_s=2.0, **common),
        Case("WAPE unfiltered", wape_sections(0.1, loop_gain=0.1), path_s=2.0, p_base_w=-5000.0, **common),
        Case("fleet too large", rule, gain=(1.0, 3.0), **{**common, "lost_mw": FEW_MW}),
        Case("supervisor too fast", rule, path_s=2.0, restore_s=2.5, **common),
    ]
