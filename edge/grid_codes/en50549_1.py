"""EN 50549-1, generating plants on low voltage in Europe.

Source: "V" figures are defaults of products (manuals of KACO, Solplanet and Sungrow), the rest is general knowledge;
neither EN 50549-1 nor the network code RfG was read. Each network operator sets values of its own: RfG allows 50.2 to
50.5 Hz and 2 to 12 % droop. An f_stop (droop.of_return_hz) is optional there and off here.
"""

FIGURES = (
    # parameter               default low high  source                                             mark
    ("grid.f_nom_hz",         50,   None, None, "EN 50549-1",                                      "V"),
    ("droop.of_enabled",      True, None, None, "EN 50549-1 4.6.1: LFSM-O",                        "U"),
    ("droop.of_hz",           0.2,  None, None, "EN 50549-1 4.6.1: 50.2 Hz",                       "V"),
    ("droop.k_of_pu",         0.05, None, None, "EN 50549-1 4.6.1: 5 % = 40 % of power per Hz",    "V"),
    ("droop.delay_s",         0,    None, 2,    "EN 50549-1 4.6.1: intentional delay at most 2 s", "V"),
    ("droop.uf_enabled",      True, None, None, "EN 50549-1 4.6.2: LFSM-U, storage",               "U"),
    ("droop.uf_hz",           0.2,  None, None, "EN 50549-1 4.6.2: 49.8 Hz",                       "U"),
    ("droop.k_uf_pu",         0.05, None, None, "EN 50549-1 4.6.2: 5 %",                           "U"),
    ("enter_service.v_lo_pu", 0.85, None, None, "EN 50549-1 4.10.2: after a trip",                 "U"),
    ("enter_service.v_hi_pu", 1.1,  None, None, "EN 50549-1 4.10.2: after a trip",                 "U"),
    ("enter_service.f_lo_hz", 49.5, None, None, "EN 50549-1 4.10.2: after a trip",                 "U"),
    ("enter_service.f_hi_hz", 50.2, None, None, "EN 50549-1 4.10.2: after a trip",                 "U"),
    ("enter_service.delay_s", 60,   None, None, "EN 50549-1 4.10.2: after a trip",                 "U"),
    ("enter_service.ramp_s",  600,  None, None, "EN 50549-1 4.10.2: 10 %/min",                     "V"),
)
