"""Profile `evtec-bidipro-10`: EVtec BiDiPro 10 (sold by EV2Grid), bidirectional CCS charger, 10 kW, active power only.

Not its job: reactive power and frequency; nothing that was read shows such registers. Whether power, voltage and current
are those of the grid or of the vehicle's side is not shown either, so voltage and current are left out and voltage laws
stay unavailable from this charger.
Source: register facts as used by the open driver and emulator of V2G Liberty (chargers/evtec_bidipro.py, "ECP4 / Modbus
2.0", which call them tested on hardware); not tried on hardware by us.
"""

PROFILE = {
    "name": "evtec-bidipro-10",
    "kind": "charger",
    "phases": 3,
    "status": "from_field_driver",
    "sources": ("V2G Liberty: chargers/evtec_bidipro.py, evtec emulator scenarios",),
    "setup_hint": "`instance` is the connector the charger was configured with: 1 to 10, the lowest one whose registers at "
                  "100 times its number are not all zero. Leave Modbus TCP to this gateway alone. It shows no voltage: with a meter, "
                  "set grid.voltage_from = \"pcc\".",
    # The first letters of the model, "crem", in any case; the driver looks for "crema" in it.
    "identify": (("model_id", 0x4352454D, 0x6372656D), ("watchdog_s", 0, 600)),
    "transport": {
        "kinds": ("tcp",), "port": 502, "word_order": "high_first", "max_registers": 58, "gap_ms": 0,
        "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 10, 100, 100),
    # The station itself lies at addresses of its own; no read may go beyond an object of 100 registers.
    "strides": (("station", 0, 0),),
    "blocks": (
        ("station", 3, 26, 18, "slow"),
        ("live", 3, 0, 58, "control"),
        ("capacity", 3, 58, 2, "slow"),
        ("setpoint", 3, 86, 4, "slow"),
    ),
    # Power counts charging positive in both directions; so does the setpoint, and the lowest possible power, which says
    # by a negative value that discharging is offered. The two halves of the 40 error bits are two points.
    "points": (
        ("model_id", "station", 26, "uint32", 1, "", 1, 86400000),
        ("watchdog_s", "station", 42, "int32", 1, "s", 1, 10000),
        ("state", "live", 0, "uint32", 1, "", 1, 3000),
        ("session_type", "live", 4, "int32", 1, "", 1, 3000),
        ("p_ac_w", "live", 10, "float32", 1, "W", -1, 2000),
        ("soc_pct", "live", 12, "int32", 0.1, "%", 1, 60000),
        ("p_discharge_max_w", "live", 22, "float32", 1, "W", -1, 3000),
        ("p_charge_max_w", "live", 30, "float32", 1, "W", 1, 3000),
        ("p_charge_min_w", "live", 38, "float32", 1, "W", 1, 3000),
        ("fault_bits_2", "live", 54, "uint32", 1, "", 1, 3000),
        ("fault_bits", "live", 56, "uint32", 1, "", 1, 3000),
        ("e_capacity_wh", "capacity", 58, "float32", 1, "Wh", 1, 60000),
        ("p_set_w", "setpoint", 86, "int32", 1, "W", -1, 10000),
        ("suspend", "setpoint", 88, "int32", 1, "", 1, 10000),
    ),
    # 4 to 6 are plugged in and not yet to be controlled; the driver takes them for "no vehicle" until a session is up.
    "states": (
        (0, "locked"), (1, "no_vehicle"), (2, "fault"), (3, "other_controller"), (4, "no_vehicle"), (5, "no_vehicle"),
        (6, "no_vehicle"), (7, "charging"), (8, "discharging"), (9, "ended"), (10, "paused"), (11, "ended"), (12, "fault"),
    ),
    # 0 while connected is a glitch; without a vehicle nothing is known.
    "valid": (("soc_pct", 0.1, 100, ("charging", "discharging", "paused", "ended")), ("e_capacity_wh", 1, 250000, None)),
    "sentinels": (),
    "quality": (("p_ac_w", None, None, None), ("soc_pct", 0.1, None, None)),
    # Discharging needs a session of type 3 (V2X dynamic) or 5 (bidirectional).
    "gates": (("p_discharge_max_w", "session_type", (3, 5), 0),),
    "control": {
        "p_form": "signed_power",
        "q_form": "none",
        "zero": "write",
        # What the station does not accept it refuses: between nothing and its least charging power.
        "window": ("p_charge_min_w", 0),
        # The suspend point is documented as a gate and does nothing on the charger the driver was tested with.
        "take": ((16, "watchdog_s", ("watchdog_s",)), (16, "suspend", (1,))),
        "set": ((16, "p_set_w", ("p_w",)),),
        "stop": ((16, "p_set_w", (0,)), (16, "suspend", (0,))),
        "give": ((16, "p_set_w", (0,)), (16, "suspend", (0,))),
        "guards": {"after_start_ms": 0, "after_change_ms": ((None, 1000),)},
        "min_write_ms": 0,
        "refresh_ms": 800,
        "readback": ("p_set_w",),
        "effect": ("p_ac_w", 500, 25000),
        "disables": None,
        "write_memory": "unknown",
    },
    "limits_live": (("p_charge_max_w", "p_charge_max_w"), ("p_discharge_max_w", "p_discharge_max_w")),
    "interlocks": (),
    # Any request restarts it, a read too: it guards against a dead gateway, not against one that only reads.
    "watchdog": {"point": "watchdog_s", "max_s": 600, "on_expiry": "idle", "verified": False},
    "alive": None,
    # No public source names its grid protection: evse.trip_declared says that its certificate does.
    "native": (),
    # Nothing is published: the driver itself looks every five seconds, and tolerates 500 W.
    "dynamics": {
        "response_ms": 2000, "meter_window_ms": 1000, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 500,
    },
    "recover": (("reconnect", 30, 100), ("hook", 60, 4), ("power_cycle", 300, 3)),
    "backup": "none",
    "emulate": {
        "idle_state": "paused", "response_delay_ms": 1000, "lag_ms": 500, "measure_ms": 1000, "p_rated_w": 10000,
        "refuses_outside": True,
        "storage": {
            "capacity_wh": 58000, "p_charge_max_w": 10000, "p_discharge_max_w": 10000,
            "soc_pct": 50, "soc_floor_pct": 10, "v_dc_v": 400,
        },
        "constants": (("model_id", 0x6372656D), ("watchdog_s", 600), ("session_type", 5), ("p_charge_min_w", 500)),
    },
}
