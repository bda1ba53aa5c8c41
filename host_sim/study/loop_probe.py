"""A loop measured while it is closed: tones are added to what the meters see, and what comes back is compared.

With y = -L (y + d) the loop is L = -Y / (Y + D) at every tone. All tones lie on whole periods of the window, so none
leaks into another, and are small enough to stay on one straight piece of a law.
Not its job: which loop (grid_stability.py), margins of the points (grid_loops.py).
Source: classical loop identification; tone phases of Schroeder (1970) keep the sum low.
"""

import math

import numpy as np

# Where tones are wanted, as factors of a loop's unity-gain and -180 degree frequencies.
AROUND_UNITY = (0.6, 0.8, 1.0, 1.25, 1.6)
AROUND_HALF = (0.75, 0.88, 1.0, 1.14, 1.3)


def tones(margins, window_s, lowest=2):
    """Rising tones, rad/s, around both crossings of expected margins, each a whole number of periods in window_s."""
    wanted_rad_s = []
    for at_rad_s, factors in ((margins.w_unity_rad_s, AROUND_UNITY), (margins.w_180_rad_s, AROUND_HALF)):
        wanted_rad_s += [] if at_rad_s is None else [at_rad_s * factor for factor in factors]
    step_rad_s = 2 * math.pi / window_s
    return np.array(sorted({max(lowest, round(w / step_rad_s)) for w in wanted_rad_s})) * step_rad_s


def multisine(time_s, w_rad_s, amplitude):
    """Sum of cosines of one amplitude over time_s."""
    numbers = np.arange(len(w_rad_s))
    phases = -math.pi * numbers * (numbers + 1) / len(w_rad_s)
    return amplitude * np.cos(np.outer(time_s, w_rad_s) + phases).sum(axis=1)


def measured_loop(time_s, w_rad_s, sent, returned, window_s):
    """L at each tone over the last window_s. sent: what was added; returned: what came back, both over time_s."""
    last = time_s > time_s[-1] - window_s + (time_s[1] - time_s[0]) / 2
    turn = np.exp(-1j * np.outer(w_rad_s, time_s[last]))
    added, came = turn @ sent[last], turn @ (returned[last] - returned[last].mean())
    return -came / (came + added)
