"""What the supervisor does, in words: a line for each command it sends and each answer that matters.

Not its job: deciding (the rules), showing (the live table).
Source: ours; power never with a bare sign.
"""

KINDS = {
    "wape_lift": "lifts the WAPE constraint",
    "v2g_support": "arms V2G support",
    "limits": "sets operating limits",
    "agc_reservation": "reserves regulation",
}


def of_command(content, gateway, begin_unix_ms):
    """One line for a command message (its JSON content). begin_unix_ms: wall time of t = 0, for scheduled ones."""
    if content["kind"] == "revoke":
        return "%s: takes %s back" % (gateway, content["ref"])
    what = KINDS.get(content["kind"], content["kind"])
    if content["kind"] == "setpoint":
        what = "schedules " + power(content["p_w"])
    place = gateway + ("/" + content["device"] if content.get("device") else "")
    start_ms = content.get("nbf_ms")
    if start_ms is None:
        when = "for %.0f s" % ((content["exp_ms"] - content["iat_ms"]) / 1000)
    else:
        when = "from %.1f to %.1f s" % ((start_ms - begin_unix_ms) / 1000, (content["exp_ms"] - begin_unix_ms) / 1000)
    return "%s: %s %s" % (place, what, when)


def of_answer(content, gateway, reason):
    """One line for an acknowledgement, None for one that only says `received`. reason: name of its number."""
    stage = content["stage"]
    if stage == "received":
        return None
    text = "%s: %s %s" % (gateway, content["ref"], stage)
    if stage == "refused":
        text += ", " + reason.replace("_", " ")
    if content.get("applied_w") is not None:
        text += ", " + power(content["applied_w"])
    return text


def power(p_w):
    """"charging 3.4 kW", "discharging 6.0 kW", "idle"; W, positive when injected."""
    if abs(p_w) < 50:
        return "idle"
    return "%s %.1f kW" % ("discharging" if p_w > 0 else "charging", abs(p_w) / 1000)
