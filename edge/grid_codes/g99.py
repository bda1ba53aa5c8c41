"""Engineering Recommendation G99, Great Britain, type A on low voltage.

Source: general knowledge; G99 itself was not read. A limit that G99 has only once stands in both stages alike. The
frequencies to stay connected at are in ride_through.py.
"""

FIGURES = (
    # parameter               default low high  source                                             mark
    ("grid.f_nom_hz",         50,   None, None, "G99",                                             "V"),
    ("droop.of_enabled",      True, None, None, "G99 11.2.4: LFSM-O",                              "U"),
    ("droop.of_hz",           0.4,  None, None, "G99 11.2.4: 50.4 Hz",                             "U"),
    ("droop.k_of_pu",         0.1,  None, None, "G99 11.2.4: 10 % = 20 % of power per Hz",         "U"),
    ("droop.delay_s",         0,    None, 2,    "G99 11.2.4: starts within 2 s",                   "U"),
    ("droop.uf_hz",           0.5,  None, None, "G99: 49.5 Hz, required of types C and D",         "U"),
    ("droop.k_uf_pu",         0.1,  None, None, "G99: 10 %, required of types C and D",            "U"),
    ("droop.stop_charge_hz",  0.5,  None, None, "G99: storage stops importing at 49.5 Hz",         "U"),
    ("droop.uf_return_hz",    0.2,  None, None, "ours: no chatter at the end of charging",         "U"),
    ("enter_service.v_lo_pu", 0.8,  None, None, "G99 10.3.3: inside the limits of the protection", "U"),
    ("enter_service.v_hi_pu", 1.14, None, None, "G99 10.3.3: inside the limits of the protection", "U"),
    ("enter_service.f_lo_hz", 47.5, None, None, "G99 10.3.3: inside the limits of the protection", "U"),
    ("enter_service.f_hi_hz", 52,   None, None, "G99 10.3.3: inside the limits of the protection", "U"),
    ("enter_service.delay_s", 20,   20,   None, "G99 10.3.3: at least 20 s",                       "U"),
    ("trip.ov2_pu",           1.19, None, None, "G99 Table 10.1",                                  "U"),
    ("trip.ov2_s",            0.5,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.ov1_pu",           1.14, None, None, "G99 Table 10.1",                                  "U"),
    ("trip.ov1_s",            1,    None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uv1_pu",           0.8,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uv1_s",            2.5,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uv2_pu",           0.8,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uv2_s",            2.5,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.of2_hz",           52,   None, None, "G99 Table 10.1",                                  "U"),
    ("trip.of2_s",            0.5,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.of1_hz",           52,   None, None, "G99 Table 10.1",                                  "U"),
    ("trip.of1_s",            0.5,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uf1_hz",           47.5, None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uf1_s",            20,   None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uf2_hz",           47,   None, None, "G99 Table 10.1",                                  "U"),
    ("trip.uf2_s",            0.5,  None, None, "G99 Table 10.1",                                  "U"),
    ("trip.rocof_hz_s",       1,    None, None, "G99 Table 10.1: loss of mains",                   "U"),
    ("trip.rocof_s",          0.5,  None, None, "G99 Table 10.1: loss of mains",                   "U"),
)
