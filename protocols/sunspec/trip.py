"""SunSpec models 707 to 710: must-trip, may-trip and momentary-cessation curves of voltage and frequency.

Not its job: scaling (codec.py), addresses (layout.py, also for the form of a table).
Source: SunSpec model definitions 707 to 710.
"""


def _curve(points):
    """One curve: when to trip, where it may, where current has to stop."""
    return tuple((name, None, (("ActPt", 0, "uint16", "RW", None),), (("Pt", "NPt", points, ()),))
                 for name in ("MustTrip", "MayTrip", "MomCess"))


def _model(model_id, name, sf, points):
    return (model_id, name, (
        ("Ena",         2, "enum16", "RW", None),
        ("AdptCrvReq",  3, "uint16", "RW", None),
        ("AdptCrvRslt", 4, "enum16", "R",  None),
        ("NPt",         5, "uint16", "R",  None),
        ("NCrvSet",     6, "uint16", "R",  None),
        (sf,            7, "sunssf", "R",  None),
        ("Tms_SF",      8, "sunssf", "R",  None),
    ), (
        ("Crv", "NCrvSet", (("ReadOnly", 0, "enum16", "R", None),), _curve(points)),
    ))


_VOLTAGE = (
    ("V",   0, "uint16", "RW", "V_SF"),
    ("Tms", 1, "uint32", "RW", "Tms_SF"),
)
_FREQUENCY = (
    ("Hz",  0, "uint32", "RW", "Hz_SF"),
    ("Tms", 2, "uint32", "RW", "Tms_SF"),
)

MODELS = (
    _model(707, "DERTripLV", "V_SF", _VOLTAGE),
    _model(708, "DERTripHV", "V_SF", _VOLTAGE),
    _model(709, "DERTripLF", "Hz_SF", _FREQUENCY),
    _model(710, "DERTripHF", "Hz_SF", _FREQUENCY),
)
