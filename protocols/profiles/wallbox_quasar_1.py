"""Profile `wallbox-quasar-1`: bidirectional CHAdeMO charger, single-phase, active power only.

Not its job: reactive power; the charger takes no such setpoint.
Source: register facts as used by the open drivers V2G Liberty (modbus_evse_client.py, load_balancer/readme.md) and
evse-controller (wallbox_thread.py, efficiency_model.py); not tried on hardware by us. Where those say nothing, the
row says None, and what the emulator does instead is our choice.
"""

PROFILE = {
    "name": "wallbox-quasar-1",
    "kind": "charger",
    "phases": 1,
    "status": "from_field_driver",
    "sources": (
        "V2G Liberty: modbus_evse_client.py, load_balancer/readme.md",
        "robynrox/evse-controller: wallbox_thread.py, efficiency_model.py",
    ),
    "setup_hint": "Give the charger a fixed address, leave Modbus TCP on port 502 to this gateway alone, and stop "
                  "schedules in the vendor's app.",
    "identify": (("p_rated_w", 1380, 7400),),
    "transport": {
        "kinds": ("tcp",), "port": 502, "word_order": "high_first", "max_registers": 30, "gap_ms": 0,
        "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    # The blocks are the readable ranges; a read beyond them is refused.
    "blocks": (
        ("firmware", 3, 1, 3, "once"),
        ("settings", 3, 81, 8, "slow"),
        ("command", 3, 256, 5, "slow"),
        ("rating", 3, 514, 1, "slow"),
        ("live", 3, 519, 30, "control"),
    ),
    "points": (
        ("firmware", "firmware", 1, "uint16", 1, "", 1, 86400000),
        ("owner", "settings", 81, "uint16", 1, "", 1, 10000),
        ("autostart", "settings", 82, "uint16", 1, "", 1, 10000),
        ("setpoint_kind", "settings", 83, "uint16", 1, "", 1, 10000),
        ("watchdog_s", "settings", 88, "uint16", 1, "s", 1, 10000),
        ("action", "command", 257, "uint16", 1, "", 1, 10000),
        ("p_set_w", "command", 260, "int16", 1, "W", -1, 10000),
        ("p_rated_w", "rating", 514, "uint16", 1, "W", 1, 60000),
        ("i_a_a", "live", 519, "int16", 1, "A", -1, 2000),
        ("v_an_v", "live", 522, "uint16", 1, "V", 1, 2000),
        ("p_ac_w", "live", 526, "int16", 1, "W", -1, 2000),
        ("state", "live", 537, "enum16", 1, "", 1, 3000),
        ("soc_pct", "live", 538, "uint16", 1, "%", 1, 60000),
        ("fault_bits", "live", 539, "bits16", 1, "", 1, 3000),
        ("fault_bits_2", "live", 540, "bits16", 1, "", 1, 3000),
        ("fault_bits_3", "live", 541, "bits16", 1, "", 1, 3000),
        ("fault_bits_4", "live", 542, "bits16", 1, "", 1, 3000),
        ("v_dc_v", "live", 547, "uint16", 0.1, "V", 1, 3000),
        ("i_dc_a", "live", 548, "int16", 0.1, "A", -1, 3000),
    ),
    # 2 waits for the vehicle, 4 is idle, 8 and 10 wait for the site's power sharing.
    "states": (
        (0, "no_vehicle"), (1, "charging"), (2, "connected"), (3, "other_controller"), (4, "paused"), (5, "ended"),
        (6, "locked"), (7, "fault"), (8, "paused"), (9, "fault"), (10, "paused"), (11, "discharging"),
    ),
    # Idle it reads 0, now and then 1: the vehicle's value arrives only while power flows.
    "valid": (("soc_pct", 2, 97, ("charging", "discharging")),),
    "sentinels": (),
    "quality": (("v_an_v", 1.0, None, None), ("i_a_a", 1.0, None, None), ("p_ac_w", 1.0, None, None),
                ("soc_pct", 1.0, None, None)),
    "control": {
        "p_form": "signed_power",
        "q_form": "none",
        "zero": "stop",
        "take": ((6, "owner", (1,)), (6, "autostart", (0,)), (6, "setpoint_kind", (1,)),
                 (6, "watchdog_s", ("watchdog_s",))),
        "set": ((6, "p_set_w", ("p_w",)), (6, "action", (1,))),
        "stop": ((6, "action", (2,)), (6, "p_set_w", (0,))),
        "give": ((6, "p_set_w", (0,)), (6, "owner", (0,))),
        # Observed 21.9 s after a start, then 5.9 / 7.9 / 10.9 s by the size of the step.
        "guards": {"after_start_ms": 22000, "after_change_ms": ((240, 6000), (480, 8000), (None, 11000))},
        "min_write_ms": 0,
        "refresh_ms": 800,
        "readback": ("p_set_w",),
        "effect": ("p_ac_w", 300, 25000),
        "disables": "the charger's own fuse protection (load balancing is off under Modbus control)",
        "write_memory": "unknown",
    },
    "limits_live": (("p_charge_max_w", "p_rated_w"), ("p_discharge_max_w", "p_rated_w")),
    "interlocks": (),
    # The register's own maximum is not published; 30 s is the longest a gateway may ask for.
    "watchdog": {"point": "watchdog_s", "max_s": 30, "on_expiry": "idle", "verified": False},
    # At 1 V and 1 W nothing is sure to move on a living charger.
    "alive": None,
    "native": ("trip",),
    # Efficiency was measured at 3 A and 13 A on 230 V; response and window are estimates.
    "dynamics": {
        "response_ms": 2000, "meter_window_ms": 1000, "ramp_w_s": None,
        "efficiency": ((690, 0.57, 0.66), (2990, 0.89, 0.90)), "standby_w": 0, "p_min_useful_w": 690,
    },
    # Users report restarts of six minutes and three or four power cycles a year.
    "recover": (("reconnect", 30, 100), ("take", 60, 20), ("hook", 120, 4), ("power_cycle", 400, 3)),
    "backup": "none",
    "emulate": {
        "idle_state": "paused", "without_owner": "ignore", "start_delay_ms": 20000, "response_delay_ms": 1000,
        "lag_ms": 500, "measure_ms": 1000, "soc_zero_when_idle": True, "soc_spurious_pct": 1,
        "autostart_at_power_on": 1,
        "storage": {
            "capacity_wh": 40000, "p_charge_max_w": 7400, "p_discharge_max_w": 7400,
            "soc_pct": 50, "soc_floor_pct": 10, "v_dc_v": 380,
        },
        "constants": (("firmware", 560), ("p_rated_w", 7400)),
    },
}
