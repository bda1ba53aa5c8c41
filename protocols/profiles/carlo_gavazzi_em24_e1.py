"""Profile `carlo-gavazzi-em24-e1`: Carlo Gavazzi EM24 three-phase meter with Ethernet at the grid connection.

Not its job: reactive power; no source that was read has it. Frequency laws: accuracy and update time are not published.
Source: register facts as used by the open drivers mbmd (meters/rs485/carlogavazzi-em24_e1.go), evcc (cg-em24_e1.yaml) and
Victron's dbus-modbus-client (carlo_gavazzi.py: codes 1648 to 1653 at register 11; register 0xA000 = 7 is application H). Not tried on hardware by us.
"""

PROFILE = {
    "name": "carlo-gavazzi-em24-e1",
    "kind": "meter",
    "phases": 3,
    "status": "from_field_driver",
    "sources": ("volkszaehler/mbmd: meters/rs485/carlogavazzi-em24_e1.go", "evcc: templates/definition/meter/cg-em24_e1.yaml",
                "victronenergy/dbus-modbus-client: carlo_gavazzi.py"),
    "setup_hint": "Ethernet; firmware 1.8.3 or newer. Set application H at the meter: it alone shows power to the grid as negative.",
    # Code of the maker, and application H: in any other one, export would read as import.
    "identify": (("model_id", 1648, 1653), ("sign_mode", 7, 7)),
    "transport": {
        "kinds": ("tcp",), "port": 502, "word_order": "low_first", "max_registers": 30, "gap_ms": 0,
        "timeout_ms": 1000, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("volts", 3, 0, 6, "control"),
        ("ident", 3, 11, 1, "once"),
        ("live", 3, 12, 30, "control"),
        ("energy", 3, 51, 3, "slow"),
        ("export", 3, 78, 2, "slow"),
        ("application", 3, 0xA000, 1, "slow"),
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
        ("p_pcc_w", "live", 40, "int32", 0.1, "W", -1, 4000),
        ("model_id", "ident", 11, "uint16", 1, "", 1, 86400000),
        ("f_hz", "energy", 51, "uint16", 0.1, "Hz", 1, 10000),
        ("e_import_wh", "energy", 52, "int32", 100, "Wh", 1, 60000),
        ("e_export_wh", "export", 78, "int32", 100, "Wh", 1, 60000),
        ("sign_mode", "application", 40960, "uint16", 1, "", 1, 60000),
    ),
    "states": (),
    # A phase without voltage is not a phase.
    "valid": (("v_bn_v", 1, 500, None), ("v_cn_v", 1, 500, None)),
    "sentinels": (),
    "quality": (("v_an_v", 0.1, None, 600), ("p_pcc_w", 0.1, None, 600), ("f_hz", 0.1, None, None)),
    "control": None,
    "limits_live": (),
    "interlocks": (),
    "watchdog": None,
    # A tenth of a volt: no grid keeps it for a minute.
    "alive": ("v_an_v", 60000),
    "native": (),
    # The window is how old Victron's driver takes its values to be.
    "dynamics": {
        "response_ms": 0, "meter_window_ms": 600, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100),),
    "backup": "none",
    "emulate": {"measure_ms": 600, "flicker_v": 0.06, "constants": (("model_id", 1648), ("sign_mode", 7))},
}
