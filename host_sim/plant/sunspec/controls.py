"""Controls of a SunSpec device: registers of models 702, 703, 704 and 715 to native settings, and back.

Not its job: curves (curves.py, trips.py), when a setting falls back (reversion.py), what the functions do.
Source: SunSpec models 702 to 704. Ratings of the native functions are the settings of 702, not its ratings: curves in
percent follow a device that is set to less than it was built for.
"""

from math import sqrt

from host_sim.plant.native.converter import FILTER_Q_PU
from host_sim.plant.native.settings import OVER, UNDER, EnterService
from host_sim.plant.sunspec.curves import OF_VA_MAX, OF_VAR_MAX, OF_W_MAX, REACTIVE_FIRST, Bases

EXCITATION = (OVER, UNDER)                 # codes of Ext
WATTS = 1                                  # WSetMod; 0 is %WMax
VAR_OF = {0: OF_W_MAX, 1: OF_VAR_MAX, 3: OF_VA_MAX}     # VarSetMod; 2, percent of what is available, is not offered
VARS = 4
STOP, START, ENTER_STANDBY, EXIT_STANDBY = range(4)     # OpCtl
Q_ENABLES = ((704, "PFWInjEna"), (704, "PFWAbsEna"), (704, "VarSetEna"), (705, "Ena"), (712, "Ena"))
POWER_FACTORS = Q_ENABLES[:2]

# setting of 702, its rating, value from native Ratings
CAPACITY = (
    ("WMax", "WMaxRtg", lambda r: r.p_rated_w), ("VAMax", "VAMaxRtg", lambda r: r.s_max_va),
    ("VarMaxInj", "VarMaxInjRtg", lambda r: r.q_inject_max_var),
    ("VarMaxAbs", "VarMaxAbsRtg", lambda r: r.q_absorb_max_var),
    ("WChaRteMax", "WChaRteMaxRtg", lambda r: r.p_charge_max_w),
    ("WDisChaRteMax", "WDisChaRteMaxRtg", lambda r: r.p_discharge_max_w),
    ("VAChaRteMax", "VAChaRteMaxRtg", lambda r: r.s_max_va),
    ("VADisChaRteMax", "VADisChaRteMaxRtg", lambda r: r.s_max_va),
)
CATEGORY_B = 1
ABNORMAL = {"i": 0, "ii": 1, "iii": 2, "none": None}
# Maximum active and reactive power, power factor, volt-var, frequency droop, watt-var, volt-watt, all four trips.
CONTROL_BITS = (0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13)
V_MAX_PU, V_MIN_PU = 1.2, 0.5


def show_capacity(bank, settings, phases):
    """Nameplate and settings of 702. VNom is line to neutral, the base of every voltage here, AMax the sum of phases;
    what stays connected of a device that ceases is the filter's capacitor. phases: 1 or 3."""
    ratings = settings.ratings
    for setting, rating, value in CAPACITY:
        bank.put(702, rating, value(ratings))
        bank.put(702, setting, value(ratings))
        bank.fields[702, setting].bounds = (0.1 * value(ratings), value(ratings))
    for name, value in (("VNom", ratings.v_nom_v), ("VMax", V_MAX_PU * ratings.v_nom_v),
                        ("VMin", V_MIN_PU * ratings.v_nom_v),
                        ("AMax", ratings.s_max_va * ratings.i_max_pu / ratings.v_nom_v)):
        bank.put(702, name + "Rtg", value)
        bank.put(702, name, value)
        bank.fields[702, name].writable = False
    for side, q_var in (("Ovr", ratings.q_inject_max_var), ("Und", ratings.q_absorb_max_var)):
        # What is left for watts with all these vars.
        p_w = sqrt(max(0.0, ratings.s_max_va ** 2 - q_var ** 2))
        for name, value in (("W%sExtRtg", p_w), ("WMax%sExt", p_w), ("W%sExtRtgPF", p_w / ratings.s_max_va),
                            ("W%sExtPF", p_w / ratings.s_max_va), ("PF%sExtRtg", p_w / ratings.s_max_va),
                            ("PF%sExt", p_w / ratings.s_max_va)):
            bank.put(702, name % side, value)
            bank.fields[702, name % side].writable = False
    bank.put(702, "ReactSusceptRtg", FILTER_Q_PU * ratings.s_max_va / (phases * ratings.v_nom_v ** 2))
    bank.put(702, "NorOpCatRtg", CATEGORY_B)
    bank.put(702, "AbnOpCatRtg", ABNORMAL[settings.ride_through.category])
    bank.put(702, "CtrlModes", sum(1 << bit for bit in CONTROL_BITS))
    bank.put(702, "IntIslandCatRtg", 1)       # bit 0: uncategorized


