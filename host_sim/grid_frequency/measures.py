"""What a frequency curve and a fleet's power come to: low point, steepest slope, recovery, energy.

Not its job: making either. Pure functions on arrays of one length.
Source: the slope over a window of 500 ms is how ENTSO-E states rates of change; the bands are the caller's.
"""

import numpy as np

ROCOF_WINDOW_S = 0.5


def nadir(t_s, f_hz):
    """(lowest frequency, Hz; its time, s)."""
    place = int(np.argmin(f_hz))
    return float(f_hz[place]), float(t_s[place])


def steepest_hz_s(t_s, f_hz, window_s=ROCOF_WINDOW_S):
    """The mean slope of the largest size over any window of the samples, Hz/s; evenly spaced samples."""
    count = max(1, round(window_s / (t_s[1] - t_s[0])))
    slopes = (f_hz[count:] - f_hz[:-count]) / (t_s[count:] - t_s[:-count])
    return float(slopes[np.argmax(np.abs(slopes))])


def recovered_s(t_s, f_hz, low_hz):
    """Time from which the frequency stays at or above low_hz to the end, s; 0 when it never falls below after t = 0;
    None when it is below at the end."""
    below = np.flatnonzero(f_hz < low_hz)
    below = below[t_s[below] >= 0]
    if len(below) == 0:
        return 0.0
    return None if below[-1] == len(f_hz) - 1 else float(t_s[below[-1] + 1])


def energy_mwh(t_s, p_mw):
    """Energy of a power over the samples, MWh (trapezoid)."""
    return float(np.trapezoid(p_mw, t_s) / 3600)
