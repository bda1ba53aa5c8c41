"""Curves and droop of a SunSpec device: registers of one stored curve to native settings, and back.

Not its job: when a curve is adopted (adoption.py), trips (trips.py), what the functions do (plant/native).
Source: SunSpec models 705, 706, 711, 712. Ranges: IEEE 1547-2018 Tables 8 to 10 and 24, widened where EN 50549-1 and
AS/NZS 4777.2 go further.
"""

from typing import NamedTuple

from host_sim.plant.native.settings import VoltVar

# DeptRef
OF_W_MAX, OF_VAR_MAX, OF_AVAILABLE, OF_VA_MAX = range(4)
REACTIVE_FIRST = 1

X_LIMITS = {705: (50, 150), 706: (50, 150), 712: (-100, 100)}     # %VNom, %WMax
FALLING = (705, 706)         # more voltage never asks for more
OLRT_LIMITS_S = {705: (1, 90), 706: (0.5, 60), 711: (0.2, 10)}
V_REF_LIMITS_PCT = (95, 105)
V_REF_AUTO_LIMITS_S = (300, 5000)
DB_LIMITS_HZ = (0, 5)
K_LIMITS_PU = (0.01, 0.5)


class Bases(NamedTuple):
    """What percentages are of: settings of model 702, and the base of the native functions."""

    w_max_w: float
    va_max_va: float
    var_inject_max_var: float
    var_absorb_max_var: float
    p_rated_w: float

    def q_pu(self, pct, reference):
        """Var of a curve in pu of the VA rating."""
        by = {OF_W_MAX: self.w_max_w, OF_VA_MAX: self.va_max_va,
              OF_VAR_MAX: self.var_inject_max_var if pct >= 0 else self.var_absorb_max_var}
        return pct / 100 * by[reference] / self.va_max_va

    def p_pu(self, pct):
        """%WMax in pu of the W rating."""
        return pct / 100 * self.w_max_w / self.p_rated_w

    def p_pct(self, p_pu):
        """The other way round."""
        return p_pu * 100 * self.p_rated_w / self.w_max_w


def within(value, limits):
    """Whether a value is known and inside (lowest, highest)."""
    return value is not None and limits[0] <= value <= limits[1]


def _points(bank, model_id, number, names):
    """Points ((x, y), …) in percent of stored curve `number`; None where they are no curve. Points that repeat the one
    before are left out: IEEE 1547 category A has V2 = V3."""
    path = "Crv.%d." % number
    count = bank.get(model_id, path + "ActPt")
    if not within(count, (1, bank.counts[model_id]["NPt"])):
        return None
    rows = [tuple(bank.get(model_id, "%sPt.%d.%s" % (path, at + 1, name)) for name in names) for at in range(count)]
    if not all(within(x, X_LIMITS[model_id]) and within(y, (-100, 100)) for x, y in rows):
        return None
    for (x0, y0), (x1, y1) in zip(rows, rows[1:]):
        if x1 < x0 or x1 == x0 and y1 != y0 or model_id in FALLING and y1 > y0:
            return None
    return [row for at, row in enumerate(rows) if at == 0 or row != rows[at - 1]]


def _put_points(bank, model_id, number, points, names):
    path = "Crv.%d." % number
    bank.put(model_id, path + "ActPt", len(points))
    for at, values in enumerate(points):
        for name, value in zip(names, values):
            bank.put(model_id, "%sPt.%d.%s" % (path, at + 1, name), value)


def read_volt_var(bank, number, initial, bases):
    """VoltVar of stored curve `number`; None when it can't be adopted."""
    def get(point):
        return bank.get(705, "Crv.%d.%s" % (number, point))
    points, reference = _points(bank, 705, number, ("V", "Var")), get("DeptRef")
    if not points or reference not in (OF_W_MAX, OF_VAR_MAX, OF_VA_MAX):
        return None
    if not (within(get("RspTms"), OLRT_LIMITS_S[705]) and within(get("VRef"), V_REF_LIMITS_PCT)
            and get("VRefAutoEna") in (0, 1) and within(get("VRefAutoTms"), V_REF_AUTO_LIMITS_S)
            and get("Pri") in (0, 1)):
        return None
    return VoltVar(
        enabled=bank.get(705, "Ena") == 1, olrt_s=get("RspTms"), v_ref_pu=get("VRef") / 100,
        curve_pu=tuple((v_pct / 100, bases.q_pu(var_pct, reference)) for v_pct, var_pct in points),
        vref_auto_enabled=get("VRefAutoEna") == 1, vref_auto_s=get("VRefAutoTms"),
        q_priority=get("Pri") == REACTIVE_FIRST)


