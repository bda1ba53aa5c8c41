"""Device from profile or name: which model plays which kind.

Not its job: serving the device (modbus_server.py), stepping it (emulator.py, the plant).
Source: ours.
"""

import importlib

from host_sim.plant.charger import Charger, Converter
from host_sim.plant.control_box import ControlBox
from host_sim.plant.home_battery import HomeBattery
from host_sim.plant.house.transfer_switch import TransferSwitch
from host_sim.plant.house.v2h_auto_charger import V2hAutoCharger
from host_sim.plant.house.v2h_charger import V2hCharger
from host_sim.plant.meter import MeterDevice
from host_sim.plant.pv import PvDevice
from host_sim.plant.sunspec_der import SunSpecDer
from host_sim.plant.sunspec_meter import SunSpecMeter
from protocols import profiles

MODELS = {"charger": Charger, "bes": Converter, "pv": PvDevice, "meter": MeterDevice,
          "switch": ControlBox, "transfer_switch": TransferSwitch, "battery": HomeBattery}
# Devices whose registers no profile lays out: they say themselves what each means.
BY_NAME = {"sunspec-der": SunSpecDer}
# Chargers that supply a house, by `backup` of their profile.
BY_BACKUP = {"commanded": V2hCharger, "autonomous": V2hAutoCharger}


def profile_named(name):
    """The PROFILE literal of a command-line name such as `sim-pv`; LookupError says which names exist."""
    if name not in profiles.NAMES:
        raise LookupError(f"no profile '{name}': allowed {', '.join(profiles.NAMES)}")
    return importlib.import_module("protocols.profiles." + name.replace("-", "_")).PROFILE


def make_device(profile, **options):
    """A simulated device. profile: a PROFILE literal or a name; options: keywords of the model of its kind, or of the
    device that has the name."""
    name = profile if isinstance(profile, str) else profile["name"]
    if name in BY_NAME:
        return BY_NAME[name](**options)
    if isinstance(profile, str):
        profile = profile_named(profile)
    if "sunspec" in profile:
        return SunSpecMeter(profile, **options)
    model = BY_BACKUP.get(profile["backup"], MODELS[profile["kind"]])
    return model(profile, **options)
