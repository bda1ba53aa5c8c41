"""What a site or a charger can't do at all, or not now: why a request that is right in form is refused all the same.

Not its job: the form (requests.py), one charger's discharge (no_discharge.py), holding power back for a while (laws):
a wish that has to wait is taken.
Source: ours.
"""
from edge import no_discharge
from protocols.refusals import ISLANDED, LOCKED_OUT, NOT_BIDIRECTIONAL, NOT_LOCKED_OUT, NOT_OFFERED, OBSERVE_MODE

# Modes that need to know what the house draws, that discharge, and that also feed the grid.
METERED = ("pv", "v2h", "all")
DISCHARGING = ("v2h", "all")
FEEDING = ("all",)


def refusal(gateway, key, values):
    """(number, path, got, allowed) or None. key: of the request; values: checked, with der as the number or -1."""
    check = _CHECKS.get(key)
    return None if check is None else check(gateway, values)


def _wish(gateway, values):
    wish = values["wish"]
    for number in _numbers(gateway, values["der"]):
        found = None
        if wish == "discharge_now":
            found = no_discharge.refusal(gateway.config.ders[number], gateway.state.ders[number])
        elif wish == "charge_now" and no_discharge.is_islanded(gateway.state.ders[number].view):
            found = ISLANDED, "when the grid is back"
        if found is not None:
            what = wish if values["der"] >= 0 or len(gateway.config.ders) == 1 else (
                "%s for %s" % (wish, gateway.config.ders[number].name))
            return found[0], "wish", what, found[1]
    return None


def _consent(gateway, values):
    ders = [gateway.config.ders[number] for number in _numbers(gateway, values["der"])]
    chargers = [der for der in ders if der.kind == "evse"]
    if not chargers:
        return NOT_OFFERED, "consent", values["consent"], "a charger: a battery has no driver to ask"
    if values["consent"] and not [der for der in chargers if der.p_discharge_max_w]:
        return NOT_BIDIRECTIONAL, "consent", True, "a charger whose p_discharge_max_w is above 0 W"
    return None


def _energy_mode(gateway, values):
    config, mode = gateway.config, values["energy_mode"]
    if config.home is None:
        return NOT_OFFERED, "energy_mode", mode, "with a section home in the configuration"
    seen = [row.quantity for row in config.inputs if row.quantity in ("p_pcc_w", "load_w")]
    if mode in METERED and config.meter is None and not seen:
        return NOT_OFFERED, "energy_mode", mode, "with a meter, or an input p_pcc_w or load_w of the site link"
    if mode in FEEDING and not config.home.export_allowed:
        return NOT_OFFERED, "energy_mode", mode, "with home.export_allowed"
    if mode in DISCHARGING and not [der for der in config.ders if der.p_discharge_max_w]:
        return NOT_BIDIRECTIONAL, "energy_mode", mode, "a charger whose p_discharge_max_w is above 0 W"
    return None


def _prices(gateway, values):
    if gateway.config.home is None:
        return NOT_OFFERED, "prices", values["prices"], "with a section home in the configuration"
    return None


def _island(gateway, values):
    backup = gateway.config.backup
    if backup is None or backup.mode != "commanded":
        return NOT_OFFERED, "island", values["island"], "with a backup that is sequenced from here"
    if not values["island"]:
        return None
    if gateway.state.commitments.is_observing or gateway.config.gateway.mode != "control":
        return OBSERVE_MODE, "island", True, "when it does not only observe"
    if gateway.state.backup.lockout():
        return LOCKED_OUT, "island", True, "once the lock-out was reset on site"
    return None


def _reset_lockout(gateway, values):
    if gateway.config.backup is None:
        return NOT_OFFERED, "reset_lockout", values["reset_lockout"], "with a section backup in the configuration"
    if values["reset_lockout"] and not gateway.state.backup.lockout():
        return NOT_LOCKED_OUT, "reset_lockout", True, "while the backup is locked out"
    return None


def _numbers(gateway, der):
    return range(len(gateway.config.ders)) if der == -1 else (der,)


_CHECKS = {"wish": _wish, "consent": _consent, "energy_mode": _energy_mode, "prices": _prices, "island": _island,
           "reset_lockout": _reset_lockout}
