"""IEEE 1547-2018, normal operating performance category B: the curves of reactive power.

Source: IEEE 1547-2018 Tables 8 and 9 as EPRI OpenDER, the UL 1741 SB test code of ua-kxie and Sandia's 1547.1 scripts
state them. Q is per unit of the VA rating; a bound left open is the reactive capability of the DER
(at least 0.44 injecting and absorbing).
"""

FIGURES = (
    # parameter            default low  high  source                                mark
    ("volt_var.v1_pu",     0.92,  0.82, 0.98, "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.q1_pu",     0.44,  0,    None, "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.v2_pu",     0.98,  0.97, 1.0,  "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.q2_pu",     0,     None, None, "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.v3_pu",     1.02,  1.0,  1.03, "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.q3_pu",     0,     None, None, "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.v4_pu",     1.08,  1.02, 1.18, "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.q4_pu",     -0.44, None, 0,    "IEEE 1547-2018 Table 8, category B", "V"),
    ("volt_var.olrt_s",    5,     1,    90,   "IEEE 1547-2018 Table 8, category B", "V"),
    ("watt_var.q3_pu",     -0.44, None, 0,    "IEEE 1547-2018 Table 9, category B", "V"),
    ("watt_var.q3_abs_pu", 0.44,  0,    None, "IEEE 1547-2018 Table 9, category B", "V"),
)
