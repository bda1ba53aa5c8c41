"""Lines of the log for people: an event with units and words instead of bare values, and a wish that was taken.

Not its job: the events themselves (their values stay as they are in journal and telemetry), where a line goes (ports.log).
Imported when there is something to say, and forgotten on a board.
Source: ours.
"""
from edge import home_reasons, reasons
from edge.explain import power_text
from edge.local_words import LocalWords, span, until, when

KWH, MINUTES, MS, HZ, WORD = range(5)
# Values of an event in their order: form, and the words around it.
EVENTS = {
    home_reasons.PROMISE_SHORT: ((KWH, "%s will be missing"), (MINUTES, "all of it %s later")),
    home_reasons.PROMISE_MISSED: ((KWH, "%s missing"), (WORD, "mostly by: %s"), (KWH, "which took %s")),
    home_reasons.BACKUP_STATE: ((WORD, "%s"),),
    home_reasons.PV_CURTAILED: ((HZ, "%s"),),
    reasons.TICK_STALLED: ((MS, "%s late"),),
}
SEVERITIES = ("info", "notice", "warning", "alarm")
WISHES = {"charge_now": "charge now", "discharge_now": "discharge now", "idle": "pause", "none": "no wish any more"}
SWITCHES = {"observe": "only watch", "permit_service": "service permitted", "island": "island"}


def event(code, subject, values):
    """The line of an event, which begins with E and its number, for RUNBOOK.md; values: as the journal has them."""
    forms = EVENTS.get(code, ())
    told = []
    for place, value in enumerate(values):
        if value is not None:
            form, words = forms[place] if place < len(forms) else (None, "%s")
            told.append(words % _value(form, value))
    head = "E%03d %s" % (code, SEVERITIES[reasons.severity_of(code)])
    return _line(head, subject, ", ".join([reasons.text_of(code)] + told))


def wish(gateway, now_ms, command):
    """The line of a command of the household that was taken; gateway: Gateway."""
    number = command.get("der", -1)
    subject = gateway.config.ders[number].name if number >= 0 else "site"
    return _line("wish", subject, "wish taken: " + _wish(command, LocalWords(gateway, now_ms)))


def _line(head, subject, words):
    # What others sent must not play a line of its own, or with the terminal of who reads it.
    words = "".join([char if " " <= char < "\x7f" or char > "\x9f" else "?" for char in words])
    return "%-12s %-12s %s" % (head, subject, words)


def _value(form, value):
    if not isinstance(value, (int, float)):     # "raised" stands where a number may
        return str(value).replace("_", " ") if form == WORD else str(value)
    if form == KWH:
        return "%.1f kWh" % (value / 1000)
    if form == MINUTES:
        return span(60 * value)
    if form == MS:
        return "%d ms" % value
    if form == HZ:
        return "%.2f Hz" % value
    return value


def _wish(command, words_of):
    kind = command["kind"]
    if kind == "wish":
        if command["wish"] == "none":
            return WISHES["none"]   # for good: its minutes are those of a wish that is there no more
        p_w = command["p_w"]
        return WISHES[command["wish"]] + ("" if p_w is None else " with %.1f kW" % (p_w / 1000)) + _until(command, words_of)
    if kind == "departure":
        return _departure(command, words_of)
    if kind == "consent":
        return "discharging " + ("agreed" + _until(command, words_of) if command["on"] else "not agreed")
    if kind == "pause_vpp":
        return "power plant paused" + (_until(command, words_of) or " no more")
    if kind == "energy_mode":
        return "energy mode " + (command["mode"] or "as configured")
    if kind == "prices":
        return "%d prices" % len(command["import_per_kwh"])
    if kind == "announce":
        return "announced: %s" % command["what"].replace("_", " ") + (
            "" if command["p_w"] is None else ", " + power_text(command["p_w"]))
    if kind in SWITCHES:
        return "%s %s" % (SWITCHES[kind], "on" if command["on"] else "off")
    return kind.replace("_", " ")


def _departure(command, words_of):
    t_ms = command["t_departure_ms"]
    if t_ms is None:
        return "departure taken back"
    what = "%d %%" % command["soc_pct"] if command["soc_pct"] is not None else "%.1f kWh" % (command["e_needed_wh"] / 1000)
    return "leave with %s, %s" % (what, when({"left_s": words_of.left_s(t_ms) or 0, "at": words_of.at(t_ms)}))


def _until(command, words_of):
    left_s = words_of.left_s(command["until_ms"])
    return "" if left_s is None else " " + until({"left_s": left_s, "at": words_of.at(command["until_ms"])})
