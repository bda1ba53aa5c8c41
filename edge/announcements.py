"""What somebody announces: a series of prices, a planned outage, an event. Checked here for every way it may come in.

Not its job: the form of a message (protocols), of a request (requests.py), what follows (household, backup).
Source: ours. A refusal is (number, path, got, allowed).
"""
from protocols.refusals import IN_THE_PAST, MALFORMED, OUT_OF_RANGE, SERIES_GAP

STEP_MIN_S, STEP_MAX_S = 300, 86400
STEPS_MAX = 200
PRICE_MAX_PER_KWH = 10
WHATS = ("outage", "turn_up", "notice")
TEXT_CHARS = 100
ANNOUNCE_MAX_W = 1000000


def prices(content, unix_ms):
    """(command, None) or (None, refusal) of a series.

    content: start_unix_s and step_s, integers; import_per_kwh: a price of every step from then on, at most 200;
    export_per_kwh: as many, or None. unix_ms: wall clock, None while it is not set.
    """
    start_s, step_s = content.get("start_unix_s"), content.get("step_s")
    if not is_integer(start_s) or start_s < 0:
        return None, (MALFORMED, "start_unix_s", start_s, "Unix time in s, an integer")
    if not is_integer(step_s) or not STEP_MIN_S <= step_s <= STEP_MAX_S:
        return None, (OUT_OF_RANGE, "step_s", step_s, "%d to %d s, an integer" % (STEP_MIN_S, STEP_MAX_S))
    bought, sold = content.get("import_per_kwh"), content.get("export_per_kwh")
    refusal = _series("import_per_kwh", bought)
    if refusal is None and sold is not None:
        refusal = _series("export_per_kwh", sold)
        if refusal is None and len(sold) != len(bought):
            refusal = (SERIES_GAP, "export_per_kwh", "%d steps" % len(sold), "as many as import_per_kwh, %d" % len(bought))
    if refusal is None and unix_ms is not None and (start_s + step_s * len(bought)) * 1000 <= unix_ms:
        refusal = (IN_THE_PAST, "start_unix_s", start_s, "a series that ends later than now, %d" % (unix_ms // 1000))
    if refusal is not None:
        return None, refusal
    return {"kind": "prices", "start_unix_s": start_s, "step_s": step_s, "import_per_kwh": list(bought),
            "export_per_kwh": None if sold is None else list(sold)}, None


def _series(name, values):
    if not isinstance(values, (list, tuple)):
        return MALFORMED, name, values, "a list of prices"
    if not 1 <= len(values) <= STEPS_MAX:
        return OUT_OF_RANGE, name, "%d steps" % len(values), "1 to %d steps" % STEPS_MAX
    for step, value in enumerate(values):
        path = "%s[%d]" % (name, step)
        if not is_number(value) or value != value:
            return SERIES_GAP, path, value, "a price for every step"
        if not -PRICE_MAX_PER_KWH <= value <= PRICE_MAX_PER_KWH:
            return OUT_OF_RANGE, path, value, "-%d to %d a kWh" % (PRICE_MAX_PER_KWH, PRICE_MAX_PER_KWH)
    return None


def announce(content, start_ms, end_ms, now_ms):
    """(command, None) or (None, refusal) of an announcement; times in monotonic ms.

    content: id, what, text or None, p_w or None (W, positive when injected, asked of the whole site). The same id
    replaces its older self; with "withdrawn": true it is over at once.
    """
    what, p_w, text = content.get("what"), content.get("p_w"), content.get("text")
    known = content.get("id")
    if not isinstance(known, str) or not 1 <= len(known) <= 40:
        return None, (MALFORMED, "id", known, "a text of 1 to 40 characters")
    if what not in WHATS:
        return None, (MALFORMED, "what", what, " or ".join(WHATS))
    if text is not None and (not isinstance(text, str) or len(text) > TEXT_CHARS):
        return None, (MALFORMED, "text", text, "at most %d characters" % TEXT_CHARS)
    if p_w is not None and (not is_number(p_w) or not -ANNOUNCE_MAX_W <= p_w <= ANNOUNCE_MAX_W):
        return None, (OUT_OF_RANGE, "p_w", p_w, "-%d to %d W" % (ANNOUNCE_MAX_W, ANNOUNCE_MAX_W))
    if content.get("withdrawn") is True:
        start_ms = end_ms = now_ms
    elif end_ms <= start_ms:
        return None, (OUT_OF_RANGE, "end", "%d s" % ((end_ms - start_ms) // 1000), "after its start")
    elif end_ms <= now_ms:
        return None, (IN_THE_PAST, "end", "%d s ago" % ((now_ms - end_ms) // 1000), "later than now")
    return {"kind": "announce", "id": known, "what": what, "start_ms": start_ms, "end_ms": end_ms, "text": text or "",
            "p_w": p_w}, None


def is_number(value):
    """Whether a value is a number of JSON; NaN is one in form."""
    return isinstance(value, (int, float)) and value is not True and value is not False


def is_integer(value):
    """Whether a value is an integer of JSON."""
    return isinstance(value, int) and value is not True and value is not False
