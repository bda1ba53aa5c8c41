"""Measurements and state of a SunSpec device in its registers: models 701, 713, 714, 715, 802 and what 703 counts down.

Not its job: where the numbers come from (sunspec_der.py), settings (controls.py).
Source: SunSpec models 701, 713, 714, 715, 802. 701.W is positive when injecting; the power factor has the sign of W and
is unknown without current; currents are magnitudes. DC power is positive out of the battery.
"""

from math import sqrt

from host_sim.plant.native.mode_rows import BLOCKED, CONTINUOUS, RAMPING, WAITING

# 701
SINGLE_PHASE, THREE_PHASE = 0, 2
INV_OFF, INV_STARTING, INV_RUNNING, INV_THROTTLED, INV_FAULT, INV_STANDBY = 0, 2, 3, 4, 6, 7
GRID_FOLLOWING = 1
ALARM_BITS = {
    "over_frequency": 8, "under_frequency": 9, "over_voltage": 10, "under_voltage": 11, "internal_fault": 15,
    "permission_withdrawn": 6,
}
GRID_DISCONNECT = 1 << 4
# 714 and 802
PORT_EV, DC_OFF, DC_ON = 2, 0, 1
BATTERY_DISCONNECTED, BATTERY_CONNECTED, BATTERY_SOC_PROTECTION = 1, 3, 5
CHARGE_OFF, CHARGE_EMPTY, CHARGE_DISCHARGING, CHARGE_CHARGING, CHARGE_FULL, CHARGE_HOLDING = range(1, 7)
LITHIUM_ION = 4
SOH_PCT = 100
UINT32_ROLLOVER = 0xFFFF_FFFF
IDLE_W = 1          # below it a converter stands by

STATIC = (
    (1, "Mn", "V2G Edge"), (1, "Md", "Simulated V2G inverter"), (1, "Vr", "1.0"), (1, "SN", "SIM-0001"), (1, "DA", 1),
    (701, "DERMode", GRID_FOLLOWING), (713, "SoH", SOH_PCT), (713, "Sta", 0), (714, "PrtAlrms", 0),
    (714, "Prt.1.PrtTyp", PORT_EV), (714, "Prt.1.ID", 1), (714, "Prt.1.IDStr", "EV"), (714, "Prt.1.DCAlrm", 0),
    (715, "LocRemCtl", 0), (715, "DERHb", 0), (715, "ControllerHb", 0), (715, "AlarmReset", 0), (715, "OpCtl", 1),
    (802, "SocRsvMax", 100), (802, "SoCRsvMin", 0), (802, "SoCMax", 100), (802, "SoH", SOH_PCT), (802, "LocRemCtl", 0),
    (802, "Hb", 0), (802, "CtrlHb", 0), (802, "AlmRst", 0), (802, "Typ", LITHIUM_ION), (802, "Evt1", 0),
    (802, "Evt2", 0), (802, "EvtVnd1", 0), (802, "EvtVnd2", 0), (802, "SetOp", 1), (802, "SetInvState", 3),
)


def show_static(bank, phases):
    """What never changes by itself. phases: 1 or 3."""
    for model_id, point, value in STATIC:
        bank.put(model_id, point, value)
    bank.put(701, "ACType", THREE_PHASE if phases == 3 else SINGLE_PHASE)


def inverter_state(der):
    """InvSt of 701 for a NativeDer."""
    if der.mode == CONTINUOUS:
        return INV_RUNNING if abs(der.p_w) > IDLE_W or der.q_owner else INV_STANDBY
    if der.mode in (WAITING, RAMPING):
        return INV_STARTING
    if der.mode in BLOCKED:
        return INV_THROTTLED
    if der.in_service:
        return INV_RUNNING
    return INV_OFF if der.cause == "permission_withdrawn" else INV_FAULT


