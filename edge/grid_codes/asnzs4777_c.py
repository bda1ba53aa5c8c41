"""AS/NZS 4777.2:2020, Australia C: curves of voltage, frequency response and frequency limits.

Source: volt-var and volt-watt as CanmetENERGY's test scripts state them (pAus4777.py), the rest is general knowledge.
A limit that the standard has only once stands in both stages alike. Where the line of frequency ends is not known
here: the slope of the parameter's default holds.
"""

FIGURES = (
    # parameter         default   low   high  source                                            mark
    ("volt_var.v1_pu",  0.934783, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C: 215 V",   "V"),
    ("volt_var.q1_pu",  0.44,     None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C",          "V"),
    ("volt_var.v2_pu",  1.0,      None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C: 230 V",   "V"),
    ("volt_var.v3_pu",  1.043478, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C: 240 V",   "V"),
    ("volt_var.v4_pu",  1.108696, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C: 255 V",   "V"),
    ("volt_var.q4_pu",  -0.6,     None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C",          "V"),
    ("volt_watt.v1_pu", 1.1,      None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C: 253 V",   "V"),
    ("volt_watt.v2_pu", 1.130435, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia C: 260 V",   "V"),
    ("droop.of_hz",     0.5,      None, None, "AS/NZS 4777.2:2020 4.5.3, Australia C: 50.5 Hz", "U"),
    ("droop.uf_hz",     0.5,      None, None, "AS/NZS 4777.2:2020 4.5.3, Australia C: 49.5 Hz", "U"),
    ("trip.of2_hz",     55,       None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.of2_s",      0.2,      None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.of1_hz",     55,       None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.of1_s",      0.2,      None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.uf1_hz",     45,       None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.uf1_s",      1,        None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.uf2_hz",     45,       None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
    ("trip.uf2_s",      1,        None, None, "AS/NZS 4777.2:2020 4.4, Australia C",            "U"),
)
