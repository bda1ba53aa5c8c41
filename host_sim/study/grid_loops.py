"""The voltage loop and the frequency loop of a fleet as transfer functions, their margins, and the filters they ask for.

Voltage: stations answer to the voltage they make, a static grid: L = G F. Frequency: the fleet answers to a mass,
L = R F A with A = 1 / (M s + D + K / ((1 + s T_g)(1 + s T_t))). F is the way of a station: pure delay, open-loop
response tau = (OLRT - T_d) / ln 10, lag of the inverter.
Not its job: G of a feeder (loop_gain.py), limits and deadbands (the simulation meets them).
Source: classical frequency response; sampled-data forms of a first-order lag at a tick T, (1 - a) / (1 - a / z) with
a = exp(-T / tau), and of power held over a tick. Open-loop response: IEEE 1547-2018 3.1.
"""

import math
from typing import NamedTuple

import numpy as np

from host_sim.study.loop_gain import TAU_RULE

LN_10 = math.log(10.0)
GAIN_WITHOUT_FILTER = 0.5   # up to here the loop keeps 6 dB at any delay and never reaches unity
GRID_PER_DECADE = 4000


class Station(NamedTuple):
    """What lies between a change of the grid and the power that answers it, at a tick of tick_s."""

    tau_s: float         # first-order filter or open-loop response; 0: none
    dead_ticks: int      # whole ticks from measuring to the power that begins to follow
    lag_s: float         # inverter
    tick_s: float = 0.1

    @property
    def dead_s(self):
        """Dead time, s."""
        return self.dead_ticks * self.tick_s


class Margins(NamedTuple):
    """Gain margin dB and phase margin degrees; negative is unstable, None where the loop has no such crossing."""

    gain_db: float | None
    phase_deg: float | None
    w_180_rad_s: float | None
    w_unity_rad_s: float | None


def olrt_tau_s(olrt_s, delay_s):
    """Time constant a law gives its response, s: what measuring, bus and device take is taken off; 0: none is left."""
    return max(olrt_s - delay_s, 0.0) / LN_10


def olrt_min_s(gain, delay_s):
    """Shortest open-loop response, s, that keeps 6 dB and 45 degrees at loop gain `gain` and dead time delay_s:
    tau >= 1.4 G T_d, so OLRT >= T_d (1 + 3.22 G); 0 for a gain of 0.5 or less, which no delay upsets."""
    return delay_s * (1.0 + LN_10 * TAU_RULE * gain) if gain > GAIN_WITHOUT_FILTER else 0.0


def delay_max_s(gain, olrt_s):
    """The other way round: the longest dead time, s, for a response and a loop gain; None where any will do."""
    return olrt_s / (1.0 + LN_10 * TAU_RULE * gain) if gain > GAIN_WITHOUT_FILTER else None


def station_way(w_rad_s, station):
    """F: what a unit of measured quantity becomes, as complex numbers over w_rad_s, sampled as the gateway does it."""
    back = np.exp(-1j * w_rad_s * station.tick_s)
    way = back ** station.dead_ticks
    for lag_s in (station.tau_s, station.lag_s):
        if lag_s > 0:
            left = math.exp(-station.tick_s / lag_s)
            way = way * (1.0 - left) / (1.0 - left * back)
    return way


def voltage_loop(w_rad_s, gain, station):
    """L of the voltage loop over w_rad_s."""
    return gain * station_way(w_rad_s, station)


def frequency_loop(w_rad_s, stiffness_mw_per_hz, station, area):
    """L of the frequency loop over w_rad_s. stiffness_mw_per_hz: R, droop of the whole fleet.

    The power that follows at the beginning of a tick acts on the mass until its end.
    """
    s = 1j * w_rad_s
    held = (np.exp(s * station.tick_s) - 1.0) / (s * station.tick_s)
    return stiffness_mw_per_hz * station_way(w_rad_s, station) * held * _area_hz_per_mw(s, area)


def dispatch_loop(w_rad_s, restore_mw_per_hz_s, path_s, station, area):
    """L of the supervisor's loop over w_rad_s: an integral of the frequency, broadcast late, while the droop rests.

    Its sum over cycles, held between them, is the integral itself; it changes at a tick, so the tick adds nothing.
    restore_mw_per_hz_s: power added for each Hz and second; path_s: from the control room to the gateway.
    """
    s = 1j * w_rad_s
    return restore_mw_per_hz_s / s * np.exp(-s * path_s) * station_way(w_rad_s, station) * _area_hz_per_mw(s, area)


def fleet_share_max(droop_pu, inertia_s, station):
    """Rated power of a droop fleet over the rating of its area, at most, for 45 degrees and 6 dB on the mass alone.

    R / M <= pi / 4 / (T_d + tau); with R = P / (f k) and M = 2 H S / f that is a share of (pi / 2) k H / (T_d + tau).
    """
    return math.pi / 2 * droop_pu * inertia_s / (station.dead_s + station.tau_s + station.lag_s)


def _area_hz_per_mw(s, area):
    governor = area.governor_mw_per_hz / ((1.0 + s * area.governor_s) * (1.0 + s * area.turbine_s))
    return 1.0 / (area.mass_mw_s_per_hz * s + area.damping_mw_per_hz + governor)


def margins_of(loop, tick_s=0.1, low_rad_s=1e-3):
    """Margins of loop(w_rad_s) -> complex, between low_rad_s and half the sampling rate: the worst phase where it has
    unit gain, and the gain where its phase first passes -180 degrees."""
    high_rad_s = math.pi / tick_s
    count = int(GRID_PER_DECADE * math.log10(high_rad_s / low_rad_s))
    w_rad_s = np.geomspace(low_rad_s, high_rad_s, count)
    return margins_of_points(w_rad_s, loop(w_rad_s))


def margins_of_points(w_rad_s, values):
    """Margins of a loop known at rising frequencies: gain in dB and unwrapped phase are lines over log w between them."""
    log_w = np.log(w_rad_s)
    gain_db = 20.0 * np.log10(np.abs(values))
    phase_deg = np.degrees(np.unwrap(np.angle(values)))
    # The loop begins between 0 and -180 degrees, whatever the first point's angle was wrapped to.
    phase_deg -= 360.0 * math.ceil(phase_deg[0] / 360.0 - 0.25)
    unity = _crossings(log_w, gain_db, 0.0)
    half = _crossings(log_w, phase_deg, -180.0)
    worst = min(unity, key=lambda at: np.interp(at, log_w, phase_deg), default=None)
    return Margins(
        -float(np.interp(half[0], log_w, gain_db)) if half else None,
        None if worst is None else 180.0 + float(np.interp(worst, log_w, phase_deg)),
        math.exp(half[0]) if half else None,
        None if worst is None else math.exp(worst),
    )


def _crossings(at, values, level):
    """Places where a line through points falls through a level, in order."""
    found = []
    for place in np.flatnonzero((values[:-1] > level) & (values[1:] <= level)):
        share = (values[place] - level) / (values[place] - values[place + 1])
        found.append(float(at[place] + share * (at[place + 1] - at[place])))
    return found
