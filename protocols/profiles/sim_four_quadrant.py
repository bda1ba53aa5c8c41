"""Profile `sim-four-quadrant`: the simulator's own three-phase V2G charger, P and Q in all four quadrants.

Not its job: a product. The map is what we would ask of a charger: everything a tick needs, the setpoints' read-back
included, lies in one read; both setpoints go in one write; any write of them refreshes the reversion timer, which
falls back to 0 W and 0 var; power has our sign; voltage is fine enough for a voltage law; a counter that moves with
every measurement unmasks frozen registers.
Source: ours; 7.36 kVA (32 A at 230 V, here over three phases) is the charger of the WAPE study.
"""

PROFILE = {
    "name": "sim-four-quadrant",
    "kind": "charger",
    "phases": 3,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Start one with: v2g emulate sim-four-quadrant --port 5020",
    "identify": (("model_id", 0x4651, 0x4651), ("map_version", 1, 1), ("s_rated_va", 1000, 22000)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 4,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("ident", 3, 0, 6, "once"),
        ("live", 3, 100, 25, "control"),
        ("energy", 3, 200, 6, "slow"),
    ),
    "points": (
        ("model_id", "ident", 0, "uint16", 1, "", 1, 86400000),
        ("map_version", "ident", 1, "uint16", 1, "", 1, 86400000),
        ("s_rated_va", "ident", 2, "uint16", 1, "VA", 1, 86400000),
        ("p_rated_w", "ident", 3, "uint16", 1, "W", 1, 86400000),
        ("i_rated_a", "ident", 4, "uint16", 0.1, "A", 1, 86400000),
        ("watchdog_max_s", "ident", 5, "uint16", 1, "s", 1, 86400000),
        ("state", "live", 100, "enum16", 1, "", 1, 1000),
        ("v_an_v", "live", 101, "uint16", 0.01, "V", 1, 500),
        ("v_bn_v", "live", 102, "uint16", 0.01, "V", 1, 500),
        ("v_cn_v", "live", 103, "uint16", 0.01, "V", 1, 500),
        ("i_a_a", "live", 104, "uint16", 0.01, "A", 1, 500),
        ("i_b_a", "live", 105, "uint16", 0.01, "A", 1, 500),
        ("i_c_a", "live", 106, "uint16", 0.01, "A", 1, 500),
        ("f_hz", "live", 107, "uint16", 0.001, "Hz", 1, 500),
        ("p_ac_w", "live", 108, "int16", 1, "W", 1, 500),
        ("q_ac_var", "live", 109, "int16", 1, "var", 1, 500),
        ("soc_pct", "live", 110, "uint16", 0.1, "%", 1, 10000),
        ("v_dc_v", "live", 111, "uint16", 0.1, "V", 1, 2000),
        ("i_dc_a", "live", 112, "int16", 0.1, "A", 1, 2000),
        ("p_charge_max_w", "live", 113, "uint16", 1, "W", 1, 2000),
        ("p_discharge_max_w", "live", 114, "uint16", 1, "W", 1, 2000),
        ("fault_bits", "live", 115, "bits16", 1, "", 1, 1000),
        ("heartbeat", "live", 116, "uint16", 1, "", 1, 500),
        ("owner", "live", 120, "uint16", 1, "", 1, 1000),
        ("watchdog_s", "live", 121, "uint16", 1, "s", 1, 1000),
        ("p_set_w", "live", 122, "int16", 1, "W", 1, 1000),
        ("q_set_var", "live", 123, "int16", 1, "var", 1, 1000),
        ("reversion_left_ms", "live", 124, "uint16", 1, "ms", 1, 1000),
        ("e_import_wh", "energy", 200, "uint32", 1, "Wh", 1, 60000),
        ("e_export_wh", "energy", 202, "uint32", 1, "Wh", 1, 60000),
        ("e_capacity_wh", "energy", 204, "uint32", 1, "Wh", 1, 60000),
    ),
    "states": (
        (0, "no_vehicle"), (1, "connected"), (2, "charging"), (3, "discharging"), (4, "ended"),
        (5, "other_controller"), (6, "fault"),
    ),
    "valid": (("soc_pct", 0, 100, None),),
    # No vehicle: state of charge and capacity are not known, which is not zero. Timer off: no time left to tell.
    "sentinels": (("soc_pct", 0xFFFF), ("e_capacity_wh", 0xFFFFFFFF), ("reversion_left_ms", 0xFFFF)),
    "quality": (
        ("v_an_v", 0.01, 0.2, 20), ("v_bn_v", 0.01, 0.2, 20), ("v_cn_v", 0.01, 0.2, 20),
        ("f_hz", 0.001, 0.002, 20), ("p_ac_w", 1, 10, 20), ("q_ac_var", 1, 10, 20), ("soc_pct", 0.1, 1, 1000),
    ),
    "control": {
        "p_form": "signed_power",
        "q_form": "signed_var",
        "zero": "write",
        "take": ((16, "owner", (1, "watchdog_s")),),
        "set": ((16, "p_set_w", ("p_w", "q_var")),),
        "stop": ((16, "p_set_w", (0, 0)),),
        "give": ((16, "p_set_w", (0, 0)), (6, "owner", (0,))),
        "guards": {"after_start_ms": 0, "after_change_ms": ((None, 0),)},
        "min_write_ms": 0,
        "refresh_ms": 500,
        "readback": ("p_set_w", "q_set_var"),
        "effect": ("p_ac_w", 200, 1000),
        "disables": None,
        "write_memory": "ram",
    },
    "limits_live": (("p_charge_max_w", "p_charge_max_w"), ("p_discharge_max_w", "p_discharge_max_w")),
    "interlocks": (),
    "watchdog": {"point": "watchdog_s", "max_s": 60, "on_expiry": "0 W and 0 var, owner kept", "verified": True},
    "alive": ("heartbeat", 1000),
    "native": ("trip",),
    "dynamics": {
        "response_ms": 60, "meter_window_ms": 20, "ramp_w_s": 60000,
        "efficiency": ((500, 0.90, 0.90), (2000, 0.95, 0.95), (7360, 0.96, 0.96)),
        "standby_w": 0, "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100), ("take", 60, 20)),
    "backup": "none",
    # storage: capacity, what it takes and gives, floor of the device's own battery management.
    "emulate": {
        "idle_state": "connected", "without_owner": "refuse",
        "storage": {
            "capacity_wh": 40000, "p_charge_max_w": 7360, "p_discharge_max_w": 7360,
            "soc_pct": 50, "soc_floor_pct": 5, "v_dc_v": 400,
        },
        "constants": (
            ("model_id", 0x4651), ("map_version", 1), ("s_rated_va", 7360), ("p_rated_w", 7360),
            ("i_rated_a", 16), ("watchdog_max_s", 60),
        ),
    },
}
