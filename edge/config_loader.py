"""Brings in the parameter table and its readers for the time of one call, and forgets them on a board.

Not its job: what they do (config.py, config_change.py). The firmware calls them only through here: on MicroPython the
table and its readers take some 40 kB of heap that the control loop never needs.
Source: ours; measured on the WebAssembly build.
"""

import gc
import sys

# every module that only serves reading and changing a configuration; none of them may be imported elsewhere in edge/
MODULES = ("config", "config_change", "config_rules", "param_values", "params", "param_devices")
FORGETS = sys.implementation.name == "micropython"


def load(document, profile_of=None):
    """See config.load."""
    from edge import config

    try:
        return config.load(document, profile_of)
    finally:
        forget()


def change(document, changes, access, profile_of=None):
    """A changed and checked configuration: (Config, []) or (None, errors); see config_change.merge."""
    from edge import config, config_change

    try:
        merged, errors = config_change.merge(document, changes, access)
        return (None, errors) if errors else config.load(merged, profile_of)
    finally:
        forget()


def build(document):
    """The Config of a canonical document that was valid before."""
    from edge import config

    try:
        return config.build(document)
    finally:
        forget()


def non_default(document, section=None):
    """See config.non_default; section: only this one."""
    from edge import config

    try:
        public = config.non_default(document)
    finally:
        forget()
    return public if section is None else {name: part for name, part in public.items() if name == section}


def forget():
    """Drops the modules again on MicroPython; CPython keeps them, tests and tools use them anyway."""
    if not FORGETS:
        return
    import edge

    for name in MODULES:
        if sys.modules.pop("edge." + name, None) is not None:
            delattr(edge, name)
    gc.collect()
