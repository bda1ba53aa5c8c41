"""Profile `sigenergy-evdc`: Sigenergy EVDC, the DC charger module at a Sigenergy hybrid inverter; charging only.

Not its job: discharging; registers for its limit and its energy are published (41004, 31521), but not how it is begun.
The power is that of the DC side: what flows at the grid depends on PV and battery of the same inverter, so a meter is
needed to see it. That it counts negative while discharging the driver assumes too.
Source: register facts as used by the open driver of evcc (charger/sigenergy-evdc.go, Modbus protocol V2.9: minimum
period of requests 1000 ms, a start and stop register that takes single writes only, a limit that must never be 0: the
vehicle then latches an error, evcc pull request 32023); pakerfeldt/sigenergy-modbus (the maker's protocol V2.5 as a
table) agrees where both have a register. Not tried on hardware by us.
"""

PROFILE = {
    "name": "sigenergy-evdc",
    "kind": "charger",
    "phases": 3,
    "status": "from_field_driver",
    "sources": ("evcc: charger/sigenergy-evdc.go", "pakerfeldt/sigenergy-modbus: sigenergy-registers.json (protocol V2.5)"),
    "setup_hint": "Modbus TCP has to be switched on in the maker's app with an installer's rights; `unit` is that of the hybrid "
                  "inverter; its firmware has to speak protocol V2.9. It shows no grid voltage: with a meter, set "
                  "grid.voltage_from = \"pcc\".",
    "identify": (("p_rated_w", 1000, 30000),),
    # The maker asks for 1000 ms between requests: reads, setpoint and read-back take turns.
    "transport": {
        "kinds": ("tcp",), "port": 502, "word_order": "high_first", "max_registers": 23, "gap_ms": 1000,
        "timeout_ms": 2000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("live", 4, 31500, 23, "control"),
        ("rating", 4, 31523, 4, "once"),
        ("setpoint", 3, 41002, 2, "slow"),
    ),
    # 31509 and 31511 between these are the inverter's PV. Energy counts tens of watt-hours.
    "points": (
        ("v_dc_v", "live", 31500, "uint16", 0.1, "V", 1, 10000),
        ("i_dc_a", "live", 31501, "uint16", 0.1, "A", 1, 10000),
        ("p_ac_w", "live", 31502, "int32", 1, "W", -1, 10000),
        ("soc_pct", "live", 31504, "uint16", 0.1, "%", 1, 60000),
        ("state", "live", 31513, "enum16", 1, "", 1, 10000),
        ("e_import_wh", "live", 31519, "uint32", 10, "Wh", 1, 60000),
        ("e_export_wh", "live", 31521, "uint32", 10, "Wh", 1, 60000),
        ("p_rated_w", "rating", 31523, "uint32", 1, "W", 1, 86400000),
        ("p_set_w", "setpoint", 41002, "uint32", 1, "W", -1, 60000),
        ("action", None, 41000, "uint16", 1, "", 1, 60000),
    ),
    # 1 is a plug that the vehicle did not answer yet, 2 its communication, 5 a schedule, 7 maintenance, 10 insulation test.
    "states": (
        (0, "no_vehicle"), (1, "connected"), (2, "connected"), (3, "charging"), (4, "fault"), (5, "paused"), (6, "ended"),
        (7, "locked"), (8, "discharging"), (9, "fault"), (10, "connected"),
    ),
    # 0 is "no vehicle" or "nothing known".
    "valid": (("soc_pct", 0.1, 100, None),),
    "sentinels": (),
    "quality": (("p_ac_w", 1, None, 1000), ("soc_pct", 0.1, None, None)),
    "control": {
        "p_form": "signed_power",
        "q_form": "none",
        "zero": "forbidden",
        # The smallest limit that the driver saw working; no way to discharge is known.
        "window": (1000, None),
        "take": (),
        "set": ((16, "p_set_w", ("p_w",)), (6, "action", (0,))),
        "stop": ((6, "action", (1,)),),
        "give": ((6, "action", (1,)),),
        "guards": {"after_start_ms": 10000, "after_change_ms": ((None, 5000),)},
        "min_write_ms": 5000,
        "refresh_ms": 60000,
        "readback": ("p_set_w",),
        "effect": ("p_ac_w", 500, 60000),
        "disables": None,
        "write_memory": "unknown",
    },
    "limits_live": (("p_charge_max_w", "p_rated_w"),),
    "interlocks": (),
    "watchdog": None,
    "alive": None,
    "native": (),
    # Guards, response and window are estimates from the period of requests.
    "dynamics": {
        "response_ms": 3000, "meter_window_ms": 1000, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 1000,
    },
    # A session that vehicle or app has stopped latches until it is started anew, as each setpoint does.
    "recover": (("reconnect", 30, 100), ("take", 60, 10), ("hook", 120, 4), ("power_cycle", 300, 2)),
    "backup": "none",
    "emulate": {
        "idle_state": "connected", "start_stop": (0, 1), "start_delay_ms": 5000, "zero_latches": True,
        "response_delay_ms": 1000, "lag_ms": 500, "measure_ms": 1000,
        "storage": {
            "capacity_wh": 60000, "p_charge_max_w": 25000, "p_discharge_max_w": 0,
            "soc_pct": 50, "soc_floor_pct": 10, "v_dc_v": 400,
        },
        "constants": (("p_rated_w", 25000),),
    },
}
