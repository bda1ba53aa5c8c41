"""AS/NZS 4777.2:2020, New Zealand: curves of voltage.

Source: volt-var and volt-watt as CanmetENERGY's test scripts state them (pAus4777.py), the rest is general knowledge.
Its protection and frequency response are not known here and stay the device's own.
"""

FIGURES = (
    # parameter               default   low   high  source                                          mark
    ("volt_var.v1_pu",        0.9,      None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand: 207 V", "V"),
    ("volt_var.q1_pu",        0.6,      None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand",        "V"),
    ("volt_var.v2_pu",        0.956522, None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand: 220 V", "V"),
    ("volt_var.v3_pu",        1.021739, None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand: 235 V", "V"),
    ("volt_var.v4_pu",        1.06087,  None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand: 244 V", "V"),
    ("volt_var.q4_pu",        -0.6,     None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand",        "V"),
    ("volt_watt.v1_pu",       1.052174, None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand: 242 V", "V"),
    ("volt_watt.v2_pu",       1.086957, None, None, "AS/NZS 4777.2:2020 3.3.2, New Zealand: 250 V", "V"),
    ("enter_service.v_hi_pu", 1.06,     None, None, "New Zealand: 230 V + 6 %",                     "U"),
)
