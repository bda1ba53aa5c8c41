"""All conditions of health: name, condition (health) -> flag, what it means.

Not its job: delays and actions (failsafe.py).
Source: ours; False is healthy, everywhere.
"""

from edge.checks import device, surroundings

# name              condition                    a raised flag means
CHECKS = (
    ("charger_lost",   device.charger_lost,         "the device does not answer"),
    ("wrong_device",   device.wrong_device,         "another device than its profile says"),
    ("contended",      device.contended,            "another master writes"),
    ("writes_fail",    device.writes_fail,          "setpoints are not confirmed"),
    ("values_frozen",  device.values_frozen,        "measurements repeat to the last bit"),
    ("no_effect",      device.no_effect,            "power does not follow the setpoint"),
    ("ev_lost",        device.ev_lost,              "state of charge unknown in session"),
    ("no_watchdog",    device.no_watchdog,          "the device would not notice a dead gateway"),
    ("meter_lost",     surroundings.meter_lost,     "a site limit depends on a silent meter"),
    ("fuse_unguarded", surroundings.fuse_unguarded, "nobody watches the fuse"),
    ("cloud_lost",     surroundings.cloud_lost,     "the supervisor gives no sign"),
    ("tick_stalled",   surroundings.tick_stalled,   "the control loop runs far too slowly"),
)
