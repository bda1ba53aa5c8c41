"""`v2g solve`: the power flow of a test feeder, against its published voltages where there are any.

Not its job: chargers on the feeder (`v2g sim`, `v2g study`), the solution itself (host_sim/feeder).
Source: published voltages and taps from host_sim/feeder/ieee13.py.
"""

import cmath
import json
import math
import sys

OK, FAILED, USAGE = 0, 1, 2
FEEDERS = ("ieee13", "ieee13-415", "ieee13-415-phases")
TOLERANCE_PU = 5e-4  # what counts as the published voltage
EPILOG = """feeders:
  ieee13              as published, 4.16 kV; --taps sets its three regulators
  ieee13-415          its adaptation to 415 V, all buses three-phase; --load-level scales it
  ieee13-415-phases   the same with the published phases

negative taps need the form --taps=-2,0,1
exit code 1 when the feeder has no solution at that load."""


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("feeder", metavar="FEEDER", help=", ".join(FEEDERS))
    parser.add_argument("--taps", metavar="A,B,C", help="regulator positions of ieee13, -16..16 (10,8,11 as published)")
    parser.add_argument("--load-level", metavar="X", help="415 V feeders: part of the published load, 0..1 (0.0172; phases 0.005)")
    parser.add_argument("--json", action="store_true", help="print {converged, v_pu, loss_kw}")


def run(args):
    """Solves and prints; 0 solved, 1 no solution, 2 for arguments that cannot be."""
    try:
        net, published_v = network_for(args.feeder, args.taps, args.load_level)
    except ValueError as error:
        print("v2g solve: %s" % error, file=sys.stderr)
        return USAGE
    from host_sim.feeder.powerflow import PowerFlow
    flow = PowerFlow(net).solve()
    converged = bool(flow.converged[0])
    if args.json:
        print(json.dumps(as_record(net, flow)))
    elif converged:
        print_table(net, flow, published_v)
    else:
        print("%s: no solution at this load (last step %.2g pu)" % (net.name, flow.residual_pu[0]))
    return OK if converged else FAILED


def network_for(feeder, taps, load_level):
    """(network, published voltages or None) for the arguments as typed; ValueError says what is allowed."""
    if feeder not in FEEDERS:
        raise ValueError("no feeder '%s': allowed %s" % (feeder, ", ".join(FEEDERS)))
    from host_sim.feeder import ieee13, ieee13_415
    if feeder == "ieee13":
        if load_level is not None:
            raise ValueError("--load-level belongs to the 415 V feeders: ieee13 has its published load")
        positions = ieee13.PUBLISHED_TAPS if taps is None else parse_taps(taps)
        published_v = ieee13.PUBLISHED_V if positions == ieee13.PUBLISHED_TAPS else None
        return ieee13.ieee13(positions), published_v
    if taps is not None:
        raise ValueError("--taps belongs to ieee13: %s has no regulator" % feeder)
    make, default, top = {
        "ieee13-415": (ieee13_415.ieee13_415, ieee13_415.STRESS_LOAD_LEVEL, 1.0),
        "ieee13-415-phases": (ieee13_415.ieee13_415_phases,) + (ieee13_415.PHASES_LOAD_LEVEL_MAX,) * 2,
    }[feeder]
    return make(default if load_level is None else parse_level(load_level, top)), None


def parse_taps(text):
    """Three integers -16..16 from "10,8,11"; ValueError otherwise."""
    try:
        taps = tuple(int(part) for part in text.split(","))
    except ValueError:
        taps = ()
    if len(taps) != 3 or any(not -16 <= tap <= 16 for tap in taps):
        raise ValueError("--taps %s: allowed three whole numbers -16..16, as in 10,8,11" % text)
    return taps


def parse_level(text, top):
    """A load level 0..top; ValueError otherwise."""
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not 0 <= level <= top:
        raise ValueError("--load-level %s: allowed 0..%g, a part of the published load" % (text, top))
    return level


def as_record(net, flow):
    """What --json prints: magnitudes in pu by bus and phase, losses in kW; null where there is no solution."""
    converged = bool(flow.converged[0])
    v_pu = {}
    for (bus, phase), index in net.node_index.items():
        v_pu.setdefault(bus, {})[phase] = round(abs(complex(flow.v_pu[0, index])), 6) if converged else None
    return {"converged": converged, "v_pu": v_pu, "loss_kw": round(float(flow.loss_w[0]) / 1e3, 4) if converged else None}


def print_table(net, flow, published_v):
    """One line a node; with the published value and the difference where there is one."""
    print("%s: solved, losses %.2f kW" % (net.name, flow.loss_w[0] / 1e3))
    print("%-6s %-5s %10s %9s %9s%s" % ("bus", "phase", "V", "pu", "degrees", "  published   difference" if published_v else ""))
    worst_pu = 0.0
    for (bus, phase), index in net.node_index.items():
        v = complex(flow.v_pu[0, index])
        line = "%-6s %-5s %10.2f %9.4f %9.2f" % (
            bus, phase, abs(v) * net.bus(bus).v_base_ln_v, abs(v), math.degrees(cmath.phase(v)))
        if published_v and bus in published_v:
            reference_pu = published_v[bus][phase][0]
            worst_pu = max(worst_pu, abs(abs(v) - reference_pu))
            line += " %10.4f %+12.5f" % (reference_pu, abs(v) - reference_pu)
        print(line)
    if published_v:
        verdict = "as published" if worst_pu <= TOLERANCE_PU else "NOT as published"
        print("largest difference %.5f pu (allowed %g): %s" % (worst_pu, TOLERANCE_PU, verdict))
