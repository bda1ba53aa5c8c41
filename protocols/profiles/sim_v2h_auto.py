"""Profile `sim-v2h-auto`: the simulator's own single-phase V2H charger with the vendor's transfer switch inside.

Not its job: a product, or a copy of `sim-v2h`. It leaves the grid and returns by itself; the gateway sets how much charge
it keeps for an outage and sees that it is an island. Setpoints are ignored then, so none is written (`in_island`).
Measurements are input registers, power counts charging positive, 32-bit values come low word first.
Source: ours.
"""

PROFILE = {
    "name": "sim-v2h-auto",
    "kind": "charger",
    "phases": 1,
    "status": "emulated_only",
    "sources": ("own map, no product",),
    "setup_hint": "Start one with: v2g emulate sim-v2h-auto --port 5027",
    "identify": (("model_id", 0x5641, 0x5641), ("p_rated_w", 500, 22000)),
    "transport": {
        "kinds": ("tcp", "rtu_over_tcp", "rtu"), "port": 502, "word_order": "low_first", "max_registers": 60,
        "gap_ms": 0, "timeout_ms": 500, "client_slots": 1,
    },
    "instances": (1, 1, 0, 0),
    "blocks": (
        ("nameplate", 4, 700, 4, "once"),
        ("live", 4, 720, 13, "control"),
        ("energy", 4, 740, 4, "slow"),
        ("command", 3, 760, 4, "control"),
    ),
    "points": (
        ("model_id", "nameplate", 700, "uint16", 1, "", 1, 86400000),
        ("p_rated_w", "nameplate", 701, "uint16", 10, "W", 1, 86400000),
        ("e_capacity_wh", "nameplate", 702, "uint32", 1, "Wh", 1, 86400000),
        ("p_ac_w", "live", 720, "int16", 1, "W", -1, 1000),
        ("v_an_v", "live", 721, "uint16", 0.1, "V", 1, 1000),
        ("f_hz", "live", 722, "uint16", 0.01, "Hz", 1, 1000),
        ("i_a_a", "live", 723, "uint16", 0.1, "A", 1, 1000),
        ("state", "live", 724, "enum16", 1, "", 1, 1000),
        ("island", "live", 725, "uint16", 1, "", 1, 1000),
        ("soc_pct", "live", 726, "uint16", 0.1, "%", 1, 10000),
        ("v_dc_v", "live", 727, "uint16", 0.1, "V", 1, 2000),
        ("i_dc_a", "live", 728, "int16", 0.1, "A", -1, 2000),
        ("p_charge_max_w", "live", 729, "uint16", 10, "W", 1, 2000),
        ("p_discharge_max_w", "live", 730, "uint16", 10, "W", 1, 2000),
        ("fault_bits", "live", 731, "bits16", 1, "", 1, 1000),
        ("heartbeat", "live", 732, "uint16", 1, "", 1, 1000),
        ("e_import_wh", "energy", 740, "uint32", 1, "Wh", 1, 60000),
        ("e_export_wh", "energy", 742, "uint32", 1, "Wh", 1, 60000),
        ("owner", "command", 760, "uint16", 1, "", 1, 1000),
        ("watchdog_s", "command", 761, "uint16", 1, "s", 1, 1000),
        ("p_set_w", "command", 762, "int16", 1, "W", -1, 1000),
        ("reserve_pct", "command", 763, "uint16", 1, "%", 1, 10000),
    ),
    "states": (
        (1, "no_vehicle"), (2, "connected"), (4, "charging"), (5, "discharging"), (8, "other_controller"), (9, "fault"),
    ),
    "valid": (("soc_pct", 0, 100, None),),
    "sentinels": (("soc_pct", 0xFFFF),),
    "quality": (("v_an_v", 0.1, 0.5, 100), ("f_hz", 0.01, 0.02, 100), ("p_ac_w", 1, 20, 100), ("soc_pct", 0.1, 1, 1000)),
    "control": {
        "p_form": "signed_power",
        "q_form": "none",
        "zero": "write",
        "take": ((6, "watchdog_s", ("watchdog_s",)), (6, "owner", (1,))),
        "set": ((6, "p_set_w", ("p_w",)),),
        "stop": ((6, "p_set_w", (0,)),),
        "give": ((6, "p_set_w", (0,)), (6, "owner", (0,))),
        "reserve": ((6, "reserve_pct", ("reserve_pct",)),),
        "in_island": "hold",
        "guards": {"after_start_ms": 0, "after_change_ms": ((None, 0),)},
        "min_write_ms": 0,
        "refresh_ms": 500,
        "readback": ("p_set_w",),
        "effect": ("p_ac_w", 200, 1500),
        "disables": None,
        # The reserve is kept over power cuts.
        "write_memory": "unknown",
    },
    "limits_live": (("p_charge_max_w", "p_charge_max_w"), ("p_discharge_max_w", "p_discharge_max_w")),
    "interlocks": (),
    "watchdog": {
        "point": "watchdog_s", "max_s": 60, "on_expiry": "0 W, owner kept; an island goes on", "verified": True,
    },
    "alive": ("heartbeat", 2000),
    "native": ("trip",),
    "dynamics": {
        "response_ms": 200, "meter_window_ms": 100, "ramp_w_s": 20000,
        "efficiency": ((500, 0.80, 0.82), (1500, 0.91, 0.91), (3000, 0.94, 0.94), (7400, 0.95, 0.94)),
        "standby_w": 20, "p_min_useful_w": 600,
    },
    "recover": (("reconnect", 30, 100), ("take", 60, 20)),
    "backup": "autonomous",
    "emulate": {
        "idle_state": "connected", "without_owner": "refuse",
        "storage": {
            "capacity_wh": 60000, "p_charge_max_w": 7400, "p_discharge_max_w": 7400,
            "soc_pct": 50, "soc_floor_pct": 5, "v_dc_v": 380,
        },
        "constants": (("model_id", 0x5641), ("p_rated_w", 7400), ("e_capacity_wh", 60000)),
    },
}
