"""SunSpec model 1: who made it: manufacturer, model, version, serial number.

The unit id of the device (DA) is the only thing that can be written.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 1.
"""

# name, offset, type, access, scale factor
MODELS = ((1, "common", (
    ("Mn",  2,  "string16", "R",  None),
    ("Md",  18, "string16", "R",  None),
    ("Opt", 34, "string8",  "R",  None),
    ("Vr",  42, "string8",  "R",  None),
    ("SN",  50, "string16", "R",  None),
    ("DA",  66, "uint16",   "RW", None),
    ("Pad", 67, "pad",      "R",  None),
), ()),)
