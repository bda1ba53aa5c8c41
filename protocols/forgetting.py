"""Drops modules that were needed for a moment: on a board what only serves building has to make room.

Not its job: deciding what is needed again (the callers import it anew where it is).
Source: ours; measured on the WebAssembly build. CPython keeps its modules: tests and tools use them anyway.
"""

import gc
import sys

FORGETS = sys.implementation.name == "micropython"


def forget(*names):
    """Drops modules by their dotted names, those that were never imported excepted."""
    if not FORGETS:
        return
    for name in names:
        if sys.modules.pop(name, None) is not None:
            package, _, child = name.rpartition(".")
            delattr(sys.modules[package], child)
    gc.collect()
