"""Profile `ambibox-ambicharge`: Ambibox ambiCHARGE Home, bidirectional DC charger, active power only.

Not its job: reactive power, frequency, limits; nothing that was read shows such registers. Without a reversion timer it
is held at `failsafe.p_static_safe_w` and never discharged.
Source: register facts as used by the open driver of evcc (charger/ambibox.go), which only charges; not tried on hardware
by us.
"""

PROFILE = {
    "name": "ambibox-ambicharge",
    "kind": "charger",
    "phases": 3,
    "status": "from_field_driver",
    "sources": ("evcc: charger/ambibox.go, templates/definition/charger/ambibox.yaml",),
    "setup_hint": "`instance` is the connector, 1 to 10. Leave Modbus TCP to this gateway alone.",
    # There is no model register: three counts that are small, and a grid.
    "identify": (("phases_used", 1, 3), ("is_plugged", 0, 1), ("is_replug_needed", 0, 1)),
    "transport": {
        "kinds": ("tcp",), "port": 502, "word_order": "high_first", "max_registers": 104, "gap_ms": 0,
        "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 10, 4000, 200),
    # Inputs every 200 registers, setpoints every 100.
    "strides": (("setpoint", 3000, 100),),
    "blocks": (
        ("live", 4, 0, 104, "control"),
        ("setpoint", 3, 0, 2, "slow"),
    ),
    # The setpoint is negative for charging, the measured power positive. The driver calls the setpoint DC watts.
    "points": (
        ("i_a_a", "live", 4, "float32", 1, "A", 1, 2000),
        ("i_b_a", "live", 6, "float32", 1, "A", 1, 2000),
        ("i_c_a", "live", 8, "float32", 1, "A", 1, 2000),
        ("v_an_v", "live", 12, "float32", 1, "V", 1, 2000),
        ("v_bn_v", "live", 14, "float32", 1, "V", 1, 2000),
        ("v_cn_v", "live", 16, "float32", 1, "V", 1, 2000),
        ("p_ac_w", "live", 18, "int32", 1, "W", -1, 2000),
        ("e_import_wh", "live", 26, "float32", 1, "Wh", 1, 60000),
        ("e_export_wh", "live", 28, "float32", 1, "Wh", 1, 60000),
        ("phases_used", "live", 36, "uint32", 1, "", 1, 10000),
        ("e_capacity_wh", "live", 48, "float32", 1, "Wh", 1, 60000),
        ("soc_pct", "live", 54, "float32", 1, "%", 1, 60000),
        ("state", "live", 82, "uint32", 1, "", 1, 3000),
        ("is_plugged", "live", 84, "uint32", 1, "", 1, 3000),
        ("is_replug_needed", "live", 102, "uint32", 1, "", 1, 3000),
        ("p_set_w", "setpoint", 0, "int32", 1, "W", 1, 10000),
        ("wake_up", None, 2, "uint32", 1, "", 1, 10000),
    ),
    # The state is that of the session: set-up, authorisation, parameters, cable check, pre-charge, the loop in which
    # power flows either way, post-charge, paused, stopped, error.
    "states": (
        (0, "connected"), (1, "connected"), (2, "connected"), (3, "connected"), (4, "connected"), (5, "charging"),
        (6, "ended"), (7, "paused"), (8, "ended"), (9, "fault"),
    ),
    "valid": (
        ("v_an_v", 1, 500, None), ("v_bn_v", 1, 500, None), ("v_cn_v", 1, 500, None),
        ("soc_pct", 0.1, 100, ("connected", "charging", "paused", "ended")), ("e_capacity_wh", 1, 250000, None),
    ),
    "sentinels": (),
    "quality": (("v_an_v", None, None, None), ("p_ac_w", 1, None, None)),
    # Whether a vehicle is there another register says; one that has to be plugged anew has ended.
    "gates": (("state", "is_replug_needed", (0,), "ended"), ("state", "is_plugged", (1,), "no_vehicle")),
    "control": {
        "p_form": "signed_power",
        "q_form": "none",
        "zero": "write",
        # Nothing has to be taken: a defined setpoint, and the vehicle woken.
        "take": ((16, "p_set_w", (0,)), (16, "wake_up", (1,))),
        "set": ((16, "p_set_w", ("p_w",)),),
        "stop": ((16, "p_set_w", (0,)),),
        "give": ((16, "p_set_w", (0,)),),
        "guards": {"after_start_ms": 0, "after_change_ms": ((None, 0),)},
        "min_write_ms": 1000,
        "refresh_ms": 60000,
        "readback": ("p_set_w",),
        "effect": ("p_ac_w", 500, 25000),
        "disables": None,
        "write_memory": "unknown",
    },
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    "alive": None,
    "native": (),
    # Nothing is published.
    "dynamics": {
        "response_ms": 2000, "meter_window_ms": 1000, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 500,
    },
    "recover": (("reconnect", 30, 100), ("hook", 60, 4), ("power_cycle", 300, 3)),
    "backup": "none",
    "emulate": {
        "idle_state": "paused", "shown_as": (("discharging", "charging"), ("no_vehicle", "connected")),
        "response_delay_ms": 1000, "lag_ms": 500, "measure_ms": 1000, "p_rated_w": 11000,
        "storage": {
            "capacity_wh": 60000, "p_charge_max_w": 11000, "p_discharge_max_w": 11000,
            "soc_pct": 50, "soc_floor_pct": 10, "v_dc_v": 400,
        },
        "constants": (("phases_used", 3), ("is_plugged", 1)),
    },
}
