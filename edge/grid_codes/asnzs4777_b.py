"""AS/NZS 4777.2:2020, Australia B: curves of voltage, frequency response and frequency limits.

Source: volt-var and volt-watt as CanmetENERGY's test scripts state them (pAus4777.py), the rest is general knowledge.
A limit that the standard has only once stands in both stages alike.
"""

FIGURES = (
    # parameter         default   low   high  source                                                       mark
    ("volt_var.v1_pu",  0.891304, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B: 205 V",              "V"),
    ("volt_var.q1_pu",  0.3,      None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B",                     "V"),
    ("volt_var.v2_pu",  0.956522, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B: 220 V",              "V"),
    ("volt_var.v3_pu",  1.021739, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B: 235 V",              "V"),
    ("volt_var.v4_pu",  1.108696, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B: 255 V",              "V"),
    ("volt_var.q4_pu",  -0.4,     None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B",                     "V"),
    ("volt_watt.v1_pu", 1.086957, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B: 250 V",              "V"),
    ("volt_watt.v2_pu", 1.130435, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia B: 260 V",              "V"),
    ("droop.of_hz",     0.15,     None, None, "AS/NZS 4777.2:2020 4.5.3, Australia B: 50.15 Hz",           "U"),
    ("droop.uf_hz",     0.15,     None, None, "AS/NZS 4777.2:2020 4.5.3, Australia B: 49.85 Hz",           "U"),
    ("droop.of_end_hz", 2.0,      None, None, "AS/NZS 4777.2:2020 4.5.3, Australia B: no generation at 52 Hz", "U"),
    ("trip.of2_hz",     52,       None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.of2_s",      0.2,      None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.of1_hz",     52,       None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.of1_s",      0.2,      None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.uf1_hz",     47,       None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.uf1_s",      1,        None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.uf2_hz",     47,       None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
    ("trip.uf2_s",      1,        None, None, "AS/NZS 4777.2:2020 4.4, Australia B",                       "U"),
)
