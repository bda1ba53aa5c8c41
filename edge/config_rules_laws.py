"""Rules about grid-code functions that the gateway runs itself: what excludes what, and what a device is too slow for.

Not its job: the order of a curve's points (config_rules_grid.py), what a device does by itself (who_does_what.py).
Source: ours; gaps between points are the grid code's (grid_code.py).
"""

from edge import grid_code, who_does_what
from edge.laws import wape_stability

# Owners of Q, each named after its q_mode and section, and whether its settings ask for any vars.
Q_OWNERS = (
    ("volt_var", lambda p: True),
    ("watt_var", lambda p: True),
    ("cpf", lambda p: p.pf < 1),
    ("crp", lambda p: p.q_pu != 0),
)
FUNCTIONS = ("volt_var", "watt_var", "cpf", "crp", "volt_watt", "p_limit", "droop")
# Quicker than this is the device's own business, whatever the bus.
RESPONSE_MIN_S = 1
# section, key, section and key that then have no effect
REPLACED = (
    ("volt_watt", "charge_enabled", "undervoltage", None),
    ("droop", "of_end_hz", "droop", "k_of_pu"),
    ("droop", "uf_end_hz", "droop", "k_uf_pu"),
)


def broken(config):
    """All broken rules that need no device profile, as (path, got, allowed, hint)."""
    return _exclusive(config) + _gaps(config)


def run_here(config, path, der, profile, reaction_s):
    """Broken rules of one device. reaction_s: loop delay and longest pause between two setpoints, planned."""
    takes_vars = profile["control"] and profile["control"]["q_form"] != "none"
    if der.p_discharge_max_w <= 0:
        # A load: the codes of generators ask nothing of it, but its vars are in a loop like any other's.
        is_looped = takes_vars and _runs(config, "volt_var", profile)
        return _oscillating(config.volt_var, path, der, reaction_s) if is_looped else []
    errors = []
    for name, asks_vars in Q_OWNERS:
        if _runs(config, name, profile) and asks_vars(getattr(config, name)) and not takes_vars:
            errors.append(("grid.q_mode", name, "unity with %s: %s takes no reactive power" % (path, der.profile), ""))
    needed_s = max(reaction_s, RESPONSE_MIN_S)
    for name in FUNCTIONS:
        if _runs(config, name, profile) and getattr(config, name).olrt_s < needed_s:
            errors.append((name + ".olrt_s", getattr(config, name).olrt_s,
                           "at least %.3g s: so long takes the way through the gateway to %s" % (needed_s, path),
                           "the device must do it by itself"))
    if not errors and _runs(config, "volt_var", profile):
        errors = _oscillating(config.volt_var, path, der, reaction_s)
    return errors


def _oscillating(p, path, der, reaction_s):
    """Volt-var that answers faster than the vars it moves let it."""
    gain = wape_stability.volt_var_gain(p, der.phases, der.s_max_va)
    least_s = wape_stability.olrt_min_s(gain, reaction_s)
    if p.olrt_s >= least_s:
        return []
    return [("volt_var.olrt_s", p.olrt_s,
             "at least %.3g s: (1 + 3.22 × loop gain %.3g) × delay %.3g s of %s" % (least_s, gain, reaction_s, path),
             "a faster one oscillates; a flatter curve, or volt_var.sensitivity_pu from a study of the feeder")]


def _runs(config, name, profile):
    """Whether the gateway runs the function for devices of that profile."""
    return who_does_what.runner(name, profile, config) == who_does_what.GATEWAY


def _exclusive(config):
    """Settings that somebody wrote and that something else keeps from acting."""
    errors = []
    document = config.document
    for name, _ in Q_OWNERS:
        if name in document and config.grid.q_mode != name:
            errors.append((name, "", "left out with grid.q_mode %s: one function owns reactive power" % config.grid.q_mode,
                           "grid.q_mode = \"%s\"" % name))
    for section, key, other, other_key in REPLACED:
        part = getattr(config, section)
        if part is None or getattr(part, key) in (None, False):
            continue
        if other in document and (other_key is None or other_key in document[other]):
            errors.append((other if other_key is None else other + "." + other_key, "",
                           "left out with %s.%s, which replaces it" % (section, key), ""))
    return errors


def _gaps(config):
    """Points of a curve that stand closer than the grid code allows."""
    errors = []
    for lower, higher, by, _, _ in grid_code.gaps(config.grid.code) or () if config.grid.code else ():
        low, high = _value(config, lower), _value(config, higher)
        # A millionth: the edge itself is allowed, whatever a 32-bit float makes of it.
        if low is not None and high is not None and high - low < by - 1e-6:
            errors.append((higher, high, "at least %g above %s (%g) by the grid code" % (by, lower, low), ""))
    return errors


def _value(config, path):
    section, key = path.split(".")
    part = getattr(config, section)
    return None if part is None else getattr(part, key)
