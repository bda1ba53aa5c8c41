"""The gateway's configuration in a home week, and which modes there are to compare.

Not its job: what a mode does (edge/household).
Source: ours.
"""

from typing import NamedTuple

from host_sim.home import house
from host_sim.home.prices import FIXED_EXPORT_PER_KWH, FIXED_IMPORT_PER_KWH
from host_sim.home.wear import throughput_price

P_CHARGE_W = P_DISCHARGE_W = 7400
SOC_MIN_PCT, SOC_MAX_PCT = 20, 100
CYCLES_OF_LIFE = 1500
WEAR_PER_KWH = throughput_price(CYCLES_OF_LIFE)
TICK_MS = 1000          # the slowest a site file may have; the controller is told the true step
TIMED_MIN = (0, 6 * 60)


class Mode(NamedTuple):
    """One row of the comparison: mode of [home], prices it lives under, what its optimum may do."""

    name: str
    tariff: str
    is_discharging: bool
    is_feeding: bool


MODES = (
    Mode("timed", "dynamic", False, False),
    Mode("tariff", "dynamic", False, False),
    Mode("v2h", "dynamic", True, False),
    Mode("all", "dynamic", True, True),
    Mode("pv", "fixed", False, False),
)
UNMANAGED = "charge"
OTHER_BATTERY = "battery_first"


def document(mode, *, has_battery=False, other_battery=OTHER_BATTERY):
    """Site configuration, as a site file would hold it. mode: name of the mode of [home]."""
    buses = {"garage": 1, "board": 2}
    found = {
        "gateway": {"id": "home", "mode": "control", "tick_ms": TICK_MS},
        "home": {"mode": mode, "utc_offset_min": 60, "start_min": TIMED_MIN[0], "end_min": TIMED_MIN[1],
                 "import_per_kwh": FIXED_IMPORT_PER_KWH, "export_per_kwh": FIXED_EXPORT_PER_KWH,
                 "wear_per_kwh": WEAR_PER_KWH, "export_allowed": mode == "all"},
        "bus": [{"name": name, "host": "127.0.0.1", "port": port} for name, port in buses.items()],
        "evse": [{"name": "car", "profile": "sim-v2h", "bus": house.CHARGER_AT[0], "unit": house.CHARGER_AT[1],
                  "phases": 1, "p_charge_max_w": P_CHARGE_W, "p_discharge_max_w": P_DISCHARGE_W, "v2g_consent": True,
                  "soc_min_pct": SOC_MIN_PCT, "soc_max_pct": SOC_MAX_PCT}],
        "meter": {"profile": "eastron-sdm630", "bus": house.METER_AT[0], "unit": house.METER_AT[1]},
        "pv": [{"name": "roof", "profile": "sim-pv", "bus": house.PV_AT[0], "unit": house.PV_AT[1]}],
    }
    if has_battery:
        found["battery"] = {"profile": "sim-home-battery", "bus": house.BATTERY_AT[0], "unit": house.BATTERY_AT[1]}
        found["site"] = {"other_battery": other_battery}
    return found
