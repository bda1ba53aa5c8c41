"""What is drawn for one session: the recorded stay and wish, vehicle, charger, errors of measuring, who interferes, and when.

Not its job: the vehicle's physics (vehicle.py), the controller (host_sim/world_sessions.py).
Source: stays and requested energy of ACN-Data, see data/README.md; everything else is drawn from the seed.
"""

import csv
import functools
import importlib.resources
import random
from typing import NamedTuple

CHARGERS = ("sim-four-quadrant", "wallbox-quasar-1", "sim-v2h-auto")
CAPACITIES_WH = (24000, 40000, 60000, 77000)
# Who would rather use the vehicle: leases, wishes, modes of the household.
#  name              what it does
RIVALS = (
    "none",             # nobody: the default control charges
    "discharge",        # a setpoint lease that discharges all the time
    "idle",             # a setpoint lease of nothing
    "no_charging",      # a limits lease that leaves no charging
    "turns",            # discharging and charging leases by turns of eleven minutes
    "agc",              # a share of a random regulation signal
    "wape",             # the voltage stays below what WAPE wants for charging
    "discharge_now",    # the household's own wish, again and again
    "idle_now",         # the same
    "tariff", "v2h", "all", "pv", "timed",      # modes of the household, with prices against the driver
)
MODES = ("tariff", "v2h", "all", "pv", "timed")
# What is mandated and may take energy: a network operator's limit, a setpoint of the system operator, low voltage.
MANDATES = ("limit", "setpoint", "low_voltage")
MANDATED_SHARE = 0.12
FUSED_SHARE = 0.35
TARGET_SHARE = 0.35
METER_ERROR, EFFICIENCY_ERROR, CAPACITY_ERROR = 0.01, 0.02, 0.01


class Case(NamedTuple):
    """One session. e_wanted_wh or soc_target_pct is what the driver was promised; the other is None."""

    number: int
    stay_s: int
    charger: str
    capacity_wh: int        # as the configuration says
    true_capacity_wh: int
    soc_pct: float          # at arrival
    e_wanted_wh: float | None
    soc_target_pct: float | None
    taper_from_pct: float
    meter_gain: float
    efficiency_gain: float
    rivals: tuple           # (name of the first half of the stay, of the second)
    mandate: tuple | None   # (name, from_s, to_s)
    i_fuse_a: int
    seed: int


@functools.cache
def stays():
    """[(stay in minutes, requested kWh)] in the order of the recording."""
    text = (importlib.resources.files("host_sim.sessions") / "data" / "acn_requests.csv").read_text()
    return [(int(row["stay_min"]), float(row["requested_kwh"])) for row in csv.DictReader(text.splitlines())]


def draw(number, seed=1):
    """The Case with that number, 0..999."""
    chance = random.Random(f"{seed}/{number}")
    stay_min, requested_kwh = stays()[number % len(stays())]
    capacity_wh = chance.choice(CAPACITIES_WH)
    e_wanted_wh = min(requested_kwh * 1000, 0.85 * capacity_wh)
    room_pct = 100 * e_wanted_wh / capacity_wh
    soc_pct = chance.uniform(10, max(99 - room_pct * 1.02, 10.5))
    is_target = chance.random() < TARGET_SHARE
    mandate = None
    if chance.random() < MANDATED_SHARE:
        starts_s = chance.uniform(0, 0.9) * stay_min * 60
        mandate = (chance.choice(MANDATES), starts_s, starts_s + chance.uniform(300, 5400))
    return Case(
        number=number, stay_s=stay_min * 60, charger=CHARGERS[number % len(CHARGERS)], capacity_wh=capacity_wh,
        true_capacity_wh=round(capacity_wh * (1 + chance.uniform(-1, 1) * CAPACITY_ERROR)), soc_pct=soc_pct,
        e_wanted_wh=None if is_target else e_wanted_wh,
        soc_target_pct=round(min(soc_pct + room_pct, 99)) if is_target else None,
        taper_from_pct=chance.uniform(80, 99), meter_gain=1 + chance.uniform(-1, 1) * METER_ERROR,
        efficiency_gain=1 + chance.uniform(-1, 1) * EFFICIENCY_ERROR,
        rivals=(chance.choice(RIVALS), chance.choice(RIVALS)), mandate=mandate,
        # A charger whose own fuse protection is off needs one that is watched.
        i_fuse_a=chance.choice((20, 25, 35)) if chance.random() < FUSED_SHARE else 63, seed=chance.randrange(2**31),
    )
