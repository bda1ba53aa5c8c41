"""IEEE 1547-2018, what all categories share.

Source: IEEE 1547-2018 as EPRI OpenDER, the UL 1741 SB test code of ua-kxie and Sandia's 1547.1 scripts state it; the
standard itself was not read. A range that hangs on another parameter stands here at its widest; the relation follows in
GAPS. The points of volt-var are those at v_ref_pu = 1, which shifts them.
"""

FIGURES = (
    # parameter                    default  low    high  source                                                       mark
    ("grid.f_nom_hz",              60,      None,  None, "IEEE 1547-2018",                                            "V"),
    ("grid.q_mode",                "cpf",   None,  None, "IEEE 1547-2018 5.3.1: default mode",                        "U"),
    ("grid.q_priority",            True,    None,  None, "IEEE 1547-2018 5.2: vars before watts at the rating",       "U"),
    ("volt_var.v_ref_pu",          1.0,     0.95,  1.05, "IEEE 1547-2018 Table 8",                                    "V"),
    ("volt_var.vref_auto_enabled", False,   None,  None, "IEEE 1547-2018 5.3.3",                                      "V"),
    ("volt_var.vref_auto_s",       300,     300,   5000, "IEEE 1547-2018 5.3.3",                                      "V"),
    ("watt_var.p1_pu",             0.2,     None,  0.7,  "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.q1_pu",             0,       None,  None, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.p2_pu",             0.5,     0.4,   0.8,  "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.q2_pu",             0,       None,  None, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.p3_pu",             1.0,     0.5,   1.0,  "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.p1_abs_pu",         -0.2,    -0.7,  None, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.q1_abs_pu",         0,       None,  None, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.p2_abs_pu",         -0.5,    -0.8,  -0.4, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.q2_abs_pu",         0,       None,  None, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.p3_abs_pu",         -1.0,    -1.0,  -0.5, "IEEE 1547-2018 Table 9",                                    "V"),
    ("watt_var.olrt_s",            10,      None,  10,   "IEEE 1547-2018 5.3.4: at most 10 s",                        "V"),
    ("cpf.pf",                     1.0,     0.9,   1.0,  "IEEE 1547-2018 5.3.2",                                      "V"),
    ("cpf.olrt_s",                 10,      None,  10,   "IEEE 1547-2018 5.3.2: at most 10 s",                        "V"),
    ("crp.olrt_s",                 10,      None,  10,   "IEEE 1547-2018 5.3.5: at most 10 s",                        "V"),
    ("volt_watt.enabled",          False,   None,  None, "IEEE 1547-2018 5.4.2",                                      "V"),
    ("volt_watt.v1_pu",            1.06,    1.05,  1.09, "IEEE 1547-2018 Table 10",                                   "V"),
    ("volt_watt.p1_pu",            1.0,     None,  None, "IEEE 1547-2018 Table 10",                                   "V"),
    ("volt_watt.v2_pu",            1.1,     1.06,  1.1,  "IEEE 1547-2018 Table 10",                                   "V"),
    ("volt_watt.p2_pu",            0,       -1,    0.2,  "IEEE 1547-2018 Table 10: P'2 = 0, a DER that can absorb; 0.2 one that can't", "V"),
    ("volt_watt.olrt_s",           10,      0.5,   60,   "IEEE 1547-2018 Table 10",                                   "V"),
    ("p_limit.olrt_s",             10,      None,  30,   "IEEE 1547-2018 4.6.2: reached within 30 s",                 "V"),
    ("droop.of_enabled",           True,    None,  None, "IEEE 1547-2018 6.5.2.7: mandatory",                         "U"),
    ("droop.of_hz",                0.036,   0.017, 1.0,  "IEEE 1547-2018 Table 24",                                   "V"),
    ("droop.uf_hz",                0.036,   0.017, 1.0,  "IEEE 1547-2018 Table 24",                                   "V"),
    ("droop.p_base",               "rated", None,  None, "IEEE 1547-2018 6.5.2.7",                                    "V"),
    ("enter_service.v_lo_pu",      0.917,   0.88,  0.95, "IEEE 1547-2018 Table 4",                                    "V"),
    ("enter_service.v_hi_pu",      1.05,    1.05,  1.06, "IEEE 1547-2018 Table 4",                                    "V"),
    ("enter_service.f_lo_hz",      59.5,    59.0,  59.9, "IEEE 1547-2018 Table 4",                                    "V"),
    ("enter_service.f_hi_hz",      60.1,    60.1,  61.0, "IEEE 1547-2018 Table 4",                                    "V"),
    ("enter_service.delay_s",      300,     0,     600,  "IEEE 1547-2018 4.10.3",                                     "V"),
    ("enter_service.random_s",     0,       0,     1000, "IEEE 1547-2018 4.10.3: 1-1000 s instead of the ramp, 0 = none", "V"),
    ("enter_service.ramp_s",       300,     1,     1000, "IEEE 1547-2018 4.10.3",                                     "V"),
    ("trip.ov2_pu",                1.2,     1.2,   1.2,  "IEEE 1547-2018 Tables 11-13: fixed",                        "V"),
    ("trip.ov2_s",                 0.16,    0.16,  0.16, "IEEE 1547-2018 Tables 11-13: fixed",                        "V"),
    ("trip.ov1_pu",                1.1,     1.1,   1.2,  "IEEE 1547-2018 Tables 11-13",                               "V"),
    ("trip.of2_hz",                62.0,    61.8,  66.0, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.of2_s",                 0.16,    0.16,  1000, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.of1_hz",                61.2,    61.0,  66.0, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.of1_s",                 300,     180,   1000, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.uf1_hz",                58.5,    50.0,  59.0, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.uf1_s",                 300,     180,   1000, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.uf2_hz",                56.5,    50.0,  57.0, "IEEE 1547-2018 Table 18",                                   "V"),
    ("trip.uf2_s",                 0.16,    0.16,  1000, "IEEE 1547-2018 Table 18",                                   "V"),
)

# The second parameter is above the first by at least so much.
GAPS = (
    # lower                higher                by    source                     mark
    ("volt_var.v1_pu",     "volt_var.v2_pu",     0.02, "IEEE 1547-2018 Table 8",  "V"),
    ("volt_var.v3_pu",     "volt_var.v4_pu",     0.02, "IEEE 1547-2018 Table 8",  "V"),
    ("volt_watt.v1_pu",    "volt_watt.v2_pu",    0.01, "IEEE 1547-2018 Table 10", "V"),
    ("watt_var.p1_pu",     "watt_var.p2_pu",     0.1,  "IEEE 1547-2018 Table 9",  "V"),
    ("watt_var.p2_pu",     "watt_var.p3_pu",     0.1,  "IEEE 1547-2018 Table 9",  "V"),
    ("watt_var.p2_abs_pu", "watt_var.p1_abs_pu", 0.1,  "IEEE 1547-2018 Table 9",  "V"),
    ("watt_var.p3_abs_pu", "watt_var.p2_abs_pu", 0.1,  "IEEE 1547-2018 Table 9",  "V"),
)
