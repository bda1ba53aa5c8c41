"""Rules across the rows of the grid-code sections, and the values that follow from others.

Not its job: single values (param_values.py), the other sections (config_rules.py).
Source: IEEE 1547-2018 tables 8 to 11 for the order of a curve's points; the rule on native protection is ours.
A rule is a function (config) -> list of (path, got, allowed, hint).
"""

# section, keys whose values rise from each to the next
RISING = (
    ("volt_var", ("v1_pu", "v2_pu")),
    ("volt_var", ("v3_pu", "v4_pu")),
    ("watt_var", ("p1_pu", "p2_pu", "p3_pu")),
    ("watt_var", ("p3_abs_pu", "p2_abs_pu", "p1_abs_pu")),
    ("volt_watt", ("v1_pu", "v2_pu")),
    ("volt_watt", ("v1_charge_pu", "v2_charge_pu")),
    ("enter_service", ("v_lo_pu", "v_hi_pu")),
    ("enter_service", ("f_lo_hz", "f_hi_hz")),
    ("smart_charge", ("peak1_start_min", "peak1_end_min")),
    ("smart_charge", ("peak2_start_min", "peak2_end_min")),
    ("droop", ("of_hz", "of_end_hz")),
    ("droop", ("uf_hz", "uf_end_hz")),
    ("trip", ("uv1_pu", "ov1_pu")),
    ("trip", ("uf1_hz", "of1_hz")),
)
# the same, but equal ones are fine
NOT_FALLING = (
    ("volt_var", ("v2_pu", "v3_pu")),
    ("volt_var", ("q4_pu", "q3_pu", "q2_pu", "q1_pu")),
    ("watt_var", ("p1_abs_pu", "p1_pu")),
    ("volt_watt", ("p2_pu", "p1_pu")),
    ("volt_watt", ("p1_charge_pu", "p2_charge_pu")),
    ("droop", ("of_return_hz", "of_hz")),
    ("droop", ("uf_return_hz", "uf_hz")),
    ("trip", ("uv2_pu", "uv1_pu")),
    ("trip", ("ov1_pu", "ov2_pu")),
    ("trip", ("uf2_hz", "uf1_hz")),
    ("trip", ("of1_hz", "of2_hz")),
    ("trip", ("ov2_s", "ov1_s")),
    ("trip", ("uv2_s", "uv1_s")),
    ("trip", ("of2_s", "of1_s")),
    ("trip", ("uf2_s", "uf1_s")),
)

# section, key below the nominal frequency, key above it
AROUND_NOMINAL = (("enter_service", "f_lo_hz", "f_hi_hz"), ("trip", "uf1_hz", "of1_hz"))

NATIVE_PROTECTION = "trip"
# Of evse.p_rated_w, too: it is a base, and a device that may not move at all has one like any other.
P_RATED_MIN_W = 100


def derive(config):
    """Fills what follows from other rows: which law runs, and the base of power in pu."""
    for name in ("volt_var", "watt_var", "cpf", "crp"):
        section = getattr(config, name)
        if section is not None:
            section.enabled = config.grid.q_mode == name
    if config.droop is not None:
        config.droop.enabled = config.droop.of_enabled or config.droop.uf_enabled or config.droop.stop_charge_hz is not None
    if config.volt_watt is not None:
        config.volt_watt.is_on = config.volt_watt.enabled or config.volt_watt.charge_enabled
    if config.enter_service is not None:
        category = "none" if config.ride_through is None else config.ride_through.category
        from edge import grid_regions   # most sites never need it

        grid_regions.attach(config.enter_service, config.trip, category, config.grid.f_nom_hz)
    if config.dso is not None:
        _derive_dso(config.dso, len(config.ders))
    if config.smart_charge is not None:
        config.smart_charge.p_default_w = config.control.p_default_w
    # The charging curve of a grid code stands in for our own.
    config.undervoltage.enabled = not (config.volt_watt is not None and config.volt_watt.charge_enabled)
    for der in config.ders:
        if der.p_rated_w is None:
            # The functions are about injection; a device that gives nothing back counts by what it takes.
            der.p_rated_w = max(der.p_discharge_max_w or der.p_charge_max_w, P_RATED_MIN_W)


