"""Profile `sunspec-meter-export`: any three-phase meter that speaks SunSpec's model 203 and counts export positive.

Not its job: where the model lies and how its numbers are scaled: the device says it, and the driver asks when it connects. So an
address here counts from the ID register of the model. Frequency laws: neither accuracy nor update time is published.
Power and vars count export positive here, as SolarEdge's meters do; makers differ, and the model does not say. Others:
sunspec-meter. `v2g profile try` shows which: a house that draws power reads negative in our sign.
Source: SunSpec model definition 203; the sign as users of
WillCodeForCats/solaredge-modbus-multi report it (issue 69). Not tried on hardware by us.
"""

PROFILE = {
    "name": "sunspec-meter-export",
    "kind": "meter",
    "phases": 3,
    "status": "from_documentation",
    "sources": ("SunSpec meter model 203", "WillCodeForCats/solaredge-modbus-multi: issue 69"),
    "setup_hint": "Compare its sign with what the house does.",
    "identify": (("v_an_v", 50, 500), ("f_hz", 40, 70)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "sunspec": {
        "models": (("live", 203),),
        "scale_factors": (("live", "A_SF", 6), ("live", "V_SF", 15), ("live", "Hz_SF", 17), ("live", "W_SF", 22),
                          ("live", "VAR_SF", 32), ("live", "TotWh_SF", 54)),
    },
    "blocks": (("live", 3, 2, 53, "control"),),
    "points": (
        ("i_a_a", "live", 3, "int16", "A_SF", "A", 1, 3000),
        ("i_b_a", "live", 4, "int16", "A_SF", "A", 1, 3000),
        ("i_c_a", "live", 5, "int16", "A_SF", "A", 1, 3000),
        ("v_an_v", "live", 8, "int16", "V_SF", "V", 1, 3000),
        ("v_bn_v", "live", 9, "int16", "V_SF", "V", 1, 3000),
        ("v_cn_v", "live", 10, "int16", "V_SF", "V", 1, 3000),
        ("f_hz", "live", 16, "int16", "Hz_SF", "Hz", 1, 3000),
        ("p_pcc_w", "live", 18, "int16", "W_SF", "W", 1, 3000),
        ("p_a_w", "live", 19, "int16", "W_SF", "W", 1, 3000),
        ("p_b_w", "live", 20, "int16", "W_SF", "W", 1, 3000),
        ("p_c_w", "live", 21, "int16", "W_SF", "W", 1, 3000),
        ("q_pcc_var", "live", 28, "int16", "VAR_SF", "var", 1, 3000),
        ("q_a_var", "live", 29, "int16", "VAR_SF", "var", 1, 3000),
        ("q_b_var", "live", 30, "int16", "VAR_SF", "var", 1, 3000),
        ("q_c_var", "live", 31, "int16", "VAR_SF", "var", 1, 3000),
        ("e_export_wh", "live", 38, "uint32", "TotWh_SF", "Wh", 1, 60000),
        ("e_import_wh", "live", 46, "uint32", "TotWh_SF", "Wh", 1, 60000),
    ),
    "states": (),
    "valid": (("v_bn_v", 1, 500, None), ("v_cn_v", 1, 500, None)),
    # what a type's own value for "not implemented" is, the driver knows
    "sentinels": (),
    "quality": (("v_an_v", None, None, None), ("p_pcc_w", None, None, None), ("f_hz", None, None, None)),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    "alive": None,
    "native": (),
    # An estimate: the model says nothing about time.
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 1000, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    "emulate": {"measure_ms": 500},
}
