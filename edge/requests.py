"""What a household may ask for, in one table: a request becomes a command of the controller or a numbered refusal.

Not its job: where it comes from (queries.py, the site link, web), its rank (laws), what a site or a charger can't do at
all (request_rooms.py), points in time (request_times.py), series and announcements (announcements.py).
Imported when somebody asks, and forgotten on a board: its heap is small.
Source: ours. A request is a dict with one key of REQUESTS and, beside it, the fields its row names.
"""
from edge import announcements, request_rooms
from edge.announcements import is_number
from edge.param_home import MODES
from edge.request_times import moment
from protocols import refusals
from protocols.refusals import IN_THE_PAST, MALFORMED, NOT_PERMITTED, OUT_OF_RANGE, UNKNOWN_DEVICE

WISHES = ("none", "charge_now", "discharge_now", "idle")
DAY_MIN, WEEK_MIN, YEAR_MIN = 1440, 10080, 527040

NUMBER, WORD, SWITCH, TIME, CONTENT, DEVICE = range(6)
# A field, or the key of a request itself. low and high: of a number; of a time only high, how far ahead, min.
# name              form     low     high      unit or words
FIELDS = (
    ("wish",          WORD,    None,   None,     WISHES),
    ("minutes",       NUMBER,  1,      DAY_MIN,  "min"),
    ("p_w",           NUMBER,  0,      22000,    "W"),
    ("pause_vpp_min", NUMBER,  0,      DAY_MIN,  "min"),
    ("pause_until",   TIME,    None,   WEEK_MIN, ""),
    ("observe",       SWITCH,  None,   None,     ""),
    ("permit_service", SWITCH, None,   None,     ""),
    ("departure_min", NUMBER,  1,      WEEK_MIN, "min"),
    ("departure",     TIME,    None,   WEEK_MIN, ""),
    ("e_needed_wh",   NUMBER,  0,      250000,   "Wh"),
    ("soc_pct",       NUMBER,  0,      100,      "%"),
    ("target_soc_pct", NUMBER, 0,      100,      "%"),
    ("consent",       SWITCH,  None,   None,     ""),
    ("until",         TIME,    None,   YEAR_MIN, ""),
    ("soc_min_pct",   NUMBER,  0,      100,      "%"),
    ("e_max_wh",      NUMBER,  0,      250000,   "Wh"),
    ("energy_mode",   WORD,    None,   None,     MODES),
    ("prices",        CONTENT, None,   None,     ""),
    ("announce",      CONTENT, None,   None,     ""),
    ("island",        SWITCH,  None,   None,     ""),
    ("reset_lockout", SWITCH,  None,   None,     ""),
    ("evse",          DEVICE,  None,   None,     ""),
)


def command(gateway, now_ms, request, is_on_site=True):
    """(command of the controller, None), or (None, problem).

    gateway: Gateway. is_on_site: False for what came over a network, which may not reset a lock-out.
    problem: {"reason": number, "name", "path", "got", "allowed", "text"}, JSON-able.
    """
    taken, refusal = _judge(gateway, now_ms, request, is_on_site)
    return (taken, None) if refusal is None else (None, problem(*refusal))


def problem(number, path, got, allowed):
    """A refusal as it is handed on: number and name of refusals.TABLE, what was wrong where, a sentence for people."""
    if isinstance(got, float) and not -1e12 < got < 1e12:
        got = str(got)      # no JSON number
    if isinstance(got, (dict, list, tuple)):
        got = "an object" if isinstance(got, dict) else "a list"
    if isinstance(got, str):
        got = got[:40]
    words = refusals.text_of(number)
    text = "%s = %s: %s; allowed: %s" % (path, "nothing" if got is None else got, words, allowed)
    return {"reason": number, "name": refusals.name_of(number), "path": path, "got": got, "allowed": allowed, "text": text}


