"""SunSpec model 703: permit service, entry window, delay and ramp.

ES = 0 is a withdrawn permit: the device ceases.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 703.
"""

# name, offset, type, access, scale factor
MODELS = ((703, "DEREnterService", (
    ("ES",          2,  "enum16", "RW", None),
    ("ESVHi",       3,  "uint16", "RW", "V_SF"),
    ("ESVLo",       4,  "uint16", "RW", "V_SF"),
    ("ESHzHi",      5,  "uint32", "RW", "Hz_SF"),
    ("ESHzLo",      7,  "uint32", "RW", "Hz_SF"),
    ("ESDlyTms",    9,  "uint32", "RW", None),
    ("ESRndTms",    11, "uint32", "RW", None),
    ("ESRmpTms",    13, "uint32", "RW", None),
    ("ESDlyRemTms", 15, "uint32", "R",  None),
    ("V_SF",        17, "sunssf", "R",  None),
    ("Hz_SF",       18, "sunssf", "R",  None),
), ()),)
