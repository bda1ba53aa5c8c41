"""Builds the gateway from its site configuration and starts it; nothing else.

Not its job: any decision. On a board this is the application's entry; on Linux `v2g run` calls it.
Source: ours.
"""
import asyncio

from edge import hal
from edge.clock import MonotonicClock
from edge.drivers.profile_loader import load_profile
from edge.gateway import EXIT_RESTART, Gateway
from edge.runtime import Runtime

EXIT_CONFIGURATION = 2


class Ports:
    """What the machine lends the gateway."""

    def __init__(self, directory, seed=None):
        """directory: where the store keeps its files; seed: for a repeatable run."""
        self.clock = hal.WallClock()
        self.chance = hal.Chance(seed)
        self.contacts = hal.Contacts()
        self.entropy = hal.entropy
        self.log = hal.log
        self.store = hal.FileStore(directory)


def make_gateway(config, ports):
    """The gateway for a site's Config, with what was changed over MQTT since; ports: what the machine lends."""
    if not (config.vpp.config_key or config.vpp.installer_key):
        return Gateway(config, ports)
    # Imported only where it is used: reading and checking a configuration is as large as the control loop.
    from edge.link import config_link
    store = config_link.stored(ports, config)
    # A change is tried out beside the running gateway; a board has no room for two.
    trial = None if hal.IS_BOARD else lambda changed: _try_out(changed, ports)
    configuration = config_link.ConfigLink(store, config_link.keys_of(config.vpp), config.origin, ports, trial)
    from edge import config_loader
    return Gateway(config_loader.build(store.document), ports, configuration)


def _try_out(config, ports):
    """Builds a gateway that never runs; what it raises speaks against the configuration."""
    boot = ports.boot
    try:
        Gateway(config, ports).links()
    finally:
        ports.boot = boot


def build(document, directory):
    """(gateway, runtime, errors) for a site document; no gateway and no runtime when there are errors."""
    from edge import config_loader      # once: a board forgets it

    config, errors = config_loader.load(document, load_profile)
    if not errors and config.vpp.enabled and config.vpp.tls and not config.vpp.ca_file:
        if not hal.has_system_certificates():
            errors = [("vpp.ca_file", None, "a PEM file", "this machine has no certificates of its own")]
    if errors:
        return None, None, errors
    ports = Ports(directory)
    gateway = make_gateway(config, ports)
    return gateway, Runtime(gateway, MonotonicClock(hal.ticks_ms), ports.store), []


def run(document, directory):
    """Run until asked to stop; returns (exit code, configuration errors)."""
    while True:
        gateway, runtime, errors = build(document, directory)
        if errors:
            return EXIT_CONFIGURATION, errors
        code = asyncio.run(runtime.run())
        if runtime.is_terminated:
            return 0 if code == EXIT_RESTART else code, []      # who stops the program wants no restart
        # A device that held the stop up must not keep a changed configuration from being taken.
        if code != EXIT_RESTART and not (gateway.vpp is not None and gateway.vpp.is_restart_due()):
            return code, []