def show_ac(bank, device, f_hz):
    """Model 701. device: SunSpecDer."""
    der = device.native
    phases = [(device.v_ln_v[phase], device.p_inj_w[phase], device.q_inj_var[phase]) for phase in device.phases]
    volts_v = [v_v for v_v, _, _ in phases]
    s_va = sqrt(device.p_w ** 2 + device.q_var ** 2)
    rows = [
        ("St", int(der.in_service)), ("InvSt", inverter_state(der)), ("ConnSt", int(der.in_service)),
        ("Alrm", alarm_bits(der)), ("W", device.p_w), ("VA", s_va), ("Var", device.q_var),
        ("PF", device.p_w / s_va if s_va else None), ("LNV", sum(volts_v) / len(volts_v)),
        ("A", sum(_current_a(*phase) for phase in phases)), ("Hz", f_hz),
        ("LLV", sqrt(3) * sum(volts_v) / 3 if len(volts_v) == 3 else None),
        ("TotWhInj", device.energy.inject_wh), ("TotWhAbs", device.energy.absorb_wh),
        ("TotVarhInj", device.energy.inject_varh), ("TotVarhAbs", device.energy.absorb_varh),
    ]
    for number, (v_v, p_w, q_var) in enumerate(phases, 1):
        phase_va = sqrt(p_w ** 2 + q_var ** 2)
        rows += [("WL%d" % number, p_w), ("VAL%d" % number, phase_va), ("VarL%d" % number, q_var),
                 ("PFL%d" % number, p_w / phase_va if phase_va else None), ("VL%d" % number, v_v),
                 ("AL%d" % number, _current_a(v_v, p_w, q_var))]
    if len(volts_v) == 3:
        for name, v_v, other_v in zip(("VL1L2", "VL2L3", "VL3L1"), volts_v, volts_v[1:] + volts_v[:1]):
            rows.append((name, sqrt(v_v * v_v + v_v * other_v + other_v * other_v)))     # 120 degrees between them
    for point, value in rows:
        bank.put(701, point, value)


def _current_a(v_v, p_w, q_var):
    return sqrt(p_w ** 2 + q_var ** 2) / v_v if v_v > 0 else 0.0


def alarm_bits(der):
    """Bits of 701.Alrm that hold now."""
    bits = 0 if der.in_service else GRID_DISCONNECT
    for name in der.alarms():
        bits |= 1 << ALARM_BITS[name] if name in ALARM_BITS else 0
    return bits


def show_storage(bank, device):
    """Models 713, 714 and 802; without a vehicle its values are unknown and the port is off."""
    battery = device.battery
    p_dc_w = device.p_dc_w
    i_dc_a = p_dc_w / battery.v_dc_v if battery else 0
    soc_pct = battery.soc_pct if battery else None
    rows = [
        (713, "WHRtg", battery and battery.capacity_wh), (713, "SoC", soc_pct),
        (713, "WHAvail", battery and battery.capacity_wh * soc_pct / 100 * SOH_PCT / 100),
        (714, "Prt.1.DCSta", DC_ON if battery else DC_OFF), (714, "Prt.1.DCV", battery and battery.v_dc_v),
        (802, "AHRtg", battery and battery.capacity_wh / battery.v_dc_v), (802, "WHRtg", battery and battery.capacity_wh),
        (802, "WChaRteMax", battery and battery.p_charge_max_w),
        (802, "WDisChaRteMax", battery and battery.p_discharge_max_w), (802, "SoC", soc_pct),
        (802, "SoCMin", battery and battery.soc_floor_pct), (802, "DoD", battery and 100 - soc_pct),
        (802, "ChaSt", charge_state(device)), (802, "State", battery_state(device)),
        (802, "V", battery and battery.v_dc_v), (802, "A", i_dc_a), (802, "W", p_dc_w),
    ]
    for prefix in ("", "Prt.1."):
        rows += [(714, prefix + "DCA", i_dc_a), (714, prefix + "DCW", p_dc_w),
                 (714, prefix + "DCWhInj", device.energy.dc_out_wh), (714, prefix + "DCWhAbs", device.energy.dc_in_wh)]
    for model_id, point, value in rows:
        bank.put(model_id, point, value)


def charge_state(device):
    """ChaSt of 802."""
    battery = device.battery
    if battery is None:
        return CHARGE_OFF
    if round(device.p_dc_w):
        return CHARGE_DISCHARGING if device.p_dc_w > 0 else CHARGE_CHARGING
    if battery.soc_pct >= 100:
        return CHARGE_FULL
    return CHARGE_EMPTY if battery.soc_pct <= battery.soc_floor_pct else CHARGE_HOLDING


def battery_state(device):
    """State of 802: protected by its reserve while one direction is closed for it."""
    if not device.connected:
        return BATTERY_DISCONNECTED
    return BATTERY_CONNECTED if all(device.limits_w()) else BATTERY_SOC_PROTECTION


def show_beat(bank, now_ms, der):
    """Heartbeats of 715 and 802 and the delay of 703, in whole seconds."""
    seconds = now_ms // 1000
    bank.put(715, "DERHb", seconds % UINT32_ROLLOVER)
    bank.put(802, "Hb", seconds % 0xFFFF)
    left_s = der.enter_service_left_s
    bank.put(703, "ESDlyRemTms", 0 if left_s is None else -(-left_s // 1))
