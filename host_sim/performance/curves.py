"""Response curves of reserve services as the operator measures them: what is required at a frequency.

Not its job: the gateway's own law; this is the other side's opinion, written down a second time on purpose.
Source: NESO's pages on Dynamic Containment, Moderation and Regulation; Fingrid on FCR-N and FCR-D. A figure that is
general knowledge only is named below the table: check it with the buyer.
"""

from typing import NamedTuple

import numpy as np


class Curve(NamedTuple):
    """Required share of the contracted power over the deviation from nominal, and when."""

    name: str
    begin_hz: float        # no response up to here
    knee_hz: float         # ... then a line to knee_share here
    knee_share: float
    full_hz: float         # ... then a line to 1 here
    full_s: float          # and all has to be there after this


CURVES = {curve.name: curve for curve in (
    #     name     begin  knee   share full  after
    Curve("gb-dc", 0.015, 0.2,   0.05, 0.5,  1.0),
    Curve("gb-dm", 0.015, 0.1,   0.05, 0.2,  1.0),
    Curve("gb-dr", 0.015, 0.2,   1.0,  0.2,  10.0),
    Curve("fcr-n", 0.0,   0.1,   1.0,  0.1,  180.0),
    Curve("fcr-d", 0.1,   0.5,   1.0,  0.5,  7.5),
)}
# Not verified: deadbands and full response of DM and DR, knee of DM (5 or 10 %), times of FCR-N and FCR-D.


def share(curve, deviation_hz):
    """Required share of the contracted power for deviations from nominal, Hz: array of -1..1, + = upwards (low f)."""
    size_hz = np.abs(deviation_hz)
    points = (curve.begin_hz, curve.knee_hz, max(curve.full_hz, curve.knee_hz + 1e-9))
    return -np.sign(deviation_hz) * np.interp(size_hz, points, (0.0, curve.knee_share, 1.0))


def required_w(curve, f_hz, f_nom_hz, contract_w):
    """Required response, W, + upwards. contract_w: (up, down), both >= 0, W."""
    wanted = share(curve, np.asarray(f_hz) - f_nom_hz)
    up_w, down_w = contract_w
    return np.where(wanted > 0, wanted * up_w, wanted * down_w)
