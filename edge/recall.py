"""What outlives a restart of the household's side: brought back before the first tick, kept anew when it has changed.

Not its job: what a wish is and how its times are carried over (wishes.py), what was learned (learned.py), the
configuration (link/config_link.py).
Imported for a moment, and forgotten on a board.
Source: ours.
"""
from edge.field_reasons import STARTED
from edge.version import VERSION
from protocols.forgetting import forget

# What the household asked for, kept across restarts (wishes.py).
WISHES_FILE = "wishes"
# What it learned (learned.py).
LEARNED_FILE = "learned"


def commands(gateway, now_ms):
    """(commands of the controller, events) that bring back what there was; gateway: Gateway."""
    found, events = [], []
    config, ports = gateway.config, gateway.ports
    if config.home is not None and config.home.prices_file is not None:
        from edge.household import prices_file

        found, events = prices_file.commands(config.home.prices_file, ports.store)
        forget("edge.household.prices_file")
    if getattr(ports, "last_end", None) is not None:
        events.append((STARTED, "gateway", [VERSION, ports.last_end]))
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
    saved = ports.store.read(LEARNED_FILE) if config.home is not None else None
    if saved is not None:
        from edge import learned

        found = found + learned.commands(saved, [der.device.name for der in gateway.state.ders])
        forget("edge.learned")
    return found, events


def keep(gateway, now_ms):
    """The actions that keep what there is now."""
    from edge import wishes

    data = wishes.kept(gateway.state, now_ms, gateway.ports.clock.unix_ms())
    forget("edge.wishes")
    is_last = gateway.state.commitments.is_stopping and gateway.config.home is not None
    return [("store", WISHES_FILE, data)] + (_learned(gateway, True) if is_last else [])


def keep_by_the_way(gateway, now_ms):
    """Once a minute: the actions that keep what grows without anybody's wish. gateway: with a household."""
    if gateway.ticks <= 1:
        return []       # what was kept has not been taken back yet
    found = _learned(gateway, False) if gateway.config.home is not None else []
    if [consent for consent in gateway.state.household.consents if consent.is_worth_keeping()]:
        found = found + keep(gateway, now_ms)
    return found


def _learned(gateway, is_last):
    from edge import learned

    unix_ms, found = gateway.ports.clock.unix_ms(), []
    if is_last or learned.is_due(gateway.ports.store.read(LEARNED_FILE, 0, 16), unix_ms):
        found = [("store", LEARNED_FILE, learned.kept(gateway.state, unix_ms))]
    forget("edge.learned")
    return found
