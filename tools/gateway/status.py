"""`v2g status`: links, chargers, setpoints and leases of a running gateway.

Not its job: collecting them (edge/queries.py).
"""

import json

from tools.gateway.ask import add_target, ask


def add_arguments(parser):
    """Arguments of `v2g status`."""
    add_target(parser)


def run(args):
    """Print the status; 3 when no gateway answers."""
    answer = ask(args, {"ask": "status"})
    if answer is None:
        return 3
    if args.json:
        print(json.dumps(answer))
        return 0
    print("%s  %s  up %d s  %d ticks, %d stalled" % (
        answer["gateway"], answer["mode"], answer["up_ms"] // 1000, answer["ticks"], answer["stalls"]))
    for bus in answer["buses"]:
        print("  %-16s %-5s %d timeouts" % (bus["link"], "up" if bus["up"] else "DOWN", bus["timeouts"]))
    vpp = answer["vpp"]
    if vpp is not None:
        print("  %-16s %-5s %d commands accepted, %d refused" % (
            "vpp", "up" if vpp["up"] else "DOWN", vpp["accepted"], vpp["refused"]))
    for der in answer["ders"]:
        print("  %-16s %-12s %s" % (der["name"], der["session"], der["why"]))
        print("  %-16s voltage %s, SoC %s, %d writes" % (
            "", _shown(der["v_mean_pu"], "%.4f pu"), _shown(der["soc_pct"], "%.1f %%"), der["writes"]))
    return 0


def _shown(value, form):
    return "unknown" if value is None else form % value
