"""Profile `sim-home-battery`: the simulator's own home battery with a control of its own, read only.

Not its job: steering it; it follows its own meter every second, and the vehicle has to live beside it.
Source: ours.
"""

PROFILE = {
    "name": "sim-home-battery",
    "kind": "battery",
    "phases": 1,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Start one with: v2g emulate sim-home-battery --port 5025",
    "identify": (("model_id", 0x4842, 0x4842), ("e_capacity_wh", 500, 200000)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 60,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 4,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("nameplate", 4, 0, 5, "once"),
        ("live", 4, 30, 5, "control"),
    ),
    # It counts charging positive.
    "points": (
        ("model_id", "nameplate", 0, "uint16", 1, "", 1, 86400000),
        ("e_capacity_wh", "nameplate", 1, "uint32", 1, "Wh", 1, 86400000),
        ("p_charge_max_w", "nameplate", 3, "uint16", 1, "W", 1, 86400000),
        ("p_discharge_max_w", "nameplate", 4, "uint16", 1, "W", 1, 86400000),
        ("p_battery_w", "live", 30, "int32", 1, "W", -1, 2000),
        ("soc_pct", "live", 32, "uint16", 0.1, "%", 1, 10000),
        ("fault_bits", "live", 33, "bits16", 1, "", 1, 2000),
        ("heartbeat", "live", 34, "uint16", 1, "", 1, 2000),
    ),
    "states": (),
    "valid": (("soc_pct", 0, 100, None),),
    "sentinels": (("soc_pct", 0xFFFF),),
    "quality": (("p_battery_w", 1, 20, 200), ("soc_pct", 0.1, 1, 1000)),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    "alive": ("heartbeat", 5000),
    "native": (),
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 200, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    "emulate": {
        "constants": (
            ("model_id", 0x4842), ("e_capacity_wh", 10000), ("p_charge_max_w", 5000), ("p_discharge_max_w", 5000),
        ),
    },
}
