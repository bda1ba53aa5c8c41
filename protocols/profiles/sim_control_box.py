"""Profile `sim-control-box`: the simulator's own control box of a network operator, read only.

Not its job: what a limit means (edge/dso.py). A limit of 0xFFFFFFFF W is none in that direction.
Source: ours; what it says (limit of consumption, limit of production, active or not, heartbeat) is what the use cases
LPC and LPP of EEBUS carry, which themselves run over another protocol.
"""

PROFILE = {
    "name": "sim-control-box",
    "kind": "switch",
    "phases": 3,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Start one with: v2g emulate sim-control-box --port 5023",
    "identify": (("model_id", 0x4342, 0x4342),),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 60,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 4,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("nameplate", 4, 0, 1, "once"),
        ("live", 4, 10, 6, "control"),
    ),
    "points": (
        ("model_id", "nameplate", 0, "uint16", 1, "", 1, 86400000),
        ("is_active", "live", 10, "uint16", 1, "", 1, 1000),
        ("p_import_max_w", "live", 11, "uint32", 1, "W", 1, 1000),
        ("p_export_max_w", "live", 13, "uint32", 1, "W", 1, 1000),
        ("heartbeat", "live", 15, "uint16", 1, "", 1, 1000),
    ),
    "states": (),
    "valid": (),
    "sentinels": (("p_import_max_w", 0xFFFFFFFF), ("p_export_max_w", 0xFFFFFFFF)),
    "quality": (),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    "alive": ("heartbeat", 5000),
    "native": (),
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 1000, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    "emulate": {"constants": (("model_id", 0x4342),)},
}
