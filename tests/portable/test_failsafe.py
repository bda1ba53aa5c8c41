"""Failsafe: every condition, its delay, its action, its clear rule; the worst one wins.

Not its job: what an action leaves of the power (test_law_bounds.py). Source: the table in edge/failsafe.py.
"""

from edge import failsafe, reasons
from edge.checks.health import Health
from edge.checks.table import CHECKS
from edge.failsafe import evaluate, may_refresh
from tests.portable.law_bench import section

P = section("failsafe", charger_lost_s=2, meter_lost_s=3, ev_lost_s=10, cloud_lost_s=60, clear_s=5)

# check, facts that raise it, ms until it acts, action
SICK = (
    ("charger_lost", {"charger_age_ms": 1001}, 2000, failsafe.STOP_REFRESHING),
    ("charger_lost", {"charger_age_ms": None}, 2000, failsafe.STOP_REFRESHING),
    ("wrong_device", {"is_identified": False}, 100, failsafe.STOP_REFRESHING),
    ("contended", {"is_contended": True}, 100, failsafe.STOP_REFRESHING),
    ("tick_stalled", {"dt_ms": 501}, 2000, failsafe.STOP_REFRESHING),
    ("writes_fail", {"has_write_failures": True}, 2000, failsafe.ZERO),
    ("values_frozen", {"is_frozen": True}, 100, failsafe.ZERO),
    ("no_effect", {"is_without_effect": True}, 2000, failsafe.REPORT),
    ("meter_lost", {"is_meter_needed": True, "is_meter_fresh": False}, 3000, failsafe.HOLD_LIMITED),
    ("fuse_unguarded", {"disables_fuse_guard": True, "is_meter_fresh": False}, 3000, failsafe.HOLD_LIMITED),
    ("no_watchdog", {"has_watchdog": False}, 100, failsafe.HOLD_LIMITED),
    ("ev_lost", {"is_in_session": True, "soc_pct": None}, 10000, failsafe.STOP_DISCHARGING),
    ("native_refused", {"native_faults": [122]}, 100, failsafe.REPORT),
    ("native_ignored", {"native_faults": [123]}, 100, failsafe.REPORT),
    ("trip_unconfirmed", {"is_trip_confirmed": False}, 100, failsafe.STOP_DISCHARGING),
    ("cloud_lost", {"is_cloud_needed": True, "is_cloud_seen": False}, 60000, failsafe.REPORT),
)


def health(**facts):
    """A device that is fine but for the facts given."""
    seen = Health()
    seen.soc_pct = 50
    for name in facts:
        assert hasattr(seen, name), name
        setattr(seen, name, facts[name])
    return seen


def after(ms, seen, memory=None):
    """(action, reason, memory, all changes) after so long in 100 ms ticks."""
    action, reason, changes = 0, 0, []
    for _ in range(ms // 100):
        action, reason, memory, new = evaluate(seen, memory, 100, P)
        changes.extend(new)
    return action, reason, memory, changes


def test_health_costs_nothing_and_says_nothing():
    assert evaluate(health(), None, 100, P) == (failsafe.NONE, 0, None, ())


def test_each_condition_acts_after_its_delay_and_clears_after_its_rest():
    for name, facts, delay_ms, expected in SICK:
        seen = health(**facts)
        action, _, memory, changes = after(delay_ms - 100, seen)
        assert (action, changes) == (failsafe.NONE, []), name
        action, reason, memory, changes = after(100, seen, memory)
        assert action == expected and reasons.name_of(reason) == name and changes == [(reason, True)], (name, action, reason)
        action, _, memory, changes = after(4900, health(), memory)
        assert action == expected and changes == [], name
        action, _, memory, changes = after(100, health(), memory)
        assert action == failsafe.NONE and changes == [(reason, False)], name
        assert after(100, health(), memory)[2] is None, "healthy leaves no memory"


def test_a_flag_that_flickers_does_not_act():
    memory, facts = None, {"charger_age_ms": 5000}
    for _ in range(10):
        action, _, memory, changes = after(1900, health(**facts), memory)
        assert action == failsafe.NONE and changes == []
        _, _, memory, _ = after(100, health(), memory)


def test_a_relapse_restarts_the_rest():
    seen = health(has_watchdog=False)
    _, _, memory, _ = after(100, seen)
    for _ in range(3):
        action, _, memory, changes = after(4900, health(), memory)
        assert action == failsafe.HOLD_LIMITED and changes == []
        _, _, memory, _ = after(100, seen, memory)


def test_the_worst_action_wins():
    for _, facts, delay_ms, action in SICK:
        for _, others, other_ms, other in SICK:
            together = dict(facts)
            together.update(others)
            if together.get("dt_ms", 0) > 100 or together.get("soc_pct", 1) is None:
                continue
            expected = max(action, other)
            assert after(max(delay_ms, other_ms), health(**together))[0] == expected, (facts, others)


def test_only_the_last_action_stops_writing():
    for action in range(failsafe.STOP_REFRESHING):
        assert may_refresh(action)
    assert not may_refresh(failsafe.STOP_REFRESHING)


def test_table_and_checks_belong_together():
    checks = [row[0] for row in CHECKS]
    handled = [row[failsafe.CHECK] for row in failsafe.FAILSAFE]
    assert sorted(checks) == sorted(handled) == sorted(set(handled))
    assert sorted(set([row[0] for row in SICK])) == sorted(checks), "every condition is tried above"
    for row in failsafe.FAILSAFE:
        delay = row[failsafe.DELAY]
        assert hasattr(P, delay) if isinstance(delay, str) else delay >= 0
        assert reasons.name_of(row[failsafe.REASON]) == row[failsafe.CHECK]
        assert failsafe.NONE < row[failsafe.ACTION] <= failsafe.STOP_REFRESHING


def test_false_is_healthy():
    for name, condition in CHECKS:
        assert condition(health()) is False, name
