"""SunSpec model 705: volt-var curves.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 705.
"""

# name, offset, type, access, scale factor
MODELS = ((705, "DERVoltVar", (
    ("Ena",         2,  "enum16", "RW", None),
    ("AdptCrvReq",  3,  "uint16", "RW", None),
    ("AdptCrvRslt", 4,  "enum16", "R",  None),
    ("NPt",         5,  "uint16", "R",  None),
    ("NCrv",        6,  "uint16", "R",  None),
    ("RvrtTms",     7,  "uint32", "RW", None),
    ("RvrtRem",     9,  "uint32", "R",  None),
    ("RvrtCrv",     11, "uint16", "RW", None),
    ("V_SF",        12, "sunssf", "R",  None),
    ("DeptRef_SF",  13, "sunssf", "R",  None),
    ("RspTms_SF",   14, "sunssf", "R",  None),
), (
    ("Crv", "NCrv", (
        ("ActPt",       0, "uint16", "RW", None),
        ("DeptRef",     1, "enum16", "RW", None),
        ("Pri",         2, "enum16", "RW", None),
        ("VRef",        3, "uint16", "RW", "V_SF"),
        ("VRefAuto",    4, "uint16", "R",  "V_SF"),
        ("VRefAutoEna", 5, "enum16", "RW", None),
        ("VRefAutoTms", 6, "uint16", "RW", None),
        ("RspTms",      7, "uint32", "RW", "RspTms_SF"),
        ("ReadOnly",    9, "enum16", "R",  None),
    ), (
        ("Pt", "NPt", (
            ("V",   0, "uint16", "RW", "V_SF"),
            ("Var", 1, "int16",  "RW", "DeptRef_SF"),
        ), ()),
    )),
)),)
