"""Ride-through: which operation a voltage and frequency call for, and for how long a device has to stay.

Not its job: tripping (trip.py), what the device then does (mode_rows.py).
Source: IEEE 1547-2018 Tables 14 to 19, as open implementations have them; frequency bands are scaled to 50 Hz in pu.
"""

from host_sim.plant.native.mode_rows import (
    ABNORMAL_CEASE, ABNORMAL_MANDATORY, ABNORMAL_MOMENTARY, ABNORMAL_PERMISSIVE, NORMAL,
)

V_LO_PU, V_HI_PU = 0.88, 1.10                    # continuous operation, both ends included
# Voltage below: from (included) up to the next row's from; above: beyond (excluded). To be ridden through for
# t_s + slope_s_per_pu * (v - from), counted from the moment the voltage left continuous operation.
#     from_pu  operation            t_s    slope_s_per_pu
LOW_ROWS = {
    "i":   ((0.70, ABNORMAL_MANDATORY,   0.70, 4.0),
            (0.50, ABNORMAL_PERMISSIVE,  0.16, 0.0),
            (0.00, ABNORMAL_CEASE,       0.16, 0.0)),
    "ii":  ((0.65, ABNORMAL_MANDATORY,   3.00, 8.7),
            (0.45, ABNORMAL_PERMISSIVE,  0.32, 0.0),
            (0.30, ABNORMAL_PERMISSIVE,  0.16, 0.0),
            (0.00, ABNORMAL_CEASE,       0.16, 0.0)),
    "iii": ((0.70, ABNORMAL_MANDATORY,  20.00, 0.0),
            (0.50, ABNORMAL_MANDATORY,  10.00, 0.0),
            (0.00, ABNORMAL_MANDATORY,   1.00, 0.0)),   # blocks by Trip.momentary_lv_pu_s, 0.50 unless set otherwise
}
#     beyond_pu
_HIGH_I_II = ((1.20, ABNORMAL_CEASE,      0.0),
              (1.175, ABNORMAL_PERMISSIVE, 0.2),
              (1.15, ABNORMAL_PERMISSIVE, 0.5),
              (1.10, ABNORMAL_PERMISSIVE, 1.0))
HIGH_ROWS = {
    "i": _HIGH_I_II,
    "ii": _HIGH_I_II,
    "iii": ((1.20, ABNORMAL_CEASE,      0.0),
            (1.10, ABNORMAL_MANDATORY, 12.0)),          # blocks by Trip.momentary_hv_pu_s
}
F_CONTINUOUS_PU = (0.98, 1.02)                   # 58.8 to 61.2 Hz
F_MANDATORY_PU = (0.95, 1.03)                    # 57.0 to 61.8 Hz
F_MANDATORY_S = 299.0
ROCOF_HZ_S = {"i": 0.5, "ii": 2.0, "iii": 3.0}   # to be ridden through
# Disturbances that have to be ridden through, and the time within which one more need not be.
#                 sets  within_s
CONSECUTIVE = {"i": (2, 20.0), "ii": (2, 10.0), "iii": (3, 5.0)}


def voltage_operation(category, v_lo_pu, v_hi_pu, trip):
    """(operation, seconds to be ridden through or None) at these extreme phase voltages. trip: Trip settings.

    Momentary rows come first, in any category; the lower voltage counts when both ends are abnormal."""
    if any(v_lo_pu < v for v, _ in trip.momentary_lv_pu_s) or any(v_hi_pu > v for v, _ in trip.momentary_hv_pu_s):
        return ABNORMAL_MOMENTARY, _required_s(category, v_lo_pu, v_hi_pu)
    if category in LOW_ROWS:
        row = _low_row(category, v_lo_pu) or _high_row(category, v_hi_pu)
        if row:
            return row[1], _required_s(category, v_lo_pu, v_hi_pu)
    return NORMAL, None


def _low_row(category, v_pu):
    if v_pu >= V_LO_PU:
        return None
    return next(row for row in LOW_ROWS[category] if v_pu >= row[0])


def _high_row(category, v_pu):
    return next((row for row in HIGH_ROWS[category] if v_pu > row[0]), None)


def _required_s(category, v_lo_pu, v_hi_pu):
    if category not in LOW_ROWS:
        return None
    low, high = _low_row(category, v_lo_pu), _high_row(category, v_hi_pu)
    times_s = [low[2] + low[3] * (v_lo_pu - low[0])] if low else []
    return min(times_s + [high[2]] if high else times_s, default=None)


