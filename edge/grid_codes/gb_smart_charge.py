"""The Electric Vehicles (Smart Charge Points) Regulations 2021, Great Britain: delay by chance and default hours.

Source: general knowledge of SI 2021/1467, regulations 10 and 11; the text itself was not read.
"""

FIGURES = (
    # parameter                      default low high  source                                       mark
    ("smart_charge.enabled",         True, None, None, "SI 2021/1467",                              "U"),
    ("smart_charge.delay_max_s",     600,  0,    1800, "SI 2021/1467 reg. 11: 600 s, up to 1800 s", "U"),
    ("smart_charge.peak1_start_min", 480,  None, None, "SI 2021/1467 reg. 10: weekdays from 08:00", "U"),
    ("smart_charge.peak1_end_min",   660,  None, None, "SI 2021/1467 reg. 10: weekdays to 11:00",   "U"),
    ("smart_charge.peak2_start_min", 960,  None, None, "SI 2021/1467 reg. 10: weekdays from 16:00", "U"),
    ("smart_charge.peak2_end_min",   1320, None, None, "SI 2021/1467 reg. 10: weekdays to 22:00",   "U"),
)
