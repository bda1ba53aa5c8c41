"""The words a device profile is made of: sections, point names, variables, states, rungs.

Not its job: what they mean (ARCHITECTURE.md, the guide NEW_DEVICE.md), checking one (tools/gateway/profile), compiling one
(edge/drivers/profile_compiler.py). No part of the firmware imports it.
Source: ours.
"""

SECTIONS = (
    "name", "kind", "phases", "status", "sources", "setup_hint", "identify", "transport", "instances", "blocks",
    "points", "states", "valid", "sentinels", "quality", "control", "limits_live", "interlocks", "watchdog", "alive",
    "native", "dynamics", "recover", "backup", "emulate",
)
ADDRESSED_BY_DEVICE = "sunspec"     # one section more: the device says where its registers lie
# Sections that only some have: blocks that count instances in steps of their own, what a point reads unless another point
# shows one of some values.
OPTIONAL = (ADDRESSED_BY_DEVICE, "strides", "gates")
KINDS = ("charger", "bes", "pv", "meter", "switch", "transfer_switch", "battery")
CONTROLLED = ("charger", "bes", "transfer_switch")
STATUSES = ("field_tested", "from_field_driver", "from_documentation", "emulated_only")
TRANSPORT = ("kinds", "port", "word_order", "max_registers", "gap_ms", "timeout_ms", "client_slots")
TRANSPORT_KINDS = ("tcp", "rtu", "rtu_over_tcp")
WORD_ORDERS = ("high_first", "low_first")
POLLS = ("control", "slow", "once")
CONTROL = (
    "p_form", "q_form", "zero", "take", "set", "stop", "give", "guards", "min_write_ms", "refresh_ms", "readback",
    "effect", "disables", "write_memory",
)
# Rows of control that only some have: rating that a percentage is of, smallest setpoint each way, restart register.
SPECIAL = ("rated", "window", "restart")
# What a device has beside when it can form an island or keep a reserve, and a transfer switch instead of CONTROL.
BACKUP = {"none": (), "autonomous": ("reserve", "in_island"), "commanded": ("form", "in_island")}
SWITCH_CONTROL = ("take", "set", "give", "refresh_ms", "circuits", "readback", "write_memory")
ITEMS = {"signed_power": ("p_w",), "percent": ("p_pct",), "signed_current": ("i_a",), "split_limits": ("p_charge_w", "p_discharge_w")}
Q_FORMS = ("none", "signed_var")
ZEROS = ("write", "stop", "forbidden")
MEMORIES = ("ram", "flash", "unknown")
DYNAMICS = ("response_ms", "meter_window_ms", "ramp_w_s", "efficiency", "standby_w", "p_min_useful_w")
RUNGS = ("reconnect", "take", "restart", "hook", "power_cycle")
STATES = (
    "no_vehicle", "connected", "charging", "discharging", "paused", "ended", "locked", "other_controller", "fault",
)
CANONICAL = (
    # what laws, telemetry and limiter read
    "v_an_v", "v_bn_v", "v_cn_v", "i_a_a", "i_b_a", "i_c_a", "f_hz", "p_ac_w", "q_ac_var", "state", "soc_pct",
    "v_dc_v", "i_dc_a", "p_charge_max_w", "p_discharge_max_w", "s_rated_va", "p_rated_w", "i_rated_a", "v_nom_v",
    "e_import_wh", "e_export_wh", "e_capacity_wh", "p_a_w", "p_b_w", "p_c_w", "q_a_var", "q_b_var", "q_c_var",
    "p_pcc_w", "q_pcc_var", "p_pv_w", "q_pv_var",
    # what the driver writes, proves and watches
    "p_set_w", "p_set_pct", "i_set_a", "p_charge_set_w", "p_discharge_set_w", "p_charge_min_w", "session_type", "is_plugged",
    "is_replug_needed", "phases_used", "suspend", "wake_up", "restart", "sign_mode", "q_set_var", "owner", "action", "autostart",
    "setpoint_kind", "watchdog_s", "watchdog_max_s", "reversion_left_ms", "p_revert_w", "p_revert_enabled", "q_inject_max_var",
    "q_absorb_max_var", "q_owner", "q_setpoint_kind", "q_priority", "q_revert_var", "q_revert_enabled", "q_watchdog_s",
    "heartbeat", "fault_bits", "fault_bits_2", "fault_bits_3", "fault_bits_4", "is_active", "p_import_max_w", "p_export_max_w",
    "model_id", "map_version", "firmware", "wiring",
    # what backup and household read, and what the backup orders
    "p_battery_w", "grid_a_v", "grid_b_v", "grid_c_v", "grid_f_hz", "load_v", "load_f_hz", "load_w", "phase_deg", "open_a",
    "open_b", "open_c", "open_n", "series_open", "bond_closed", "circuits_on", "is_enabled", "reset_button", "close_cmd",
    "bond_cmd", "circuits_cmd", "form_state", "form_cmd", "form_v_v", "form_f_hz", "form_i_a", "island", "reserve_pct",
)
UNIT_OF_SUFFIX = {
    "v": "V", "a": "A", "hz": "Hz", "w": "W", "var": "var", "va": "VA", "pct": "%", "wh": "Wh", "s": "s", "ms": "ms",
    "deg": "°",
}
MIRROR_CONTACTS = ("open_a", "open_b", "open_c", "open_n")     # named by pole, not by unit
REGISTERS = {"uint16": 1, "int16": 1, "enum16": 1, "bits16": 1, "uint32": 2, "int32": 2, "float32": 2}
SIGNED = ("int16", "int32", "float32")
VARIABLES = (
    "p_w", "p_pct", "i_a", "p_charge_w", "p_discharge_w", "q_var", "watchdog_s", "close", "bond", "circuits", "form", "form_v_v",
    "form_f_hz", "form_i_a", "reserve_pct",
)
SEQUENCES = ("take", "set", "stop", "give", "form", "reserve", "restart")
LIVE_LIMITS = ("p_charge_max_w", "p_discharge_max_w")


def unit_of(point):
    """Unit that the name of a point asks for."""
    return "" if point in MIRROR_CONTACTS else UNIT_OF_SUFFIX.get(point.split("_")[-1], "")
