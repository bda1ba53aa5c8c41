"""Rules of a profile across its sections: names that exist, sequences that can be written, timers that can be refreshed.

Not its job: the form of each section (schema.py).
Source: the profile format in ARCHITECTURE.md. A fault is (path, found, allowed).
"""

from protocols import profile_format as words
from tools.gateway.profile import schema


def space(profile, block):
    """Name of the address space of a block: functions 3 and 4 differ, and so do blocks with strides of their own."""
    if block in [row[0] for row in profile.get("strides", ())] or block in dict(profile.get("sunspec", {}).get("models", ())):
        return block
    return "input" if [row for row in profile["blocks"] if row[0] == block and row[1] == 4] else "holding"


def faults(profile):
    """Every broken rule of a profile whose sections have their form."""
    found = []
    for rule in (_overlaps, _named, _states, _special, _control, _sequences, _watchdog, _recover):
        found += rule(profile)
    return found


def _readable(profile):
    return tuple(row[0] for row in profile["points"] if row[1] is not None)


def _overlaps(profile):
    found, taken = [], {}
    for name, block, address, kind, *_ in profile["points"]:
        for register in range(address, address + words.REGISTERS[kind]):
            other = taken.setdefault((space(profile, block), register), name)
            if other != name:
                found.append(("points (%s).address" % name, address, "registers of its own: %s has %d" % (other, register)))
                break
    return found


def _named(profile):
    readable = _readable(profile)
    rows = [("identify", row[0]) for row in profile["identify"]] + [("limits_live", row[1]) for row in profile["limits_live"]]
    rows += [(section, row[0]) for section in ("valid", "sentinels", "quality", "interlocks") for row in profile[section]]
    rows += [("gates", name) for row in profile.get("gates", ()) for name in row[:2]]
    if profile["alive"]:
        rows.append(("alive", profile["alive"][0]))
    control = profile["control"] or {}
    rows += [("control.readback", name) for name in control.get("readback", ())]
    rows += [("control.effect", name) for name in (control.get("effect") or ())[:1]]
    found = []
    for section, name in rows:
        found += schema.choice(section, name, readable)
    for limit, _ in profile["limits_live"]:
        found += schema.choice("limits_live", limit, words.LIVE_LIMITS)
    for name, low, high in profile["identify"]:
        if name == "state":
            found.append(("identify", name, "points that are numbers: a state is a word"))
        elif low > high:
            found.append(("identify (%s)" % name, (low, high), "lowest before highest"))
    for block, _, _ in profile.get("strides", ()):
        found += schema.choice("strides", block, tuple(row[0] for row in profile["blocks"]))
    return found


def _states(profile):
    found = []
    for raw, state in profile["states"]:
        found += schema.choice("states (%s)" % raw, state, words.STATES)
    has_point = "state" in _readable(profile)
    if has_point != bool(profile["states"]):
        found.append(("states", profile["states"] or "nothing", "rows (raw, state) exactly where there is a point state"))
    if profile["kind"] in ("charger", "bes") and profile["states"] and "sunspec" not in profile:
        missing = {"charging", "fault"} - {state for _, state in profile["states"]}
        found += [("states", "no %s" % state, "a code that means it") for state in sorted(missing)]
    return found


def _special(profile):
    """Window, rating, gates."""
    control = profile["control"] or {}
    readable, found = _readable(profile), []
    for least in control.get("window", ()):
        if isinstance(least, str):
            found += schema.choice("control.window", least, readable)
    rated = control.get("rated")
    if (rated is not None) != (control.get("p_form") == "percent"):
        found.append(("control.rated", rated, "a point or watts, exactly with p_form percent"))
    elif isinstance(rated, str):
        found += schema.choice("control.rated", rated, readable)
    for point, _, _, otherwise in profile.get("gates", ()):
        if otherwise != 0 and not (point == "state" and otherwise in words.STATES):
            found.append(("gates (%s)" % point, otherwise, "0, or a state for the point state"))
    return found