def read_ratings(bank, initial):
    """Ratings as set in 702. Power rises to WMax at most; the current limit keeps its ratio to the VA rating."""
    w_max_w, va_max_va, discharge_w, charge_w = (
        bank.get(702, point) for point in ("WMax", "VAMax", "WDisChaRteMax", "WChaRteMax"))
    return initial._replace(
        s_max_va=va_max_va, p_discharge_max_w=min(w_max_w, discharge_w), p_charge_max_w=min(w_max_w, charge_w),
        q_inject_max_var=bank.get(702, "VarMaxInj"), q_absorb_max_var=bank.get(702, "VarMaxAbs"))


def bases(bank, ratings):
    """Bases of percentages."""
    return Bases(bank.get(702, "WMax"), bank.get(702, "VAMax"), bank.get(702, "VarMaxInj"),
                 bank.get(702, "VarMaxAbs"), ratings.p_rated_w)


def show_enter_service(bank, settings):
    """EnterService into 703."""
    for point, value in (
        ("ES", int(settings.permitted)), ("ESVHi", settings.v_hi_pu * 100), ("ESVLo", settings.v_lo_pu * 100),
        ("ESHzHi", settings.f_hi_hz), ("ESHzLo", settings.f_lo_hz), ("ESDlyTms", settings.delay_s),
        ("ESRndTms", settings.random_s), ("ESRmpTms", settings.ramp_s), ("ESDlyRemTms", 0),
    ):
        bank.put(703, point, value)


def read_enter_service(bank):
    """EnterService from 703; a device that 715 has stopped is not permitted either. None for an empty window."""
    hi_pct, lo_pct, hi_hz, lo_hz = (bank.get(703, point) for point in ("ESVHi", "ESVLo", "ESHzHi", "ESHzLo"))
    if lo_pct >= hi_pct or lo_hz >= hi_hz:
        return None
    running = bank.get(715, "OpCtl") in (START, EXIT_STANDBY)
    return EnterService(
        permitted=bank.get(703, "ES") == 1 and running, v_lo_pu=lo_pct / 100, v_hi_pu=hi_pct / 100, f_lo_hz=lo_hz,
        f_hi_hz=hi_hz, delay_s=bank.get(703, "ESDlyTms"), random_s=bank.get(703, "ESRndTms"),
        ramp_s=bank.get(703, "ESRmpTms"))


