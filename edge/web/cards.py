"""The parts of the page that only show something: what each charger does and why, the site, what lies ahead.

Not its job: forms and the frame (page.py), collecting (household_view.py).
Source: ours. Nobody reads a bare sign: power has a direction in words. Everything from outside goes through `text`.
"""

from edge.local_words import lasting, span, until, when

ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"))
WISHES = {"charge_now": "You asked to charge now", "discharge_now": "You asked to discharge now",
          "idle": "You asked to pause"}
RUNNING_W = 50
REFUSAL_S = 60      # a refusal is shown so long


def text(value):
    """A value as HTML text, in an attribute too."""
    shown = str(value)
    for char, escape in ESCAPES:
        shown = shown.replace(char, escape)
    return shown


def kilowatts(p_w):
    """Magnitude of a power in kW; "unknown" for None."""
    return "unknown" if p_w is None else "%.1f kW" % (abs(p_w) / 1000)


def fragments(picture):
    """{id of an element: its HTML} of everything that is renewed."""
    found = {"now": _now(picture), "site": _site(picture), "ahead": _ahead(picture["ahead"]),
             "refusal": _refusal(picture["refusal"]), "backup": backup(picture["backup"])}
    plans = picture["energy"]["vehicles"] if picture["energy"] is not None else ()
    for number, charger in enumerate(picture["chargers"]):
        found["c%d" % number] = _charger(charger, plans[number]["words"] if plans else "")
    return found


def _now(picture):
    return text(picture["now"] or "")


def _charger(charger, plan):
    p_w = charger["p_ac_w"]
    tone = "" if p_w is None or abs(p_w) < RUNNING_W else (" out" if p_w > 0 else " in")
    head = "no vehicle" if charger["plugged"] is False else charger["doing"]
    why = charger["why"]
    if why.startswith(charger["doing"] + ": "):
        why = "because: " + why[len(charger["doing"]) + 2:]
    lines = ['<p class="big%s">%s</p>' % (tone, text(head)), '<p>%s</p>' % text(why)]
    if charger["wish_until"] is not None:
        lines.append('<p class="warn">%s, %s.</p>' % (WISHES[charger["wish"]], text(until(charger["wish_until"]))))
    lines += _battery(charger) + _promise(charger["promise"])
    if plan:
        lines.append("<p>Planned: %s</p>" % text(plan))
    if charger["is_bidirectional"] and charger["no_discharge"] is not None and charger["plugged"]:
        lines.append('<p class="soft small">Discharging is not possible: %s</p>' % text(charger["no_discharge"]["text"]))
    return "".join(lines)


def _battery(charger):
    soc_pct = charger["soc_pct"]
    if soc_pct is None:
        return ['<p class="soft">State of charge unknown</p>'] if charger["plugged"] else []
    words = "about %d %%" if charger["is_soc_estimate"] else "%d %%"
    shown = words % round(soc_pct)
    if charger["e_capacity_wh"]:
        shown += " of %.0f kWh" % (charger["e_capacity_wh"] / 1000)
    return ['<progress max="100" value="%d" aria-label="battery"></progress><p>Battery %s</p>' % (round(soc_pct), text(shown))]


def _promise(promise):
    if promise is None or promise["until"] is None:
        return []
    what = "%d %%" % promise["soc_pct"] if promise["soc_pct"] is not None else "the energy asked for"
    line = "Wanted: %s by %s" % (what, when(promise["until"]))
    missing_wh = promise["e_missing_wh"]
    if missing_wh is not None:
        line += ", %.1f kWh to go" % (missing_wh / 1000) if missing_wh >= 100 else ", reached"
    if promise["start"] is not None:
        line += ", charging at the latest %s" % ("from " + promise["start"]["at"] if promise["start"]["at"] else
                                                 "in " + span(promise["start"]["left_s"]))
    found = ['<p>%s</p>' % text(line)]
    if promise["short_wh"]:
        found.append('<p class="warn">It can&#39;t all be ready in time: about %.1f kWh will be missing.</p>' % (promise["short_wh"] / 1000))
    return found


def _site(picture):
    rows = []
    p_pcc_w = picture["p_pcc_w"]
    if p_pcc_w is not None:
        word = "balanced" if abs(p_pcc_w) < RUNNING_W else ("feeding in " if p_pcc_w > 0 else "drawing ") + kilowatts(p_pcc_w)
        rows.append(("Grid", word))
    if picture["load_w"] is not None:
        rows.append(("House", "using " + kilowatts(picture["load_w"])))
    if picture["pv_w"] is not None:
        rows.append(("Sun", kilowatts(picture["pv_w"])))
    energy = picture["energy"]
    if energy is not None:
        price = "%.3g per kWh drawn, %.3g per kWh fed in" % (energy["import_per_kwh"], energy["export_per_kwh"])
        rows.append(("Price now", price if energy["prices_known"] else price + " (usual)"))
    if picture["has_vpp"]:
        pause = picture["pause"]
        rows.append(("Power plant", "paused " + until(pause) if pause else "may ask for power"))
    shown = "".join(["<dt>%s</dt><dd>%s</dd>" % (text(name), text(value)) for name, value in rows])
    notes = ""
    if picture["is_observing"]:
        notes += '<p class="warn">Watching only: nothing is switched from here.</p>'
    if not picture["is_permitted"]:
        notes += '<p class="warn">Out of service: nothing may charge or discharge.</p>'
    return ("<dl>%s</dl>" % shown if shown else "") + notes


def backup(told):
    """The card's inside of the backup; "" without one."""
    if told is None:
        return ""
    tone = " bad" if told["lockout"] else ""
    lines = ['<p class="big">%s</p>' % text(told["words"])]
    if told["lockout"]:
        lines.append('<p class="warn%s">Locked out: %s. Look at the switch before you reset it.</p>' % (tone, text(told["lockout"])))
    elif told["problem"]:
        lines.append('<p class="warn">%s</p>' % text(told["problem"]))
    if told["waits_for"]:
        lines.append("<p>The way back to the grid waits for: %s</p>" % text(", ".join(told["waits_for"])))
    if told["autonomy_h"] is not None:
        lines.append("<p>%s</p>" % lasting(told["autonomy_h"], told["km"]))
    if told["delay_left_s"] is not None:
        lines.append("<p>Next step in %s</p>" % span(int(told["delay_left_s"])))
    if told["circuits_off"]:
        lines.append("<p>Switched off: %s</p>" % text(", ".join(told["circuits_off"])))
    return "".join(lines)


def _ahead(rows):
    if not rows:
        return '<p class="soft">Nothing announced.</p>'
    items = []
    for row in rows:
        if not row["start_s"]:
            at = "now"
        else:
            at = row["start"] or "in " + span(row["start_s"])
        if row["end"]:
            at += "–" + row["end"]
        items.append("<li><b>%s</b><span>%s</span></li>" % (text(at), text(row["text"])))
    return "<ul>%s</ul>" % "".join(items)


def _refusal(refusal):
    if refusal is None or refusal["age_s"] > REFUSAL_S:
        return ""
    return '<p class="warn bad small">Not possible, %s ago: %s. Possible: %s. <span class="soft">(no. %d, %s)</span></p>' % (
        span(refusal["age_s"]), text(refusal["words"]), text(refusal["allowed"]), refusal["reason"], text(refusal["path"]))
