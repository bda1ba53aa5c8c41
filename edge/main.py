"""Builds the gateway from its site configuration and starts it; nothing else.

Not its job: any decision. On a board this is the application's entry; on Linux `v2g run` calls it.
Source: ours.
"""
import asyncio

from edge import hal
from edge.clock import MonotonicClock
from edge.drivers.profile_loader import load_profile
from edge.gateway import EXIT_RESTART, Gateway
from edge.hal_contacts import Contacts
from edge.runtime import Runtime

EXIT_CONFIGURATION = 2
# The last lines of the log, for a job that asks for them.
LINES_KEPT = 20 if hal.IS_BOARD else 300
# How the run before ended; a run that dies leaves RUNNING behind.
END_FILE = "last-end"
RUNNING = b"running"


class Ports:
    """What the machine lends the gateway."""

    def __init__(self, directory, seed=None):
        """directory: where the store keeps its files; seed: for a repeatable run."""
        self.clock = hal.WallClock()
        self.chance = hal.Chance(seed)
        self.contacts = Contacts()
        self.entropy = hal.entropy
        self.store = hal.FileStore(directory)
        self.releases = None    # Installed, where a starter has chosen one
        self.last_end = None    # words for people, with the event that the gateway has started
        self.lines = []

    def log(self, text):
        """One line for whoever watches; the last ones are kept."""
        self.lines = self.lines[1 - LINES_KEPT:] + [text]
        hal.log(text)


def make_gateway(config, ports):
    """The gateway for a site's Config, with what was changed over MQTT since; ports: what the machine lends."""
    config = _placed(config, ports)
    if not (config.vpp.config_key or config.vpp.installer_key):
        return Gateway(config, ports)
    # Imported only where it is used: reading and checking a configuration is as large as the control loop.
    from edge.link import config_link
    store = config_link.stored(ports, config)
    # A change is tried out beside the running gateway; a board has no room for two.
    trial = None if hal.IS_BOARD else lambda changed: _try_out(changed, ports)
    from edge import config_loader
    current = _placed(config_loader.build(store.document), ports)
    configuration = config_link.ConfigLink(store, config_link.keys_of(current.vpp), config.origin, ports, trial)
    return Gateway(current, ports, configuration)


def _placed(config, ports):
    """The Config with what a move to another operator put in the place of what the site file says."""
    if config.enrol is None:
        return config
    from edge.link import place     # most sites can't be moved

    return place.apply(config, ports.store)


def _try_out(config, ports):
    """Builds a gateway that never runs; what it raises speaks against the configuration."""
    boot = ports.boot
    try:
        Gateway(_placed(config, ports), ports).links()
    finally:
        ports.boot = boot


def build(document, directory, prepare_key=None, *, place=None, service=None):
    """(gateway, runtime, errors) for a site document; no gateway and no runtime when there are errors.

    prepare_key: function (prefix, gateway id) that leaves a new private key and the request for its certificate in the
    store, next.key and next.csr after the prefix; None where this machine makes no keys.
    place: (folder of the releases, name of the running one), None where no starter chose it. service: of hal_service."""
    from edge import config_loader      # once: a board forgets it

    config, errors = config_loader.load(document, load_profile)
    if not errors and config.vpp.enabled and config.vpp.tls and not config.vpp.ca_file:
        if not hal.has_system_certificates() and not hal.FileStore(directory).read("ca.crt"):
            errors = [("vpp.ca_file", None, "a PEM file", "this machine has no certificates of its own")]
    if errors:
        return None, None, errors
    for path, words in config.notes:
        hal.log("%s %s" % (path, words))
    ports = Ports(directory)
    if prepare_key is not None:
        ports.prepare_key = prepare_key
    ports.last_end = _last_end(ports.store)
    if place is not None:
        ports.releases = _installed(place, ports.store)
    gateway = make_gateway(config, ports)
    return gateway, Runtime(gateway, MonotonicClock(hal.ticks_ms), ports.store, _keeper(gateway, service)), []


def _last_end(store):
    """How the run before ended, in words; from now on one runs."""
    note = store.read(END_FILE)
    if note != RUNNING:     # runs that die one after the other write nothing
        _note_end(store, RUNNING)
    if note is None:
        return "first start"
    return "unexpected: a power cut, a crash or the watchdog" if note == RUNNING else note.decode()


def _note_end(store, note):
    try:
        store.write_atomic(END_FILE, note)
    except OSError as error:
        hal.log("how it ended can't be kept: %s" % error)


def _installed(place, store):
    from edge.hal_releases import Releases      # where a starter has chosen one
    from edge.update.installed import Installed

    return Installed(Releases(place[0], place[1], has_slots=hal.IS_BOARD), store)


def _keeper(gateway, service):
    """Who looks after the loop, None where nobody watches and no release is on trial."""
    releases, update = gateway.ports.releases, gateway.config.update
    if service is None and (releases is None or not releases.is_on_trial()):
        return None
    from edge.keeper import CONFIRM_S, Keeper

    return Keeper(gateway, service, releases, CONFIRM_S if update is None else update.confirm_s)


def _job_is_due(gateway):
    return gateway.vpp is not None and gateway.vpp.jobs is not None and gateway.vpp.jobs.is_restart_due


def _install(config, ports, service):
    """What a job wanted the stop for, now that control was given back."""
    from edge import hal_releases
    from edge.update import install

    feed = (lambda: None) if service is None else service.alive
    if service is not None:
        service.be_patient()
    install.after_stop(config, ports, hal_releases.unpacked, feed)


def run(document, directory, prepare_key=None, *, place=None, feed=None):
    """Run until asked to stop; returns (exit code, configuration errors). prepare_key, place: as build has them.

    feed: of a board's watchdog. EXIT_RESTART: the starter is to choose anew.
    """
    from edge import hal_service    # once

    service = hal_service.found(feed)
    while True:
        gateway, runtime, errors = build(document, directory, prepare_key, place=place, service=service)
        if errors:
            return EXIT_CONFIGURATION, errors
        code = asyncio.run(runtime.run())
        config, ports = gateway.config, gateway.ports
        _note_end(ports.store, b"stopped" if runtime.is_terminated else b"release given up" if runtime.is_given_up else b"restart")
        if runtime.is_terminated:
            return 0 if code == EXIT_RESTART else code, []      # who stops the program wants no restart
        if runtime.is_given_up:
            return EXIT_RESTART, []
        is_job = code == EXIT_RESTART and _job_is_due(gateway)
        # A device that held the stop up must not keep a changed configuration from being taken.
        is_again = code == EXIT_RESTART or gateway.vpp is not None and gateway.vpp.is_restart_due()
        gateway = runtime = None    # its memory serves whoever comes next
        if is_job:
            _install(config, ports, service)
            if place is not None:
                return EXIT_RESTART, []
        if not is_again:
            return code, []