def _control(profile):
    control = profile["control"]
    if control is None:
        return []
    found = schema.choice("control.write_memory", control["write_memory"], words.MEMORIES)
    found += schema.number("control.refresh_ms", control["refresh_ms"], 1, 86400000)
    if profile["kind"] == "transfer_switch":
        return found + schema.number("control.circuits", control["circuits"], 1, 16)
    found += schema.choice("control.p_form", control["p_form"], tuple(words.ITEMS))
    found += schema.choice("control.q_form", control["q_form"], words.Q_FORMS)
    found += schema.choice("control.zero", control["zero"], words.ZEROS)
    if not 0 <= control["min_write_ms"] < control["refresh_ms"]:
        found.append(("control.min_write_ms", control["min_write_ms"],
                      "below refresh_ms (%d): a refresh would put every change off" % control["refresh_ms"]))
    limits = [limit for limit, _ in control["guards"]["after_change_ms"]]
    if not limits or limits[-1] is not None or limits[:-1] != sorted(limits[:-1]):
        found.append(("control.guards.after_change_ms", limits, "rising limits in W, the last one None"))
    return found


def _sequences(profile):
    control, found = profile["control"], []
    if control is None:
        return found
    writable = {(space(profile, row[1]), row[2]): row for row in profile["points"] if space(profile, row[1]) != "input"}
    home = {row[0]: (space(profile, row[1]), row[2]) for row in profile["points"]}
    used = {name: [value for step in control.get(name, ()) for value in step[2]] for name in words.SEQUENCES}
    for name in words.SEQUENCES:
        for place, step in enumerate(control.get(name, ())):
            found += _step("control.%s[%d]" % (name, place), step, home, writable)
    if profile["kind"] != "transfer_switch":
        for item in words.ITEMS.get(control["p_form"], ()):
            if item not in used["set"]:
                found.append(("control.set", used["set"], "a step that writes %s, as p_form says" % item))
            if item in used["stop"] + used["give"]:
                found.append(("control.stop", item, "numbers: stopping needs no setpoint"))
        if ("q_var" in used["set"]) != (control["q_form"] == "signed_var"):
            found.append(("control.set", used["set"], "q_var exactly with q_form signed_var"))
    return found


def _step(path, step, home, writable):
    if not isinstance(step, (tuple, list)) or len(step) != 3:
        return [(path, step, "(function, first point, (values))")]
    function, first, values = step
    found = schema.choice(path + ".point", first, tuple(home)) + schema.choice(path + ".function", function, (6, 16))
    if found:
        return found
    if home[first][0] == "input":
        return [(path, first, "a point of a block that function 3 reads, or of none")]
    if function == 6 and len(values) != 1:
        found.append((path, values, "one value with function 6"))
    where, address = home[first]
    for value in values:
        row = writable.get((where, address))
        if row is None:
            return found + [(path, "register %d" % address, "a point there: a sequence writes neighbours")]
        if isinstance(value, str):
            found += schema.choice(path + ".value", value, words.VARIABLES)
        else:
            found += schema.number(path + ".value", value, -32768, 65535)
        address += words.REGISTERS[row[3]]
    return found


def _watchdog(profile):
    watchdog, control = profile["watchdog"], profile["control"]
    if watchdog is None or control is None:
        return []
    found = schema.keys("watchdog", watchdog, ("point", "max_s", "on_expiry", "verified"))
    if not found:
        found += schema.choice("watchdog.point", watchdog["point"], tuple(row[0] for row in profile["points"]))
        if control["refresh_ms"] * 3 > watchdog["max_s"] * 1000:
            found.append(("control.refresh_ms", control["refresh_ms"], "at most a third of watchdog.max_s (%d s)" % watchdog["max_s"]))
    return found


def _recover(profile):
    found, places = [], []
    for rung, gap_s, per_day in profile["recover"]:
        found += schema.choice("recover", rung, words.RUNGS)
        least_s = 120 if rung == "power_cycle" else 1
        found += schema.number("recover (%s).gap_s" % rung, gap_s, least_s, 86400)
        found += schema.number("recover (%s).per_day" % rung, per_day, 1, 6 if rung == "power_cycle" else 1000)
        places += [words.RUNGS.index(rung)] if rung in words.RUNGS else []
    if places != sorted(set(places)):
        found.append(("recover", [row[0] for row in profile["recover"]], "in this order: " + ", ".join(words.RUNGS)))
    return found
