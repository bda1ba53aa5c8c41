"""Brings in a device profile by its name.

Not its job: what a profile says (protocols/profiles), taking out of it what serves every tick (register_map.py).
Source: ours.
"""
from protocols.forgetting import forget


def load_profile(name):
    """The PROFILE literal of a profile by its name with hyphens; ImportError when there is none.

    A board reads it anew each time: what serves every tick is taken out of it once (register_map.py), the rest goes.
    """
    module_name = "protocols.profiles." + name.replace("-", "_")
    profile = __import__(module_name, None, None, ["PROFILE"]).PROFILE
    forget(module_name)
    return profile
