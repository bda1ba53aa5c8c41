"""Check of native settings: what a device refuses to take, with path, value and what is allowed.

Not its job: narrower ranges of one grid code (they belong to its profile), registers.
Source: what the functions need to be defined; ranges are wider than IEEE 1547-2018's.
"""

from math import isfinite

from host_sim.plant.native.settings import CATEGORIES, OVER, Q_MODES, UNDER

POINTS_COUNT = (2, 20)
#       path                             lowest   highest
NUMBERS = (
    ("ratings.s_max_va",                  1,       1e7),
    ("ratings.p_discharge_max_w",         0,       1e7),
    ("ratings.p_charge_max_w",            0,       1e7),
    ("ratings.q_inject_max_var",          0,       1e7),
    ("ratings.q_absorb_max_var",          0,       1e7),
    ("ratings.v_nom_v",                   50,      1000),
    ("ratings.f_nom_hz",                  50,      60),
    ("ratings.i_max_pu",                  0.5,     3),
    ("set_power.p_w",                    -1e7,     1e7),
    ("set_power.ramp_w_s",                1,       1e7),
    ("p_limit.p_max_pu",                  0,       1),
    ("p_limit.olrt_s",                    0,       1000),
    ("volt_var.olrt_s",                   0,       1000),
    ("volt_var.v_ref_pu",                 0.9,     1.1),
    ("volt_var.vref_auto_s",              1,       10000),
    ("watt_var.olrt_s",                   0,       1000),
    ("cpf.pf_inject",                     0.1,     1),
    ("cpf.pf_absorb",                     0.1,     1),
    ("cpf.olrt_s",                        0,       1000),
    ("crp.q_pu",                         -1,       1),
    ("crp.olrt_s",                        0,       1000),
    ("volt_watt.olrt_s",                  0,       1000),
    ("droop.of_hz",                       0,       5),
    ("droop.uf_hz",                       0,       5),
    ("droop.k_of_pu",                     0.001,   1),
    ("droop.k_uf_pu",                     0.001,   1),
    ("droop.olrt_s",                      0,       1000),
    ("droop.p_min_pu",                   -1,       1),
    ("droop.p_end_pu",                   -1,       1),
    ("enter_service.v_lo_pu",             0,       1),
    ("enter_service.v_hi_pu",             1,       2),
    ("enter_service.f_lo_hz",             40,      60),
    ("enter_service.f_hi_hz",             50,      70),
    ("enter_service.delay_s",             0,       10000),
    ("enter_service.random_s",            0,       10000),
    ("enter_service.ramp_s",              0,       10000),
    ("trip.ov_10min_pu",                  1,       2),
    ("trip.rocof_hz_s",                   0.1,     100),
    ("trip.rocof_s",                      0,       100),
)
#        path                            x              y            y goes
CURVES = (
    ("volt_var.curve_pu",                (0.0, 2.0),    (-1.0, 1.0), -1),
    ("watt_var.curve_pu",                (-1.0, 1.0),   (-1.0, 1.0), 0),
    ("volt_watt.curve_pu",               (0.0, 2.0),    (-1.0, 1.0), -1),
    ("volt_watt.charge_curve_pu",        (0.0, 2.0),    (0.0, 1.0),  1),
)
#        path                            threshold      seconds
ROWS = (
    ("trip.must_lv_pu_s",                (0.0, 1.0),    (0.0, 1000.0)),
    ("trip.may_lv_pu_s",                 (0.0, 1.0),    (0.0, 1000.0)),
    ("trip.momentary_lv_pu_s",           (0.0, 1.0),    (0.0, 1000.0)),
    ("trip.must_hv_pu_s",                (1.0, 2.0),    (0.0, 1000.0)),
    ("trip.may_hv_pu_s",                 (1.0, 2.0),    (0.0, 1000.0)),
    ("trip.momentary_hv_pu_s",           (1.0, 2.0),    (0.0, 1000.0)),
    ("trip.must_lf_hz_s",                (40.0, 60.0),  (0.0, 1000.0)),
    ("trip.may_lf_hz_s",                 (40.0, 60.0),  (0.0, 1000.0)),
    ("trip.must_hf_hz_s",                (50.0, 70.0),  (0.0, 1000.0)),
    ("trip.may_hf_hz_s",                 (50.0, 70.0),  (0.0, 1000.0)),
)
WORDS = (
    ("cpf.excitation_inject", (OVER, UNDER)), ("cpf.excitation_absorb", (OVER, UNDER)),
    ("ride_through.category", CATEGORIES),
)
OPTIONAL = ("set_power.ramp_w_s", "trip.ov_10min_pu", "trip.rocof_hz_s")


def problems(settings):
    """What is wrong with a NativeSettings: tuples (path, value, allowed); empty when the device can take it."""
    found = []
    for path, low, high in NUMBERS:
        value = value_at(settings, path)
        if not (value is None and path in OPTIONAL) and not _within(value, low, high):
            found.append((path, value, f"{low:g}..{high:g}"))
    for path, x_range, y_range, way in CURVES:
        wrong = _curve_problem(value_at(settings, path), x_range, y_range, way)
        if wrong:
            found.append((path, value_at(settings, path), wrong))
    for path, x_range, s_range in ROWS:
        rows = value_at(settings, path)
        if not all(_within(x, *x_range) and _within(s, *s_range) for x, s in rows):
            found.append((path, rows, f"thresholds {x_range[0]:g}..{x_range[1]:g}, 0..{s_range[1]:g} s"))
    for path, words in WORDS:
        if value_at(settings, path) not in words:
            found.append((path, value_at(settings, path), " | ".join(words)))
    return tuple(found) + _together(settings)


def value_at(settings, path):
    """The value of a path such as `droop.of_hz`."""
    function, name = path.split(".")
    return getattr(getattr(settings, function), name)


def _within(value, low, high):
    return isinstance(value, (int, float)) and isfinite(value) and low <= value <= high


def _curve_problem(points, x_range, y_range, way):
    """What a curve may be, when it is not; way: -1 falls, 1 rises, 0 either."""
    if not POINTS_COUNT[0] <= len(points) <= POINTS_COUNT[1]:
        return f"{POINTS_COUNT[0]}..{POINTS_COUNT[1]} points"
    if not all(_within(x, *x_range) and _within(y, *y_range) for x, y in points):
        return f"points within {x_range[0]:g}..{x_range[1]:g} and {y_range[0]:g}..{y_range[1]:g}"
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x1 < x0:
            return "points in rising order"
        if way * (y1 - y0) < 0:
            return "never rising" if way < 0 else "never falling"
    return None


def _together(settings):
    """Settings that are right alone and wrong together."""
    found = []
    owners = tuple(name for name in Q_MODES if getattr(settings, name).enabled)
    if len(owners) > 1:
        found.append(("+".join(owners), owners, "one owner of Q at a time"))
    if settings.ratings.p_rated_w <= 0:
        found.append(("ratings.p_discharge_max_w", 0, "charges or discharges"))
    return tuple(found)
