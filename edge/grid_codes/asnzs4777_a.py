"""AS/NZS 4777.2:2020, Australia A: curves of voltage, frequency response and frequency limits.

Source: volt-var and volt-watt as CanmetENERGY's test scripts state them (pAus4777.py), the rest is general knowledge.
A limit that the standard has only once stands in both stages alike.
"""

FIGURES = (
    # parameter                  default   low   high  source                                                       mark
    ("volt_var.v1_pu",           0.9,      None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A: 207 V",              "V"),
    ("volt_var.q1_pu",           0.44,     None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A",                     "V"),
    ("volt_var.v2_pu",           0.956522, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A: 220 V",              "V"),
    ("volt_var.v3_pu",           1.043478, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A: 240 V",              "V"),
    ("volt_var.v4_pu",           1.121739, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A: 258 V",              "V"),
    ("volt_var.q4_pu",           -0.6,     None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A",                     "V"),
    ("volt_watt.v1_pu",          1.1,      None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A: 253 V",              "V"),
    ("volt_watt.v2_pu",          1.130435, None, None, "AS/NZS 4777.2:2020 3.3.2, Australia A: 260 V",              "V"),
    ("volt_watt.charge_enabled", True,     None, None, "AS/NZS 4777.2:2020 3.4, Australia A",                     "U"),
    ("volt_watt.v1_charge_pu",   0.9,      None, None, "AS/NZS 4777.2:2020 3.4, Australia A: 207 V",              "U"),
    ("volt_watt.p1_charge_pu",   0.2,      None, None, "AS/NZS 4777.2:2020 3.4, Australia A",                     "U"),
    ("volt_watt.v2_charge_pu",   0.934783, None, None, "AS/NZS 4777.2:2020 3.4, Australia A: 215 V",              "U"),
    ("volt_watt.p2_charge_pu",   1.0,      None, None, "AS/NZS 4777.2:2020 3.4, Australia A",                     "U"),
    ("droop.of_hz",              0.25,     None, None, "AS/NZS 4777.2:2020 4.5.3, Australia A: 50.25 Hz",           "U"),
    ("droop.uf_hz",              0.25,     None, None, "AS/NZS 4777.2:2020 4.5.3, Australia A: 49.75 Hz",           "U"),
    ("droop.of_end_hz",          2.0,      None, None, "AS/NZS 4777.2:2020 4.5.3, Australia A: no generation at 52 Hz", "U"),
    ("trip.of2_hz",              52,       None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.of2_s",               0.2,      None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.of1_hz",              52,       None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.of1_s",               0.2,      None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.uf1_hz",              47,       None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.uf1_s",               1,        None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.uf2_hz",              47,       None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
    ("trip.uf2_s",               1,        None, None, "AS/NZS 4777.2:2020 4.4, Australia A",                       "U"),
)
