"""The page DEVICES.md: every device profile with its registers, sequences and guards.

Not its job: the profiles (protocols/profiles), how a driver reads them (edge/drivers).
Source: the profiles; the page is ours.
"""

from protocols import profiles

SEQUENCES = ("take", "set", "stop", "give", "form", "reserve", "restart")
IN_ISLAND = {"hold": "no setpoint is written", "set": "setpoints go on and are ignored"}

HEAD = """# Devices

Generated from the device profiles by `v2g docs`; don't edit.

A profile is one file of literals in `protocols/profiles/`. Driver and emulator read the same file, so
`v2g emulate NAME --port 5020` gives you the device on your desk. The sign column says how the device counts: −1 where
its positive is our negative (we count power injected into the grid as positive).

Each emulated device stands at a grid of its own: emulators share no circuit, so a V2H charger and a transfer switch from
`v2g emulate` don't make a house that can be cut off. Outages of a whole house: `v2g sim outage`.

| status | means |
|---|---|
| field_tested | we saw it work on the hardware |
| from_field_driver | registers read in a driver that works in the field; not tried on hardware by us |
| from_documentation | registers from the maker's document; not tried on hardware by us |
| emulated_only | exists only in the simulator |
"""


def page():
    """The whole page, Markdown."""
    parts = [HEAD]
    for name in profiles.NAMES:
        module = __import__("protocols.profiles." + name.replace("-", "_"), None, None, ("PROFILE",))
        parts.append(_profile(module.PROFILE))
    return "\n".join(parts)


def _profile(profile):
    facts = ["## %s" % profile["name"], "", "%s, %s, status **%s**. Sources: %s." % (
        profile["kind"], "three-phase" if profile["phases"] == 3 else "single-phase", profile["status"],
        "; ".join(profile["sources"])), "", profile["setup_hint"], ""]
    facts += ["| point | block | address | type | scale | unit | sign | oldest |", "|---|---|---|---|---|---|---|---|"]
    for point, block, address, kind, scale, unit, sign, max_age_ms in profile["points"]:
        facts.append("| `%s` | %s | %s | %s | %s | %s | %+d | %s |" % (
            point, block or "write only", _place(profile, block, address), kind,
            scale if isinstance(scale, str) else "%g" % scale, unit, sign, _age(max_age_ms)))
    return "\n".join(facts + [""] + _addresses(profile) + _control(profile) + _recover(profile) + [""])


def _addresses(profile):
    """What instances and other points do to what stands in the table."""
    first, last, base, stride = profile["instances"]
    lines = []
    if (first, last) != (1, 1) or base:
        own = "".join("; block %s: %s" % (block, "%d + %d × (n − 1)" % (own_base, own_stride) if own_stride else "there once")
                      for block, own_base, own_stride in profile.get("strides", ()))
        lines.append("- instance n = %d to %d adds %d + %d × (n − 1) to the address%s." % (first, last, base, stride, own))
    for point, gate, allowed, otherwise in profile.get("gates", ()):
        lines.append("- `%s` reads %s unless `%s` shows %s." % (point, otherwise, gate, " or ".join(str(value) for value in allowed)))
    return lines


def _recover(profile):
    rungs = ", ".join("%s after %g s, %d a day" % (rung.replace("_", " "), gap_s, per_day)
                      for rung, gap_s, per_day in profile["recover"])
    return ["- when it hangs: %s." % rungs] if profile["kind"] in ("charger", "bes") else []


def _place(profile, block, address):
    """The address; of a SunSpec device, which says itself where its models lie, model and offset."""
    models = dict(profile.get("sunspec", {}).get("models", ()))
    return "%d + %d" % (models[block], address) if models else "%d" % address


def _age(max_age_ms):
    return "%g s" % (max_age_ms / 1000) if max_age_ms < 86400000 else "a day"


def _control(profile):
    control = profile["control"]
    if control is None:
        return ["Read only."]
    lines = ["%s: %s." % (name, "; ".join(_step(step) for step in control[name])) for name in SEQUENCES if control.get(name)]
    if "window" in control:
        lines.append("smallest setpoint: %s." % "; ".join(
            "%s %s" % (way, "never" if least is None else "`%s`" % least if isinstance(least, str) else "%d W" % least)
            for way, least in zip(("charging", "discharging"), control["window"])))
    lines.append("%srefreshed every %g s." % (_guards(control), control["refresh_ms"] / 1000))
    if "in_island" in control:
        lines.append("backup %s; in an island %s." % (profile["backup"], IN_ISLAND[control["in_island"]]))
    watchdog = profile["watchdog"]
    lines.append("watchdog: none." if watchdog is None else "watchdog: `%s` up to %d s, on expiry: %s (%s)." % (
        watchdog["point"], watchdog["max_s"], watchdog["on_expiry"],
        "verified" if watchdog["verified"] else "not verified"))
    if control.get("disables"):
        lines.append("**Taking control disables %s.** Without a fresh phase-current meter nothing above "
                     "`failsafe.p_static_safe_w` is written." % control["disables"])
    return ["- " + line for line in lines]


def _guards(control):
    guards = control.get("guards")
    if guards is None:
        return ""
    steps = ", ".join("%s: %g s" % ("up to %d W" % watt if watt else "larger", wait_ms / 1000)
                      for watt, wait_ms in guards["after_change_ms"])
    return "guards: %g s after a start; after a change (%s); " % (guards["after_start_ms"] / 1000, steps)


def _step(step):
    function, point, values = step
    return "fc %d `%s` ← %s" % (function, point, ", ".join(str(value) for value in values))
