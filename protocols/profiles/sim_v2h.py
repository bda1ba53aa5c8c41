"""Profile `sim-v2h`: the simulator's own single-phase V2H charger, which forms an island when it is told to.

Not its job: a product; opening the house's connection (a transfer switch does); when to form (edge/backup). While it forms
it holds voltage and frequency and delivers whatever the house draws: a power setpoint means nothing to it then, so none
is written (`in_island`), and the forming order refreshes its reversion timer instead. It can leave its ordered current
behind only by ending the island: the voltage falls first.
Source: ours; 7.4 kW are 32 A at 230 V. Efficiency, standby and least useful power are typical of small chargers.
"""

PROFILE = {
    "name": "sim-v2h",
    "kind": "charger",
    "phases": 1,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Start one with: v2g emulate sim-v2h --port 5026",
    "identify": (("model_id", 0x5648, 0x5648), ("s_rated_va", 1000, 22000)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 2,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("ident", 3, 0, 5, "once"),
        ("live", 3, 300, 26, "control"),
        ("energy", 3, 400, 6, "slow"),
    ),
    # Voltage and frequency are those of its own terminals, also while it forms; p_ac_w is then what the island takes.
    "points": (
        ("model_id", "ident", 0, "uint16", 1, "", 1, 86400000),
        ("s_rated_va", "ident", 1, "uint16", 1, "VA", 1, 86400000),
        ("p_rated_w", "ident", 2, "uint16", 1, "W", 1, 86400000),
        ("i_rated_a", "ident", 3, "uint16", 0.1, "A", 1, 86400000),
        ("watchdog_max_s", "ident", 4, "uint16", 1, "s", 1, 86400000),
        ("state", "live", 300, "enum16", 1, "", 1, 1000),
        ("form_state", "live", 301, "uint16", 1, "", 1, 1000),
        ("v_an_v", "live", 302, "uint16", 0.01, "V", 1, 500),
        ("i_a_a", "live", 303, "uint16", 0.01, "A", 1, 500),
        ("f_hz", "live", 304, "uint16", 0.001, "Hz", 1, 500),
        ("p_ac_w", "live", 305, "int16", 1, "W", 1, 500),
        ("q_ac_var", "live", 306, "int16", 1, "var", 1, 500),
        ("soc_pct", "live", 307, "uint16", 0.1, "%", 1, 10000),
        ("v_dc_v", "live", 308, "uint16", 0.1, "V", 1, 2000),
        ("i_dc_a", "live", 309, "int16", 0.1, "A", 1, 2000),
        ("p_charge_max_w", "live", 310, "uint16", 1, "W", 1, 2000),
        ("p_discharge_max_w", "live", 311, "uint16", 1, "W", 1, 2000),
        ("fault_bits", "live", 312, "bits16", 1, "", 1, 1000),
        ("heartbeat", "live", 313, "uint16", 1, "", 1, 500),
        ("reversion_left_ms", "live", 314, "uint16", 1, "ms", 1, 1000),
        ("owner", "live", 318, "uint16", 1, "", 1, 1000),
        ("watchdog_s", "live", 319, "uint16", 1, "s", 1, 1000),
        ("p_set_w", "live", 320, "int16", 1, "W", 1, 1000),
        ("q_set_var", "live", 321, "int16", 1, "var", 1, 1000),
        ("form_cmd", "live", 322, "uint16", 1, "", 1, 1000),
        ("form_v_v", "live", 323, "uint16", 0.1, "V", 1, 1000),
        ("form_f_hz", "live", 324, "uint16", 0.001, "Hz", 1, 1000),
        ("form_i_a", "live", 325, "uint16", 0.1, "A", 1, 1000),
        ("e_import_wh", "energy", 400, "uint32", 1, "Wh", 1, 60000),
        ("e_export_wh", "energy", 402, "uint32", 1, "Wh", 1, 60000),
        ("e_capacity_wh", "energy", 404, "uint32", 1, "Wh", 1, 60000),
    ),
    "states": (
        (0, "no_vehicle"), (1, "connected"), (2, "charging"), (3, "discharging"), (4, "ended"),
        (5, "other_controller"), (6, "fault"),
    ),
    "valid": (("soc_pct", 0, 100, None),),
    "sentinels": (("soc_pct", 0xFFFF), ("e_capacity_wh", 0xFFFFFFFF), ("reversion_left_ms", 0xFFFF)),
    "quality": (
        ("v_an_v", 0.01, 0.2, 20), ("f_hz", 0.001, 0.002, 20), ("p_ac_w", 1, 10, 20), ("q_ac_var", 1, 10, 20),
        ("soc_pct", 0.1, 1, 1000),
    ),
    "control": {
        "p_form": "signed_power",
        "q_form": "signed_var",
        "zero": "write",
        "take": ((16, "owner", (1, "watchdog_s")),),
        "set": ((16, "p_set_w", ("p_w", "q_var")),),
        "stop": ((16, "p_set_w", (0, 0)),),
        "give": ((16, "p_set_w", (0, 0)), (6, "form_cmd", (0,)), (6, "owner", (0,))),
        "form": ((16, "form_cmd", ("form", "form_v_v", "form_f_hz", "form_i_a")),),
        "in_island": "hold",
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
    "watchdog": {
        "point": "watchdog_s", "max_s": 60, "on_expiry": "forming ends, 0 W and 0 var, owner kept", "verified": True,
    },
    "alive": ("heartbeat", 1000),
    "native": ("trip",),
    "dynamics": {
        "response_ms": 60, "meter_window_ms": 20, "ramp_w_s": 60000,
        "efficiency": (
            (250, 0.65, 0.68), (500, 0.79, 0.81), (1000, 0.88, 0.89), (2000, 0.93, 0.93), (4000, 0.95, 0.95),
            (7400, 0.95, 0.94),
        ),
        "standby_w": 30, "p_min_useful_w": 500,
    },
    "recover": (("reconnect", 30, 100), ("take", 60, 20)),
    "backup": "commanded",
    "emulate": {
        "idle_state": "connected", "without_owner": "refuse",
        "storage": {
            "capacity_wh": 60000, "p_charge_max_w": 7400, "p_discharge_max_w": 7400,
            "soc_pct": 50, "soc_floor_pct": 5, "v_dc_v": 400,
        },
        "constants": (
            ("model_id", 0x5648), ("s_rated_va", 7400), ("p_rated_w", 7400), ("i_rated_a", 32), ("watchdog_max_s", 60),
        ),
    },
}
