"""SunSpec model 711: frequency droop.

Control 1 is in force; the others are proposals.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 711.
"""

# name, offset, type, access, scale factor
MODELS = ((711, "DERFreqDroop", (
    ("Ena",         2,  "enum16", "RW", None),
    ("AdptCtlReq",  3,  "uint16", "RW", None),
    ("AdptCtlRslt", 4,  "enum16", "R",  None),
    ("NCtl",        5,  "uint16", "R",  None),
    ("RvrtTms",     6,  "uint32", "RW", None),
    ("RvrtRem",     8,  "uint32", "R",  None),
    ("RvrtCtl",     10, "uint16", "RW", None),
    ("Db_SF",       11, "sunssf", "R",  None),
    ("K_SF",        12, "sunssf", "R",  None),
    ("RspTms_SF",   13, "sunssf", "R",  None),
), (
    ("Ctl", "NCtl", (
        ("DbOf",     0, "uint32", "RW", "Db_SF"),
        ("DbUf",     2, "uint32", "RW", "Db_SF"),
        ("KOf",      4, "uint16", "RW", "K_SF"),
        ("KUf",      5, "uint16", "RW", "K_SF"),
        ("RspTms",   6, "uint32", "RW", "RspTms_SF"),
        ("PMin",     8, "int16",  "RW", None),
        ("ReadOnly", 9, "enum16", "R",  None),
    ), ()),
)),)
