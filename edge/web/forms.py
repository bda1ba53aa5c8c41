"""A form of the page becomes a request as requests.py takes it: texts become numbers, switches and times.

Not its job: judging the request (requests.py), the form's HTML (page.py).
Source: ours.
"""
from edge.requests import FIELDS, NUMBER, REQUESTS, SWITCH, TIME

# Fields a form has beside those of the request.
TOKEN = "token"
KWH = "_kwh"
SWITCHES = {"on": True, "true": True, "off": False, "false": False}


def request(form):
    """The request of a form; {name: text}. An empty field is left out, where it is the request itself it withdraws.

    A text that is no number or switch stays a text: requests.py says what is wrong with it and where. Energy is in kWh here.
    """
    found = {}
    keys = [row[0] for row in REQUESTS]
    for name, text in form.items():
        if name == TOKEN:
            continue
        text = text.strip()
        if text:
            if name.endswith(KWH):
                name = name[:-len(KWH)] + "_wh"
                text = _number(text)
                found[name] = text if isinstance(text, str) else round(text * 1000) if abs(text) < 1e6 else text
            else:
                found[name] = _value(name, text)
        elif name in keys:
            found[name] = None
    return found


def _value(name, text):
    for known, form, _, _, _ in FIELDS:
        if known == name:
            if form == NUMBER or (form == TIME and ":" not in text):
                return _number(text)
            if form == SWITCH:
                return SWITCHES.get(text, text)
    return text


def _number(text):
    """A number, with a point or a comma; the text itself when it is none."""
    if not [char for char in text if char not in "0123456789"]:
        return int(text)    # a Unix time is no 32-bit float
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number == number and abs(number) < 1e12 and number == int(number) else number
