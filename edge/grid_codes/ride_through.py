"""What a DER has to ride through: regions of voltage and frequency by abnormal category, disturbances in a row, RoCoF.

Source: IEEE 1547-2018 Tables 14 to 17, 19 and 21 as EPRI OpenDER (rt_crit.py), NREL PyDSS and the UL 1741 SB test code
of ua-kxie state them; Great Britain: RfG annex and an SMA certificate of G99, which say nothing on
48.5 to 49 Hz. The standards that are sold were not read.
"""

# v_lo_pu <= v < v_hi_pu on the low side, v_lo_pu < v <= v_hi_pu on the high side; None: no bound. The DER stays in the
# mode for at least t_s + slope_s_per_pu * (v - v_lo_pu); None: no time, it acts at once. Between the sides: continuous.
VOLTAGE = {
    "i": (
        # side,  v_lo_pu, v_hi_pu, mode, t_s, slope_s_per_pu, source, mark
        ("low",  0.7,   0.88,  "mandatory",  0.7,  4, "IEEE 1547-2018 Table 14", "V"),
        ("low",  0.5,   0.7,   "permissive", 0.16, 0, "IEEE 1547-2018 Table 14", "V"),
        ("low",  None,  0.5,   "cease",      None, 0, "IEEE 1547-2018 Table 14", "V"),
        ("high", 1.1,   1.15,  "permissive", 1,    0, "IEEE 1547-2018 Table 14", "V"),
        ("high", 1.15,  1.175, "permissive", 0.5,  0, "IEEE 1547-2018 Table 14", "V"),
        ("high", 1.175, 1.2,   "permissive", 0.2,  0, "IEEE 1547-2018 Table 14", "V"),
        ("high", 1.2,   None,  "cease",      None, 0, "IEEE 1547-2018 Table 14", "V"),
    ),
    "ii": (
        ("low",  0.65,  0.88,  "mandatory",  3,    8.7, "IEEE 1547-2018 Table 15", "V"),
        ("low",  0.45,  0.65,  "permissive", 0.32, 0,   "IEEE 1547-2018 Table 15", "V"),
        ("low",  0.3,   0.45,  "permissive", 0.16, 0,   "IEEE 1547-2018 Table 15", "V"),
        ("low",  None,  0.3,   "cease",      None, 0,   "IEEE 1547-2018 Table 15", "V"),
        ("high", 1.1,   1.15,  "permissive", 1,    0,   "IEEE 1547-2018 Table 15", "V"),
        ("high", 1.15,  1.175, "permissive", 0.5,  0,   "IEEE 1547-2018 Table 15", "V"),
        ("high", 1.175, 1.2,   "permissive", 0.2,  0,   "IEEE 1547-2018 Table 15", "V"),
        ("high", 1.2,   None,  "cease",      None, 0,   "IEEE 1547-2018 Table 15", "V"),
    ),
    "iii": (
        ("low",  0.7,  0.88, "mandatory",           20,   0, "IEEE 1547-2018 Table 16",                          "V"),
        ("low",  0.5,  0.7,  "mandatory",           10,   0, "IEEE 1547-2018 Table 16",                          "V"),
        ("low",  None, 0.5,  "momentary_cessation", 1,    0, "IEEE 1547-2018 Table 16",                          "V"),
        ("high", 1.1,  1.2,  "momentary_cessation", 12,   0, "IEEE 1547-2018 Table 16",                          "V"),
        ("high", 1.2,  None, "cease",               None, 0, "IEEE 1547-2018 Table 16: as the other categories", "U"),
    ),
}

# Voltage of continuous operation, all categories.
CONTINUOUS_PU = (0.88, 1.1, "IEEE 1547-2018 6.4.2", "V")

# How fast a DER acts: what, within so long, source, mark.
RESPONSE = (
    ("momentary_cessation", 0.083, "IEEE 1547-2018 Table 16", "V"),
    ("restore_output", 0.4, "IEEE 1547-2018 6.4.2.7", "V"),
    ("cease", 0.16, "IEEE 1547-2018 Tables 14 and 15", "V"),
)

# Disturbances in a row that are ridden through: category, how many, so many seconds apart, source, mark.
CONSECUTIVE = (
    ("i", 2, 20, "IEEE 1547-2018 Table 17", "V"),
    ("ii", 2, 10, "IEEE 1547-2018 Table 17", "V"),
    ("iii", 3, 5, "IEEE 1547-2018 Table 17", "V"),
)

# f_lo_hz <= f <= f_hi_hz for at least t_s; None: without end.
FREQUENCY = {
    "ieee1547": (
        # f_lo_hz, f_hi_hz, mode, t_s, source, mark
        (57.0, 58.8, "mandatory",  299,  "IEEE 1547-2018 Table 19", "V"),
        (58.8, 61.2, "continuous", None, "IEEE 1547-2018 Table 19", "V"),
        (61.2, 61.8, "mandatory",  299,  "IEEE 1547-2018 Table 19", "V"),
    ),
    "g99": (
        (47.0, 47.5, "mandatory",  20,   "RfG, Great Britain", "V"),
        (47.5, 48.5, "mandatory",  5400, "RfG, Great Britain", "V"),
        (49.0, 51.0, "continuous", None, "RfG, Great Britain", "V"),
        (51.0, 51.5, "mandatory",  5400, "RfG, Great Britain", "V"),
        (51.5, 52.0, "mandatory",  900,  "RfG, Great Britain", "V"),
    ),
}

# Rate of change of frequency to stay connected at, Hz/s: category or code, rate, source, mark.
ROCOF = (
    ("i", 0.5, "IEEE 1547-2018 Table 21", "V"),
    ("ii", 2, "IEEE 1547-2018 Table 21", "V"),
    ("iii", 3, "IEEE 1547-2018 Table 21", "V"),
    ("g99", 1, "G99, certificate of SMA", "V"),
)