def show_volt_var(bank, number, settings, bases):
    """Puts VoltVar settings into stored curve `number`."""
    _put_points(bank, 705, number, [(v_pu * 100, q_pu * 100) for v_pu, q_pu in settings.curve_pu], ("V", "Var"))
    for point, value in (
        ("DeptRef", OF_VA_MAX), ("Pri", int(settings.q_priority)), ("VRef", settings.v_ref_pu * 100),
        ("VRefAutoEna", int(settings.vref_auto_enabled)), ("VRefAutoTms", settings.vref_auto_s),
        ("RspTms", settings.olrt_s),
    ):
        bank.put(705, "Crv.%d.%s" % (number, point), value)


def read_volt_watt(bank, number, initial, bases):
    """VoltWatt of stored curve `number`; None when it can't be adopted. The charging curve of AS/NZS has no register:
    it stays as `initial`."""
    points = _points(bank, 706, number, ("V", "W"))
    olrt_s = bank.get(706, "Crv.%d.RspTms" % number)
    if not points or bank.get(706, "Crv.%d.DeptRef" % number) != OF_W_MAX or not within(olrt_s, OLRT_LIMITS_S[706]):
        return None
    return initial._replace(
        enabled=bank.get(706, "Ena") == 1, olrt_s=olrt_s,
        curve_pu=tuple((v_pct / 100, bases.p_pu(w_pct)) for v_pct, w_pct in points))


def show_volt_watt(bank, number, settings, bases):
    """Puts VoltWatt settings into stored curve `number`."""
    points = [(v_pu * 100, bases.p_pct(p_pu)) for v_pu, p_pu in settings.curve_pu]
    _put_points(bank, 706, number, points, ("V", "W"))
    bank.put(706, "Crv.%d.DeptRef" % number, OF_W_MAX)
    bank.put(706, "Crv.%d.RspTms" % number, settings.olrt_s)


def read_watt_var(bank, number, initial, bases):
    """WattVar of stored curve `number`; None when it can't be adopted. Its response time has no register."""
    points = _points(bank, 712, number, ("W", "Var"))
    reference, priority = (bank.get(712, "Crv.%d.%s" % (number, point)) for point in ("DeptRef", "Pri"))
    if not points or reference not in (OF_W_MAX, OF_VAR_MAX, OF_VA_MAX) or priority not in (0, 1):
        return None
    return initial._replace(
        enabled=bank.get(712, "Ena") == 1, q_priority=priority == REACTIVE_FIRST,
        curve_pu=tuple((bases.p_pu(w_pct), bases.q_pu(var_pct, reference)) for w_pct, var_pct in points))


def show_watt_var(bank, number, settings, bases):
    """Puts WattVar settings into stored curve `number`."""
    points = [(bases.p_pct(p_pu), q_pu * 100) for p_pu, q_pu in settings.curve_pu]
    _put_points(bank, 712, number, points, ("W", "Var"))
    bank.put(712, "Crv.%d.DeptRef" % number, OF_VA_MAX)
    bank.put(712, "Crv.%d.Pri" % number, int(settings.q_priority))


def read_droop(bank, number, initial, bases):
    """FrequencyDroop of stored control `number`; None when it can't be adopted. PMin is in percent of the rating."""
    of_hz, uf_hz, k_of_pu, k_uf_pu, olrt_s, p_min_pct = (
        bank.get(711, "Ctl.%d.%s" % (number, point)) for point in ("DbOf", "DbUf", "KOf", "KUf", "RspTms", "PMin"))
    if not (within(of_hz, DB_LIMITS_HZ) and within(uf_hz, DB_LIMITS_HZ) and within(k_of_pu, K_LIMITS_PU)
            and within(k_uf_pu, K_LIMITS_PU) and within(olrt_s, OLRT_LIMITS_S[711]) and within(p_min_pct, (-100, 100))):
        return None
    return initial._replace(enabled=bank.get(711, "Ena") == 1, of_hz=of_hz, uf_hz=uf_hz, k_of_pu=k_of_pu,
                            k_uf_pu=k_uf_pu, olrt_s=olrt_s, p_min_pu=p_min_pct / 100)


def show_droop(bank, number, settings, bases):
    """Puts FrequencyDroop settings into stored control `number`."""
    for point, value in (
        ("DbOf", settings.of_hz), ("DbUf", settings.uf_hz), ("KOf", settings.k_of_pu), ("KUf", settings.k_uf_pu),
        ("RspTms", settings.olrt_s), ("PMin", settings.p_min_pu * 100),
    ):
        bank.put(711, "Ctl.%d.%s" % (number, point), value)
