"""The page GRIDCODES.md: who does what, every grid code, every figure with its source and mark, ride-through regions.

Not its job: the figures (edge/grid_codes), what a verb shows of one code (tools/gateway/grid_code.py).
Source: edge/grid_codes; the split between device and gateway is ARCHITECTURE.md's.
"""

import importlib

from edge import grid_code
from edge.grid_codes import de_14a, ride_through
from tools.gateway import grid_code as verb

HEAD = """# Grid codes

Generated from `edge/grid_codes/` by `v2g docs`; don't edit.

A site names its grid code in `[grid] code`; the code then fills the sections of [PARAMETERS](PARAMETERS.md) it has
figures for and narrows their ranges, and the site file may still set any value inside them. Where a code has no figure,
the parameter's own default holds. `v2g grid-code NAME` shows one code whole.

**None of this is a certificate, and the standards that are sold were not read.** Every figure carries a mark:

| mark | means |
|---|---|
| verified | an open implementation or a public page states it; the source of each part names which |
| **unverified** | general knowledge: **check with the network operator** |

Voltage is per unit of `grid.v_nom_ln_v`, active power of the W rating, reactive power of the VA rating, droop of the
nominal frequency; power is positive when injected.
"""

DEVICE = "device only; the gateway configures it, reads back and watches"
EITHER = "device where its profile says `native`; else gateway, response of 1 s or slower"
GATEWAY = "gateway"
# function, where it runs, why there
WHO = (
    ("trip, ride-through, momentary cessation", DEVICE, "milliseconds"),
    ("anti-islanding, rate of change of frequency", DEVICE, "milliseconds"),
    ("permit service: cease to energize", DEVICE, "the gateway can only command 0 W"),
    ("volt-var, volt-watt, watt-var", EITHER, "never both"),
    ("constant power factor, constant reactive power", EITHER, "never both"),
    ("active-power limit, frequency droop", EITHER, "never both"),
    ("enter service: delay and ramp", EITHER, "never both"),
    ("Dynamic Containment, Dynamic Moderation", "device, or gateway where meter window and loop delay stay within 0.5 s",
     "full delivery within 1 s"),
    ("Dynamic Regulation, FCR-N, FCR-D", GATEWAY, "seconds"),
    ("DSO limit, delays and default hours of charging", GATEWAY, "seconds"),
    ("WAPE, leases, mobility, fuse limit", GATEWAY, "needs the whole site"),
    ("transfer interlock", "hardware; the gateway asks and verifies", "people's lives"),
)
MARKS = {grid_code.VERIFIED: "verified", grid_code.UNVERIFIED: "**unverified**"}
CHECK = "; **check the others with the network operator**"


def page():
    """The whole page, Markdown."""
    answers = [verb.details(name) for name in grid_code.names()]
    parts = _parts(answers)
    return "\n".join([HEAD, _who(), _codes(answers, parts)] + [_part(part) for part in parts] + [_ride_through(), _shares()])


def _table(title, columns, rows):
    lines = [title, "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def _who():
    text = "## Who does what\n\nA device without a trip function of its own may not discharge: a gateway is no protection."
    return _table(text, ("function", "runs in", "why"), WHO)


def _codes(answers, parts):
    figures = [figure for part in parts for figure in _module(part).FIGURES]
    text = "## Codes\n\n%d of the %d figures below are verified%s." % (_verified(figures), len(figures), CHECK)
    rows = [("`%s`" % answer["name"], answer["country"], answer["title"] + ". " + answer["note"],
             ", ".join("[%s](#%s)" % (part, part) for part in answer["parts"]),
             verb.counted(answer).replace(" figures verified", "")) for answer in answers]
    return _table(text, ("name", "country", "what it is", "parts, a later one overrides", "verified"), rows)


def _parts(answers):
    parts = []
    for answer in answers:
        parts += [part for part in answer["parts"] if part not in parts]
    return parts


def _module(part):
    return importlib.import_module("edge.grid_codes." + part)


def _verified(figures):
    return len([row for row in figures if row[5] == grid_code.VERIFIED])


def _part(part):
    module = _module(part)
    verified = _verified(module.FIGURES)
    count = "%d of %d figures verified%s." % (verified, len(module.FIGURES), CHECK if verified < len(module.FIGURES) else "")
    rows = []
    for row in module.FIGURES:
        figure = verb.figure(row[0], row[1:])
        rows.append(("`%s`" % row[0], verb.spoken(figure["default"], figure["unit"]), verb.range_of(figure),
                     figure["base"] or "", figure["source"], MARKS[figure["mark"]]))
    text = "## %s\n\n%s\n\n%s" % (part, module.__doc__.strip(), count)
    gaps = ["- `%s` lies at least %g above `%s` (%s, %s)" % (higher, by, lower, source, MARKS[mark])
            for lower, higher, by, source, mark in getattr(module, "GAPS", ())]
    table = _table(text, ("parameter", "value", "range", "base", "source", "mark"), rows)
    return table + ("\n" + "\n".join(gaps) + "\n" if gaps else "")



def _voltage_rows():
    for category in ("i", "ii", "iii"):
        for side, lo, hi, mode, t_s, slope_s_per_pu, source, mark in ride_through.VOLTAGE[category]:
            band = "below %g" % hi if lo is None else "above %g" % lo if hi is None else "%g–%g" % (lo, hi)
            time = "at once" if t_s is None else "%g s" % t_s
            if slope_s_per_pu:
                time += " + %g s/pu · (v − %g)" % (slope_s_per_pu, lo)
            yield category.upper(), side, band, mode.replace("_", " "), time, source, MARKS[mark]


def _ride_through():
    low_pu, high_pu, source, mark = ride_through.CONTINUOUS_PU
    head = "## Ride-through\n\n%s\n\nContinuous operation from %g to %g pu (%s, %s). The device rides through; the bench measures it." % (
        ride_through.__doc__.strip(), low_pu, high_pu, source, MARKS[mark])
    parts = [
        _table(head, ("category", "side", "voltage, pu", "mode", "for at least", "source", "mark"), _voltage_rows()),
        _table("### Frequency", ("code", "frequency, Hz", "mode", "for at least", "source", "mark"), [
            (code, "%g–%g" % (lo, hi), mode, "without end" if t_s is None else "%g s" % t_s, source, MARKS[mark])
            for code in ("ieee1547", "g99") for lo, hi, mode, t_s, source, mark in ride_through.FREQUENCY[code]]),
        _table("### How fast it acts", ("what", "within", "source", "mark"), [
            (what.replace("_", " "), "%g s" % t_s, source, MARKS[mark]) for what, t_s, source, mark in ride_through.RESPONSE]),
        _table("### Disturbances in a row", ("category", "ridden through", "apart", "source", "mark"), [
            (category.upper(), count, "%g s" % apart_s, source, MARKS[mark])
            for category, count, apart_s, source, mark in ride_through.CONSECUTIVE]),
        _table("### Rate of change of frequency", ("category or code", "at least", "source", "mark"), [
            (name.upper(), "%g Hz/s" % rate, source, MARKS[mark]) for name, rate, source, mark in ride_through.ROCOF]),
    ]
    return "\n".join(parts)


def _shares():
    text = ("## Several devices dimmed together\n\nUnder de-14a one energy manager may share the floor: with n devices it is "
            "floor · (1 + (n − 1) · share); the last row holds for more devices too.")
    return _table(text, ("devices", "share", "source", "mark"), [
        (devices, share, source, MARKS[mark]) for devices, share, source, mark in de_14a.SIMULTANEITY])
