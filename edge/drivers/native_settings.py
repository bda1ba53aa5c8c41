"""What a SunSpec device is told about its native functions: configuration rows to points of models 702 to 712.

Not its job: writing them (native_work.py), whether the device runs a function (who_does_what.py). A board forgets this
module between two uses.
Source: SunSpec models 703 to 712; the stairs of five corners in which a trip curve holds two settings are those of the
SunSpec IEEE 1547-2018 profile. Percentages of a device count from its own settings of 702.
"""

from edge import who_does_what

PCT = "pct"        # of a voltage: times 100
PCT_W = "pct_w"    # of the W rating of the configuration, as percent of the device's WMax
PCT_VA = "pct_va"  # the same of VA
PER_W = "per_w"    # frequency for all of the W rating of the configuration, as that for all of the device's WMax

CODE = "code"
VA_MAX, W_MAX = 3, 0                  # DeptRef, VarSetMod
EXCITATIONS = ("over", "under")       # Ext
CATEGORIES = ("i", "ii", "iii")       # AbnOpCatRtg

# function, model, points that switch it on
FUNCTIONS = (
    ("trip", 707, ("Ena",)), ("trip", 708, ("Ena",)), ("trip", 709, ("Ena",)), ("trip", 710, ("Ena",)),
    ("ride_through", 702, ()),
    ("enter_service", 703, ("ES",)),
    ("volt_var", 705, ("Ena",)),
    ("watt_var", 712, ("Ena",)),
    ("cpf", 704, ("PFWInjEna", "PFWAbsEna")),
    ("crp", 704, ("VarSetEna",)),
    ("volt_watt", 706, ("Ena",)),
    ("p_limit", 704, ("WMaxLimPctEna",)),
    ("droop", 711, ("Ena",)),
    ("soc_reserve", 802, ()),
)

# function, point, key of its section or a number, how
POINTS = (
    ("enter_service", "ESVHi", "v_hi_pu", PCT), ("enter_service", "ESVLo", "v_lo_pu", PCT),
    ("enter_service", "ESHzHi", "f_hi_hz", 1), ("enter_service", "ESHzLo", "f_lo_hz", 1),
    ("enter_service", "ESDlyTms", "delay_s", 1), ("enter_service", "ESRndTms", "random_s", 1),
    ("enter_service", "ESRmpTms", "ramp_s", 1),
    ("volt_var", "Crv.1.ActPt", 4, 1), ("volt_var", "Crv.1.DeptRef", VA_MAX, 1),
    ("volt_var", "Crv.1.VRef", "v_ref_pu", PCT), ("volt_var", "Crv.1.VRefAutoEna", "vref_auto_enabled", CODE),
    ("volt_var", "Crv.1.VRefAutoTms", "vref_auto_s", 1), ("volt_var", "Crv.1.RspTms", "olrt_s", 1),
    ("volt_var", "Crv.1.Pt.1.V", "v1_pu", PCT), ("volt_var", "Crv.1.Pt.1.Var", "q1_pu", PCT_VA),
    ("volt_var", "Crv.1.Pt.2.V", "v2_pu", PCT), ("volt_var", "Crv.1.Pt.2.Var", "q2_pu", PCT_VA),
    ("volt_var", "Crv.1.Pt.3.V", "v3_pu", PCT), ("volt_var", "Crv.1.Pt.3.Var", "q3_pu", PCT_VA),
    ("volt_var", "Crv.1.Pt.4.V", "v4_pu", PCT), ("volt_var", "Crv.1.Pt.4.Var", "q4_pu", PCT_VA),
    ("watt_var", "Crv.1.ActPt", 6, 1), ("watt_var", "Crv.1.DeptRef", VA_MAX, 1),
    ("watt_var", "Crv.1.Pt.1.W", "p3_abs_pu", PCT_W), ("watt_var", "Crv.1.Pt.1.Var", "q3_abs_pu", PCT_VA),
    ("watt_var", "Crv.1.Pt.2.W", "p2_abs_pu", PCT_W), ("watt_var", "Crv.1.Pt.2.Var", "q2_abs_pu", PCT_VA),
    ("watt_var", "Crv.1.Pt.3.W", "p1_abs_pu", PCT_W), ("watt_var", "Crv.1.Pt.3.Var", "q1_abs_pu", PCT_VA),
    ("watt_var", "Crv.1.Pt.4.W", "p1_pu", PCT_W), ("watt_var", "Crv.1.Pt.4.Var", "q1_pu", PCT_VA),
    ("watt_var", "Crv.1.Pt.5.W", "p2_pu", PCT_W), ("watt_var", "Crv.1.Pt.5.Var", "q2_pu", PCT_VA),
    ("watt_var", "Crv.1.Pt.6.W", "p3_pu", PCT_W), ("watt_var", "Crv.1.Pt.6.Var", "q3_pu", PCT_VA),
    # Over-excited injects vars whichever way power flows, in 704 as here.
    ("cpf", "PFWInj.PF", "pf", 1), ("cpf", "PFWInj.Ext", "excitation", CODE), ("cpf", "PFWInjRvrtTms", 0, 1),
    ("cpf", "PFWAbs.PF", "pf", 1), ("cpf", "PFWAbs.Ext", "excitation", CODE), ("cpf", "PFWAbsRvrtTms", 0, 1),
    ("crp", "VarSetMod", VA_MAX, 1), ("crp", "VarSetPct", "q_pu", PCT_VA), ("crp", "VarSetRvrtTms", 0, 1),
    ("volt_watt", "Crv.1.ActPt", 2, 1), ("volt_watt", "Crv.1.DeptRef", W_MAX, 1),
    ("volt_watt", "Crv.1.RspTms", "olrt_s", 1),
    ("volt_watt", "Crv.1.Pt.1.V", "v1_pu", PCT), ("volt_watt", "Crv.1.Pt.1.W", "p1_pu", PCT_W),
    ("volt_watt", "Crv.1.Pt.2.V", "v2_pu", PCT), ("volt_watt", "Crv.1.Pt.2.W", "p2_pu", PCT_W),
    ("p_limit", "WMaxLimPct", "p_max_pu", PCT_W), ("p_limit", "WMaxLimPctRvrtTms", 0, 1),
    ("droop", "Ctl.1.KOf", "k_of_pu", PER_W), ("droop", "Ctl.1.KUf", "k_uf_pu", PER_W),
    ("droop", "Ctl.1.RspTms", "olrt_s", 1),
    ("droop", "Ctl.1.PMin", -100, 1),
)
# vars before watts, or the other way round, where a function can say so
PRIORITIES = (("volt_var", "Crv.1.Pri"), ("watt_var", "Crv.1.Pri"), ("crp", "VarSetPri"))

