"""Broken rules across rows of a site file some of whose single values are wrong, as far as they can still be judged.

Not its job: the rules (edge/config_rules.py), single values (edge/config.py). For people at a desk, so no board has it.
A wrong value is replaced by its default; what a rule then says counts only when no wrong value is part of it.
Source: ours.
"""

import re

from edge import config, config_rules, params

# Key an error names -> keys its rule looks at besides those that the text of the error names.
_ROUND = ("profile", "bus", "name", "transport", "baud", "tick_ms")
LOOKS_AT = {
    "bus": _ROUND,
    "unit": ("bus", "name", "instance", "transport"),
    "host": ("port", "enabled"),
    "key": ("enabled",),
    "instance": ("profile",),
    "phases": ("profile",),
    "p_discharge_max_w": ("profile",),
    "q_mode": ("enabled",),
    "device_reversion_s": _ROUND,
    "charger_lost_s": _ROUND,
    "meter_lost_s": _ROUND,
    "tau_s": _ROUND + ("phases", "wape", "enabled"),
}
UNKNOWN_TEXT = "?"


def judged(document, errors, profile_of):
    """Errors across rows, in the form of config.load, of a document that has other errors too.

    document: nested dictionary. errors: what config.normalise found. profile_of: name -> profile or None.
    """
    if not isinstance(document, dict):
        return []
    canonical = config.normalise(document)[0]
    for section in canonical:
        tables = canonical[section] if isinstance(canonical[section], list) else [canonical[section]]
        for table in tables:
            _fill(section, table)
    _fill("gateway", canonical.setdefault("gateway", {}))
    wrong = _wrong(errors)
    return [error for error in config_rules.broken(config.build(canonical), profile_of) if not _involved(error) & wrong]


def _fill(section, table):
    """Required keys that are missing get something that can be compared and means nothing."""
    for key, row in params.rows_of(section):
        if row[6] == params.REQUIRED and key not in table:
            table[key] = UNKNOWN_TEXT if row[1] in (params.TEXT, params.NAME) else row[4]


def _wrong(errors):
    """Names of keys and sections whose value nobody knows: the wrong ones, and what a misspelled one was meant to be."""
    return {name for path, _, _, hint in errors for name in (_parts(path)[-1], *_meant(hint))}


def _meant(hint):
    found = re.match(r"did you mean (\w+)\?$", hint)
    return found.groups() if found else ()


def _involved(error):
    """Names of all keys and sections that decide an error."""
    path, _, allowed, hint = error
    parts = _parts(path)
    involved = {*parts, *re.findall(r"\w+", "%s %s" % (allowed, hint)), *LOOKS_AT.get(parts[-1], ())}
    # Values of a grid code's sections come from the code.
    return involved | {"code"} if params.section_row(parts[0])[1] == params.USED else involved


def _parts(path):
    """`evse[0].bus` -> ["evse", "bus"]."""
    return re.sub(r"\[\d+\]", "", path).split(".")
