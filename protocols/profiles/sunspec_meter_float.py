"""Profile `sunspec-meter-float`: any three-phase meter that speaks SunSpec's model 213, in floats, and counts import positive.

Not its job: where the model lies: the device says it, and the driver asks when it connects. So an
address here counts from the ID register of the model. Frequency laws: neither accuracy nor update time is published.
Power and vars count import positive here, as Fronius' meters do; makers differ, and the model does not say. `v2g profile try` shows
which: a house that draws power reads negative in our sign.
Source: SunSpec model definition 213; the sign as evcc's templates
fronius-gen24.yaml and sunspec-meter.yaml take it. Not tried on hardware by us.
"""

PROFILE = {
    "name": "sunspec-meter-float",
    "kind": "meter",
    "phases": 3,
    "status": "from_documentation",
    "sources": ("SunSpec meter model 213", "evcc: templates/definition/meter/fronius-gen24.yaml, sunspec-meter.yaml"),
    "setup_hint": "At a Fronius inverter the meter is a unit of its own, often 240 or 200. Compare its sign with what the house does.",
    "identify": (("v_an_v", 50, 500), ("f_hz", 40, 70)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "sunspec": {
        "models": (("live", 213),),
        "scale_factors": (),
    },
    "blocks": (("live", 3, 2, 74, "control"),),
    "points": (
        ("i_a_a", "live", 4, "float32", 1, "A", 1, 3000),
        ("i_b_a", "live", 6, "float32", 1, "A", 1, 3000),
        ("i_c_a", "live", 8, "float32", 1, "A", 1, 3000),
        ("v_an_v", "live", 12, "float32", 1, "V", 1, 3000),
        ("v_bn_v", "live", 14, "float32", 1, "V", 1, 3000),
        ("v_cn_v", "live", 16, "float32", 1, "V", 1, 3000),
        ("f_hz", "live", 26, "float32", 1, "Hz", 1, 3000),
        ("p_pcc_w", "live", 28, "float32", 1, "W", -1, 3000),
        ("p_a_w", "live", 30, "float32", 1, "W", -1, 3000),
        ("p_b_w", "live", 32, "float32", 1, "W", -1, 3000),
        ("p_c_w", "live", 34, "float32", 1, "W", -1, 3000),
        ("q_pcc_var", "live", 44, "float32", 1, "var", -1, 3000),
        ("q_a_var", "live", 46, "float32", 1, "var", -1, 3000),
        ("q_b_var", "live", 48, "float32", 1, "var", -1, 3000),
        ("q_c_var", "live", 50, "float32", 1, "var", -1, 3000),
        ("e_export_wh", "live", 60, "float32", 1, "Wh", 1, 60000),
        ("e_import_wh", "live", 68, "float32", 1, "Wh", 1, 60000),
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