def _judge(gateway, now_ms, request, is_on_site):
    """(command, None) or (None, refusal)."""
    keys = ", ".join([row[0] for row in REQUESTS])
    if not isinstance(request, dict):
        return None, (MALFORMED, "request", request, "an object with one of: " + keys)
    rows = [row for row in REQUESTS if row[0] in request]
    if len(rows) != 1:
        return None, (MALFORMED, "request", ", ".join([row[0] for row in rows] or sorted(request)) or None, "one of: " + keys)
    key, build, further, is_withdrawable, is_local = rows[0]
    if is_local and not is_on_site:
        return None, (NOT_PERMITTED, key, request[key], "on the gateway itself or its page")
    for name in sorted(request):
        if name != key and name not in further:
            return None, (MALFORMED, name[:40], request[name], "beside %s: %s" % (key, ", ".join(further) or "nothing"))
    values = {}
    for name in (key,) + further:
        given = request.get(name)
        if given is None and not (name == key and not is_withdrawable):
            values[name] = None
            continue
        values[name], refusal = _value(gateway, now_ms, name, given)
        if refusal is not None:
            return None, refusal
    values["der"] = -1
    if values.get("evse") is not None:
        values["der"] = [der.name for der in gateway.config.ders].index(values["evse"])
    refusal = request_rooms.refusal(gateway, key, values)
    return (None, refusal) if refusal is not None else build(now_ms, values, gateway)


def _value(gateway, now_ms, name, given):
    """(value as the builders use it, None) or (None, refusal); a time is monotonic ms."""
    _, form, low, high, unit = [row for row in FIELDS if row[0] == name][0]
    if form == NUMBER:
        is_good, number, allowed = is_number(given), OUT_OF_RANGE, "%d to %d %s" % (low, high, unit)
        if is_good and not low <= given <= high:    # also catches what is not a number at all
            is_good = False
    elif form == WORD:
        is_good, number, allowed = given in unit, OUT_OF_RANGE, ", ".join(unit)
    elif form == SWITCH:
        is_good, number, allowed = given is True or given is False, MALFORMED, "true or false"
    elif form == DEVICE:
        names = [der.name for der in gateway.config.ders]
        is_good, number, allowed = given in names, UNKNOWN_DEVICE, ", ".join(names)
    elif form == TIME:
        given_at, (given, number, allowed) = given, moment(gateway, now_ms, given, high)
        return (given, None) if given is not None else (None, (number, name, given_at, allowed))
    else:
        is_good, number, allowed = isinstance(given, dict), MALFORMED, "an object"
    return (given, None) if is_good else (None, (number, name, given, allowed))


# -- builders: (command, None) or (None, refusal) of checked values ---------------------------------------------------

def _wish(now_ms, values, gateway):
    minutes = values["minutes"] or 60
    return {"kind": "wish", "der": values["der"], "wish": values["wish"], "p_w": values["p_w"],
            "until_ms": now_ms + int(minutes * 60000)}, None


def _pause_min(now_ms, values, gateway):
    return {"kind": "pause_vpp", "until_ms": now_ms + int(values["pause_vpp_min"] * 60000)}, None


def _pause_until(now_ms, values, gateway):
    return {"kind": "pause_vpp", "until_ms": values["pause_until"]}, None


def _observe(now_ms, values, gateway):
    return {"kind": "observe", "on": values["observe"]}, None


def _permit_service(now_ms, values, gateway):
    return {"kind": "permit_service", "on": values["permit_service"]}, None


def _departure_min(now_ms, values, gateway):
    minutes = values["departure_min"]
    return _departure_at(None if minutes is None else now_ms + int(minutes * 60000), values, gateway)


def _departure(now_ms, values, gateway):
    return _departure_at(values["departure"], values, gateway)


def _departure_at(t_ms, values, gateway):
    e_wh, soc_pct = values["e_needed_wh"], values["soc_pct"]
    if e_wh is not None and soc_pct is not None:
        return None, (MALFORMED, "soc_pct", soc_pct, "either e_needed_wh or soc_pct")
    if t_ms is not None and e_wh is None and soc_pct is None:
        if gateway.config.home is None:
            return None, (MALFORMED, "soc_pct", None, "with energy or soc (e_needed_wh or soc_pct)")
        soc_pct = gateway.config.home.departure_soc_pct
    if t_ms is None:
        e_wh = soc_pct = None
    return {"kind": "departure", "der": values["der"], "t_departure_ms": t_ms, "e_needed_wh": e_wh, "soc_pct": soc_pct}, None


