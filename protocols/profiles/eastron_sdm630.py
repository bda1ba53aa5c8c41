"""Profile `eastron-sdm630`: Eastron SDM630 v2 three-phase meter at the grid connection.

Not its job: frequency laws; the meter's frequency accuracy and update time are not published, so they stay
unavailable on it.
Source: Eastron SDM630 v2 manual (function 4, float32, at most 80 registers a read, 100 ms between requests) and the
register list of the open tool mbmd. Not tried on hardware by us.
"""

PROFILE = {
    "name": "eastron-sdm630",
    "kind": "meter",
    "phases": 3,
    "status": "from_documentation",
    "sources": ("Eastron SDM630 v2 manual", "volkszaehler/mbmd"),
    "setup_hint": "Set unit and baud rate at the meter; import is power from the grid to the house. "
                  "19200 baud halves the bus time against 9600.",
    # The meter has no model register: its wiring code as a float and a plausible frequency tell it from others.
    "identify": (("wiring", 1, 3), ("f_hz", 0, 70)),
    "transport": {
        "kinds": ("rtu", "rtu_over_tcp", "tcp"), "port": 502, "word_order": "high_first", "max_registers": 80,
        "gap_ms": 100, "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        # Side by side, so that a slow line reads both at once instead of keeping the silence twice.
        ("live", 4, 0, 54, "control"),
        ("totals", 4, 54, 22, "slow"),
        ("setup", 3, 10, 2, "once"),
    ),
    # The meter counts import positive, in power and reactive power; currents are magnitudes; energy is in kWh.
    "points": (
        ("v_an_v", "live", 0, "float32", 1, "V", 1, 2000),
        ("v_bn_v", "live", 2, "float32", 1, "V", 1, 2000),
        ("v_cn_v", "live", 4, "float32", 1, "V", 1, 2000),
        ("i_a_a", "live", 6, "float32", 1, "A", 1, 2000),
        ("i_b_a", "live", 8, "float32", 1, "A", 1, 2000),
        ("i_c_a", "live", 10, "float32", 1, "A", 1, 2000),
        ("p_a_w", "live", 12, "float32", 1, "W", -1, 2000),
        ("p_b_w", "live", 14, "float32", 1, "W", -1, 2000),
        ("p_c_w", "live", 16, "float32", 1, "W", -1, 2000),
        ("q_a_var", "live", 24, "float32", 1, "var", -1, 2000),
        ("q_b_var", "live", 26, "float32", 1, "var", -1, 2000),
        ("q_c_var", "live", 28, "float32", 1, "var", -1, 2000),
        ("p_pcc_w", "live", 52, "float32", 1, "W", -1, 2000),
        ("q_pcc_var", "totals", 60, "float32", 1, "var", -1, 5000),
        ("f_hz", "totals", 70, "float32", 1, "Hz", 1, 10000),
        ("e_import_wh", "totals", 72, "float32", 1000, "Wh", 1, 60000),
        ("e_export_wh", "totals", 74, "float32", 1000, "Wh", 1, 60000),
        ("wiring", "setup", 10, "float32", 1, "", 1, 86400000),
    ),
    "states": (),
    # A quantity that the wiring does not use reads zero: a phase without voltage is not a phase.
    "valid": (("v_bn_v", 1, 500, None), ("v_cn_v", 1, 500, None)),
    "sentinels": (),
    "quality": (("f_hz", None, None, None),),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    # The float's last digits flicker with every measurement.
    "alive": ("v_an_v", 60000),
    "native": (),
    # The window is an estimate: two updates a second.
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 500, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    # wiring: 1 single phase, 2 three wires, 3 three phases and neutral.
    "emulate": {"measure_ms": 500, "constants": (("wiring", 3),)},
}
