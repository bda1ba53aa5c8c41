"""How soon a site can react with each device profile: what adds up in the worst case, from the tables alone.

Not its job: measuring (live.py does, for the fastest profile).
Source: the profiles; the tick of a default site. A device's guard is how long it wants to be left alone after a change.
"""

from protocols import profiles

TICK_MS = 100


def of_profiles():
    """{profile: {"tick_ms", "meter_window_ms", "guard_ms", "total_ms"}} of every profile that takes setpoints."""
    return {name: row for name in profiles.NAMES if (row := _row(_profile(name))) is not None}


def _profile(name):
    return __import__("protocols.profiles." + name.replace("-", "_"), fromlist=["PROFILE"]).PROFILE


def _row(profile):
    control = profile["control"]
    if control is None or profile["kind"] == "transfer_switch":
        return None
    waits_ms = [wait_ms for _, wait_ms in control["guards"]["after_change_ms"]]
    guard_ms = max([*waits_ms, control["min_write_ms"]])
    window_ms = profile["dynamics"]["meter_window_ms"] or 0
    return {"tick_ms": TICK_MS, "meter_window_ms": window_ms, "guard_ms": guard_ms, "total_ms": TICK_MS + window_ms + guard_ms}
