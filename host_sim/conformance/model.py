"""What a procedure is made of: a device under test, cases, steps, skips, verdicts.

Not its job: judging (checks.py), running (harness.py).
Source: ours. P is pu of the W rating, Q pu of the VA rating, V pu of v_nom line to neutral; + = injected.
"""

from collections import namedtuple

# target: "gateway" or "device". tr_min_s: shortest response time it is asked for. quick: short form for tests.
Eut = namedtuple("Eut", "target p_rated_w s_max_va tr_min_s quick")
# settings: {parameter: value} on top of the grid code. v_pu, f_hz, p_pu: what the case begins with. warm_s: until the
# first step. slow: nothing here is quicker than minutes, so a bench may take large steps.
Case = namedtuple("Case", "test name settings steps v_pu f_hz p_pu warm_s slow", defaults=(1.0, None, 1.0, 6.0, False))
# What is None stays as it was. v_pu: one number or one for each phase. rocof_hz_s: f_hz is reached at that rate.
# checks: functions of the step's Record; probes: functions of bench and Record that ask the device itself afterwards;
# each answers a Verdict.
Step = namedtuple("Step", "name hold_s checks v_pu f_hz rocof_hz_s p_pu settings probes",
                  defaults=((), None, None, None, None, None, ()))
# A test, or a part of one, that can't be done on this target.
Skip = namedtuple("Skip", "test reason")
# low, high: None for no bound. measured None: could not be measured, which never passes. quantity, from_s, to_s: where
# a figure may draw the bounds, times of the step; from_s alone: at that moment. x, x_mean, exact: the quantity that a
# steady value depends on, its mean, and the value without any tolerance.
Verdict = namedtuple("Verdict", "what low high measured quantity from_s to_s x x_mean exact", defaults=(None,) * 6)


def passes(verdict):
    """Whether a verdict is good."""
    measured, low, high = verdict.measured, verdict.low, verdict.high
    return measured is not None and (low is None or measured >= low) and (high is None or measured <= high)


def margin(verdict):
    """Distance to the nearer bound as a share of half the band, 1 in its middle, below 0 outside; None where it has no
    two bounds."""
    low, high, measured = verdict.low, verdict.high, verdict.measured
    if None in (low, high, measured) or high <= low:
        return None
    return min(measured - low, high - measured) / ((high - low) / 2)
