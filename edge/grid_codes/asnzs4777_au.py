"""AS/NZS 4777.2:2020, what the three regions of Australia share: voltages of the protection.

Source: general knowledge (Australia A, taken for B and C too); 258 V: Western Power's page on the 2015 edition.
A limit that the standard has only once stands in both stages alike.
"""

FIGURES = (
    # parameter               default   low   high  source                                      mark
    ("enter_service.v_hi_pu", 1.1,      None, None, "AS 60038: 230 V + 10 %",                   "U"),
    ("trip.ov2_pu",           1.195652, None, None, "AS/NZS 4777.2:2020 4.4: 275 V",            "U"),
    ("trip.ov2_s",            0.2,      None, None, "AS/NZS 4777.2:2020 4.4",                   "U"),
    ("trip.ov1_pu",           1.152174, None, None, "AS/NZS 4777.2:2020 4.4: 265 V",            "U"),
    ("trip.ov1_s",            1,        None, None, "AS/NZS 4777.2:2020 4.4",                   "U"),
    ("trip.uv1_pu",           0.782609, None, None, "AS/NZS 4777.2:2020 4.4: 180 V",            "U"),
    ("trip.uv1_s",            10,       None, None, "AS/NZS 4777.2:2020 4.4",                   "U"),
    ("trip.uv2_pu",           0.304348, None, None, "AS/NZS 4777.2:2020 4.4: 70 V",             "U"),
    ("trip.uv2_s",            1,        None, None, "AS/NZS 4777.2:2020 4.4",                   "U"),
    ("trip.ov_10min_pu",      1.121739, None, None, "AS/NZS 4777.2:2015, Western Power: 258 V", "V"),
    ("droop.of_enabled",      True,     None, None, "AS/NZS 4777.2:2020 4.5.3",                 "U"),
)
