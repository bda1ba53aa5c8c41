"""What outlives a restart of the household's side: brought back before the first tick, kept anew when it has changed.

Not its job: what a wish is and how its times are carried over (wishes.py), the configuration (link/config_link.py).
Imported for a moment, and forgotten on a board.
Source: ours.
"""
from protocols.forgetting import forget

# What the household asked for, kept across restarts (wishes.py).
WISHES_FILE = "wishes"


def commands(gateway, now_ms):
    """(commands of the controller, events) that bring back what there was; gateway: Gateway."""
    found, events = [], []
    config, ports = gateway.config, gateway.ports
    if config.home is not None and config.home.prices_file is not None:
        from edge.household import prices_file

        found, events = prices_file.commands(config.home.prices_file, ports.store)
        forget("edge.household.prices_file")
    if config.recoveries:
        from edge.drivers import recovery

        recovery.supply(config, ports)
        forget("edge.drivers.recovery")
    saved = ports.store.read(WISHES_FILE)
    if saved is not None:
        from edge import wishes

        names = [der.device.name for der in gateway.state.ders]
        found = found + wishes.commands(saved, now_ms, ports.clock.unix_ms(), names)
        forget("edge.wishes")
    return found, events


def keep(gateway, now_ms):
    """The actions that keep what there is now."""
    from edge import wishes

    data = wishes.kept(gateway.state, now_ms, gateway.ports.clock.unix_ms())
    forget("edge.wishes")
    return [("store", WISHES_FILE, data)]
