"""Checks: what a step's record is asked, each with the bounds it must keep.

Not its job: the formulas (acceptance.py), when they are asked (procedures/).
Source: criteria of IEEE 1547.1-2020 clauses 5.4 to 5.16; checks that are stricter than the standard say "own".
A check is called with the Record and answers one Verdict.
"""

import numpy as np

from host_sim.conformance import acceptance
from host_sim.conformance.model import Verdict

OWN_PU = 0.02          # how exact a steady value has to be where the source is ideal
CEASED_P_PU = 0.01     # active current of a converter that ceases to energize
CEASED_Q_PU = 0.10     # IEEE 1547 4.5, below 500 kVA
UNIT = {"p_pu": "P, pu", "q_pu": "Q, pu"}
NINETY, DELAY = "own: 90 %% of the %s step after, s", "own: %s begins to move after, s"
DONE = "own: %g %%%% of the %%s step after, s"


def steady(y, function, *, from_s, x=None, mra_x=0.0, mra_y=0.0, knots=()):
    """Mean Y after from_s lies on the function of mean X. x None: the function is asked at 0."""
    def check(record):
        measured = record.mean(y, from_s)
        x_mean = 0.0 if x is None else record.mean(x, from_s)
        low, high = acceptance.steady_band(function, x_mean, mra_x, mra_y, knots)
        return Verdict("steady " + UNIT[y], low, high, measured, y, from_s, record.t_s[-1], x, x_mean,
                       function(x_mean))
    return check


def exact(y, function, *, from_s, x=None):
    """Own, sharper than the standard: the mean lies on the function itself, the source being known exactly."""
    def check(record):
        target = function(0.0 if x is None else record.mean(x, from_s))
        return Verdict("own: steady %s, on the curve itself" % UNIT[y], target - OWN_PU, target + OWN_PU, record.mean(y, from_s))
    return check


def on_curve(y, function, *, from_s, x=None, mra_x=0.0, mra_y=0.0, knots=()):
    """Both checks of a steady value: the standard's, and the sharper one of ours."""
    return (steady(y, function, from_s=from_s, x=x, mra_x=mra_x, mra_y=mra_y, knots=knots),
            exact(y, function, from_s=from_s, x=x))


def response(y, tr_s, mra_y):
    """Y one open-loop response time after the step, two-sided."""
    def check(record):
        last = record.mean(y, acceptance.SETTLED_TR * tr_s)
        low, high = acceptance.response_band(record.before[y], last, tr_s, mra_y)
        return Verdict("%s at %g s" % (UNIT[y], tr_s), low, high, record.at(y, tr_s), y, tr_s)
    return check


def faster(y, tr_s, mra_y, settled_s):
    """Y has arrived within tr_s; settled_s: from then on it is steady."""
    def check(record):
        last = record.mean(y, settled_s)
        low, high = acceptance.faster_band(record.before[y], last, tr_s, mra_y)
        return Verdict("%s within %g s" % (UNIT[y], tr_s), low, high, record.at(y, tr_s), y, tr_s)
    return check


def time_to_90(y, tr_s, slack_s):
    """Own, sharper than the standard: when Y has done 90 % of a large step, s."""
    def check(record):
        first, last = record.before[y], record.mean(y, acceptance.SETTLED_TR * tr_s)
        done = (record[y] - first) * np.sign(last - first) >= acceptance.REACHED * abs(last - first)
        width_s = acceptance.SCALE * acceptance.MRA_T_SHARE * tr_s + slack_s
        return Verdict(NINETY % UNIT[y][0], max(0.0, tr_s - width_s), tr_s + width_s,
                       record.first_s(done))
    return check


def arrives(y, within_s, settled_s, share=acceptance.REACHED):
    """Own: a share of a step is done within a time, s; one-sided, for functions that may be quicker."""
    def check(record):
        first, last = record.before[y], record.mean(y, settled_s)
        done = (record[y] - first) * np.sign(last - first) >= share * abs(last - first)
        what = NINETY if share == acceptance.REACHED else DONE % (100 * share)
        return Verdict(what % UNIT[y][0], 0.0, within_s * (1 + acceptance.SCALE * acceptance.MRA_T_SHARE), record.first_s(done))
    return check


def pure_delay(y, allowed_s):
    """Own: from the step until Y begins to move (0.5 % of its change), s."""
    def check(record):
        first, last = record.before[y], record.mean(y, 0.8 * record.t_s[-1])
        moved = abs(record[y] - first) > max(0.005 * abs(last - first), 1e-4)
        return Verdict(DELAY % UNIT[y][0], 0.0, allowed_s, record.first_s(moved))
    return check


def highest(quantity, what, limit, *, from_s=0.0, to_s=None):
    """No sample of a quantity in the window is above the limit."""
    def check(record):
        mask = record.inside(from_s, to_s)
        return Verdict(what, None, limit, float(record[quantity][mask].max()) if mask.any() else None)
    return check


def lowest(quantity, what, limit, *, from_s=0.0, to_s=None):
    """No sample of a quantity in the window is below the limit."""
    def check(record):
        mask = record.inside(from_s, to_s)
        return Verdict(what, limit, None, float(record[quantity][mask].min()) if mask.any() else None)
    return check


def current_above(what, share, before_pu, *, from_s):
    """Total current from from_s on stays at or above a share of the one before all disturbances, pu."""
    def check(record):
        mask = record.inside(from_s)
        current = np.hypot(record["i_p_pu"], record["i_q_pu"])[mask]
        return Verdict(what, share, None, float(current.min() / before_pu) if mask.any() else None)
    return check


def reaches(y, what, level, low_s, high_s):
    """When Y first comes up to a level, s; must lie between the two times (None: no bound). Never: does not pass."""
    def check(record):
        return Verdict(what, low_s, high_s, record.first_s(record[y] >= level))
    return check


def ceases(what, low_s, high_s):
    """When it has ceased to energize for good, s from the step; must lie between the two times."""
    def check(record):
        energized = np.nonzero(~_ceased(record))[0]
        if not len(energized):
            return Verdict(what, low_s, high_s, 0.0)
        place = energized[-1] + 1
        measured = float(record.t_s[place]) if place < len(record.t_s) else None
        return Verdict(what, low_s, high_s, measured)
    return check


def stays_on(what="ceased for, s", allowed_s=0.0):
    """Total time in which it did not energize, s."""
    def check(record):
        widths_s = np.diff(np.concatenate(([0.0], record.t_s)))
        return Verdict(what, None, allowed_s, float(widths_s[_ceased(record)].sum()))
    return check


def stays_off(what="energized for, s", *, from_s=0.0, allowed_s=0.0):
    """Total time after from_s in which it energized, s."""
    def check(record):
        widths_s = np.diff(np.concatenate(([0.0], record.t_s)))
        mask = record.inside(from_s) & ~_ceased(record)
        return Verdict(what, None, allowed_s, float(widths_s[mask].sum()))
    return check


def no_export(what="exported, pu"):
    """Not a sample above what counts as no active power."""
    return highest("p_pu", what, CEASED_P_PU)


def _ceased(record):
    return (abs(record["i_p_pu"]) <= CEASED_P_PU) & (abs(record["i_q_pu"]) <= CEASED_Q_PU)
