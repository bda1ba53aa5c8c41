"""IEEE 1547-2018, abnormal operating performance category III: trip times and droop; the ride-through is in ride_through.py.

Source: IEEE 1547-2018 Tables 13, 24 as the UL 1741 SB test code of ua-kxie, EPRI OpenDER and NREL PyDSS state them.
"""

FIGURES = (
    # parameter               default low  high  source                                   mark
    ("ride_through.category", "iii", ("iii",), None, "IEEE 1547-2018 6.4.2",                  "V"),
    ("trip.ov1_s",            13,    1,    13,   "IEEE 1547-2018 Table 13",               "V"),
    ("trip.uv1_pu",           0.88,  0,    0.88, "IEEE 1547-2018 Table 13",               "V"),
    ("trip.uv1_s",            21,    21,   50,   "IEEE 1547-2018 Table 13",               "V"),
    ("trip.uv2_pu",           0.5,   0,    0.5,  "IEEE 1547-2018 Table 13",               "V"),
    ("trip.uv2_s",            2,     2,    21,   "IEEE 1547-2018 Table 13",               "V"),
    ("droop.k_of_pu",         0.05,  0.02, 0.05, "IEEE 1547-2018 Table 24, category III", "V"),
    ("droop.k_uf_pu",         0.05,  0.02, 0.05, "IEEE 1547-2018 Table 24, category III", "V"),
    ("droop.olrt_s",          5,     0.2,  10,   "IEEE 1547-2018 Table 24, category III", "V"),
    ("droop.uf_enabled",      True,  None, None, "IEEE 1547-2018 6.5.2.7: mandatory",     "U"),
)
