"""Rules across the rows of the home section: what a mode needs of meters, chargers and permissions, and its times.

Not its job: single values (param_values.py), local links, the backup (config_rules_backup.py).
Source: ours. A rule is a function (config) -> list of (path, got, allowed, hint). Imported only where it is needed.
"""

METERED = ("pv", "v2h", "all")
DISCHARGING = ("v2h", "all")


def broken(config):
    """All broken rules; config.home may be None."""
    errors = _other_battery(config)
    for rule in RULES if config.home is not None else ():
        errors += rule(config)
    return errors


def _hours(config):
    p = config.home
    if p.mode == "timed" and p.start_min % 1440 == p.end_min % 1440:
        return [("home.end_min", p.end_min, "another minute of the day than home.start_min (%d)" % p.start_min,
                 "mode charge charges at any time")]
    return []


def _departure(config):
    p = config.home
    if p.departure_min is None:
        return []
    found = []
    for number, der in enumerate([der for der in config.ders if der.kind == "evse"]):
        if not der.soc_min_pct <= p.departure_soc_pct <= der.soc_max_pct:
            found.append(("home.departure_soc_pct", p.departure_soc_pct, "%g–%g %% as evse[%d] may be charged"
                          % (der.soc_min_pct, der.soc_max_pct, number), ""))
    return found


def _house(config):
    """A mode that follows the house has to see it, without the home battery's part."""
    mode = config.home.mode
    asked = [row.quantity for row in config.inputs]
    errors = []
    has_meter = config.meter is not None or "p_pcc_w" in asked
    if mode in METERED and not has_meter and "load_w" not in asked:
        errors.append(("home.mode", mode, "a site with a meter, or an input p_pcc_w or load_w", ""))
    elif mode == "pv" and not config.pvs and "pv_w" not in asked and not has_meter:
        errors.append(("home.mode", mode, "a site with a meter, a PV inverter or an input pv_w", ""))
    return errors


def _other_battery(config):
    order = config.site.other_battery
    asked = [row.quantity for row in config.inputs]
    if order == "none" or config.battery is not None or "battery_w" in asked:
        return []
    return [("site.other_battery", order, "none without a section battery or an input battery_w",
             "while its power is unknown, so is whose surplus it is")]


def _discharging(config):
    p = config.home
    if p.mode in DISCHARGING and not [der for der in config.ders if der.kind == "evse" and der.p_discharge_max_w > 0]:
        return [("home.mode", p.mode, "a charger with p_discharge_max_w above 0", "mode tariff only charges")]
    if p.mode == "all" and not p.export_allowed:
        return [("home.mode", p.mode, "home.export_allowed = true", "mode v2h feeds the house and never the grid")]
    return []


RULES = (_hours, _departure, _house, _discharging)
