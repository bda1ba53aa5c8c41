"""Trip curves of a SunSpec device: registers of one stored curve set to trip rows, and back.

Not its job: when a set is adopted (adoption.py), what trips (plant/native).
Source: SunSpec models 707 to 710. The IEEE 1547 profile of SunSpec draws two trip settings as stairs of five corners, of
which the second and the fourth carry the settings; a list of bare settings is read alike, because a corner that another
one outdoes changes nothing.
"""

# model: (kind of row, value point, in register = row * factor, what an outermost corner shows, lowest, highest value)
SETS = {
    707: ("lv_pu_s", "V", 100, 0, 0, 100),
    708: ("hv_pu_s", "V", 100, 140, 100, 150),
    709: ("lf_hz_s", "Hz", 1, 40, 40, 70),
    710: ("hf_hz_s", "Hz", 1, 70, 40, 70),
}
KINDS = (("MustTrip", "must_"), ("MayTrip", "may_"), ("MomCess", "momentary_"))
HIGH = (708, 710)
MODELS = tuple(SETS)
TMS_MAX_S = 1000
LAST_CORNER_S = 1000


def read_trip(bank, model_id, number, trip):
    """`trip` with the rows of stored set `number`; None when it can't be adopted. A model that is not enabled has no
    rows."""
    enabled = bank.get(model_id, "Ena") == 1
    for group, prefix in KINDS:
        field = prefix + SETS[model_id][0]
        if field not in trip._fields:
            continue      # there is no momentary cessation by frequency
        corners = _corners(bank, model_id, "Crv.%d.%s." % (number, group))
        if corners is None or group == "MustTrip" and not corners:
            return None
        factor = SETS[model_id][2]
        rows = tuple((value / factor, time_s) for value, time_s in _settings(corners, model_id in HIGH))
        trip = trip._replace(**{field: rows if enabled else ()})
    return trip


def _corners(bank, model_id, path):
    """((value, s), …) sorted by time; None where they are no stairs."""
    _, name, _, _, low, high = SETS[model_id]
    count = bank.get(model_id, path + "ActPt")
    if count is None or not 0 <= count <= bank.counts[model_id]["NPt"]:
        return None
    corners = [(bank.get(model_id, "%sPt.%d.%s" % (path, at + 1, name)),
                bank.get(model_id, "%sPt.%d.Tms" % (path, at + 1))) for at in range(count)]
    for value, time_s in corners:
        if value is None or time_s is None or not low <= value <= high or time_s > TMS_MAX_S:
            return None
    if len(corners) > 1 and corners[0][1] > corners[-1][1]:
        corners.reverse()
    # The longer it may last, the nearer to normal.
    sign = -1 if model_id in HIGH else 1
    for (value0, time0_s), (value1, time1_s) in zip(corners, corners[1:]):
        if time1_s < time0_s or sign * (value1 - value0) < 0:
            return None
    return corners


def _settings(corners, high):
    """The corners that no other outdoes, from normal outwards as `Trip` lists them."""
    sign = 1 if high else -1
    kept = []
    for value, time_s in corners:
        if not any(sign * other <= sign * value and other_s <= time_s and (other, other_s) != (value, time_s)
                   for other, other_s in corners) and (value, time_s) not in kept:
            kept.append((value, time_s))
    return kept[::-1]


def show_trip(bank, model_id, number, trip):
    """Puts the rows of `trip` that this model has into stored set `number`, as stairs."""
    suffix, name, factor, outermost, _, _ = SETS[model_id]
    for group, prefix in KINDS:
        path = "Crv.%d.%s." % (number, group)
        rows = getattr(trip, prefix + suffix, ())
        corners = _stairs([(value * factor, time_s) for value, time_s in rows[::-1]], outermost)
        bank.put(model_id, path + "ActPt", len(corners))
        for at, (value, time_s) in enumerate(corners):
            bank.put(model_id, "%sPt.%d.%s" % (path, at + 1, name), value)
            bank.put(model_id, "%sPt.%d.Tms" % (path, at + 1), time_s)


def _stairs(settings, outermost):
    """Corners of settings ((value, s), …), outermost first."""
    corners, value0 = [], outermost
    for value, time_s in settings:
        corners += [(value0, time_s), (value, time_s)]
        value0 = value
    return corners + [(value0, LAST_CORNER_S)] if settings else []
