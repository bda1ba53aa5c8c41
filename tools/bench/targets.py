"""The figures a bench run is held against, and the table people read.

Not its job: measuring.
Source: ours; each target is a property of the project's own requirements or of a peer in the same run.
"""

# A row: what it says, the figure, the target as text, the target. Figure and target are functions of the result; a
# target is a limit (number) and which side is good.
AT_MOST, AT_LEAST = "at most", "at least"


def _reaction(result):
    return result["reaction_ms"]["p99"]


def _ack(result):
    return result["command_ack_ms"]["p99"]


def _added(result):
    return result["step_grid_us"] - result["step_us"]


def _first(result):
    return result["frequency_first_ms"]["p99"]


def _delivered(result):
    return result["frequency_delivered_ms"]["p99"]


def _late_calm(result):
    return result["tick_late_calm_ms"]["p99"]


def _late_flood(result):
    return result["tick_late_flood_ms"]["p99"]


def _unchanged(result):
    # A tenth of a tick: what the scheduler of a machine with all its processors at work does anyway.
    return result["tick_late_calm_ms"]["p99"] + 10


def _of(key, factor=1.0):
    return lambda result: None if result[key] is None else factor * result[key]


def _fixed(number):
    return lambda result: number


# what                                        unit     figure                      side      target
ROWS = (
    ("whole tick, CPython",                   "µs",    _of("step_us"),             AT_MOST,  _fixed(250)),
    ("... added by all grid-code functions",  "µs",    _added,                     AT_MOST,  _fixed(100)),
    ("whole tick, MicroPython (WebAssembly)", "µs",    _of("step_us_micropython"), AT_MOST,  None),
    ("heap, MicroPython (WebAssembly)",       "KiB",   _of("heap_kib"),            AT_MOST,  _fixed(150)),
    ("... with all grid-code functions",      "KiB",   _of("heap_grid_kib"),       AT_MOST,  None),
    ("Modbus client / pymodbus async",        "1/s",   _of("modbus_req_s"),        AT_LEAST, _of("pymodbus_async_req_s", 1.2)),
    ("Modbus client / pymodbus sync",         "1/s",   _of("modbus_req_s"),        AT_LEAST, _of("pymodbus_sync_req_s", 0.95)),
    ("MQTT QoS 1 / twice paho",               "1/s",   _of("mqtt_pub_s"),          AT_LEAST, _of("paho_pub_s", 2.0)),
    ("feeder, batched / OpenDSS",             "1/s",   _of("feeder_solves_s"),     AT_LEAST, _of("opendss_solves_s")),
    ("feeder, one at a time",                 "1/s",   _of("feeder_single_s"),     AT_LEAST, None),
    ("reaction, live, p99",                   "ms",    _reaction,                  AT_MOST,  _fixed(200)),
    ("command to applied, live, p99",         "ms",    _ack,                       AT_MOST,  _fixed(110)),
    ("frequency to first setpoint, p99",      "ms",    _first,                     AT_MOST,  _fixed(250)),
    ("frequency to 90 % delivered, p99",      "ms",    _delivered,                 AT_MOST,  _fixed(1000)),
    ("tick's lateness, p99",                  "ms",    _late_calm,                 AT_MOST,  None),
    ("... under a flood of everything",       "ms",    _late_flood,                AT_MOST,  _unchanged),
    ("resident memory of a gateway",          "MB",    _of("rss_mb"),              AT_MOST,  _fixed(30)),
)


def rows(result):
    """(what, figure, unit, target text, True, False or None for no verdict) of each row."""
    judged = []
    for what, unit, figure_of, side, target_of in ROWS:
        figure = figure_of(result)
        target = target_of(result) if target_of else None
        if figure is None or target is None:
            judged.append((what, figure, unit, "", None))
            continue
        met = figure <= target if side == AT_MOST else figure >= target
        judged.append((what, figure, unit, "%s %s" % (side, _number(target)), met))
    return judged


def table(result):
    """The result as text."""
    lines = ["%-40s %10s %-4s  %-18s %s" % ("", "measured", "", "target", "")]
    for what, figure, unit, target, met in rows(result):
        verdict = "" if met is None else "met" if met else "NOT met"
        lines.append("%-40s %10s %-4s  %-18s %s" % (what, "-" if figure is None else _number(figure), unit, target, verdict))
    reaction, ack, rss = result["reaction_ms"], result["command_ack_ms"], result["rss"]
    first, delivered = result["frequency_first_ms"], result["frequency_delivered_ms"]
    lines += [
        "", "Live: %d steps of the grid (p50 %s ms, meter window %d ms), %d commands (p50 %s ms), broker %s, TLS %s; memory after %d s." % (
            reaction["n"], reaction["p50"], reaction["meter_window_ms"], ack["n"], ack["p50"], result["broker"],
            "on" if rss["tls"] else "off", rss["after_s"]),
        "Frequency: %d steps under a GB Dynamic Containment contract, first change p50 %s ms, 90 %% delivered p50 %s ms." % (
            first["n"], first["p50"], delivered["p50"]),
        "Flood: %s a second; %d ticks each without and with it." % (
            ", ".join("%d at the %s" % (count, kind) for kind, count in sorted(result["flood_1_s"].items())),
            result["tick_late_flood_ms"]["n"]),
        "", "Reaction of a site by profile, worst case (tick + meter window + guard):"]
    for name, row in result["site_reaction_ms"].items():
        lines.append("  %-24s %6d ms = %d + %d + %d" % (
            name, row["total_ms"], row["tick_ms"], row["meter_window_ms"], row["guard_ms"]))
    return "\n".join(lines)


def _number(value):
    return "%d" % round(value) if abs(value) >= 1000 else "%g" % round(value, 1)
