"""What the emulated SunSpec device consists of: models, repetitions, scale factors, bounds of what may be written.

Not its job: values that move (showing.py), what a setting does (controls.py, curves.py, trips.py).
Source: SunSpec model definitions; the resolutions are ours and finer than what IEEE 1547.1 measures.
"""

CURVES, CURVE_POINTS = 3, 4
WATT_VAR_POINTS = 6          # three by direction of power
TRIP_POINTS = 5              # the stairs of two trip settings have five corners

# model, repetitions, in the order of the chain
MODELS = (
    (1, None), (701, None), (702, None), (703, None), (704, None),
    (705, {"NCrv": CURVES, "NPt": CURVE_POINTS}), (706, {"NCrv": CURVES, "NPt": CURVE_POINTS}),
    (707, {"NCrvSet": CURVES, "NPt": TRIP_POINTS}), (708, {"NCrvSet": CURVES, "NPt": TRIP_POINTS}),
    (709, {"NCrvSet": CURVES, "NPt": TRIP_POINTS}), (710, {"NCrvSet": CURVES, "NPt": TRIP_POINTS}),
    (711, {"NCtl": CURVES}), (712, {"NCrv": CURVES, "NPt": WATT_VAR_POINTS}),
    (713, None), (714, {"NPrt": 1}), (715, None), (802, None),
)

# model, ((scale factor, power of ten), …). "W" and "WH" stand for what ratings and battery ask for.
SCALES = (
    (701, (("A_SF", -2), ("V_SF", -2), ("Hz_SF", -3), ("W_SF", "W"), ("PF_SF", -3), ("VA_SF", "W"), ("Var_SF", "W"),
           ("TotWh_SF", 0), ("TotVarh_SF", 0))),
    (702, (("W_SF", "W"), ("PF_SF", -3), ("VA_SF", "W"), ("Var_SF", "W"), ("V_SF", -1), ("A_SF", -2),
           ("S_SF", -6))),
    (703, (("V_SF", -2), ("Hz_SF", -3))),
    (704, (("PF_SF", -3), ("WMaxLimPct_SF", -2), ("WSet_SF", 0), ("WSetPct_SF", -2), ("VarSet_SF", 0),
           ("VarSetPct_SF", -2))),
    (705, (("V_SF", -2), ("DeptRef_SF", -2), ("RspTms_SF", -2))),
    (706, (("V_SF", -2), ("DeptRef_SF", -2), ("RspTms_SF", -2))),
    (707, (("V_SF", -2), ("Tms_SF", -3))), (708, (("V_SF", -2), ("Tms_SF", -3))),
    (709, (("Hz_SF", -3), ("Tms_SF", -3))), (710, (("Hz_SF", -3), ("Tms_SF", -3))),
    (711, (("Db_SF", -3), ("K_SF", -4), ("RspTms_SF", -2))),
    (712, (("W_SF", -2), ("DeptRef_SF", -2))),
    (713, (("WH_SF", "WH"), ("Pct_SF", -2))),
    (714, (("DCA_SF", -2), ("DCV_SF", -1), ("DCW_SF", "W"), ("DCWH_SF", 0))),
    (802, (("AHRtg_SF", -1), ("WHRtg_SF", "WH"), ("WChaDisChaMax_SF", "W"), ("SoC_SF", -2), ("DoD_SF", -2),
           ("SoH_SF", -2), ("V_SF", -1), ("CellV_SF", -3), ("A_SF", -2), ("AMax_SF", -2), ("W_SF", "W"))),
)

