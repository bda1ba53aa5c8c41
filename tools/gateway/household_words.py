"""The household's lines of `v2g status`: wishes, promise and consent of each charger, then site, backup, what lies ahead.

Not its job: collecting them (edge/household_view.py).
"""

from edge.local_words import lasting, span, until, when

WISHES = {"charge_now": "charge now", "discharge_now": "discharge now", "idle": "rest"}
SHOWN_WH = 100


def charger(seen):
    """Lines of one charger; none where nobody wants anything."""
    lines = []
    if seen["wish_until"] is not None:
        lines.append("wish: %s %s" % (WISHES[seen["wish"]], until(seen["wish_until"])))
    promise = seen["promise"]
    if promise is not None and promise["until"] is not None:
        lines.append(_promise(promise))
    consent = seen["consent"]
    if consent["on"] and (consent["until"] is not None or consent["e_left_wh"] is not None):
        left = "" if consent["e_left_wh"] is None else ", %.1f kWh left" % (consent["e_left_wh"] / 1000)
        lines.append("consent to discharging %s, not below %d %%%s" % (
            until(consent["until"]) or "until it is taken back", consent["soc_min_pct"], left))
    energies = [(name, seen[key]) for name, key in (("charged", "e_charged_wh"), ("discharged", "e_discharged_wh"))
                if (seen[key] or 0) >= SHOWN_WH]
    if energies:
        lines.append("this session: " + ", ".join("%s %.1f kWh" % (name, e_wh / 1000) for name, e_wh in energies))
    return lines


def _promise(promise):
    wanted = "%d %%" % promise["soc_pct"] if promise["soc_pct"] is not None else "energy"
    line = "departure: %s by %s" % (wanted, when(promise["until"]))
    if promise["e_missing_wh"] is not None:
        line += ", %.1f kWh to go" % (max(promise["e_missing_wh"], 0) / 1000)
    if promise["start"] is not None:
        line += ", charging at the latest " + ("from " + promise["start"]["at"] if promise["start"]["at"] else
                                               "in " + span(promise["start"]["left_s"]))
    if promise["short_wh"]:
        line += "; %.1f kWh will be missing" % (promise["short_wh"] / 1000)
    return line


def site(household):
    """(name, line) of the site."""
    rows = []
    energy = household["energy"]
    if energy is not None:
        rows.append(("energy", "mode %s, %.3g per kWh drawn, %.3g per kWh fed in" % (
            energy["mode"], energy["import_per_kwh"], energy["export_per_kwh"])))
        rows += [("plan", "%s: %s" % (row["name"], row["words"])) for row in energy["vehicles"] if row["words"]]
    if household["pause"] is not None:
        rows.append(("vpp", "paused by the household " + until(household["pause"])))
    if household["backup"] is not None:
        rows.append(("backup", _backup(household["backup"])))
    for row in household["ahead"]:
        at = "now" if not row["start_s"] else row["start"] or "in " + span(row["start_s"])
        rows.append(("ahead", at + ("–" + row["end"] if row["end"] else "") + ": " + row["text"]))
    refusal = household["refusal"]
    if refusal is not None:
        rows.append(("refused", "%s ago, no. %d: %s" % (span(refusal["age_s"]), refusal["reason"], refusal["text"])))
    return rows


def _backup(told):
    parts = [told["words"]]
    if told["lockout"]:
        parts.append("LOCKED OUT: " + told["lockout"])
    if told["problem"]:
        parts.append(told["problem"])
    if told["waits_for"]:
        parts.append("waits for: " + ", ".join(told["waits_for"]))
    if told["autonomy_h"] is not None:
        parts.append(lasting(told["autonomy_h"], told["km"]))
    if told["circuits_off"]:
        parts.append("off: " + ", ".join(told["circuits_off"]))
    return ", ".join(parts)
