"""Profile `generic-transfer-switch`: a plain map for a four-pole transfer switch behind a PLC or relay controller.

Not its job: when the switch moves (edge/backup); a product; the interlocks: a dead-bus relay that lets no pole close onto a
live load side, and the inverter's enable in series with the mirror contacts, have to be wires. Whoever builds a switch
programs its PLC to these registers: three phases and the neutral with a mirror contact each, a second contactor in series,
voltmeters on both sides, a bond, eight circuits with feedback, a reset button. The timer is the PLC's: left alone it does
what `watchdog` says.
Source: ours.
"""

PROFILE = {
    "name": "generic-transfer-switch",
    "kind": "transfer_switch",
    "phases": 3,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Program the PLC to this map; start one with: v2g emulate generic-transfer-switch --port 5024",
    "identify": (("model_id", 0x4754, 0x4754), ("map_version", 1, 1)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "high_first", "max_registers": 125,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 2,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("ident", 3, 0, 4, "once"),
        ("live", 3, 40, 22, "control"),
    ),
    # load_w is what the backed-up circuits draw; less than nothing while a PV inverter behind the switch has too much.
    # A mirror contact reads 1 while it proves its pole open; circuits_on has a bit for each relay, relay 1 the lowest.
    "points": (
        ("model_id", "ident", 0, "uint16", 1, "", 1, 86400000),
        ("map_version", "ident", 1, "uint16", 1, "", 1, 86400000),
        ("i_rated_a", "ident", 2, "uint16", 0.1, "A", 1, 86400000),
        ("watchdog_max_s", "ident", 3, "uint16", 1, "s", 1, 86400000),
        ("grid_a_v", "live", 40, "uint16", 0.1, "V", 1, 1000),
        ("grid_b_v", "live", 41, "uint16", 0.1, "V", 1, 1000),
        ("grid_c_v", "live", 42, "uint16", 0.1, "V", 1, 1000),
        ("grid_f_hz", "live", 43, "uint16", 0.01, "Hz", 1, 1000),
        ("load_v", "live", 44, "uint16", 0.1, "V", 1, 1000),
        ("load_f_hz", "live", 45, "uint16", 0.01, "Hz", 1, 1000),
        ("load_w", "live", 46, "int16", 1, "W", 1, 1000),
        ("phase_deg", "live", 47, "int16", 0.1, "°", 1, 1000),
        ("open_a", "live", 48, "uint16", 1, "", 1, 1000),
        ("open_n", "live", 49, "uint16", 1, "", 1, 1000),
        ("open_b", "live", 56, "uint16", 1, "", 1, 1000),
        ("open_c", "live", 57, "uint16", 1, "", 1, 1000),
        ("series_open", "live", 50, "uint16", 1, "", 1, 1000),
        ("bond_closed", "live", 51, "uint16", 1, "", 1, 1000),
        ("circuits_on", "live", 52, "bits16", 1, "", 1, 1000),
        ("is_enabled", "live", 53, "uint16", 1, "", 1, 1000),
        ("reset_button", "live", 54, "uint16", 1, "", 1, 1000),
        ("heartbeat", "live", 55, "uint16", 1, "", 1, 1000),
        ("watchdog_s", "live", 58, "uint16", 1, "s", 1, 1000),
        ("close_cmd", "live", 59, "uint16", 1, "", 1, 1000),
        ("bond_cmd", "live", 60, "uint16", 1, "", 1, 1000),
        ("circuits_cmd", "live", 61, "bits16", 1, "", 1, 1000),
    ),
    "states": (),
    "valid": (),
    # A dead side has no frequency, and no angle against the other.
    "sentinels": (("grid_f_hz", 0xFFFF), ("load_f_hz", 0xFFFF), ("phase_deg", 0x7FFF)),
    "quality": (
        ("grid_a_v", 0.1, 0.5, 20), ("grid_b_v", 0.1, 0.5, 20), ("grid_c_v", 0.1, 0.5, 20),
        ("grid_f_hz", 0.01, 0.02, 20), ("load_v", 0.1, 0.5, 20), ("load_w", 1, 10, 20),
    ),
    # Given back it is what it is without any gateway: closed to the grid, no bond, every circuit on.
    "control": {
        "take": ((6, "watchdog_s", ("watchdog_s",)),),
        "set": ((16, "close_cmd", ("close", "bond", "circuits")),),
        "give": ((16, "close_cmd", (1, 0, 0x00FF)), (6, "watchdog_s", (0,))),
        "refresh_ms": 500,
        "circuits": 8,
        "readback": ("close_cmd", "bond_cmd", "circuits_cmd"),
        "write_memory": "ram",
    },
    "limits_live": (),
    "interlocks": (),
    # Any write restarts it.
    "watchdog": {
        "point": "watchdog_s", "max_s": 60, "verified": True,
        "on_expiry": "as without a gateway: unbonds, closes to the grid and switches all circuits on, once the load side is dead",
    },
    "alive": ("heartbeat", 1000),
    "native": (),
    "dynamics": {
        "response_ms": 50, "meter_window_ms": 20, "ramp_w_s": None, "efficiency": (), "standby_w": 0,
        "p_min_useful_w": 0,
    },
    "recover": (("reconnect", 30, 100), ("take", 60, 20)),
    "backup": "none",
    "emulate": {
        "constants": (("model_id", 0x4754), ("map_version", 1), ("i_rated_a", 63), ("watchdog_max_s", 60)),
    },
}
