"""The part of MESSAGES.md about the household's own broker: topics, requests with units and ranges, answers.

Not its job: the requests (edge/requests.py), the link (edge/link/site_link.py), messages of the power plant
(docs_messages.py).
Source: the tables of edge/requests.py and edge/announcements.py; the words beside them are ours.
"""

from edge import announcements, params, request_times, requests
from edge.link import site_link, site_wishes
from edge.requests import CONTENT, DEVICE, NUMBER, SWITCH, TIME

HEAD = """## Household's broker

The section `[site_link]` of a site file connects to the household's own broker: MQTT 3.1.1, JSON in UTF-8. Nothing that
comes this way raises a limit. `{prefix}` is `site_link.prefix` (`%(prefix)s`), `{gateway}` is `gateway.id`.

| topic | direction | QoS | retained | payload |
|---|---|---|---|---|
| `{prefix}/{gateway}/online` | out | 1 | yes | the word `online`, or `offline`, also as last will |
| `{prefix}/{gateway}/state` | out | 0 | yes | JSON: what the whole house does, why, and what lies ahead |
| `{prefix}/{gateway}/state/{charger}` | out | 0 | yes | JSON: what this charger does and why, charge, wish, promise |
| `{prefix}/{gateway}/answer` | out | 1 | no | JSON: one answer to each wish, see below |
| `homeassistant/device/v2g_{gateway}_{charger or site}/config` | out | 1 | yes | JSON: how Home Assistant shows it; empty with `site_link.discovery = false` |
| `{prefix}/{gateway}/set/{what}` | in | 1 | never | a wish; `{what}` is a key of the next table |
| `input.topic` | in | 0 | counts as nothing | a number, or JSON with one at `input.path` |
| `{prefix}/site/{name}/up/{gateway}` | to the master | 0 | no | signed words of a shared site |
| `{prefix}/site/{name}/dn/{gateway}` | to a member | 0 | no | signed words of a shared site |

States come every %(state_s)g s, and within %(at_once_s)g s after a wish or when the reason changes.

### Wishes

The payload is JSON, words with quotes: the value of `{what}` alone (`30`, `true`, `"charge_now"`), or an object with
`{what}` and the fields beside it, and an `id` of at most %(id_max)d characters that the answer repeats:
`{"wish": "charge_now", "minutes": 30, "id": "a1"}`. A bare word or time of day (`charge_now`, `07:30`) counts as text.
`null` takes back what was wished where the table says so; the value of `prices` and of `announce` is an object. At most
%(refill)d a second, after a burst of %(burst)d.

Don't publish a wish retained: it would be wished again with every connection. The gateway refuses a retained wish that
it finds when it connects; of one published while it is connected the broker takes the mark away, so that it counts as any
other, and is refused at the next connection.
"""
ANSWER = """### Answers

| field | meaning |
|---|---|
| `what` | last part of the topic |
| `id` | the one of the wish, or null |
| `ok` | true: taken, and kept; false: refused |
| `reason` | 0, or one of the numbers of refusals below |
| `name`, `text` | that number's name, and a sentence for people; of a refusal |
| `path`, `got`, `allowed` | which field was wrong, what it was, what it may be; of a refusal |
| `promise` | of a departure: what can be had by then, a row a charger |
| `notes` | sentences for people on what holds all the same: a floor above the one agreed to, no charging in a dark house; often left out |
"""
TEXTS = {
    "wish": "What the vehicle does now.",
    "minutes": "How long it holds; left out: 60, a consent stays.",
    "p_w": "With how much power; left out: as much as is allowed.",
    "pause_vpp_min": "Sets the power plant's leases aside for so long; 0 ends it.",
    "pause_until": "Sets them aside until then.",
    "observe": "Decides and writes nothing.",
    "permit_service": "False: out of service at once, as a grid code defines it.",
    "departure_min": "Leaves in so many minutes.",
    "departure": "Leaves then.",
    "e_needed_wh": "Energy into the battery by departure.",
    "soc_pct": "State of charge by departure, instead of energy; without either: home.departure_soc_pct.",
    "target_soc_pct": "Another state of charge at the departure that is known already.",
    "consent": "The vehicle may discharge, or may not.",
    "until": "When it ends, instead of minutes.",
    "soc_min_pct": "No discharging below.",
    "e_max_wh": "Most energy to be discharged.",
    "energy_mode": "Use of energy; null: as configured.",
    "prices": "Series: start_unix_s, step_s, import_per_kwh, export_per_kwh (as many, or left out).",
    "announce": "Outage or event: id, what, start, end, text, p_w; withdrawn true ends it.",
    "island": "Separates the house from the grid on purpose.",
    "reset_lockout": "Lets the backup try again.",
    "evse": "Which charger or battery; left out: all.",
}


def part():
    """The section, Markdown."""
    numbers = {"prefix": params.defaults("site_link")["prefix"], "state_s": site_link.STATE_MS / 1000,
               "at_once_s": site_link.STATE_AT_ONCE_MS / 1000, "id_max": site_wishes.ID_MAX,
               "refill": site_wishes.REFILL_PER_S, "burst": site_wishes.BURST}
    return "\n".join([HEAD % numbers, _requests(), "Fields:\n", _fields(), ANSWER])


def _requests():
    lines = ["| `{what}` | fields beside it | null takes back | meaning |", "|---|---|---|---|"]
    for key, _, further, is_withdrawable, is_local in requests.REQUESTS:
        text = TEXTS[key] + (" Refused here: only on the gateway itself or its page." if is_local else "")
        lines.append("| `%s` | %s | %s | %s |" % (
            key, ", ".join("`%s`" % name for name in further) or "none", "yes" if is_withdrawable else "no", text))
    return "\n".join(lines) + "\n"


def _fields():
    lines = ["| field | allowed | meaning |", "|---|---|---|"]
    lines += ["| `%s` | %s | %s |" % (row[0], _allowed(row), TEXTS[row[0]]) for row in requests.FIELDS]
    return "\n".join(lines) + "\n"


def _allowed(row):
    name, form, low, high, unit = row
    if form == NUMBER:
        return "%d to %d %s" % (low, high, unit)
    if form == TIME:
        return "%s, at most %d min ahead" % (request_times.ALLOWED, high)
    if form == CONTENT:
        return _content(name)
    return {SWITCH: "true or false", DEVICE: "a name of the site file"}.get(form) or ", ".join(
        "`%s`" % word for word in unit)


def _content(name):
    if name == "prices":
        return "steps of %d to %d s, at most %d, −%d to %d a kWh" % (
            announcements.STEP_MIN_S, announcements.STEP_MAX_S, announcements.STEPS_MAX, announcements.PRICE_MAX_PER_KWH,
            announcements.PRICE_MAX_PER_KWH)
    return "what: %s; text of at most %d characters" % (", ".join(announcements.WHATS), announcements.TEXT_CHARS)
