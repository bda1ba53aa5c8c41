"""What the ratios of a test pulse mean: right, or which wire or which row of the site file is wrong.

Not its job: measuring them (edges.py, pulses.py), printing.
Source: ours. Real power by a clamp on another phase's wire than the voltage beside it is V·I·cos(120°), half of it and
turned; a turned clamp only turns the sign; a wrong transformer ratio is a power of ten nearly always.
"""

LETTERS = "abc"

# Every finding: code -> (what is wrong, what to change). %(…)s as finding() fills them.
FINDINGS = {
    "meter_reversed": (
        "the meter counts the other way round: while %(name)s charges it shows less import",
        "turn the meter's energy direction: swap its line and load side (all clamps), or set its import/export direction"),
    "meter_phase_reversed": (
        "the meter counts phase %(phases)s the other way round, the others are right",
        "turn the clamp (current transformer) of phase %(phases)s, or swap its two wires S1 and S2"),
    "clamp_pairing": (
        "on phase %(phases)s the meter multiplies the current of one phase by the voltage of another",
        "put each clamp onto the wire whose voltage its input has: phase %(phases)s of the meter"),
    "clamp_missing": (
        "phase %(phases)s of the meter does not move with %(name)s",
        "look for an open or missing clamp on phase %(phases)s"),
    "wrong_phase": (
        "%(name)s is on phase %(phases)s of the meter, the site file says %(told)s",
        "%(path)s.phase = \"%(phases)s\", or move the wire to phase %(told)s; with several chargers, is %(path)s.unit another one's?"),
    "uses_one_phase": (
        "%(name)s uses one phase only, %(phases)s; the site file says three",
        "%(path)s.phases = 1 and %(path)s.phase = \"%(phases)s\", or look for two dead phases at the charger"),
    "uses_three_phases": (
        "%(name)s uses all three phases; the site file says one",
        "%(path)s.phases = 3"),
    "meter_scale": (
        "the meter shows %(factor)s times the power that %(name)s takes",
        "set the meter's transformer ratio (CT, primary/secondary) and unit: it has to show %(wanted)s of what it shows"),
    "charger_scale": (
        "%(name)s shows %(factor)s times the power that it was told and that the meter sees",
        "this firmware of the charger has another scale than profile %(profile)s: choose another profile"),
    "charger_sign": (
        "%(name)s was told to charge, and %(seen)s",
        "profile %(profile)s has the wrong sign for this charger: choose another profile; do not run it like this"),
    "not_behind_meter": (
        "no phase of the meter moves while %(name)s takes %(watts)d W",
        "the charger is not behind this meter (or the meter is dead): [meter] has to be the one at the main fuse, or move the charger's feed"),
    "no_power": (
        "%(name)s takes no power: %(seen)s",
        "plug a vehicle in that is not full, switch other loads off, then run this step again"),
    "over_fuse": (
        "the meter shows %(amps).0f A through a fuse of %(fuse)g A, so there is no room for %(name)s",
        "check the meter's transformer ratio (CT, primary/secondary) and site.i_fuse_a; if both are right, switch loads off"),
    "unclear": (
        "the house is too restless to tell: phases move by %(seen)s of %(name)s's power",
        "switch large loads off for five minutes and run this step again"),
}

# class of a phase's normalised ratio: (centre, tolerance, largest error)
ZERO, RIGHT, TURNED, CROSSED, TRIPLE, MORE, MORE_TURNED = 0, 1, -1, -0.5, 3, 10, -10
CLASSES = (
    (ZERO, 0.2, 0.2), (RIGHT, 0.3, 0.3), (TURNED, 0.25, 0.3), (CROSSED, 0.15, 0.15), (TRIPLE, 0.6, 0.6), (MORE, 4, 4),
    (MORE_TURNED, 4, 4),
)
# A tenth lies within ZERO: it is asked for only when no phase moves, and has to be sure.
TENTH, TENTH_TOLERANCE, TENTH_ERROR = 0.1, 0.04, 0.08
# Far below that, and so in every pulse: no phase moves at all, and more pulses would show the same.
STILL, STILL_ERROR = 0.04, 0.03
SCALES = (0.001, 0.1, 10, 1000)
SCALE_TOLERANCE = 0.35      # of the scale
# Rough ratios of cut pulses: beyond these it is no longer a matter of windows.
AMPLITUDE_MORE, AMPLITUDE_LESS = 4, 0.4


def finding(code, **facts):
    """{"code", "what", "change"} of one thing that is wrong."""
    what, change = FINDINGS[code]
    return {"code": code, "what": what % facts, "change": change % facts}


def class_of(ratio, error):
    """The class a normalised ratio belongs to, None when it is not clear."""
    for centre, tolerance, error_max in CLASSES:
        if abs(ratio - centre) <= tolerance and error <= error_max:
            return centre
    return None


def scale_of(ratio):
    """The power of ten that a ratio is, 1 when it is none."""
    for scale in SCALES:
        if abs(abs(ratio) / scale - 1) <= SCALE_TOLERANCE:
            return scale
    return 1


def is_right(device, ratios):
    """Whether every phase moved as it has to. device: section of the configuration; ratios: of edges.ratios."""
    classes = classes_of(device, ratios)
    wanted = [RIGHT] * 3 if device.phases == 3 else [RIGHT if letter == device.phase else ZERO for letter in LETTERS]
    return classes == wanted


