"""Builds the gateway from its site configuration and starts it; nothing else.

Not its job: any decision. On a board this is the application's entry; on Linux `v2g run` calls it.
Source: ours.
"""
import asyncio

from edge import config_loader, hal
from edge.clock import MonotonicClock
from edge.drivers.fleet import load_profile
from edge.gateway import Gateway
from edge.runtime import Runtime


class Ports:
    """What the machine lends the gateway."""

    def __init__(self, directory, seed=None):
        """directory: where the store keeps its files; seed: for a repeatable run."""
        self.clock = hal.WallClock()
        self.chance = hal.Chance(seed)
        self.entropy = hal.entropy
        self.log = hal.log
        self.store = hal.FileStore(directory)


def build(document, directory):
    """(runtime, config, errors) for a site document; runtime is None when there are errors."""
    config, errors = config_loader.load(document, load_profile)
    if errors:
        return None, None, errors
    ports = Ports(directory)
    return Runtime(Gateway(config, ports), MonotonicClock(hal.ticks_ms), ports.store), config, []


def run(document, directory):
    """Run until asked to stop; returns (exit code, configuration errors)."""
    runtime, config, errors = build(document, directory)
    if errors:
        return 2, errors
    return asyncio.run(runtime.run(config.local.query_port)), []
