"""Conditions of functions that a device runs by itself: refused, silently ignored, trip settings not confirmed.

Not its job: finding out (drivers/native_config.py), delays and actions (failsafe.py).
Source: ours; reasons are numbers of edge/grid_reasons.py.
"""

_REFUSED = 122
_IGNORED = 123


def native_refused(health):
    """The device can't do a function it should do by itself."""
    return _REFUSED in health.native_faults


def native_ignored(health):
    """The device does not show a setting that it took without complaint."""
    return _IGNORED in health.native_faults


def trip_unconfirmed(health):
    """A grid code asks for trip settings that the device does not show."""
    return not health.is_trip_confirmed