def frequency_operation(category, f_pu):
    """(operation, seconds to be ridden through or None) at this frequency in pu of nominal."""
    lo_pu, hi_pu = F_CONTINUOUS_PU
    if category not in LOW_ROWS or lo_pu <= f_pu <= hi_pu:
        return NORMAL, None
    lo_pu, hi_pu = F_MANDATORY_PU
    return ABNORMAL_MANDATORY, F_MANDATORY_S if lo_pu <= f_pu <= hi_pu else 0.0


class RideThroughWatch:
    """Counts how long and how often; may_leave tells that enough has been ridden through."""

    def __init__(self):
        self.operation = NORMAL
        self.may_leave = False
        self._v_since_ms = self._f_since_ms = None
        self._begun_ms = ()          # beginnings of the voltage disturbances that still count

    def configure(self, settings):
        """settings: NativeSettings."""
        self._category = settings.ride_through.category
        self._trip = settings.trip
        self._f_nom_hz = settings.ratings.f_nom_hz
        blocks_lo_pu = [v for v, _ in settings.trip.momentary_lv_pu_s]
        blocks_hi_pu = [v for v, _ in settings.trip.momentary_hv_pu_s]
        self._quiet_lo_pu = max([V_LO_PU if self._category in LOW_ROWS else 0.0] + blocks_lo_pu)
        self._quiet_hi_pu = min([V_HI_PU if self._category in LOW_ROWS else 9.0] + blocks_hi_pu)

    def step(self, now_ms, v_lo_pu, v_hi_pu, f_hz):
        """Operation called for now; also kept in `operation`."""
        f_pu = f_hz / self._f_nom_hz
        if v_lo_pu >= self._quiet_lo_pu and v_hi_pu <= self._quiet_hi_pu and 0.98 <= f_pu <= 1.02:
            if self.operation != NORMAL or self.may_leave:
                self.operation, self.may_leave = NORMAL, False
                self._v_since_ms = self._f_since_ms = None
            return NORMAL
        v_operation, v_required_s = voltage_operation(self._category, v_lo_pu, v_hi_pu, self._trip)
        f_operation, f_required_s = frequency_operation(self._category, f_pu)
        self._count(now_ms, v_operation, f_operation)
        self.operation = v_operation if v_operation != NORMAL else f_operation
        self.may_leave = (
            self._passed(now_ms, self._v_since_ms, self._narrowed_s(v_required_s, v_lo_pu, v_hi_pu))
            or self._passed(now_ms, self._f_since_ms, self._narrowed_f_s(f_required_s, f_hz))
            or v_operation != NORMAL and self._too_many(now_ms)
        )
        return self.operation

    def _count(self, now_ms, v_operation, f_operation):
        if v_operation == NORMAL:
            self._v_since_ms = None
        elif self._v_since_ms is None:
            self._v_since_ms = now_ms
            _, within_s = CONSECUTIVE.get(self._category, (1, 0.0))
            self._begun_ms = tuple(at for at in self._begun_ms if now_ms - at <= within_s * 1000) + (now_ms,)
        if f_operation == NORMAL:
            self._f_since_ms = None
        elif self._f_since_ms is None:
            self._f_since_ms = now_ms

    def _too_many(self, now_ms):
        sets, within_s = CONSECUTIVE.get(self._category, (None, 0.0))
        return sets is not None and sum(now_ms - at <= within_s * 1000 for at in self._begun_ms) > sets

    def _narrowed_s(self, required_s, v_lo_pu, v_hi_pu):
        """Time of the may-trip rows that hold now, else the category's."""
        rows_s = [s for v, s in self._trip.may_lv_pu_s if v_lo_pu < v]
        rows_s += [s for v, s in self._trip.may_hv_pu_s if v_hi_pu > v]
        return min(rows_s) if rows_s else required_s

    def _narrowed_f_s(self, required_s, f_hz):
        rows_s = [s for f, s in self._trip.may_lf_hz_s if f_hz < f] + [s for f, s in self._trip.may_hf_hz_s if f_hz > f]
        return min(rows_s) if rows_s else required_s

    @staticmethod
    def _passed(now_ms, since_ms, required_s):
        return since_ms is not None and required_s is not None and now_ms - since_ms > required_s * 1000
