"""What a profile is good for: each control law with "yes", or what it lacks and what would help.

Not its job: whether the profile is right (schema.py), the laws at a site (`v2g check`, `v2g status`).
Source: edge/law_table.py says what each law needs; ARCHITECTURE.md, who does what.
"""

from edge.law_table import KINDS, LAWS, NAME, NEEDS

VOLTAGES = ("v_an_v", "v_bn_v", "v_cn_v")
POINTS_OF = {"f_hz": ("f_hz",), "p_ac_w": ("p_ac_w",)}
VAR_LAWS = ("volt_var", "watt_var", "cpf", "crp")
SOC_LAWS = ("soc_window", "mobility")
PCC = "with a meter: grid.voltage_from = \"pcc\""


def report(profile):
    """[(what, is available, why not or how)], laws first. For meters: what a site gets from it."""
    if profile["kind"] == "meter":
        return _of_meter(profile)
    if profile["kind"] not in ("charger", "bes"):
        return []
    kind = "evse" if profile["kind"] == "charger" else "bes"
    rows = [(row[NAME],) + _law(profile, row) for row in LAWS if kind in row[KINDS] and row[NAME] != "island"]
    return rows + [("discharging",) + _discharging(profile), ("full power without a meter",) + _watchdog(profile)]


def _points(profile):
    return [row[0] for row in profile["points"] if row[1] is not None]


def _law(profile, row):
    name, needs = row[NAME], row[NEEDS]
    points = _points(profile)
    if name in profile["native"]:
        return True, "the device does it"
    if needs is not None:
        wanted = POINTS_OF.get(needs, VOLTAGES[:profile["phases"]])
        missing = [point for point in wanted if point not in points]
        if missing:
            return False, "no %s; %s" % (", ".join(missing), PCC if missing[0] in VOLTAGES else "with a meter that shows it"
                                         if needs == "f_hz" else "a point of the device")
    if name in VAR_LAWS and profile["control"]["q_form"] == "none":
        return False, "takes no vars"
    if name == "wape" and profile["control"]["q_form"] == "none":
        return True, "active power only"
    if name == "reserve":
        return _reserve(profile)
    if name in SOC_LAWS and "soc_pct" not in points:
        return False, "no soc_pct; by the site link, or named by the household"
    return True, ""


def _reserve(profile):
    for point, _, accuracy, update_ms in profile["quality"]:
        if point == "f_hz":
            return (True, "") if None not in (accuracy, update_ms) else (False, "accuracy or update time of f_hz is not published")
    return False, "nothing is said of the quality of f_hz"


def _discharging(profile):
    control = profile["control"]
    if control.get("window", (0, 0))[1] is None:
        return False, "it only charges"
    if profile["watchdog"] is None:
        return False, "no reversion timer"
    if "trip" not in profile["native"]:
        return False, "nothing says that it trips by itself; evse.trip_declared = true where a certificate does"
    return True, ""


def _watchdog(profile):
    if profile["watchdog"] is None:
        return False, "no reversion timer: held at failsafe.p_static_safe_w in any case"
    if profile["control"]["disables"]:
        return False, "taking control disables " + profile["control"]["disables"]
    return True, ""


def _frequency(profile, answer):
    for point, resolution, _, _ in profile["quality"]:
        if point == "f_hz" and resolution is not None and answer[0]:
            return True, "in steps of %g Hz" % resolution
    return answer


def _of_meter(profile):
    points = _points(profile)

    def needs(*names):
        missing = [name for name in names if name not in points]
        return (not missing, "no " + ", ".join(missing) if missing else "")

    phases = "abc"[:profile["phases"]]
    return [
        ("power at the connection",) + needs("p_pcc_w"),
        ("fuse of each phase",) + needs(*["i_%s_a" % phase for phase in phases], *["p_%s_w" % phase for phase in phases]),
        ("voltage laws from the connection",) + needs(*VOLTAGES[:profile["phases"]]),
        ("droop from the meter's frequency",) + _frequency(profile, needs("f_hz")),
        ("frequency reserve",) + (_reserve(profile) if "f_hz" in points else (False, "no f_hz")),
        ("reactive power",) + needs("q_pcc_var"),
        ("energy",) + needs("e_import_wh", "e_export_wh"),
    ]
