"""Rules of the backup across rows: earthing, what commanded needs, proofs of the switch, circuits, floors, windows.

Not its job: single values (param_values.py), what charger and switch can do (config_rules_switch.py), the transfer (backup/).
Imported only where the section is there.
Source: edge/backup/earthing.py and proofs.py; the rest is ours. Each error is (path, got, allowed, hint).
"""
from edge.backup import earthing
from edge.backup.feedback import GRID_V, POLES

# section.lower key, section.higher key: the first must be below the second
ASCENDING = (("driving_reserve_pct", "reserve_pct"), ("v_low_pu", "v_high_pu"), ("f_low_hz", "f_high_hz"), ("loss_pu", "v_low_pu"))


def broken(config, profile_of):
    """All broken rules of a site with a backup section. profile_of: function (name) -> profile or None, or None."""
    if not config.ders or (config.backup.evse is not None and _device(config).name != config.backup.evse):
        return []       # config_rules_switch.py says so
    errors = _earthing(config.backup) + _ascending(config)
    if config.backup.mode == "commanded":
        errors += _commanded(config, profile_of)
    elif config.backup.planned_lead_s is not None:
        errors.append(("backup.planned_lead_s", config.backup.planned_lead_s, "left out with backup.mode autonomous", ""))
    return errors + _circuits(config, profile_of)


def _earthing(p):
    rows = earthing.rows_of(p.earthing)
    if not rows or earthing.fits(p.earthing, p.neutral_switched, p.bond):
        return []       # a value that is none is told elsewhere
    allowed = "; ".join(["neutral_switched = %s with bond = %s" % (_word(row[1]), _word(row[2])) for row in rows])
    return [("backup.earthing", p.earthing, "%s: %s" % (p.earthing, allowed), rows[0][earthing.WHY])]


def _ascending(config):
    p, errors = config.backup, []
    for low, high in ASCENDING:
        low_value, high_value = getattr(p, low), getattr(p, high)
        if low_value < high_value:
            continue
        from edge import params     # here, not above: 25 kB that outlived this module on a board

        if low_value == params.defaults("backup")[low]:     # so it's the other one that somebody wrote
            errors.append(("backup." + high, high_value, "above backup.%s (%g)" % (low, low_value), ""))
        else:
            errors.append(("backup." + low, low_value, "below backup.%s (%g)" % (high, high_value), ""))
    if not p.f_low_hz < config.grid.f_nom_hz < p.f_high_hz:
        errors.append(("backup.f_low_hz", p.f_low_hz, "f_low_hz and f_high_hz on either side of grid.f_nom_hz (%g)"
                       % config.grid.f_nom_hz, ""))
    if p.reserve_pct >= _device(config).soc_max_pct:
        errors.append(("backup.reserve_pct", p.reserve_pct, "below soc_max_pct of the charger (%g)" % _device(config).soc_max_pct, ""))
    return errors


def _commanded(config, profile_of):
    """What only a gateway that moves poles needs: declared interlock, signed checklist, switch and its proofs."""
    p, errors = config.backup, []
    if not p.interlock_certified:
        errors.append(("backup.interlock_certified", False, "true: a certified hardware interlock", "or backup.mode = \"autonomous\""))
    if p.checklist is None:
        errors.append(("backup.checklist", None, "the number of the signed commissioning checklist", ""))
    profile = None if config.switch is None else _profile(profile_of, config.switch.profile)
    if profile is not None and profile["kind"] == "transfer_switch":
        errors += _proofs(p, config.switch.profile, [row[0] for row in profile["points"]])
    return errors


def _proofs(p, name, points):
    """Whether the switch can prove what the transfer asks for."""
    errors = []
    phases = [pole for pole in POLES[:3] if pole in points]
    meters = [meter for meter in GRID_V if meter in points]
    if not phases or not meters or "load_v" not in points:
        errors.append(("switch.profile", name, "a switch with mirror contacts and voltmeters on both sides", ""))
    if p.neutral_switched and not ("open_n" in points and "series_open" in points):
        errors.append(("backup.neutral_switched", True, "false with %s, or a switch with a mirror contact of the neutral and a second "
                       "contactor in series" % name, "a voltmeter says nothing of the neutral"))
    if p.bond and "bond_closed" not in points:
        errors.append(("backup.bond", True, "false with %s: its bond has no feedback" % name, ""))
    return errors


def _circuits(config, profile_of):
    p, errors, rows = config.backup, [], config.circuits
    if rows and config.switch is None:
        errors.append(("circuit", len(rows), "none without a [switch] section that has their relays", ""))
    profile = None if config.switch is None else _profile(profile_of, config.switch.profile)
    if rows and profile is not None and not [row for row in profile["points"] if row[0] == "circuits_cmd"]:
        errors.append(("circuit", len(rows), "none with %s: it switches no circuits" % config.switch.profile, ""))
    for key in ("name", "relay"):
        taken = []
        for number, row in enumerate(rows):
            if getattr(row, key) in taken:
                errors.append(("circuit[%d].%s" % (number, key), getattr(row, key), "one of its own: another circuit has it", ""))
            taken.append(getattr(row, key))
    limit_w = _limit_w(config)
    for number, row in enumerate(rows):
        if row.p_w > limit_w:
            errors.append(("circuit[%d].p_w" % number, row.p_w, "at most %g W: so much the vehicle supplies" % limit_w,
                           "a larger one does not belong behind the switch"))
    pv = [number for number, row in enumerate(rows) if row.pv]
    if p.pv == "open" and not pv:
        errors.append(("backup.pv", "open", "none or frequency: no circuit has pv = true", ""))
    if p.pv == "none" and pv:
        errors.append(("circuit[%d].pv" % pv[0], True, "false, or backup.pv = \"frequency\" or \"open\"", ""))
    return errors


def _limit_w(config):
    """Most power of the island, W, as configured."""
    return config.backup.p_max_w or _device(config).p_discharge_max_w


def _device(config):
    found = [der for der in config.ders if der.name == config.backup.evse]
    return (found or config.ders)[0]


def _profile(profile_of, name):
    return None if profile_of is None else profile_of(name)


def _word(flag):
    return "true" if flag else "false"
