"""Profile `generic-charger-w`: a plain map for a one-way charger behind a PLC or converter, told watts.

Not its job: a product. Whoever has a charger without a profile programs a PLC, or a converter to Modbus, to these
registers; what the PLC does with the charger is its own affair. Charging only: nothing here says that the charger protects
the grid, and no setpoint of it means discharging.
Source: ours.
"""

PROFILE = {
    "name": "generic-charger-w",
    "kind": "charger",
    "phases": 3,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Program the PLC to this map; start one with: v2g emulate generic-charger-w --port 5020",
    "identify": (("model_id", 0x4743, 0x4743), ("map_version", 1, 1), ("p_rated_w", 1000, 22000)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 1,
    },
    "instances": (1, 8, 0, 100),
    "blocks": (
        ("ident", 3, 0, 3, "once"),
        ("live", 3, 10, 7, "control"),
        ("command", 3, 20, 2, "slow"),
    ),
    # The charger counts charging positive.
    "points": (
        ("model_id", "ident", 0, "uint16", 1, "", 1, 86400000),
        ("map_version", "ident", 1, "uint16", 1, "", 1, 86400000),
        ("p_rated_w", "ident", 2, "uint16", 1, "W", 1, 86400000),
        ("state", "live", 10, "enum16", 1, "", 1, 3000),
        ("p_ac_w", "live", 11, "int16", 1, "W", -1, 2000),
        ("fault_bits", "live", 12, "bits16", 1, "", 1, 3000),
        ("heartbeat", "live", 13, "uint16", 1, "", 1, 3000),
        ("v_an_v", "live", 14, "uint16", 0.1, "V", 1, 3000),
        ("v_bn_v", "live", 15, "uint16", 0.1, "V", 1, 3000),
        ("v_cn_v", "live", 16, "uint16", 0.1, "V", 1, 3000),
        ("p_set_w", "command", 20, "uint16", 1, "W", -1, 10000),
        ("watchdog_s", "command", 21, "uint16", 1, "s", 1, 10000),
        ("restart", None, 22, "uint16", 1, "", 1, 10000),
    ),
    "states": ((0, "no_vehicle"), (1, "connected"), (2, "charging"), (3, "paused"), (4, "ended"), (5, "fault")),
    "valid": (),
    "sentinels": (),
    "quality": (("p_ac_w", 1, None, 1000),),
    "control": {
        "p_form": "signed_power",
        "q_form": "none",
        "zero": "write",
        "window": (0, None),
        "take": ((6, "watchdog_s", ("watchdog_s",)),),
        "set": ((6, "p_set_w", ("p_w",)),),
        "stop": ((6, "p_set_w", (0,)),),
        "give": ((6, "p_set_w", (0,)), (6, "watchdog_s", (0,))),
        "restart": ((6, "restart", (1,)),),
        "guards": {"after_start_ms": 0, "after_change_ms": ((None, 1000),)},
        "min_write_ms": 0,
        "refresh_ms": 800,
        "readback": ("p_set_w",),
        "effect": ("p_ac_w", 300, 10000),
        "disables": None,
        "write_memory": "ram",
    },
    "limits_live": (("p_charge_max_w", "p_rated_w"),),
    "interlocks": (),
    # Any write restarts it.
    "watchdog": {"point": "watchdog_s", "max_s": 60, "on_expiry": "0 W", "verified": True},
    "alive": ("heartbeat", 10000),
    "native": (),
    "dynamics": {
        "response_ms": 1000, "meter_window_ms": 500, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100), ("restart", 30, 10), ("hook", 60, 4), ("power_cycle", 300, 3)),
    "backup": "none",
    "emulate": {
        "idle_state": "connected", "shown_as": (("discharging", "charging"),), "response_delay_ms": 500, "lag_ms": 200,
        "measure_ms": 500,
        "storage": {
            "capacity_wh": 40000, "p_charge_max_w": 11000, "p_discharge_max_w": 0,
            "soc_pct": 50, "soc_floor_pct": 10, "v_dc_v": 400,
        },
        "constants": (("model_id", 0x4743), ("map_version", 1), ("p_rated_w", 11000)),
    },
}