def is_clear(device, ratios):
    """Whether more pulses would tell nothing new: a finding that is none of `unclear`."""
    classes = classes_of(device, ratios)
    if len(classes) != 3 or None in classes or not any(classes) and max(error for _, error in ratios) > TENTH_ERROR:
        return False
    moved = [each for each in classes if each != ZERO]
    return device.phases == 3 or len(moved) == 1


def is_still(device, ratios):
    """Whether no phase of the meter moves at all with the charger."""
    share = 1 if device.phases == 1 else 3
    return bool(ratios) and all(share * abs(ratio) <= STILL and error <= STILL_ERROR for ratio, error in ratios)


def classes_of(device, ratios):
    """Class of each phase: 1 is what the site file leads to expect."""
    share = 1 if device.phases == 1 else 3
    return [class_of(share * ratio, share * error) for ratio, error in ratios]


def judge(device, ratios, facts):
    """Findings of one charger's pulses; [] when everything is right.

    device: its section of the configuration; ratios: of edges.ratios, over complete pulses. facts: name, path, profile,
    told_w and seen_w (W >= 0: setpoint, the charger's own measurement).
    """
    classes = classes_of(device, ratios)
    if None in classes:
        return _mixed(device, ratios, facts)
    moved = [k for k in range(3) if classes[k] != ZERO]
    if not moved:
        return _still(device, ratios, facts)
    if MORE in classes or MORE_TURNED in classes:
        return _too_much(10, facts)
    crossed = _letters(classes, CROSSED)
    if crossed:
        return [finding("clamp_pairing", phases=crossed, **facts)]
    return _one(device, classes, moved, facts) if device.phases == 1 else _three(classes, moved, facts)


def _one(device, classes, moved, facts):
    """A single-phase charger, one or more phases moved as a whole."""
    if len(moved) > 1 or classes[moved[0]] not in (RIGHT, TURNED):
        return [finding("unclear", seen=_shown(classes), **facts)]
    at = LETTERS[moved[0]]
    found = []
    if at != device.phase:
        found.append(finding("wrong_phase", phases=at, told=device.phase, **facts))
    if classes[moved[0]] == TURNED:
        found.append(finding("meter_reversed" if facts["is_rest_turned"] else "meter_phase_reversed", phases=at, **facts))
    return found


def _three(classes, moved, facts):
    """A three-phase charger: each phase by a third of its power."""
    if classes.count(TRIPLE) == 1 and len(moved) == 1:
        return [finding("uses_one_phase", phases=LETTERS[moved[0]], **facts)]
    if TRIPLE in classes:
        return [finding("unclear", seen=_shown(classes), **facts)]
    turned = _letters(classes, TURNED)
    if len(turned) == 3:
        return [finding("meter_reversed", **facts)]
    found = [finding("meter_phase_reversed", phases=", ".join(turned), **facts)] if turned else []
    if ZERO in classes:
        found.append(finding("clamp_missing", phases=_letters(classes, ZERO), **facts))
    return found


def _mixed(device, ratios, facts):
    """No clear class for every phase: a charger of three phases called single, a scale, or too much going on."""
    if device.phases == 1 and all(abs(3 * ratio - 1) <= 0.3 and error <= 0.1 for ratio, error in ratios):
        return [finding("uses_three_phases", **facts)]
    largest = max([ratio for ratio, _ in ratios], key=abs)
    share = 1 if device.phases == 1 else 3
    scale = scale_of(share * largest)
    if scale > 1:
        return _too_much(scale, facts)
    return [finding("unclear", seen=_shown([ratio for ratio, _ in ratios]), **facts)]


def _still(device, ratios, facts):
    """No phase moved by a fifth of what was expected."""
    phases = range(3) if device.phases == 3 else [max(range(3), key=lambda k: abs(ratios[k][0]))]
    whole = abs(sum(ratios[k][0] for k in phases))
    if abs(whole - TENTH) <= TENTH_TOLERANCE and max(ratios[k][1] for k in phases) < TENTH_ERROR:
        if scale_of(facts["seen_w"] / facts["told_w"]) == 10:
            return [finding("charger_scale", factor="10", **facts)]
        return [finding("meter_scale", factor="0.1", wanted="ten times", **facts)]
    return [finding("not_behind_meter", watts=round(facts["seen_w"]), **facts)]


def _too_much(scale, facts):
    """The meter moved far more than the charger says it took: one of the two has another scale."""
    if scale_of(facts["seen_w"] / facts["told_w"]) == 1 / scale:
        return [finding("charger_scale", factor="%g" % (1 / scale), **facts)]
    return [finding("meter_scale", factor="%g" % scale, wanted="1/%g" % scale, **facts)]


def judge_cut(amplitudes, is_too_much, facts):
    """Findings of pulses that had to be cut short, by their rough amplitudes ([] when they say nothing).

    amplitudes: of edges.amplitude, a list for each pulse. is_too_much: the charger showed far more than it was told.
    """
    if len(amplitudes) < 2:
        return []
    peaks = sorted(max([abs(ratio) for ratio in ratios]) for ratios in amplitudes)
    peak = peaks[len(peaks) // 2]
    if peak >= AMPLITUDE_MORE:
        return _too_much(10 if peak < 100 else 1000, facts)
    if is_too_much and peak < AMPLITUDE_LESS:
        return [finding("charger_scale", factor="10" if peak > 0.01 else "1000", **facts)]
    return []


def _letters(classes, wanted):
    return "".join(LETTERS[k] for k in range(3) if classes[k] == wanted)


def _shown(values):
    return ", ".join("%.2f" % value for value in values)
