"""Conditions around a device: the site's meter, the supervisor, the gateway's own loop.

Not its job: the device itself (device.py), delays and actions (failsafe.py).
Source: ours; a stalled loop decides on old values while everything looks fresh.
"""

# Shorter pauses are garbage collection or a slow disk and are only counted.
STALL_TICKS = 5


def meter_lost(health):
    """A limit of the site depends on the meter and the meter does not say enough."""
    return health.is_meter_needed and not health.is_meter_fresh


def fuse_unguarded(health):
    """Control turned the device's own fuse guard off and no fresh meter stands in."""
    return health.disables_fuse_guard and not health.is_meter_fresh


def cloud_lost(health):
    """A supervisor is configured and gives no sign."""
    return health.is_cloud_needed and not health.is_cloud_seen


def tick_stalled(health):
    """The control loop runs at a fraction of its rate."""
    return health.dt_ms > STALL_TICKS * health.tick_ms