def show_controls(bank, settings):
    """Power factor, limit and setpoints into 704; what they revert to is off, 0 W and 0 var."""
    cpf, limit, power = settings.cpf, settings.p_limit, settings.set_power
    ratings = settings.ratings
    rows = [
        ("PFWInjEna", int(cpf.inject_enabled)), ("PFWAbsEna", int(cpf.absorb_enabled)),
        ("WMaxLimPctEna", int(limit.enabled)), ("WMaxLimPct", limit.p_max_pu * 100), ("WMaxLimPctRvrt", 100),
        ("WSetEna", int(power.enabled)), ("WSetMod", WATTS), ("WSet", power.p_w), ("WSetRvrt", 0),
        ("WSetPct", power.p_w / ratings.p_rated_w * 100), ("WSetPctRvrt", 0),
        ("VarSetEna", int(settings.crp.enabled)), ("VarSetMod", VARS), ("VarSetPri", int(settings.crp.q_priority)),
        ("VarSet", settings.crp.q_pu * ratings.s_max_va), ("VarSetRvrt", 0), ("VarSetPct", settings.crp.q_pu * 100),
        ("VarSetPctRvrt", 0), ("WRmpRef", 1), ("AntiIslEna", 1),
        ("PFWInj.PF", cpf.pf_inject), ("PFWInj.Ext", EXCITATION.index(cpf.excitation_inject)), ("PFWInjRvrt.PF", 1),
        ("PFWInjRvrt.Ext", 0), ("PFWAbs.PF", cpf.pf_absorb), ("PFWAbs.Ext", EXCITATION.index(cpf.excitation_absorb)),
        ("PFWAbsRvrt.PF", 1), ("PFWAbsRvrt.Ext", 0),
        ("WRmp", None if power.ramp_w_s is None else power.ramp_w_s / ratings.p_rated_w * 100),
    ]
    for function in ("PFWInj", "PFWAbs", "WMaxLimPct", "WSet", "VarSet"):
        rows += [(function + "EnaRvrt", 0), (function + "RvrtTms", 0), (function + "RvrtRem", 0)]
    for point, value in rows:
        bank.put(704, point, value)
    for name, limits in (("WSet", (-ratings.p_charge_max_w, ratings.p_discharge_max_w)),
                         ("VarSet", (-ratings.q_absorb_max_var, ratings.q_inject_max_var))):
        bank.fields[704, name].bounds = bank.fields[704, name + "Rvrt"].bounds = limits


def read_controls(bank, settings, of):
    """`settings` with what 704 asks for; None when it asks for something not offered. of: Bases."""
    def get(point):
        return bank.get(704, point)
    p_w = get("WSet") if get("WSetMod") == WATTS else get("WSetPct") / 100 * of.w_max_w
    mode = get("VarSetMod")
    if mode != VARS and mode not in VAR_OF:
        return None
    q_pu = get("VarSet") / of.va_max_va if mode == VARS else of.q_pu(get("VarSetPct"), VAR_OF[mode])
    ramp_pct = get("WRmp")
    return settings._replace(
        set_power=settings.set_power._replace(
            enabled=get("WSetEna") == 1, p_w=p_w,
            ramp_w_s=None if ramp_pct is None else ramp_pct / 100 * of.w_max_w),
        p_limit=settings.p_limit._replace(
            enabled=get("WMaxLimPctEna") == 1, p_max_pu=min(1.0, of.p_pu(get("WMaxLimPct")))),
        cpf=settings.cpf._replace(
            inject_enabled=get("PFWInjEna") == 1, pf_inject=get("PFWInj.PF"),
            excitation_inject=EXCITATION[get("PFWInj.Ext")], absorb_enabled=get("PFWAbsEna") == 1,
            pf_absorb=get("PFWAbs.PF"), excitation_absorb=EXCITATION[get("PFWAbs.Ext")]),
        crp=settings.crp._replace(
            enabled=get("VarSetEna") == 1, q_pu=min(max(q_pu, -1.0), 1.0), q_priority=get("VarSetPri") == REACTIVE_FIRST))


def one_owner_of_q(bank, written):
    """The Q function that was switched on last switches the others off; both directions of power factor are one.
    Returns those switched off, [(model, point)]."""
    switched_on = [field.name for field in written if field.name in Q_ENABLES and field.get() == 1]
    if not switched_on:
        return []
    kept = POWER_FACTORS if switched_on[-1] in POWER_FACTORS else switched_on[-1:]
    others = [name for name in Q_ENABLES if name not in kept and bank.get(*name) == 1]
    for model_id, point in others:
        bank.put(model_id, point, 0)
    return others
