"""`v2g wish`: what the household wants now: charge, discharge, idle, observe, pause the VPP, a departure.

Not its job: its rank against grid, fuse and VPP (edge/laws/local_wishes.py).
"""

import json

from tools.gateway.ask import add_target, ask

WISHES = (
    ("charge-now", "charge, whatever the plan says"),
    ("discharge-now", "discharge, whatever the plan says"),
    ("idle", "neither charge nor discharge"),
    ("none", "take the wish back"),
)


def add_arguments(parser):
    """Arguments of `v2g wish`."""
    add_target(parser)
    parser.add_argument("--evse", help="charger (default: all)")
    what = parser.add_mutually_exclusive_group(required=True)
    for name, text in WISHES:
        what.add_argument("--" + name, dest="wish", action="store_const", const=name.replace("-", "_"), help=text)
    what.add_argument("--observe", choices=("on", "off"), help="on: decide and journal, never write")
    what.add_argument("--permit-service", choices=("on", "off"), help="off: out of service at once, as a grid code defines it")
    what.add_argument("--pause-vpp", type=float, metavar="MINUTES", help="set the VPP's leases aside; 0 ends it")
    what.add_argument("--departure", type=float, metavar="MINUTES", help="leave in so many minutes")
    parser.add_argument("--minutes", type=float, default=60, help="how long a wish holds (default 60)")
    parser.add_argument("--power", type=float, metavar="W", help="power of charge-now or discharge-now")
    parser.add_argument("--energy", type=float, default=0, metavar="WH", help="battery energy needed by departure")


def run(args):
    """Hand the wish over; 3 when no gateway answers or it is refused."""
    if args.wish:
        request = {"wish": args.wish, "minutes": args.minutes, "p_w": args.power}
    elif args.observe:
        request = {"observe": args.observe == "on"}
    elif args.permit_service:
        request = {"permit_service": args.permit_service == "on"}
    elif args.pause_vpp is not None:
        request = {"pause_vpp_min": args.pause_vpp}
    else:
        request = {"departure_min": args.departure, "e_needed_wh": args.energy}
    request["evse"] = args.evse
    answer = ask(args, request)
    if answer is None:
        return 3
    print(json.dumps(answer) if args.json else "understood; `v2g why` shows what comes of it")
    return 0
