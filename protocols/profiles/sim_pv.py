"""Profile `sim-pv`: the simulator's own three-phase PV inverter, read only.

Not its job: curtailment; nothing in this map is writable.
Source: ours; 5 kW is the PV of one station in the WAPE study.
"""

PROFILE = {
    "name": "sim-pv",
    "kind": "pv",
    "phases": 3,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Start one with: v2g emulate sim-pv --port 5022",
    "identify": (("model_id", 0x5056, 0x5056), ("p_rated_w", 500, 60000)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 60,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 4,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("nameplate", 4, 0, 2, "once"),
        ("live", 4, 10, 9, "control"),
        ("energy", 4, 40, 2, "slow"),
    ),
    "points": (
        ("model_id", "nameplate", 0, "uint16", 1, "", 1, 86400000),
        ("p_rated_w", "nameplate", 1, "uint16", 1, "W", 1, 86400000),
        ("p_pv_w", "live", 10, "int32", 1, "W", 1, 1000),
        ("q_pv_var", "live", 12, "int16", 1, "var", 1, 1000),
        ("v_an_v", "live", 13, "uint16", 0.1, "V", 1, 1000),
        ("v_bn_v", "live", 14, "uint16", 0.1, "V", 1, 1000),
        ("v_cn_v", "live", 15, "uint16", 0.1, "V", 1, 1000),
        ("f_hz", "live", 16, "uint16", 0.01, "Hz", 1, 1000),
        ("fault_bits", "live", 17, "bits16", 1, "", 1, 1000),
        ("heartbeat", "live", 18, "uint16", 1, "", 1, 1000),
        ("e_export_wh", "energy", 40, "uint32", 1, "Wh", 1, 60000),
    ),
    "states": (),
    "valid": (),
    "sentinels": (),
    "quality": (
        ("p_pv_w", 1, 20, 20), ("q_pv_var", 1, 20, 20), ("v_an_v", 0.1, 0.5, 20), ("v_bn_v", 0.1, 0.5, 20),
        ("v_cn_v", 0.1, 0.5, 20), ("f_hz", 0.01, 0.02, 20),
    ),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    "alive": ("heartbeat", 2000),
    "native": (),
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 20, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    "emulate": {"constants": (("model_id", 0x5056), ("p_rated_w", 5000))},
}
