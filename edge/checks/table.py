"""All conditions of health: name, condition (health) -> flag.

Not its job: delays and actions (failsafe.py), what a flag means for people (the reason of the same name).
Source: ours; False is healthy, everywhere.
"""

from edge.checks import device, native, surroundings

# name              condition
CHECKS = (
    ("charger_lost",   device.charger_lost),
    ("wrong_device",   device.wrong_device),
    ("contended",      device.contended),
    ("writes_fail",    device.writes_fail),
    ("values_frozen",  device.values_frozen),
    ("no_effect",      device.no_effect),
    ("ev_lost",        device.ev_lost),
    ("no_watchdog",    device.no_watchdog),
    ("meter_lost",     surroundings.meter_lost),
    ("fuse_unguarded", surroundings.fuse_unguarded),
    ("cloud_lost",     surroundings.cloud_lost),
    ("tick_stalled",   surroundings.tick_stalled),
    ("native_refused", native.native_refused),
    ("native_ignored", native.native_ignored),
    ("trip_unconfirmed", native.trip_unconfirmed),
)
