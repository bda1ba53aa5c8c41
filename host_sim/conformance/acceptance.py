"""Acceptance formulas of IEEE 1547.1: how far a measured value may lie from the curve, and when it is measured.

Not its job: test steps (procedures/), measuring (harness.py). Shares nothing with any controller.
Source: IEEE 1547-2018 Table 3 (minimum required measurement accuracy, MRA); IEEE 1547.1-2020 4.2 and 5.14.3.3 as
implemented openly by ua-kxie/UL1741SB and sandialabs/svp_1547.1, without the defects of either.
"""

from collections import namedtuple

SCALE = 1.5            # 150 % of the MRA, on X, Y and time alike
SETTLED_TR = 2         # averaging begins after so many response times
RECORDED_TR = 4        # and the record is at least so many long
REACHED = 0.9          # share of a step that is done after one open-loop response time

# Steady state: pu of v_nom, Hz, pu of the bases of P and Q, share of the measured duration.
Accuracy = namedtuple("Accuracy", "v_pu f_hz p_pu q_pu t_share")
MRA_V_PU, MRA_F_HZ, MRA_S_PU, MRA_T_SHARE = 0.01, 0.01, 0.05, 0.01
# Transient: voltage, frequency, and cycles of the nominal frequency.
TRANSIENT_V_PU, TRANSIENT_F_HZ, TRANSIENT_CYCLES = 0.02, 0.1, 2


def accuracy(p_rated_w, s_max_va):
    """MRA of a device: P and Q are accurate to 5 % of the VA rating, also where P is counted on the W rating."""
    return Accuracy(MRA_V_PU, MRA_F_HZ, MRA_S_PU * s_max_va / p_rated_w, MRA_S_PU, MRA_T_SHARE)


def line(points):
    """Function through (x, y) points, flat beyond the ends. points: ascending in x."""
    def at(x):
        if x <= points[0][0]:
            return points[0][1]
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            if x <= x1:
                return y1 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return points[-1][1]
    return at


def steady_band(function, x, mra_x, mra_y, knots=()):
    """(lowest, highest) steady Y at measured X: the function over X +/- 1.5 MRA_X, widened by 1.5 MRA_Y.

    knots: X of the function's corners, so that a peak between the ends is not missed.
    """
    low_x, high_x = x - SCALE * mra_x, x + SCALE * mra_x
    values = [function(place) for place in (low_x, x, high_x) + tuple(k for k in knots if low_x < k < high_x)]
    return min(values) - SCALE * mra_y, max(values) + SCALE * mra_y


def first_order(y_first, y_last, t_s, tr_s):
    """Y of a first-order response t_s after its step: 90 % are done after tr_s."""
    return y_last + (y_first - y_last) * (1 - REACHED) ** (t_s / tr_s)


def response_band(y_first, y_last, tr_s, mra_y):
    """(lowest, highest) Y one response time after a step, from the measured Y before it and at its end."""
    width_s = SCALE * MRA_T_SHARE * tr_s
    edges = [first_order(y_first, y_last, tr_s + shift_s, tr_s) for shift_s in (-width_s, width_s)]
    return min(edges) - SCALE * mra_y, max(edges) + SCALE * mra_y


def faster_band(y_first, y_last, tr_s, mra_y):
    """As response_band where the standard only asks for "within tr_s": an earlier arrival passes as well."""
    low, high = response_band(y_first, y_last, tr_s, mra_y)
    return min(low, y_last - SCALE * mra_y), max(high, y_last + SCALE * mra_y)


def transient_s(f_nom_hz):
    """Accuracy of a short time, s: two cycles."""
    return TRANSIENT_CYCLES / f_nom_hz
