"""Builds the reader of a SunSpec device; a board forgets how, once it is done.

Not its job: what it does (sunspec_reader.py), the other devices (fleet_builder.py).
Source: ours.
"""

from edge import who_does_what
from edge.drivers.native_config import NativeConfig
from edge.drivers.sunspec_reader import SunSpecReader
from protocols.forgetting import forget


def reader(config, device, profile):
    """A SunSpecReader. config: of the site; device: its section; profile: its PROFILE literal."""
    if profile["control"] is None:
        return SunSpecReader(device, None, False)       # a meter
    native = NativeConfig(config, device, profile)
    made = SunSpecReader(device, native, who_does_what.sets_vars(profile, config))
    forget("edge.who_does_what")
    return made
