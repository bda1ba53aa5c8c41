"""§14a EnWG, Germany: the network operator dims controllable loads, never below a floor.

Source: general knowledge of the ruling BK6-22-300 of the Bundesnetzagentur (Annex 1); it was not read.
"""

FIGURES = (
    # parameter              default low high  source                            mark
    ("dso.enabled",          True, None, None, "EnWG 14a",                       "U"),
    ("dso.p_import_floor_w", 4200, None, None, "BK6-22-300 Annex 1: per device", "U"),
)

# Share of the floor that each further device adds when several are dimmed together by one energy manager: with n devices
# the floor of all is floor * (1 + (n - 1) * share).
SIMULTANEITY = (
    # devices, share, source, mark; the last row holds for more devices too
    (2, 0.8,  "BK6-22-300 Annex 1", "U"),
    (3, 0.75, "BK6-22-300 Annex 1", "U"),
    (4, 0.7,  "BK6-22-300 Annex 1", "U"),
    (5, 0.65, "BK6-22-300 Annex 1", "U"),
    (6, 0.6,  "BK6-22-300 Annex 1", "U"),
    (7, 0.55, "BK6-22-300 Annex 1", "U"),
    (8, 0.5,  "BK6-22-300 Annex 1", "U"),
    (9, 0.45, "BK6-22-300 Annex 1", "U"),
)
