"""`v2g check SITE.toml`: is this site file right, and what does it make of the gateway?

Not its job: what is allowed (edge/params.py), reading the file (toml_compiler.py), what to warn of (site_warnings.py).
Source: exit codes 0 right, also with warnings; 1 wrong; 2 a file cannot be read or written.
"""

import json
import pathlib
import sys

from tools.gateway import bus_words, grid_code, site_warnings, toml_compiler


def add_arguments(parser):
    """Arguments of `v2g check`."""
    parser.add_argument("site", help="site configuration (TOML, or compiled JSON)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--compile", metavar="FILE", help="also write the compiled JSON a board is given")


def run(args):
    """Checks the file and says what it found."""
    path = pathlib.Path(args.site)
    try:
        text = path.read_text(encoding="utf-8")
        config, problems = toml_compiler.check_text(text, path.name)
        if not problems and args.compile:
            path = pathlib.Path(args.compile)
            path.write_bytes(toml_compiler.canonical_json(config.document))
    except (OSError, UnicodeDecodeError) as error:
        print("%s: %s" % (path, getattr(error, "strerror", None) or error), file=sys.stderr)
        return 2
    warnings = [] if problems else warnings_of(config, text, pathlib.Path(args.site))
    if args.json:
        print(json.dumps(report(config, problems, warnings), indent=2, default=str))
    else:
        print("\n".join([problem["line_text"] for problem in problems] or summary(config)))
        print("".join("%s warning: %s: %s\n" % (row["place"], row["path"], row["text"]) for row in warnings), end="")
        if problems:
            print("%d %s" % (len(problems), "error" if len(problems) == 1 else "errors"), file=sys.stderr)
    return 1 if problems else 0


def warnings_of(config, text, site):
    """[{place, line, path, text}] in the order of the file; site: Path of it."""
    name, is_compiled = site.name, site.suffix == ".json"
    lines = {} if is_compiled else toml_compiler.key_lines(text)
    rows = []
    for path, words in site_warnings.found(config, toml_compiler.profile_of, site.parent, None if is_compiled else lines):
        line = toml_compiler.line_of(path, lines)
        rows.append({"place": name if line is None else "%s:%d" % (name, line), "line": line, "path": path, "text": words})
    return sorted(rows, key=lambda row: (row["line"] or 0, row["path"]))


def report(config, problems, warnings):
    """The result as a dictionary; the document without secrets is in `v2g config`."""
    errors = [{key: problem[key] for key in ("line", "path", "got", "allowed", "hint")} for problem in problems]
    told = [{key: row[key] for key in ("line", "path", "text")} for row in warnings]
    return {"ok": not problems, "hash": None if problems else config.hash, "errors": errors, "warnings": told}


def summary(config):
    """What the configuration means, in a few lines for people."""
    lines = ["gateway %s: mode %s, %d ticks a second, configuration %s" % (
        config.gateway.id, config.gateway.mode, round(1000 / config.gateway.tick_ms), config.hash[:8])]
    if config.gateway.mode == "observe":
        lines.append('  it reads and decides but writes nothing; set mode = "control" when what it decides is right')
    for der in config.ders:
        lines.append("  %s: %s, %s, charging up to %s, discharging %s" % (
            der.name, {"evse": "charger", "bes": "battery"}[der.kind], der.profile,
            kilowatts(der.p_charge_max_w), _discharging(der)))
    if config.meter:
        lines.append("  meter: " + config.meter.profile)
    lines += ["  %s: PV, %s" % (pv.name, pv.profile) for pv in config.pvs]
    if config.battery:
        lines.append("  %s: home battery, %s, only read" % (config.battery.name, config.battery.profile))
    lines += ["  " + line for line in bus_words.summary(config, toml_compiler.profile_of)]
    lines += _house(config)
    lines.append("  fuse: %s" % ("%g A" % config.site.i_fuse_a if config.site.i_fuse_a else "no limit set"))
    if config.grid.code:
        answer = grid_code.details(config.grid.code)
        lines.append("  grid code: %s, %s; v2g grid-code %s shows which" % (
            config.grid.code, grid_code.counted(answer), config.grid.code))
    lines.append("  WAPE: %s" % ("on, filter %g s" % config.wape.tau_s if config.wape.enabled else "off"))
    lines.append("  power plant: %s" % ("%s:%d%s" % (
        config.vpp.host, config.vpp.port, "" if config.vpp.tls else ", not encrypted") if config.vpp.enabled else "off"))
    return lines


def _house(config):
    """Backup, household and its page and broker, where the site has them."""
    lines = []
    backup = config.backup
    if backup:
        how = "sequenced from here" if backup.mode == "commanded" else "the charger's own"
        circuits = "%d %s" % (len(config.circuits), "circuit" if len(config.circuits) == 1 else "circuits")
        lines.append("  backup: %s, by %s%s, %s; kept for an outage: %g %%" % (
            how, backup.evse or config.ders[0].name, " through " + config.switch.profile if config.switch else "", circuits,
            backup.reserve_pct))
    if config.home:
        lines.append("  household: mode %s" % config.home.mode)
    page, link = config.page, config.site_link
    if page:
        lines.append("  page: %s" % ("http://%s:%d/%s" % (
            page.address, page.port, "" if page.pin is None else ", asks for a PIN") if page.enabled else "off"))
    if link:
        values = "%d %s" % (len(config.inputs), "value" if len(config.inputs) == 1 else "values")
        lines.append("  site link: %s" % ("%s:%d%s, topics below %s/%s, %s in, %s" % (
            link.host, link.port, "" if link.tls else ", not encrypted", link.prefix, config.gateway.id, values,
            "takes wishes" if link.wishes else "no wishes") if link.enabled else "off"))
    return lines


def _discharging(der):
    if not der.p_discharge_max_w:
        return "never"
    is_agreed = der.kind == "bes" or der.v2g_consent     # a battery has no driver to ask
    return "up to " + kilowatts(der.p_discharge_max_w) + ("" if is_agreed else " but the owner has not agreed")


def kilowatts(p_w):
    """A power for people: '7.4 kW'."""
    return "%.3g kW" % (p_w / 1000)
