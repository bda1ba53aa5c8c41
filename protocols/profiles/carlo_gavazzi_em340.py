"""Profile `carlo-gavazzi-em340`: Carlo Gavazzi EM330/EM340 and ET330/ET340 three-phase meters at the grid connection.

Not its job: frequency laws; accuracy and update time are not published.
Source: register facts as used by the open drivers mbmd (meters/rs485/carlogavazzi-ex3x0.go), OpenEMS
(io.openems.edge.meter.carlo.gavazzi.em300: reactive power, one read of 34 registers) and Victron's dbus-cgwacs
(ac_sensor.cpp, ac_sensor_updater.cpp: codes 330 to 345 at register 11; register 0x1103 = 1 is mode B, in which power to
the grid is negative). Not tried on hardware by us.
"""

PROFILE = {
    "name": "carlo-gavazzi-em340",
    "kind": "meter",
    "phases": 3,
    "status": "from_field_driver",
    "sources": ("volkszaehler/mbmd: meters/rs485/carlogavazzi-ex3x0.go", "OpenEMS: io.openems.edge.meter.carlo.gavazzi.em300",
                "victronenergy/dbus-cgwacs: software/src/ac_sensor.cpp, ac_sensor_updater.cpp"),
    "setup_hint": "Set measurement mode B at the meter (it alone shows power to the grid as negative), unit and baud rate. The EM530/540 "
                  "have other codes and are not tried here.",
    # Code of the maker, and mode B: in mode A, export would not read as negative.
    "identify": (("model_id", 330, 345), ("sign_mode", 1, 1)),
    "transport": {
        "kinds": ("rtu", "rtu_over_tcp", "tcp"), "port": 502, "word_order": "low_first", "max_registers": 34, "gap_ms": 0,
        "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("volts", 4, 0, 6, "slow"),
        ("ident", 4, 11, 1, "once"),
        ("live", 4, 12, 34, "control"),
        ("energy", 4, 51, 3, "slow"),
        ("export", 4, 78, 2, "slow"),
        ("mode", 3, 0x1103, 1, "slow"),
    ),
    # Import counts positive; currents are magnitudes; energy counts tenths of kWh.
    "points": (
        ("v_an_v", "volts", 0, "int32", 0.1, "V", 1, 5000),
        ("v_bn_v", "volts", 2, "int32", 0.1, "V", 1, 5000),
        ("v_cn_v", "volts", 4, "int32", 0.1, "V", 1, 5000),
        ("i_a_a", "live", 12, "int32", 0.001, "A", 1, 4000),
        ("i_b_a", "live", 14, "int32", 0.001, "A", 1, 4000),
        ("i_c_a", "live", 16, "int32", 0.001, "A", 1, 4000),
        ("p_a_w", "live", 18, "int32", 0.1, "W", -1, 4000),
        ("p_b_w", "live", 20, "int32", 0.1, "W", -1, 4000),
        ("p_c_w", "live", 22, "int32", 0.1, "W", -1, 4000),
        ("q_a_var", "live", 30, "int32", 0.1, "var", -1, 4000),
        ("q_b_var", "live", 32, "int32", 0.1, "var", -1, 4000),
        ("q_c_var", "live", 34, "int32", 0.1, "var", -1, 4000),
        ("p_pcc_w", "live", 40, "int32", 0.1, "W", -1, 4000),
        ("q_pcc_var", "live", 44, "int32", 0.1, "var", -1, 4000),
        ("model_id", "ident", 11, "uint16", 1, "", 1, 86400000),
        ("f_hz", "energy", 51, "uint16", 0.1, "Hz", 1, 10000),
        ("e_import_wh", "energy", 52, "int32", 100, "Wh", 1, 60000),
        ("e_export_wh", "export", 78, "int32", 100, "Wh", 1, 60000),
        ("sign_mode", "mode", 4355, "uint16", 1, "", 1, 60000),
    ),
    "states": (),
    # A phase without voltage is not a phase.
    "valid": (("v_bn_v", 1, 500, None), ("v_cn_v", 1, 500, None)),
    "sentinels": (),
    "quality": (("v_an_v", 0.1, None, 2000), ("p_pcc_w", 0.1, None, 2000), ("f_hz", 0.1, None, None)),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    # A tenth of a volt: no grid keeps it for a minute.
    "alive": ("v_an_v", 60000),
    "native": (),
    # The window is how old Victron's driver takes its values to be.
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 2000, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    "emulate": {"measure_ms": 2000, "flicker_v": 0.06, "constants": (("model_id", 340), ("sign_mode", 1))},
}
