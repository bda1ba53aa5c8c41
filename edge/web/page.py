"""The household's page: frame, cards, and the forms by which it asks for something.

Not its job: what is shown in the cards (cards.py), look and script (style.py), taking a form (forms.py).
Source: ours. It works without the script: forms are plain, and what is shown is there at once.
"""
from edge.local_words import until
from edge.web import cards, chart, health, style
from edge.web.cards import text

MINUTES = (30, 60, 90)
PAUSES = ((30, "½ h"), (120, "2 h"), (480, "8 h"), (1440, "a day"))
CONSENTS = ((60, "for 1 hour"), (240, "for 4 hours"), (720, "for 12 hours"), ("", "until I take it back"))
MODES = {"charge": "charge at once", "timed": "charge in fixed hours", "tariff": "charge when it is cheap",
         "pv": "charge from the sun", "v2h": "supply the house too", "all": "supply house and grid",
         "grid": "help the grid, vars only"}

_FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>%s</title><link rel="icon" href="data:,"><style nonce="%s">%s</style></head><body>%s</body></html>"""


def household(picture, token, nonce, is_guarded):
    """The whole page. picture: of household_view; token: of the forms; nonce: of this response; is_guarded: by a PIN."""
    live = fragments(picture)
    parts = ['<header><h1>%s</h1><span id="now">%s</span></header>' % (text(picture["gateway"]), live["now"]),
        '<p id="off" class="warn bad" hidden>The gateway does not answer.</p>', '<div id="refusal">%s</div>' % live["refusal"]]
    for number, charger in enumerate(picture["chargers"]):
        parts.append(_charger_card(number, charger, live["c%d" % number], token))
    parts.append('<section><h2>The last hour</h2><div id="hour">%s</div></section>' % live["hour"])
    if picture["backup"] is not None:
        parts.append('<section><h2>Backup</h2><div id="backup">%s</div>%s</section>' % (
            live["backup"], _backup_forms(picture["backup"], token)))
    parts.append('<section><h2>What lies ahead</h2><div id="ahead">%s</div></section>' % live["ahead"])
    parts.append('<section><h2>Site</h2><div id="site">%s</div>%s</section>' % (live["site"], _site_forms(picture, token, is_guarded)))
    parts.append(_health_card(picture, live))
    parts.append('<script nonce="%s">%s</script>' % (nonce, style.SCRIPT))
    return _FRAME % (text(picture["gateway"]), nonce, style.CSS, "".join(parts))


def fragments(picture):
    """{id of an element: its HTML} of everything that is renewed."""
    found = cards.fragments(picture)
    found.update(health.fragments(picture))
    found["hour"] = chart.draw(picture["hour"])
    return found


def login(gateway_id, token, nonce, problem):
    """The page that asks for the PIN. problem: why it is shown again, or ""."""
    note = '<p class="warn bad">%s</p>' % text(problem) if problem else ""
    body = _form(token, "/login", '<label>PIN<input name="pin" type="password" inputmode="numeric" autocomplete="current-password"'
                                  ' required autofocus></label><div class="row"><button class="go">Open</button></div>')
    return _FRAME % (text(gateway_id), nonce, style.CSS,
                     "<header><h1>%s</h1></header><section>%s%s</section>" % (text(gateway_id), note, body))


def _form(token, action, inside, **hidden):
    fields = "".join(['<input type="hidden" name="%s" value="%s">' % (name, text(hidden[name])) for name in sorted(hidden)])
    return '<form method="post" action="%s"><input type="hidden" name="token" value="%s">%s%s</form>' % (action, token, fields, inside)


def _ask(token, inside, **hidden):
    return _form(token, "/ask", inside, **hidden)


# -- chargers ---------------------------------------------------------------------------------------------------------

def _charger_card(number, charger, shown, token):
    name = charger["name"]
    parts = ['<section><h2>%s</h2><div id="c%d">%s</div><h3>Now</h3>' % (text(name), number, shown)]
    parts.append(_wish_row(token, name, "Charge", "charge_now"))
    if charger["is_bidirectional"]:
        parts.append(_wish_row(token, name, "Discharge", "discharge_now"))
    buttons = '<button name="wish" value="idle">Pause</button><button name="wish" value="none">End my wish</button>'
    parts.append(_ask(token, '<div class="row"><span></span>%s</div>' % buttons, evse=name, minutes=60))
    if charger["kind"] == "evse":
        parts.append(_departure(charger, token))
        if charger["is_bidirectional"]:
            parts.append(_consent(charger, token))
    return "".join(parts) + "</section>"


def _wish_row(token, name, label, wish):
    buttons = "".join(['<button name="minutes" value="%d" aria-label="%s %d minutes">%d min</button>' % (
        minutes, label.lower(), minutes, minutes) for minutes in MINUTES])
    return _ask(token, '<div class="row"><span>%s</span>%s</div>' % (label, buttons), evse=name, wish=wish)


def _departure(charger, token):
    promise = charger["promise"]
    soc_pct = 80 if promise is None or promise["soc_pct"] is None else promise["soc_pct"]
    inside = ('<div class="row"><label>Leave at<input name="departure" type="time" required></label>'
              '<label>with, %%<input name="soc_pct" type="number" min="0" max="100" step="5" value="%d"></label>'
              '<button class="go">Leave then</button></div>' % soc_pct)
    energy = ('<div class="row"><label>Leave at<input name="departure" type="time" required></label>'
              '<label>more energy, kWh<input name="e_needed_kwh" type="number" min="0" max="250" step="0.1" value="5"></label>'
              '<button>Leave then</button></div>')
    withdraw = "" if promise is None else _ask(token, '<div class="row"><button>Take the departure back</button></div>',
                                               departure="", evse=charger["name"])
    return "<details%s><summary>Departure</summary>%s<h3>or by energy</h3>%s%s</details>" % (
        "" if promise is None else " open", _ask(token, inside, evse=charger["name"]),
        _ask(token, energy, evse=charger["name"]), withdraw)


def _consent(charger, token):
    consent = charger["consent"]
    state = "The vehicle may discharge %s, not below %d %%." % (
        until(consent["until"]) or "until you take it back", consent["soc_min_pct"]) if consent["on"] else (
        "The vehicle may not discharge.")
    # Pressing Agree once more drops no limit that was agreed.
    is_open = consent["on"] and consent["until"] is None
    left_wh = consent["e_left_wh"] if consent["on"] else None
    if left_wh is not None:
        state += " At most %.1f kWh more." % (left_wh / 1000)
    options = "".join(['<option value="%s"%s>%s</option>' % (value, " selected" if is_open and not value else "", name)
                       for value, name in CONSENTS])
    agree = ('<div class="row"><label>Agree<select name="minutes">%s</select></label>'
             '<label>not below, %%<input name="soc_min_pct" type="number" min="0" max="100" step="5" value="%d"></label>'
             '<label>at most, kWh<input name="e_max_kwh" type="number" min="0" max="250" step="0.1" placeholder="no limit" value="%s"></label>'
             '<button class="go">Agree</button></div>' % (
                 options, round(consent["soc_min_pct"]), "" if left_wh is None else "%.1f" % (left_wh / 1000)))
    refuse = _ask(token, '<div class="row"><button>Take consent back</button></div>', consent="off", evse=charger["name"])
    return "<details><summary>Discharging: %s</summary><p>%s</p>%s%s</details>" % (
        "agreed" if consent["on"] else "not agreed", text(state), _ask(token, agree, consent="on", evse=charger["name"]),
        refuse if consent["on"] else "")


# -- for who looks after the site -------------------------------------------------------------------------------------

def _health_card(picture, live):
    parts = ["<section><h2>Devices</h2><p>%s</p>" % text(health.summary(picture)),
             '<details><summary>Devices and their values</summary><div id="devices">%s</div></details>' % live["devices"],
             '<details><summary>Links</summary><div id="links">%s</div></details>' % live["links"],
             "<details><summary>Limits</summary>%s</details>" % health.limits(picture),
             "<details><summary>Commissioning</summary>%s</details>" % health.commissioning(picture),
             "<details><summary>Firmware</summary>%s</details>" % health.firmware(picture)]
    return "".join(parts) + "</section>"


# -- site -------------------------------------------------------------------------------------------------------------

def _site_forms(picture, token, is_guarded):
    parts = []
    if picture["has_vpp"]:
        buttons = "".join(['<button name="pause_vpp_min" value="%d">%s</button>' % row for row in PAUSES])
        if picture["pause"] is not None:
            buttons += '<button name="pause_vpp_min" value="0">End</button>'
        parts.append("<h3>Pause the power plant</h3>" + _ask(token, '<div class="row">%s</div>' % buttons) + _ask(
            token, '<div class="row"><label>until<input name="pause_until" type="time" required></label><button>Pause</button></div>'))
    if picture["energy_modes"]:
        options = "".join(['<option value="%s"%s>%s</option>' % (mode, " selected" if mode == picture["energy"]["mode"] else "", MODES[mode])
                           for mode in picture["energy_modes"]])
        parts.append("<h3>Use of energy</h3>" + _ask(token, (
            '<div class="row"><label>Mode<select name="energy_mode">%s</select></label><button class="go">Set</button></div>' % options)))
    word, value = ("Switch again", "off") if picture["is_observing"] else ("Only watch", "on")
    more = _ask(token, '<div class="row"><button name="observe" value="%s">%s</button></div>' % (value, word))
    if is_guarded:
        more += _form(token, "/logout", '<div class="row"><button>Log out</button></div>')
    parts.append("<details><summary>More</summary>%s</details>" % more)
    return "".join(parts)


def _backup_forms(told, token):
    parts = []
    if told["mode"] == "commanded" and not told["lockout"]:
        word, value = ("Back to the grid", "off") if told["island"] else ("Separate from the grid for an hour", "on")
        parts.append("<details><summary>Island</summary>%s</details>" % _ask(
            token, '<div class="row"><button>%s</button></div>' % word, island=value))
    if told["lockout"]:
        parts.append(_ask(token, '<div class="row"><button>I have looked: reset the lock-out</button></div>', reset_lockout="on"))
    return "".join(parts)
