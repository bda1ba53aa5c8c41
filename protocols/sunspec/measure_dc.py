"""SunSpec model 714: DC measurements by port.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 714.
"""

# name, offset, type, access, scale factor
MODELS = ((714, "DERMeasureDC", (
    ("PrtAlrms", 2,  "bitfield32", "R", None),
    ("NPrt",     4,  "uint16",     "R", None),
    ("DCA",      5,  "int16",      "R", "DCA_SF"),
    ("DCW",      6,  "int16",      "R", "DCW_SF"),
    ("DCWhInj",  7,  "uint64",     "R", "DCWH_SF"),
    ("DCWhAbs",  11, "uint64",     "R", "DCWH_SF"),
    ("DCA_SF",   15, "sunssf",     "R", None),
    ("DCV_SF",   16, "sunssf",     "R", None),
    ("DCW_SF",   17, "sunssf",     "R", None),
    ("DCWH_SF",  18, "sunssf",     "R", None),
    ("Tmp_SF",   19, "sunssf",     "R", None),
), (
    ("Prt", "NPrt", (
        ("PrtTyp",  0,  "enum16",     "R", None),
        ("ID",      1,  "uint16",     "R", None),
        ("IDStr",   2,  "string8",    "R", None),
        ("DCA",     10, "int16",      "R", "DCA_SF"),
        ("DCV",     11, "uint16",     "R", "DCV_SF"),
        ("DCW",     12, "int16",      "R", "DCW_SF"),
        ("DCWhInj", 13, "uint64",     "R", "DCWH_SF"),
        ("DCWhAbs", 17, "uint64",     "R", "DCWH_SF"),
        ("Tmp",     21, "int16",      "R", "Tmp_SF"),
        ("DCSta",   22, "enum16",     "R", None),
        ("DCAlrm",  23, "bitfield32", "R", None),
    ), ()),
)),)
