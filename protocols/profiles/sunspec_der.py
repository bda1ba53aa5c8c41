"""Profile `sunspec-der`: any bidirectional charger that speaks SunSpec's DER models and has its grid functions inside.

Not its job: where the models lie and how their numbers are scaled: the device says both, and the driver asks when it
connects. So an address here counts from the ID register of the model of its block, and a scale that is a name is the
scale factor of that name in the same model. Curves and other settings of native functions are no points of a profile:
edge/drivers/native_settings.py has them.
Source: SunSpec model definitions 701, 702, 704, 713, 714, 715; accuracies as IEEE 1547-2018 Table 3 asks. Energies are
the lower half of 64 bits, which lasts for 4 GWh.
"""

PROFILE = {
    "name": "sunspec-der",
    "kind": "charger",
    "phases": 3,
    "status": "from_documentation",
    "sources": ("SunSpec DER information models 700 to 715",),
    "setup_hint": "Needs models 701 to 713 with signed WSet in watts and its reversion timer, 714 with the vehicle's port, "
                  "715. Start one with: v2g emulate sunspec-der --port 5020",
    "identify": (("p_rated_w", 500, 1000000), ("owner", 0, 1), ("watchdog_s", 0, 4294967294)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    # block -> model; block, scale factor, its address
    "sunspec": {
        "models": (
            ("live", 701), ("ratings", 702), ("setpoint", 704), ("battery", 713), ("port", 714), ("beat", 715),
        ),
        "scale_factors": (
            ("live", "A_SF", 113), ("live", "V_SF", 114), ("live", "Hz_SF", 115), ("live", "W_SF", 116),
            ("live", "Var_SF", 119), ("live", "TotWh_SF", 120),
            ("ratings", "W_SF", 45), ("ratings", "VA_SF", 47), ("ratings", "Var_SF", 48), ("ratings", "V_SF", 49),
            ("setpoint", "WSet_SF", 55), ("setpoint", "VarSet_SF", 57),
            ("battery", "WH_SF", 7), ("battery", "Pct_SF", 8),
        ),
    },
    "blocks": (
        ("live", 3, 4, 90, "control"),
        ("ratings", 3, 26, 13, "slow"),
        ("setpoint", 3, 22, 27, "slow"),
        ("battery", 3, 2, 5, "slow"),
        ("port", 3, 42, 1, "slow"),
        ("beat", 3, 3, 2, "slow"),
    ),
    "points": (
        ("fault_bits", "live", 6, "uint32", 1, "", 1, 1000),
        ("p_ac_w", "live", 10, "int16", "W_SF", "W", 1, 1000),
        ("q_ac_var", "live", 12, "int16", "Var_SF", "var", 1, 1000),
        ("f_hz", "live", 17, "uint32", "Hz_SF", "Hz", 1, 1000),
        ("e_export_wh", "live", 21, "uint32", "TotWh_SF", "Wh", 1, 60000),
        ("e_import_wh", "live", 25, "uint32", "TotWh_SF", "Wh", 1, 60000),
        ("i_a_a", "live", 45, "int16", "A_SF", "A", 1, 1000),
        ("v_an_v", "live", 47, "uint16", "V_SF", "V", 1, 1000),
        ("i_b_a", "live", 68, "int16", "A_SF", "A", 1, 1000),
        ("v_bn_v", "live", 70, "uint16", "V_SF", "V", 1, 1000),
        ("i_c_a", "live", 91, "int16", "A_SF", "A", 1, 1000),
        ("v_cn_v", "live", 93, "uint16", "V_SF", "V", 1, 1000),
        ("p_rated_w", "ratings", 26, "uint16", "W_SF", "W", 1, 60000),
        ("s_rated_va", "ratings", 31, "uint16", "VA_SF", "VA", 1, 60000),
        ("q_inject_max_var", "ratings", 32, "uint16", "Var_SF", "var", 1, 60000),
        ("q_absorb_max_var", "ratings", 33, "uint16", "Var_SF", "var", 1, 60000),
        ("p_charge_max_w", "ratings", 34, "uint16", "W_SF", "W", 1, 10000),
        ("p_discharge_max_w", "ratings", 35, "uint16", "W_SF", "W", 1, 10000),
        ("v_nom_v", "ratings", 38, "uint16", "V_SF", "V", 1, 60000),
        ("owner", "setpoint", 22, "enum16", 1, "", 1, 5000),
        ("setpoint_kind", "setpoint", 23, "enum16", 1, "", 1, 5000),
        ("p_set_w", "setpoint", 24, "int32", "WSet_SF", "W", 1, 5000),
        ("p_revert_w", "setpoint", 26, "int32", "WSet_SF", "W", 1, 5000),
        ("p_revert_enabled", "setpoint", 30, "enum16", 1, "", 1, 5000),
        ("watchdog_s", "setpoint", 31, "uint32", 1, "s", 1, 5000),
        ("reversion_left_ms", "setpoint", 33, "uint32", 1000, "ms", 1, 5000),
        ("q_owner", "setpoint", 35, "enum16", 1, "", 1, 5000),
        ("q_setpoint_kind", "setpoint", 36, "enum16", 1, "", 1, 5000),
        ("q_priority", "setpoint", 37, "enum16", 1, "", 1, 5000),
        ("q_set_var", "setpoint", 38, "int32", "VarSet_SF", "var", 1, 5000),
        ("q_revert_var", "setpoint", 40, "int32", "VarSet_SF", "var", 1, 5000),
        ("q_revert_enabled", "setpoint", 44, "enum16", 1, "", 1, 5000),
        ("q_watchdog_s", "setpoint", 45, "uint32", 1, "s", 1, 5000),
        ("e_capacity_wh", "battery", 2, "uint16", "WH_SF", "Wh", 1, 60000),
        ("soc_pct", "battery", 4, "uint16", "Pct_SF", "%", 1, 10000),
        ("state", "port", 42, "enum16", 1, "", 1, 5000),
        ("heartbeat", "beat", 3, "uint32", 1, "", 1, 5000),
    ),
    # The vehicle's DC port: off, on, warning, error. Which way power flows no model says; p_ac_w does.
    "states": ((0, "no_vehicle"), (1, "connected"), (2, "connected"), (3, "fault")),
    "valid": (("soc_pct", 0, 100, None),),
    # what a type's own value for "not implemented" is, the driver knows
    "sentinels": (),
    "quality": (
        ("v_an_v", 0.1, 2.4, 200), ("v_bn_v", 0.1, 2.4, 200), ("v_cn_v", 0.1, 2.4, 200), ("f_hz", 0.01, 0.01, 200),
        ("p_ac_w", 10, 300, 200), ("q_ac_var", 10, 300, 200), ("soc_pct", 1, 5, 10000),
    ),
    # Enable, watts and value go in one write: it starts the reversion timer anew whatever a device takes as its refresh.
    # Reverting means enabled at 0: what a device does while nobody sets it, its maker decides. The steps of q_… points
    # are left out where a native function, or nobody, owns reactive power.
    "control": {
        "p_form": "signed_power",
        "q_form": "signed_var",
        "zero": "write",
        "take": (
            (16, "p_revert_w", (0,)), (16, "p_revert_enabled", (1, "watchdog_s")),
            (16, "q_revert_var", (0,)), (16, "q_revert_enabled", (1, "watchdog_s")),
            (16, "owner", (1, 1, 0)), (16, "q_owner", (1, 4, 1, 0)),
        ),
        "set": ((16, "owner", (1, 1, "p_w")), (16, "q_owner", (1, 4, 1, "q_var"))),
        "stop": ((16, "owner", (1, 1, 0)), (16, "q_owner", (1, 4, 1, 0))),
        "give": ((16, "owner", (1, 1, 0)), (16, "owner", (0,)), (16, "q_owner", (0,))),
        "guards": {"after_start_ms": 0, "after_change_ms": ((None, 0),)},
        "min_write_ms": 0,
        "refresh_ms": 500,
        "readback": ("p_set_w", "q_set_var"),
        "effect": ("p_ac_w", 300, 3000),
        "disables": None,
        "write_memory": "ram",
    },
    "limits_live": (("p_charge_max_w", "p_charge_max_w"), ("p_discharge_max_w", "p_discharge_max_w")),
    "interlocks": (),
    "watchdog": {"point": "watchdog_s", "max_s": 60, "on_expiry": "0 W and 0 var, still enabled", "verified": False},
    "alive": ("heartbeat", 5000),
    "native": (
        "trip", "ride_through", "enter_service", "volt_var", "watt_var", "cpf", "crp", "volt_watt", "p_limit", "droop",
    ),
    "dynamics": {
        "response_ms": 500, "meter_window_ms": 200, "ramp_w_s": None,
        "efficiency": ((500, 0.90, 0.90), (2000, 0.95, 0.95), (10000, 0.96, 0.96)),
        "standby_w": 0, "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100), ("take", 60, 20)),
    "backup": "none",
    "emulate": {},
}