ON_OFF = (0, 1)
PERCENT = (0, 100)
SIGNED_PERCENT = (-100, 100)
V_PERCENT = (50, 150)
HZ = (40, 70)
TMS = (0, 86400)
# model, point, (lowest, highest) a master may write; curves are judged when they are adopted
BOUNDS = (
    (703, "ES", ON_OFF), (703, "ESVHi", V_PERCENT), (703, "ESVLo", V_PERCENT), (703, "ESHzHi", HZ), (703, "ESHzLo", HZ),
    (703, "ESDlyTms", (0, 3600)), (703, "ESRndTms", (0, 3600)), (703, "ESRmpTms", (0, 3600)),
    (704, "PFWInjEna", ON_OFF), (704, "PFWInjEnaRvrt", ON_OFF), (704, "PFWInjRvrtTms", TMS),
    (704, "PFWAbsEna", ON_OFF), (704, "PFWAbsEnaRvrt", ON_OFF), (704, "PFWAbsRvrtTms", TMS),
    (704, "WMaxLimPctEna", ON_OFF), (704, "WMaxLimPct", PERCENT), (704, "WMaxLimPctRvrt", PERCENT),
    (704, "WMaxLimPctEnaRvrt", ON_OFF), (704, "WMaxLimPctRvrtTms", TMS),
    (704, "WSetEna", ON_OFF), (704, "WSetMod", (0, 1)), (704, "WSetPct", SIGNED_PERCENT),
    (704, "WSetPctRvrt", SIGNED_PERCENT), (704, "WSetEnaRvrt", ON_OFF), (704, "WSetRvrtTms", TMS),
    (704, "VarSetEna", ON_OFF), (704, "VarSetMod", (0, 4)), (704, "VarSetPri", (0, 1)),
    (704, "VarSetPct", SIGNED_PERCENT), (704, "VarSetPctRvrt", SIGNED_PERCENT), (704, "VarSetEnaRvrt", ON_OFF),
    (704, "VarSetRvrtTms", TMS), (704, "WRmp", (1, 100)), (704, "WRmpRef", (1, 1)), (704, "AntiIslEna", (1, 1)),
    (704, "PFWInj.PF", (0.8, 1)), (704, "PFWInj.Ext", (0, 1)), (704, "PFWInjRvrt.PF", (0.8, 1)),
    (704, "PFWInjRvrt.Ext", (0, 1)), (704, "PFWAbs.PF", (0.8, 1)), (704, "PFWAbs.Ext", (0, 1)),
    (704, "PFWAbsRvrt.PF", (0.8, 1)), (704, "PFWAbsRvrt.Ext", (0, 1)),
    (705, "Ena", ON_OFF), (706, "Ena", ON_OFF), (707, "Ena", ON_OFF), (708, "Ena", ON_OFF), (709, "Ena", ON_OFF),
    (710, "Ena", ON_OFF), (711, "Ena", ON_OFF), (712, "Ena", ON_OFF),
    (705, "RvrtTms", TMS), (706, "RvrtTms", TMS), (711, "RvrtTms", TMS), (712, "RvrtTms", TMS),
    (715, "AlarmReset", (0, 1)), (715, "OpCtl", (0, 3)),
    (802, "SocRsvMax", PERCENT), (802, "SoCRsvMin", PERCENT), (802, "AlmRst", (0, 1)), (802, "SetOp", (1, 2)),
    (802, "SetInvState", (1, 3)),
)

INT16_MAX_W = 32767
UINT16_MAX_WH = 65534


def scales(s_max_va, capacity_wh):
    """{(model, scale factor): power of ten} of a device of this size; a scale is coarser where 16 bits are too few."""
    # 25 % above the rating: what a converter may show for a moment
    sized = {"W": _power(1.25 * s_max_va, INT16_MAX_W), "WH": _power(capacity_wh, UINT16_MAX_WH)}
    return {(model_id, name): sized.get(power, power) for model_id, rows in SCALES for name, power in rows}


def _power(largest, room):
    """The smallest power of ten >= 0 at which a value fits."""
    power = 0
    while largest / 10 ** power > room:
        power += 1
    return power


def bound(bank):
    """Puts the bounds on the bank's points and takes access from those that hold nothing: what is not implemented
    can't be written. Stored curves stay writable wherever they are; the curve in force is read only."""
    for model_id, path, bounds in BOUNDS:
        bank.fields[model_id, path].bounds = bounds
    for (_, path), field in bank.fields.items():
        in_curve = path.startswith(("Crv.", "Ctl."))
        if path.startswith(("Crv.1.", "Ctl.1.")) or not in_curve and field.get() is None:
            field.writable = False
    bank.fields[1, "DA"].writable = False      # the unit id is set with a switch