def _derive_dso(dso, der_count):
    """The floor of all devices together, floor_w, and the limits that are it when left out."""
    from edge.grid_codes import de_14a  # most sites never need it

    share = 0
    for devices, each, _, _ in de_14a.SIMULTANEITY:
        if devices <= der_count:
            share = each
    dso.floor_w = dso.p_import_floor_w * (1 + (der_count - 1) * share)
    for key in ("p_import_max_w", "failsafe_import_w"):
        if getattr(dso, key) is None:
            setattr(dso, key, dso.floor_w)


def broken(config):
    """All broken rules of the grid-code sections."""
    errors = []
    for section, keys in RISING:
        errors += _ordered(getattr(config, section), section, keys, "above")
    for section, keys in NOT_FALLING:
        errors += _ordered(getattr(config, section), section, keys, "at least")
    return errors + _around_nominal(config) + _dso(config)


def _around_nominal(config):
    """Defaults are for 60 Hz: on another grid they would trip at once and never let anything into service."""
    errors = []
    f_nom_hz = config.grid.f_nom_hz
    for section, below, above in AROUND_NOMINAL:
        part = getattr(config, section)
        if part is not None and getattr(part, below) >= f_nom_hz:
            errors.append(("%s.%s" % (section, below), getattr(part, below), "below grid.f_nom_hz (%g)" % f_nom_hz, ""))
        if part is not None and getattr(part, above) <= f_nom_hz:
            errors.append(("%s.%s" % (section, above), getattr(part, above), "above grid.f_nom_hz (%g)" % f_nom_hz, ""))
    return errors


# input of the dso section: keys it needs
DSO_INPUTS = {"contact": ("contact",), "mqtt": (), "modbus": ("profile", "bus")}


def _dso(config):
    dso = config.dso
    if dso is None or not dso.enabled:
        return []
    errors = [("dso." + key, None, "needed with dso.input %s" % dso.input, "")
              for key in DSO_INPUTS[dso.input] if getattr(dso, key) is None]
    for key in ("p_import_max_w", "failsafe_import_w"):
        if getattr(dso, key) < dso.floor_w:
            errors.append(("dso." + key, getattr(dso, key), "at least %g W, the floor of all devices" % dso.floor_w,
                           "see dso.p_import_floor_w"))
    if dso.input == "mqtt" and not config.vpp.enabled:
        errors.append(("dso.input", dso.input, "contact or modbus, without vpp.enabled", ""))
    if dso.counts == "house" and config.meter is None:
        errors.append(("dso.counts", dso.counts, "devices, without a meter", ""))
    return errors


def _ordered(part, section, keys, relation):
    errors = []
    for low, high in zip(keys, keys[1:]) if part is not None else ():
        below, value = getattr(part, low), getattr(part, high)
        if below is None or value is None:
            continue    # left out
        if value < below or (value == below and relation == "above"):
            errors.append(("%s.%s" % (section, high), value, "%s %s.%s (%g)" % (relation, section, low, below), ""))
    return errors


def unprotected(path, der, profile):
    """A device that could feed in without protection of its own against islands and bad grids."""
    if der.p_discharge_max_w <= 0:
        return []
    if (profile["control"] or {}).get("window", (0, 0))[1] is None:
        return [(path + ".p_discharge_max_w", der.p_discharge_max_w, "0 W: %s only charges" % der.profile, "")]
    if NATIVE_PROTECTION not in profile["native"] and not der.trip_declared:
        return [(path + ".p_discharge_max_w", der.p_discharge_max_w, "0 W: %s does not say that it trips by itself" % der.profile,
                 "a gateway is no protection; trip_declared = true where certificate or relay says so")]
    return []
