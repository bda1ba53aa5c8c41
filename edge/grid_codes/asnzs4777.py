"""AS/NZS 4777.2:2020, what all regions share; 230 V is 1 pu.

Source: volt-var and volt-watt as the test scripts of CanmetENERGY state them (pAus4777.py); the rest is general
knowledge. The standard itself was not read.
"""

FIGURES = (
    # parameter               default     low   high  source                                                       mark
    ("grid.f_nom_hz",         50,         None, None, "AS/NZS 4777.2:2020",                                        "V"),
    ("grid.v_nom_ln_v",       230,        None, None, "AS/NZS 4777.2:2020",                                        "V"),
    ("grid.q_mode",           "volt_var", None, None, "AS/NZS 4777.2:2020 3.3.2: on by default",                   "U"),
    ("volt_var.q2_pu",        0,          None, None, "AS/NZS 4777.2:2020 3.3.2",                                  "V"),
    ("volt_var.q3_pu",        0,          None, None, "AS/NZS 4777.2:2020 3.3.2",                                  "V"),
    ("volt_var.olrt_s",       7,          None, 10,   "AS/NZS 4777.2:2020 3.3.2: complete within 10 s; 7 s leaves 4 % of a step", "U"),
    ("volt_watt.enabled",     True,       None, None, "AS/NZS 4777.2:2020 3.3.2: on by default",                   "U"),
    ("volt_watt.p1_pu",       1.0,        None, None, "AS/NZS 4777.2:2020 3.3.2",                                  "V"),
    ("volt_watt.p2_pu",       0.2,        None, None, "AS/NZS 4777.2:2020 3.3.2",                                  "V"),
    ("volt_watt.olrt_s",      7,          None, 10,   "AS/NZS 4777.2:2020 3.3.2: complete within 10 s; 7 s leaves 4 % of a step", "U"),
    ("enter_service.v_lo_pu", 0.94,       None, None, "AS 60038: 230 V - 6 %",                                     "U"),
    ("enter_service.f_lo_hz", 47.5,       None, None, "AS/NZS 4777.2:2015: 47.5-50.15 Hz",                         "U"),
    ("enter_service.f_hi_hz", 50.15,      None, None, "AS/NZS 4777.2:2015: 47.5-50.15 Hz",                         "U"),
    ("enter_service.delay_s", 60,         60,   None, "AS/NZS 4777.2:2020: at least 60 s",                         "U"),
    ("enter_service.ramp_s",  360,        None, None, "AS/NZS 4777.2:2020: 16.67 %/min",                           "U"),
)
