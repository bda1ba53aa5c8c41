"""The end of a clean stop: once the devices are given back, brokers are told, what must not be lost is kept, and it is over.

Not its job: ramping down and giving back (controller.py, drivers). Imported while the gateway stops.
Source: ours.
"""

# A clean stop that a hung device would hold up ends here; the device's own reversion timer does the rest.
STOP_TIMEOUT_MS = 10000
EXIT_HELD_UP = 1


def actions(gateway, now_ms, begun_ms, exit_code):
    """The last actions of a Gateway that stops since begun_ms; [] while it has to wait for its devices."""
    is_idle = gateway.fleet.is_released()
    if not is_idle and now_ms - begun_ms < STOP_TIMEOUT_MS:
        return []
    found = [("send", link.name, link.farewell()) for link in (gateway.vpp, gateway.site_link) if link is not None and link.is_up]
    if gateway.vpp is not None:
        gateway.vpp.keep()      # what is not acknowledged by now
    return found + gateway.journal.flush(now_ms, True) + [("exit", exit_code if is_idle else EXIT_HELD_UP)]
