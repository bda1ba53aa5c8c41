"""`v2g status`: links, chargers, setpoints, leases, promises, backup and what lies ahead, of a running gateway.

Not its job: collecting them (edge/queries.py), the household's lines (household_words.py).
"""

import json

from edge.explain import IDLE_W, power_text
from tools.gateway import household_words
from tools.gateway.ask import add_target, ask


def add_arguments(parser):
    """Arguments of `v2g status`."""
    add_target(parser)


def run(args):
    """Print the status; 3 when no gateway answers."""
    answer = ask(args, {"ask": "status"})
    if answer is None or "error" in answer:
        return 3
    if args.json:
        print(json.dumps(answer))
        return 0
    print("%s  %s  up %d s  %d ticks, %d stalled" % (
        answer["gateway"], answer["mode"], answer["up_ms"] // 1000, answer["ticks"], answer["stalls"]))
    for bus in answer["buses"]:
        ages = ", values up to %d ms old" % bus["oldest_ms"] if bus.get("oldest_ms") else ""
        print("  %-16s %-5s %d timeouts%s" % (bus["link"], "up" if bus["up"] else "DOWN", bus["timeouts"], ages))
    vpp = answer["vpp"]
    if vpp is not None:
        stored = ", %d files of history to send" % vpp["stored_files"] if vpp.get("stored_files") else ""
        print("  %-16s %-5s %d commands accepted, %d refused%s" % (
            "vpp", "up" if vpp["up"] else "DOWN", vpp["accepted"], vpp["refused"], stored))
    for name, line in _site_lines(answer):
        print("  %-16s %s" % (name, line))
    household = answer["household"]
    for der, seen in zip(answer["ders"], household["chargers"]):
        print("\n".join(_der_lines(der) + ["  %-16s %s" % ("", line) for line in household_words.charger(seen)]))
    for other in answer["others"]:
        print("  %-16s %s" % (other["name"], _other_text(other)))
    names = [der["name"] for der in answer["ders"]]
    for lease in answer["leases"]:
        print("  %-16s %s" % ("lease " + lease["id"], _lease_text(lease, names, answer["up_ms"])))
    for name, line in household_words.site(household):
        print("  %-16s %s" % (name, line))
    return 0


def _site_lines(answer):
    """(name, line) of the household's broker and of a shared fuse, where there are any."""
    link, shared = answer.get("site_link"), answer.get("shared_site")
    if link:
        yield "site link", "%-5s %d wishes accepted, %d refused" % ("up" if link["up"] else "DOWN", link["accepted"], link["refused"])
    if shared:
        alone = "" if shared["is_master"] or shared["has_master"] else "; no word from the master"
        yield "shared fuse", "draws %.1f A, may draw %.1f A, its own are %.1f A a phase%s" % (
            max(shared["draw_a"]), max(shared["limit_a"]), shared["own_a"], alone)
        for member in shared.get("members", ()):
            may = "silent" if not member["is_heard"] or not member["limit_a"] else "may draw %.1f A" % max(member["limit_a"])
            yield "", member["gateway"] + " " + may


def _der_lines(der):
    lines = [
        "  %-16s %-12s %s" % (der["name"], der["session"], der["why"]),
        "  %-16s asked %s, %s; measured %s, %s" % (
            "", power_text(der["p_set_w"]), _vars(der["q_set_var"]), power_text(der["p_ac_w"]), _vars(der["q_ac_var"])),
        "  %-16s voltage %s, SoC %s, %d writes" % (
            "", _shown(der["v_mean_pu"], "%.4f pu"), _shown(der["soc_pct"], "%.1f %%"), der["writes"]),
    ]
    if der["grid_mode"] is not None:
        lines.append("  %-16s grid code: %s" % ("", der["grid_mode"].replace("_", " ")))
    if der["in_device"]:
        lines.append("  %-16s in the device, confirmed: %s" % ("", ", ".join(der["in_device"]).replace("_", " ")))
    for function, why in der["unavailable"]:
        lines.append("  %-16s unavailable: %s (%s)" % ("", function.replace("_", " "), why))
    return lines


def _other_text(other):
    if other["fault"]:
        return other["fault"]
    if other["identity"] == "wrong":
        return "not the device that profile %s describes" % other["profile"]
    if other["age_ms"] is None:
        return "no answer"
    return "%s, read %.1f s ago" % (other["profile"], other["age_ms"] / 1000)


def _lease_text(lease, names, now_ms):
    """One lease in words; times count from the start of the gateway."""
    whom = names[lease["der"]] if lease["der"] >= 0 else "all"
    when = "%d s left" % ((lease["end_ms"] - now_ms) // 1000)
    if lease["start_ms"] > now_ms:
        when = "begins in %d s, " % ((lease["start_ms"] - now_ms) // 1000) + when
    what = lease["kind"].replace("_", " ")
    if lease["kind"] == "setpoint":
        what += ", " + power_text(lease["values"][0])
    return "%s for %s, priority %d, %s" % (what, whom, lease["priority"], when)


def _vars(q_var):
    """Reactive power in words, never with a bare sign."""
    if q_var is None:
        return "vars unknown"
    if abs(q_var) < IDLE_W:
        return "no vars"
    return "%s %.1f kvar" % ("injecting" if q_var > 0 else "absorbing", abs(q_var) / 1000)


def _shown(value, form):
    return "unknown" if value is None else form % value
