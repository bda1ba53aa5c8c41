"""SunSpec model 712: watt-var curves.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 712.
"""

# name, offset, type, access, scale factor
MODELS = ((712, "DERWattVar", (
    ("Ena",         2,  "enum16", "RW", None),
    ("AdptCrvReq",  3,  "uint16", "RW", None),
    ("AdptCrvRslt", 4,  "enum16", "R",  None),
    ("NPt",         5,  "uint16", "R",  None),
    ("NCrv",        6,  "uint16", "R",  None),
    ("RvrtTms",     7,  "uint32", "RW", None),
    ("RvrtRem",     9,  "uint32", "R",  None),
    ("RvrtCrv",     11, "uint16", "RW", None),
    ("W_SF",        12, "sunssf", "R",  None),
    ("DeptRef_SF",  13, "sunssf", "R",  None),
), (
    ("Crv", "NCrv", (
        ("ActPt",    0, "uint16", "RW", None),
        ("DeptRef",  1, "enum16", "RW", None),
        ("Pri",      2, "enum16", "RW", None),
        ("ReadOnly", 3, "enum16", "R",  None),
    ), (
        ("Pt", "NPt", (
            ("W",   0, "int16", "RW", "W_SF"),
            ("Var", 1, "int16", "RW", "DeptRef_SF"),
        ), ()),
    )),
)),)
