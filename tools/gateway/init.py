"""`v2g init`: writes a commented site file to start from; it only observes until told otherwise.

Not its job: finding devices (detect), what is allowed (edge/params.py: the comments are its rows).
Source: ours.
"""

import pathlib
import secrets
import sys

from edge import param_values, params
from tools.gateway.toml_compiler import shown

HEAD = """# A site: one gateway, its chargers and what it may do with them. All keys: PARAMETERS.md
# Check it with: v2g check %s
# Power is positive when fed into the grid; limits are never negative and name their direction.
"""

# What stands there uncommented; every other key of these sections follows as a comment with its default. Sections of
# OFFERED stand there as comments, ready to be used, each under the words that say what for.
STARTER = (
    ("gateway", (("id", "gw-1"), ("mode", "observe"))),
    ("bus", (("name", "charger"), ("host", "192.168.1.50"), ("port", 502))),
    ("evse", (("name", "charger"), ("profile", "wallbox-quasar-1"), ("bus", "charger"), ("unit", 1), ("phases", 1),
              ("p_charge_max_w", 7400), ("p_discharge_max_w", 0))),
    ("failsafe", ()),
    ("site", ()),
    ("grid", ()),
    ("vpp", ()),
    ("bounds", ()),
    ("local", (("query_port", 8502),)),
)
OFFERED = (
    ("A meter guards the fuse (site.i_fuse_a). A charger that gives up its own fuse protection under control needs one.", (
        ("bus", (("name", "meter"), ("host", "192.168.1.51"), ("transport", "rtu_over_tcp"), ("baud", 9600))),
        ("meter", (("profile", "eastron-sdm630"), ("bus", "meter"), ("unit", 1))),
    )),
)
# A value that only somebody on site can attest: it stays a comment of its own, so that `v2g check` asks for it.
UNSAID = None
# A house: its own charger can supply it, so the sections of household and backup make sense.
HOUSE_STARTER = (
    ("gateway", (("id", "gw-1"), ("mode", "observe"))),
    ("bus", (("name", "charger"), ("host", "192.168.1.50"), ("port", 502))),
    ("bus", (("name", "meter"), ("host", "192.168.1.51"), ("transport", "rtu_over_tcp"), ("baud", 9600))),
    ("evse", (("name", "charger"), ("profile", "sim-v2h"), ("bus", "charger"), ("unit", 1), ("phases", 1),
              ("p_charge_max_w", 7400), ("p_discharge_max_w", 7400))),
    ("meter", (("profile", "eastron-sdm630"), ("bus", "meter"), ("unit", 1))),
    ("failsafe", ()),
    ("site", (("i_fuse_a", 40),)),
    ("home", (("mode", "charge"), ("utc_offset_min", 0), ("summer_time", "eu"))),
    ("page", (("port", 8080),)),
    ("vpp", ()),
    ("bounds", ()),
    ("local", (("query_port", 8502),)),
)
HOUSE_OFFERED = (
    ("Supply while the grid is away, sequenced from here: only with a certified interlock and after the signed checklist.", (
        ("bus", (("name", "switch"), ("host", "192.168.1.52"), ("port", 502))),
        ("switch", (("profile", "sim-transfer-switch"), ("bus", "switch"), ("unit", 1))),
        ("backup", (("mode", "commanded"), ("interlock_certified", False), ("checklist", UNSAID), ("earthing", UNSAID),
                    ("neutral_switched", UNSAID), ("bond", UNSAID))),
        ("circuit", (("name", "light"), ("relay", 1), ("priority", 1), ("p_w", 300))),
        ("circuit", (("name", "fridge"), ("relay", 2), ("priority", 2), ("p_w", 150), ("p_inrush_w", 900))),
        ("circuit", (("name", "cooker"), ("relay", 3), ("priority", 3), ("p_w", 2500))),
    )),
    ("A home battery that follows its own meter.", (
        ("bus", (("name", "battery"), ("host", "192.168.1.53"), ("port", 502))),
        ("battery", (("profile", "sim-home-battery"), ("bus", "battery"), ("unit", 1))),
    )),
    ("Wishes and values over the household's own broker.", (
        ("site_link", (("host", "192.168.1.10"),)),
        ("input", (("quantity", "pv_w"), ("topic", "roof/power"), ("path", "power"), ("scale", 1))),
    )),
)
ID_BYTES = 6        # so that ten thousand gateways don't meet by chance
# Row whose default says too little -> (what a comment shows instead, words).
EXAMPLES = {"grid.code": ("g99", "'v2g grid-code' lists them.")}


def add_arguments(parser):
    """Arguments of `v2g init`."""
    parser.add_argument("site", nargs="?", default="site.toml", help="file to write (default: %(default)s)")
    parser.add_argument("--house", action="store_true",
                        help="a house whose charger can supply it: household, and as comments backup, switch, circuits")
    parser.add_argument("--force", action="store_true", help="replace the file when it exists")


def run(args):
    """Writes the file; 1 when there is one already."""
    path = pathlib.Path(args.site)
    if path.exists() and not args.force:
        print("%s exists; --force replaces it" % path, file=sys.stderr)
        return 1
    try:
        # Drawn: an id stands in every topic, and must not tell who lives where.
        path.write_text(starter(path.name, args.house, "gw-" + secrets.token_hex(ID_BYTES)), encoding="utf-8")
    except OSError as error:
        print("%s: %s" % (path, error.strerror or error), file=sys.stderr)
        return 1
    print("wrote %s; edit it, then: v2g check %s" % (path, path))
    return 0


def starter(name="site.toml", is_house=False, gateway_id="gw-1"):
    """The text of a starter site file, made from the parameter table; is_house: of a house that its charger can supply."""
    parts = [HEAD % name]
    told = []       # of sections that stand there several times, the first one shows all keys
    for section, given in HOUSE_STARTER if is_house else STARTER:
        parts.append(_heading(section))
        filled = dict(given, id=gateway_id) if section == "gateway" else dict(given)
        parts += _lines(section, filled, section in told)
        parts.append("")
        told.append(section)
    for words, sections in HOUSE_OFFERED if is_house else OFFERED:
        lines = [words]
        for section, given in sections:
            rows = dict(params.rows_of(section))
            lines += [_heading(section)] + [_line(rows[key], "# %s = …" % key if value is UNSAID else "%s = %s" % (key, shown(value)))
                                            for key, value in given]
        parts += ["# " + line for line in lines] + [""]
    return "\n".join(parts)


def _heading(section):
    row = params.section_row(section)
    return "%s  # %s" % (("[[%s]]" if row[1] == params.MANY else "[%s]") % section, row[4])


def _line(row, text):
    words = EXAMPLES[row[0]][1] if row[0] in EXAMPLES else "Allowed: " + param_values.allowed_text(row)
    return "%-36s # %s %s" % (text, row[9], words)


def _lines(section, given, is_short):
    """Given keys first as they stand in STARTER, the others as comments; is_short: only the given ones."""
    rows = dict(params.rows_of(section))
    lines = []
    for key in list(given) + [key for key in rows if key not in given and not is_short]:
        row = rows[key]
        example = EXAMPLES[row[0]][0] if row[0] in EXAMPLES else row[6]
        if key in given:
            line = "%s = %s" % (key, shown(given[key]))
        else:
            line = "# %s = %s" % (key, "…" if example is None else shown(example))
        lines.append(_line(row, line))
    return lines
