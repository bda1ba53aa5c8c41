"""`v2g wish`: what the household wants: charge, discharge, pause, departure, consent, use of energy, the backup's island.

Not its job: what may be wished for (edge/requests.py), its rank against grid, fuse and VPP (edge/laws).
Source: exit codes 0 taken; 1 refused, because it can't be had here or now; 2 not right as it was said; 3 no gateway answers.
"""

import json
import re
import sys

from edge import requests
from edge.local_words import span, when
from edge.param_home import MODES
from tools.gateway.ask import add_target, ask

WISHES = (
    ("charge-now", "charge, whatever the plan says"),
    ("discharge-now", "discharge, whatever the plan says"),
    ("idle", "neither charge nor discharge"),
    ("none", "take the wish back"),
)
# Names of refusals that the words of the command line are to blame for.
USAGE = ("malformed", "unknown_device", "out_of_range", "in_the_past", "series_gap", "clock_not_set")
DEFAULT = "default"
# Fields of a request -> option that says them.
OPTIONS = {
    "evse": "--evse", "minutes": "--minutes", "until": "--until", "p_w": "--power", "e_needed_wh": "--energy",
    "e_max_wh": "--energy", "soc_pct": "--soc", "soc_min_pct": "--soc-min", "departure": "--departure",
    "departure_min": "--departure", "consent": "--consent", "pause_vpp_min": "--pause-vpp", "pause_until": "--pause-until",
    "energy_mode": "--mode", "prices": "--prices", "island": "--island", "reset_lockout": "--reset-lockout",
    "observe": "--observe", "permit_service": "--permit-service",
}
FURTHER = ("evse", "minutes", "until", "power", "energy", "soc", "soc_min")


def add_arguments(parser):
    """Arguments of `v2g wish`."""
    add_target(parser)
    parser.add_argument("--evse", help="charger (default: all)")
    what = parser.add_mutually_exclusive_group(required=True)
    for name, text in WISHES:
        what.add_argument("--" + name, dest="wish", action="store_const", const=name.replace("-", "_"), help=text)
    what.add_argument("--departure", metavar="WHEN", help="leave at 07:30, or in so many minutes; none takes it back")
    what.add_argument("--consent", choices=("on", "off"), help="the vehicle may discharge, or may not")
    what.add_argument("--pause-vpp", type=float, metavar="MINUTES", help="set the VPP's leases aside; 0 ends it")
    what.add_argument("--pause-until", metavar="WHEN", help="set them aside until 18:00")
    what.add_argument("--mode", choices=MODES + (DEFAULT,), help="use of energy; default: as configured")
    what.add_argument("--prices", metavar="FILE", help="JSON: start_unix_s, step_s, import_per_kwh, export_per_kwh")
    what.add_argument("--island", choices=("on", "off"), help="separate the house from the grid on purpose")
    what.add_argument("--reset-lockout", action="store_true", help="the backup may try again; look at the switch first")
    what.add_argument("--observe", choices=("on", "off"), help="on: decide and journal, never write")
    what.add_argument("--permit-service", choices=("on", "off"), help="off: out of service at once, as a grid code defines it")
    parser.add_argument("--minutes", type=float, help="how long a wish, a consent or an island holds (default 60; consent: open)")
    parser.add_argument("--until", metavar="WHEN", help="... or until 22:00, of consent and island")
    parser.add_argument("--power", type=float, metavar="W", help="power of charge-now or discharge-now")
    parser.add_argument("--energy", type=float, metavar="WH", help="battery energy needed by departure, or most to be discharged")
    parser.add_argument("--soc", type=float, metavar="PERCENT", help="state of charge wanted at departure")
    parser.add_argument("--soc-min", type=float, metavar="PERCENT", help="no discharge below, of consent")


