"""SunSpec model 704: constant power factor, active-power limit, active and reactive setpoints, each with reversion.

WSet is signed: + injects.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definition 704.
"""

# name, offset, type, access, scale factor
MODELS = ((704, "DERCtlAC", (
    ("PFWInjEna",         2,  "enum16", "RW", None),
    ("PFWInjEnaRvrt",     3,  "enum16", "RW", None),
    ("PFWInjRvrtTms",     4,  "uint32", "RW", None),
    ("PFWInjRvrtRem",     6,  "uint32", "R",  None),
    ("PFWAbsEna",         8,  "enum16", "RW", None),
    ("PFWAbsEnaRvrt",     9,  "enum16", "RW", None),
    ("PFWAbsRvrtTms",     10, "uint32", "RW", None),
    ("PFWAbsRvrtRem",     12, "uint32", "R",  None),
    ("WMaxLimPctEna",     14, "enum16", "RW", None),
    ("WMaxLimPct",        15, "uint16", "RW", "WMaxLimPct_SF"),
    ("WMaxLimPctRvrt",    16, "uint16", "RW", "WMaxLimPct_SF"),
    ("WMaxLimPctEnaRvrt", 17, "enum16", "RW", None),
    ("WMaxLimPctRvrtTms", 18, "uint32", "RW", None),
    ("WMaxLimPctRvrtRem", 20, "uint32", "R",  None),
    ("WSetEna",           22, "enum16", "RW", None),
    ("WSetMod",           23, "enum16", "RW", None),
    ("WSet",              24, "int32",  "RW", "WSet_SF"),
    ("WSetRvrt",          26, "int32",  "RW", "WSet_SF"),
    ("WSetPct",           28, "int16",  "RW", "WSetPct_SF"),
    ("WSetPctRvrt",       29, "int16",  "RW", "WSetPct_SF"),
    ("WSetEnaRvrt",       30, "enum16", "RW", None),
    ("WSetRvrtTms",       31, "uint32", "RW", None),
    ("WSetRvrtRem",       33, "uint32", "R",  None),
    ("VarSetEna",         35, "enum16", "RW", None),
    ("VarSetMod",         36, "enum16", "RW", None),
    ("VarSetPri",         37, "enum16", "RW", None),
    ("VarSet",            38, "int32",  "RW", "VarSet_SF"),
    ("VarSetRvrt",        40, "int32",  "RW", "VarSet_SF"),
    ("VarSetPct",         42, "int16",  "RW", "VarSetPct_SF"),
    ("VarSetPctRvrt",     43, "int16",  "RW", "VarSetPct_SF"),
    ("VarSetEnaRvrt",     44, "enum16", "RW", None),
    ("VarSetRvrtTms",     45, "uint32", "RW", None),
    ("VarSetRvrtRem",     47, "uint32", "R",  None),
    ("WRmp",              49, "uint16", "RW", None),
    ("WRmpRef",           50, "enum16", "RW", None),
    ("VarRmp",            51, "uint16", "RW", None),
    ("AntiIslEna",        52, "enum16", "RW", None),
    ("PF_SF",             53, "sunssf", "R",  None),
    ("WMaxLimPct_SF",     54, "sunssf", "R",  None),
    ("WSet_SF",           55, "sunssf", "R",  None),
    ("WSetPct_SF",        56, "sunssf", "R",  None),
    ("VarSet_SF",         57, "sunssf", "R",  None),
    ("VarSetPct_SF",      58, "sunssf", "R",  None),
), (
    ("PFWInj", None, (
        ("PF",  0, "uint16", "RW", "PF_SF"),
        ("Ext", 1, "enum16", "RW", None),
    ), ()),
    ("PFWInjRvrt", None, (
        ("PF",  0, "uint16", "RW", "PF_SF"),
        ("Ext", 1, "enum16", "RW", None),
    ), ()),
    ("PFWAbs", None, (
        ("PF",  0, "uint16", "RW", "PF_SF"),
        ("Ext", 1, "enum16", "RW", None),
    ), ()),
    ("PFWAbsRvrt", None, (
        ("PF",  0, "uint16", "RW", "PF_SF"),
        ("Ext", 1, "enum16", "RW", None),
    ), ()),
)),)