# A direction of droop that is off begins where no device is connected any more.
NEVER_HZ = 5

# model: outermost value, value point, how, settings from there inwards
STAIRS = {
    707: (0, "V", 100, ("uv2_pu", "uv2_s", "uv1_pu", "uv1_s")),
    708: (140, "V", 100, ("ov2_pu", "ov2_s", "ov1_pu", "ov1_s")),
    709: (40, "Hz", 1, ("uf2_hz", "uf2_s", "uf1_hz", "uf1_s")),
    710: (70, "Hz", 1, ("of2_hz", "of2_s", "of1_hz", "of1_s")),
}
CORNERS = 5
LAST_CORNER_S = 1000

# scale factor -> how far rounding may move a value, in its unit or as a share: half of what IEEE 1547-2018 Table 3 lets
# a device measure wrong. A device that is coarser can't be told what the grid code means.
ROUNDING = {"V_SF": 0.5, "Hz_SF": 0.005, "Db_SF": 0.005}
ROUNDING_RATIO = 0.025

# VNom may be the voltage to neutral, between two of three phases, or between the two hot wires of a split phase. By more
# than so much another one, and each percentage of it means other volts than those of the configuration.
V_NOM_RATIOS = (1, 1.732, 2)
V_NOM_OFF_RATIO = 0.01

# What no register can say: the device's maker sets it. Told once, not a fault of the device.
UNSAID = (("trip", "ov_10min_pu"), ("trip", "rocof_hz_s"))