def run(args):
    """Hand the wish over and say what comes of it."""
    try:
        request = request_of(args)
    except (OSError, ValueError) as error:
        print("v2g wish: %s: %s" % (args.prices, getattr(error, "strerror", None) or error), file=sys.stderr)
        return 2
    stray = _stray(args, request)
    if stray:
        print("v2g wish: " + stray, file=sys.stderr)
        return 2
    answer = ask(args, request, _refusal)
    if answer is None:
        return 3
    if args.json:
        print(json.dumps(answer))
    if "error" in answer:
        return 2 if answer.get("problem", {}).get("name") in USAGE else 1
    if not args.json:
        print("\n".join([_promise(row) for row in answer.get("promise", ())] + answer.get("notes", []) + ["understood; `v2g why` shows what comes of it"]))
    return 0


def request_of(args):
    """The request of the arguments, as edge/requests.py takes it; OSError or ValueError for a file of prices."""
    found = {"evse": args.evse}
    if args.wish:
        found.update(wish=args.wish, minutes=args.minutes, p_w=args.power)
    elif args.departure is not None:
        found.update(_departure(args.departure), e_needed_wh=args.energy, soc_pct=args.soc)
    elif args.consent:
        found.update(consent=args.consent == "on", minutes=args.minutes, until=_when(args.until), soc_min_pct=args.soc_min,
                     e_max_wh=args.energy)
    elif args.island:
        found.update(island=args.island == "on", minutes=args.minutes, until=_when(args.until))
    elif args.pause_vpp is not None:
        found.update(pause_vpp_min=args.pause_vpp)
    elif args.pause_until is not None:
        found.update(pause_until=_when(args.pause_until))
    elif args.mode:
        found.update(energy_mode=None if args.mode == DEFAULT else args.mode)
    elif args.prices:
        with open(args.prices, encoding="utf-8") as file:
            found.update(prices=json.load(file))
    elif args.observe:
        found.update(observe=args.observe == "on")
    elif args.permit_service:
        found.update(permit_service=args.permit_service == "on")
    else:
        found.update(reset_lockout=True)
    # Null withdraws where it is the wish itself; elsewhere it was not said.
    return {name: value for name, value in found.items() if value is not None or name in ("departure", "energy_mode")}


def _stray(args, request):
    """Which options don't belong to this wish, in words; None when all do."""
    key, _, fields, _, _ = [row for row in requests.REQUESTS if row[0] in request][0]
    fitting = sorted({OPTIONS[field] for field in fields})
    stray = ["--" + name.replace("_", "-") for name in FURTHER if getattr(args, name) is not None]
    stray = [option for option in stray if option not in fitting]
    if not stray:
        return None
    wish = OPTIONS.get(key) or "--" + request[key].replace("_", "-")
    return "%s: not beside %s, which takes %s" % (", ".join(stray), wish, ", ".join(fitting) or "nothing else")


def _refusal(answer):
    """The gateway's words with the names of options instead of fields."""
    text, path = answer["error"], answer.get("problem", {}).get("path", "")
    if path in OPTIONS and text.startswith(path + " = "):
        text = OPTIONS[path] + text[len(path):]
    # Other fields by their names with underscores: without one a word is no field for sure.
    return re.sub(r"(?<![\w.-])[a-z]+(_[a-z]+)+(?![\w.])", lambda found: OPTIONS.get(found.group(), found.group()), text)


def _departure(text):
    """The key and value of a departure: a time of day, minutes from now, or none."""
    if text == "none":
        return {"departure": None}
    try:
        return {"departure_min": float(text)}
    except ValueError:
        return {"departure": text}


def _when(text):
    """A time of day as it is, a Unix time as a number, None for None."""
    return int(text) if text is not None and text.isdecimal() else text


def _promise(row):
    """What can be promised of a departure, in words."""
    text = "%s: %.1f kWh by departure, %s" % (row["evse"], row["e_needed_wh"] / 1000, when(row["until"]))
    if not row["short_wh"]:
        return text
    text += ": they can't all be had: %.1f kWh will be missing" % (row["short_wh"] / 1000)
    return text + (", all of it only %s later" % span(60 * row["late_min"]) if row["late_min"] else "")