def _target(now_ms, values, gateway):
    """Another state of charge at the departure that is known already, the driver's own or the usual one."""
    number, soc_pct = values["der"], values["target_soc_pct"]
    if number < 0:
        number = 0 if len(gateway.state.ders) == 1 else None
    t_ms = None if number is None else gateway.state.ders[number].view.t_departure_ms
    if t_ms is None:
        allowed = "with evse" if number is None else "after a departure"
        return None, (MALFORMED, "target_soc_pct", soc_pct, allowed)
    return {"kind": "departure", "der": number, "t_departure_ms": t_ms, "e_needed_wh": None, "soc_pct": soc_pct}, None


def _consent(now_ms, values, gateway):
    until_ms, minutes = values["until"], values["minutes"]
    if until_ms is not None and minutes is not None:
        return None, (MALFORMED, "minutes", minutes, "either until or minutes")
    if minutes is not None:
        until_ms = now_ms + int(minutes * 60000)
    return {"kind": "consent", "der": values["der"], "on": values["consent"], "until_ms": until_ms,
            "soc_min_pct": values["soc_min_pct"], "e_max_wh": values["e_max_wh"]}, None


def _energy_mode(now_ms, values, gateway):
    return {"kind": "energy_mode", "mode": values["energy_mode"]}, None


def _prices(now_ms, values, gateway):
    taken, refusal = announcements.prices(values["prices"], gateway.ports.clock.unix_ms())
    return taken, None if refusal is None else _below("prices", refusal)


def _announce(now_ms, values, gateway):
    content = values["announce"]
    times_ms = []
    for name in ("start", "end"):
        if content.get("withdrawn") is True:
            at_ms = now_ms
        else:
            at_ms, number, allowed = moment(gateway, now_ms, content.get(name), YEAR_MIN)
            if number == IN_THE_PAST and name == "start":
                at_ms = now_ms      # what has begun is still worth telling
        if at_ms is None:
            return None, (number, "announce." + name, content.get(name), allowed)
        times_ms.append(at_ms)
    taken, refusal = announcements.announce(content, times_ms[0], times_ms[1], now_ms)
    return taken, None if refusal is None else _below("announce", refusal)


def _below(key, refusal):
    return (refusal[0], key + "." + refusal[1]) + refusal[2:]


def _island(now_ms, values, gateway):
    minutes = values["minutes"] or 60
    return {"kind": "island", "on": values["island"],
            "until_ms": values["until"] if values["until"] is not None else now_ms + int(minutes * 60000)}, None


def _reset_lockout(now_ms, values, gateway):
    if not values["reset_lockout"]:
        return None, (MALFORMED, "reset_lockout", False, "true")
    return {"kind": "reset_lockout"}, None


# key               builder          fields beside it                                  null withdraws  only on site
REQUESTS = (
    ("wish",           _wish,           ("evse", "minutes", "p_w"),                        False, False),
    ("pause_vpp_min",  _pause_min,      (),                                                False, False),
    ("pause_until",    _pause_until,    (),                                                False, False),
    ("observe",        _observe,        (),                                                False, False),
    ("permit_service", _permit_service, (),                                                False, True),
    ("departure_min",  _departure_min,  ("evse", "e_needed_wh", "soc_pct"),                True,  False),
    ("departure",      _departure,      ("evse", "e_needed_wh", "soc_pct"),                True,  False),
    ("target_soc_pct", _target,         ("evse",),                                         False, False),
    ("consent",        _consent,        ("evse", "until", "minutes", "soc_min_pct", "e_max_wh"), False, False),
    ("energy_mode",    _energy_mode,    (),                                                True,  False),
    ("prices",         _prices,         (),                                                False, False),
    ("announce",       _announce,       (),                                                False, False),
    ("island",         _island,         ("until", "minutes"),                              False, False),
    ("reset_lockout",  _reset_lockout,  (),                                                False, True),
)
