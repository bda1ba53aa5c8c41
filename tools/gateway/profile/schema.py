"""Static rules of a device profile: every broken one with its path, what was found and what is allowed.

Not its job: reading the file (source.py), what the profile is good for (coverage.py), its rows across sections (references.py).
Source: the profile format in ARCHITECTURE.md; words of protocols/profile_format.py.
A fault is (path, found, allowed).
"""

import difflib

from protocols import profile_format as words
from tools.gateway.profile import references

# section: columns of its rows
ROWS = {
    "identify": ("point", "lowest", "highest"), "blocks": ("name", "function", "address", "count", "poll"),
    "points": ("name", "block", "address", "type", "scale", "unit", "sign", "max_age_ms"), "states": ("raw", "state"),
    "valid": ("point", "lowest", "highest", "states"), "sentinels": ("point", "raw"),
    "quality": ("point", "resolution", "accuracy", "update_ms"), "limits_live": ("limit", "point"),
    "interlocks": ("point", "closed"), "recover": ("rung", "gap_s", "per_day"), "strides": ("block", "base", "stride"),
    "gates": ("point", "gate", "values", "otherwise"),
}
CHOICES = {"kind": words.KINDS, "status": words.STATUSES, "phases": (1, 3), "backup": tuple(words.BACKUP)}


def faults(profile):
    """Every broken rule; those across sections only where each section has its form."""
    found = _sections(profile) + _rows(profile)
    if not found:
        found = _transport(profile) + _blocks(profile) + _points(profile)
    return found or references.faults(profile)


def choice(path, value, allowed):
    """[] or the fault of a value that is none of `allowed`, with what was probably meant."""
    if value in allowed:
        return []
    near = difflib.get_close_matches(str(value), [str(word) for word in allowed], 1, 0.6)
    hint = "; did you mean %s?" % near[0] if near else ""
    return [(path, value, "one of: %s%s" % (", ".join(str(word) for word in allowed), hint))]


def number(path, value, low, high):
    """[] or the fault of a number outside its range, or of something else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [(path, value, "%g to %g" % (low, high))]


def keys(path, part, needed, optional=()):
    """Faults of a dictionary's keys: missing, unknown."""
    if not isinstance(part, dict):
        return [(path, part, "a dictionary with: " + ", ".join(needed))]
    prefix = path + "." if path else ""
    found = [(prefix + name, "nothing", "needed") for name in needed if name not in part]
    for name in part:
        if name not in needed and name not in optional:
            found += choice(prefix + str(name), name, tuple(needed) + tuple(optional))
    return found


def _sections(profile):
    found = keys("", profile, words.SECTIONS, words.OPTIONAL)
    for name, allowed in CHOICES.items():
        if name in profile:
            found += choice(name, profile[name], allowed)
    for name in ("sources", "setup_hint", "identify", "recover"):
        if name in profile and not profile[name]:
            found.append((name, profile[name], "not empty"))
    if "transport" in profile:
        found += keys("transport", profile["transport"], words.TRANSPORT)
    alive = profile.get("alive")
    if alive is not None and not (isinstance(alive, (tuple, list)) and len(alive) == 2):
        found.append(("alive", alive, "(point that always moves, within ms), or None"))
    if "dynamics" in profile:
        found += keys("dynamics", profile["dynamics"], words.DYNAMICS)
    return found + _control_keys(profile)


def _control_keys(profile):
    control, kind, backup = profile.get("control"), profile.get("kind"), profile.get("backup")
    if kind not in words.KINDS or backup not in tuple(words.BACKUP):
        return []       # told already
    if "control" not in profile or (control is None) == (kind not in words.CONTROLLED):
        if control is None:
            return []
        if kind == "transfer_switch":
            return keys("control", control, words.SWITCH_CONTROL)
        return keys("control", control, words.CONTROL + words.BACKUP[backup], words.SPECIAL)
    return [("control", "nothing" if control is None else "a section",
             "a section with %s" % ", ".join(words.CONTROL) if control is None else "None: a %s is only read" % kind)]


def _rows(profile):
    found = []
    for section, columns in ROWS.items():
        rows = profile.get(section, ())
        if not isinstance(rows, (tuple, list)):
            found.append((section, rows, "rows of (%s)" % ", ".join(columns)))
            continue
        for number_, row in enumerate(rows):
            if not isinstance(row, (tuple, list)) or len(row) != len(columns):
                found.append(("%s[%d]" % (section, number_), row, "(%s)" % ", ".join(columns)))
    return found


def _transport(profile):
    transport = profile["transport"]
    found = []
    for kind in transport["kinds"] or ("none",):
        found += choice("transport.kinds", kind, words.TRANSPORT_KINDS)
    found += choice("transport.word_order", transport["word_order"], words.WORD_ORDERS)
    for name, low, high in (("port", 1, 65535), ("max_registers", 1, 125), ("gap_ms", 0, 60000), ("timeout_ms", 1, 60000),
                            ("client_slots", 1, 1000)):
        found += number("transport." + name, transport[name], low, high)
    if not found and transport["timeout_ms"] <= transport["gap_ms"]:
        found.append(("transport.timeout_ms", transport["timeout_ms"], "above gap_ms (%d)" % transport["gap_ms"]))
    instances = profile["instances"]
    if not (isinstance(instances, (tuple, list)) and len(instances) == 4 and 1 <= instances[0] <= instances[1]
            and instances[2] >= 0 and (instances[3] > 0 or instances[0] == instances[1])):
        found.append(("instances", instances, "(first, last, base, stride) with 1 <= first <= last, stride above 0 for several"))
    return found


def _blocks(profile):
    found, taken = [], {}
    for place, (name, function, address, count, poll) in enumerate(profile["blocks"]):
        path = "blocks[%d] (%s)" % (place, name)
        found += choice(path + ".function", function, (3, 4)) + choice(path + ".poll", poll, words.POLLS)
        found += number(path + ".address", address, 0, 65535)
        found += number(path + ".count", count, 1, profile["transport"]["max_registers"])
        if found:
            continue
        for register in range(address, address + count):
            other = taken.setdefault((references.space(profile, name), register), name)
            if other != name:
                found.append((path, "register %d" % register, "read once: block %s has it already" % other))
                break
    return found


def _points(profile):
    found = []
    blocks = {row[0]: row for row in profile["blocks"]}
    names = [row[0] for row in profile["points"]]
    for place, (name, block, address, kind, scale, unit, sign, max_age_ms) in enumerate(profile["points"]):
        path = "points[%d] (%s)" % (place, name)
        found += choice(path + ".name", name, words.CANONICAL) + choice(path + ".type", kind, tuple(words.REGISTERS))
        found += choice(path + ".sign", sign, (1, -1)) + number(path + ".max_age_ms", max_age_ms, 1, 86400000)
        if names.count(name) > 1:
            found.append((path, name, "a name of its own"))
        if name in words.CANONICAL and unit != words.unit_of(name):
            found.append((path + ".unit", unit, repr(words.unit_of(name))))
        if not isinstance(scale, str):
            found += number(path + ".scale", scale, 1e-9, 1e9)
        if block is not None and block not in blocks:
            found += choice(path + ".block", block, (None,) + tuple(blocks))
        elif block is not None and kind in words.REGISTERS:
            _, _, start, count, _ = blocks[block]
            if not start <= address <= start + count - words.REGISTERS[kind]:
                found.append((path + ".address", address, "%d to %d: inside block %s" % (
                    start, start + count - words.REGISTERS[kind], block)))
    return found
