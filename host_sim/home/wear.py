"""What a week does to the vehicle's battery: equivalent full cycles, loss of capacity by calendar and by cycling, money.

Not its job: the price of throughput that the gateway decides with (home.wear_per_kwh).
Source: BLAST-Lite's model of a Kokam 75 Ah NMC cell (NREL, commit bae8c719, BSD-3; K. Smith et al., American Control
Conference 2017), its two lithium-loss terms: q1 t^0.357 by calendar, q3 EFC^0.778 by cycling, with t in days; its third,
loss of active material, is far below them here. Potential of graphite over its state of charge by Safari and Delacourt
(2011). Ours: the week repeats for five years at one temperature. The cell was tested at depths of 80 to 100 %; smaller
cycles are the model's extrapolation, and a vehicle of another chemistry wears differently: the figures rank weeks.
"""

from typing import NamedTuple

import numpy as np

from host_sim.home.rainflow import cycles

T_REFERENCE_K = 308.15
UA_REFERENCE_V = 0.123
Q1, Q1_T, Q1_UA, Q2 = 2.66e7, -17.8, -5.21, 0.357
Q3, Q3_T, Q3_DOD, Q4 = 3.80e3, -18.4, 1.04, 0.778
X_EMPTY, X_FULL = 8.5e-3, 0.78      # lithium in graphite at 0 and 100 %
T_BATTERY_C = 20
YEARS = 5
WEEK_DAYS = 7
END_OF_LIFE = 0.2                   # loss at which a vehicle's battery is written off
PRICE_PER_KWH = 150


class Wear(NamedTuple):
    """Of a week, on average over YEARS of weeks like it. Losses in % of the new capacity."""

    full_cycles: float
    calendar_pct: float
    cycling_pct: float
    cost: float            # both, currency

    @property
    def total_pct(self):
        """Calendar and cycling."""
        return self.calendar_pct + self.cycling_pct


def anode_v(soc):
    """Potential of the graphite electrode against lithium, V, at a state of charge 0..1."""
    x = X_EMPTY + soc * (X_FULL - X_EMPTY)
    return (0.6379 + 0.5416 * np.exp(-305.5309 * x) + 0.044 * np.tanh(-(x - 0.1958) / 0.1088)
            - 0.1978 * np.tanh((x - 1.0571) / 0.0854) - 0.6875 * np.tanh((x + 0.0117) / 0.0529)
            - 0.0175 * np.tanh((x - 0.5692) / 0.0875))


def calendar_rate(soc, t_battery_c=T_BATTERY_C):
    """q1: relative capacity lost per day^Q2 at rest."""
    t_relative = (t_battery_c + 273.15) / T_REFERENCE_K
    return Q1 * np.exp(Q1_T / t_relative) * np.exp(Q1_UA * anode_v(soc) / UA_REFERENCE_V / t_relative)


def cycling_rate(depth, t_battery_c=T_BATTERY_C):
    """q3: relative capacity lost per EFC^Q4 in cycles of a depth 0..1."""
    t_relative = (t_battery_c + 273.15) / T_REFERENCE_K
    return Q3 * np.exp(Q3_T / t_relative) * np.exp(Q3_DOD * np.exp(np.square(depth)))


def lost(q1, q3, days, full_cycles):
    """(calendar, cycling) relative losses after so many days and equivalent full cycles at these rates."""
    return q1 * days ** Q2, q3 * full_cycles ** Q4


def of_week(soc, days, capacity_wh):
    """The Wear of some days whose state of charge (0..1, evenly spaced) is known, as part of YEARS like them."""
    counted = cycles(soc)
    full_cycles = sum(depth * count for depth, _, count in counted)
    q1 = float(np.mean(calendar_rate(np.asarray(soc))))
    q3 = sum(cycling_rate(depth) * depth * count for depth, _, count in counted) / full_cycles if full_cycles else 0.0
    repeats = YEARS * 365 / days
    calendar, cycling = (loss / repeats for loss in lost(q1, q3, YEARS * 365, full_cycles * repeats))
    price = PRICE_PER_KWH * capacity_wh / 1000
    return Wear(full_cycles, 100 * calendar, 100 * float(cycling), float((calendar + cycling) / END_OF_LIFE * price))


def throughput_price(cycles_of_life):
    """Cost of a kWh taken or given when the battery lasts so many full cycles, currency per kWh."""
    return PRICE_PER_KWH / (2 * cycles_of_life)
