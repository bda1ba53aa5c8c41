"""IEEE 1547-2018, abnormal operating performance category II: trip times and droop; the ride-through is in ride_through.py.

Source: IEEE 1547-2018 Tables 12, 24 as the UL 1741 SB test code of ua-kxie, EPRI OpenDER and NREL PyDSS state them.
"""

FIGURES = (
    # parameter               default low high  source                                  mark
    ("ride_through.category", "ii", ("ii",), None, "IEEE 1547-2018 6.4.2",                 "V"),
    ("trip.ov1_s",            2,    1,    13,   "IEEE 1547-2018 Table 12",              "V"),
    ("trip.uv1_pu",           0.7,  0,    0.88, "IEEE 1547-2018 Table 12",              "V"),
    ("trip.uv1_s",            10,   2,    21,   "IEEE 1547-2018 Table 12",              "V"),
    ("trip.uv2_pu",           0.45, 0,    0.5,  "IEEE 1547-2018 Table 12",              "V"),
    ("trip.uv2_s",            0.16, 0.16, 2,    "IEEE 1547-2018 Table 12",              "V"),
    ("droop.k_of_pu",         0.05, 0.03, 0.05, "IEEE 1547-2018 Table 24, category II", "V"),
    ("droop.k_uf_pu",         0.05, 0.03, 0.05, "IEEE 1547-2018 Table 24, category II", "V"),
    ("droop.olrt_s",          5,    1,    10,   "IEEE 1547-2018 Table 24, category II", "V"),
    ("droop.uf_enabled",      True, None, None, "IEEE 1547-2018 6.5.2.7: mandatory",    "U"),
)
