"""SunSpec model 713: energy, state of charge and health of the storage.

WHAvail is WHRtg times SoC times SoH.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 713.
"""

# name, offset, type, access, scale factor
MODELS = ((713, "DERStorageCapacity", (
    ("WHRtg",   2, "uint16", "R", "WH_SF"),
    ("WHAvail", 3, "uint16", "R", "WH_SF"),
    ("SoC",     4, "uint16", "R", "Pct_SF"),
    ("SoH",     5, "uint16", "R", "Pct_SF"),
    ("Sta",     6, "enum16", "R", None),
    ("WH_SF",   7, "sunssf", "R", None),
    ("Pct_SF",  8, "sunssf", "R", None),
), ()),)
