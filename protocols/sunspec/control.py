"""SunSpec model 715: heartbeats, start, stop, alarm reset.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 715.
"""

# name, offset, type, access, scale factor
MODELS = ((715, "DERCtl", (
    ("LocRemCtl",    2, "enum16", "R",  None),
    ("DERHb",        3, "uint32", "R",  None),
    ("ControllerHb", 5, "uint32", "RW", None),
    ("AlarmReset",   7, "uint16", "RW", None),
    ("OpCtl",        8, "enum16", "RW", None),
), ()),)