def jobs(config, profile, models):
    """[(function, model, its switches, is it on)] of what is to be set, what is switched off first.

    models: those that the device has; of a missing one only what is wanted on is listed.
    """
    native = who_does_what.native(profile, config)
    owns_vars = who_does_what.sets_vars(profile, config)
    found = []
    for function, model, switches in FUNCTIONS:
        if function == "soc_reserve":
            if model in models:     # an extra: most devices do without
                found.append((function, model, switches, True))
            continue
        is_on = function in native and who_does_what.is_wanted(function, config)
        can_be_off = model in models and function in profile["native"]
        if is_on or can_be_off and _is_to_be_off(function, config, owns_vars):
            found.append((function, model, switches, is_on))
    return [row for row in found if not row[3]] + [row for row in found if row[3]]


def _is_to_be_off(function, config, owns_vars):
    """Whether a function must not run, rather than be left as it is."""
    if function == "crp" and owns_vars:
        return False        # its switch is part of our setpoint
    if function in who_does_what.Q_FUNCTIONS:
        return config.grid.q_mode != "unity" or config.grid.code is not None
    return function not in who_does_what.DEVICE_ONLY and getattr(config, function) is not None


def unsaid(config):
    """Rows of the configuration that no SunSpec register can say, as "section.key"."""
    return ["%s.%s" % row for row in UNSAID
            if getattr(config, row[0]) is not None and getattr(getattr(config, row[0]), row[1]) is not None]


def other_volts(function, model, config, ratings):
    """Why this device's percentages of voltage aren't those of the configuration, or ""; ratings: see wanted()."""
    counts = model in (707, 708) or [row for row in POINTS if row[0] == function and row[3] == PCT]
    v_nom_v, v_nom_ln_v = ratings[2], config.grid.v_nom_ln_v
    if not counts or not v_nom_v:
        return ""
    for ratio in V_NOM_RATIOS:
        if abs(v_nom_v - ratio * v_nom_ln_v) <= V_NOM_OFF_RATIO * v_nom_v:
            return ""
    return "702.VNom is %.6g V, not grid.v_nom_ln_v, %.6g V" % (v_nom_v, v_nom_ln_v)


def is_coarse(sf, value, rounded):
    """Whether a register holds too little of a value. sf: name of its scale factor."""
    return abs(rounded - value) > ROUNDING.get(sf, ROUNDING_RATIO * abs(value) + 1e-9)


def wanted(function, model, config, der, ratings):
    """[(point, value in its unit), …] of one function in one model.

    der: section of the device. ratings: (WMax in W, VAMax in VA, VNom in V) of the device, None where unknown.
    """
    if function == "soc_reserve":
        return [("SoCRsvMin", der.soc_min_pct), ("SocRsvMax", der.soc_max_pct)]
    section = getattr(config, function)
    if function == "ride_through":
        return [("AbnOpCatRtg", CATEGORIES.index(section.category))] if section.category in CATEGORIES else []
    if function == "trip":
        return _stairs(section, model)
    share = der.p_rated_w / (ratings[0] or der.p_rated_w)
    scales = {PCT: 100, PCT_W: 100 * share, PER_W: 1 / share,
              PCT_VA: 100 * der.s_max_va / (ratings[1] or der.s_max_va)}
    rows = []
    for owner, point, key, how in POINTS:
        if owner == function:
            value = getattr(section, key) if isinstance(key, str) else key
            rows.append((point, _code(value) if how == CODE else value * scales.get(how, how)))
    if function == "droop":
        rows.append(("Ctl.1.DbOf", section.of_hz if section.of_enabled else NEVER_HZ))
        rows.append(("Ctl.1.DbUf", section.uf_hz if section.uf_enabled else NEVER_HZ))
    for owner, point in PRIORITIES:
        if owner == function:
            rows.append((point, int(config.grid.q_priority)))
    return rows


def _code(value):
    return EXCITATIONS.index(value) if isinstance(value, str) else int(value)


def _stairs(section, model):
    outermost, name, factor, keys = STAIRS[model]
    value2, time2_s, value1, time1_s = [getattr(section, key) for key in keys]
    value2, value1 = value2 * factor, value1 * factor
    corners = ((outermost, time2_s), (value2, time2_s), (value2, time1_s), (value1, time1_s),
               (value1, max(LAST_CORNER_S, time1_s)))
    rows = [("Crv.1.MustTrip.ActPt", CORNERS)]
    for number, (value, time_s) in enumerate(corners):
        rows.append(("Crv.1.MustTrip.Pt.%d.%s" % (number + 1, name), value))
        rows.append(("Crv.1.MustTrip.Pt.%d.Tms" % (number + 1), time_s))
    return rows
