"""The part of the page for who looks after the site: devices and their ages, links, limits, firmware.

Not its job: collecting (page_view.py), the household's cards (cards.py).
Source: ours. Colour never speaks alone: what is wrong has words.
"""
from edge.local_words import span
from edge.web.cards import text

# States of edge/commissioning.py that people have to know of.
UNPROVEN = {
    "none": "Not commissioned: signs, phases and fuse protection are not proven.", "damaged": "The commissioning record can't be read.",
    "bad_signature": "The record was changed, or signed by somebody else.", "unsigned": "Nobody signed the record.",
}


def fragments(picture):
    """{id of an element: its HTML} of what is renewed."""
    return {"devices": _devices(picture), "links": _links(picture["links"])}


def limits(picture):
    """The card's inside of the limits; they change only with a restart."""
    return "<dl>%s</dl>" % "".join(["<dt>%s</dt><dd>%s</dd>" % (text(name), text(words)) for name, words in picture["limits"]])


def summary(picture):
    """One line: is everything well?"""
    wrong = [row["name"] for row in picture["devices"] if row["problems"] or row["is_silent"]]
    wrong += [row["name"] for row in picture["links"] if not row["up"]]
    return "all well" if not wrong else "look at " + ", ".join(wrong)


def _devices(picture):
    items = []
    for row in picture["devices"]:
        age = "never read" if row["age_ms"] is None else "read %.1f s ago" % (row["age_ms"] / 1000)
        tone = ""
        if row["is_silent"]:
            age, tone = "silent, " + age, ' class="warn bad"'
        problems = "".join(["<br>" + text(words) for words in row["problems"]])
        items.append('<li><b>%s</b><span%s>%s <span class="soft">%s</span>%s</span></li>' % (
            text(row["name"]), tone, age, text(row["profile"]), problems))
    return "<ul>%s</ul>" % "".join(items)


def _links(rows):
    items = ['<li><b>%s</b><span%s>%s%s</span></li>' % (
        text(row["name"]), "" if row["up"] else ' class="warn bad"', "connected" if row["up"] else "not connected",
        ", " + text(row["note"]) if row["note"] else "") for row in rows]
    return "<ul>%s</ul>" % "".join(items)


def commissioning(picture):
    """What was proven on site, by whom, and whether it still holds."""
    told = picture["commissioning"]
    if told["when"] is None:
        return '<p class="warn">%s</p>' % text(UNPROVEN.get(told["state"], UNPROVEN["none"]))
    words = "%s by %s, %s" % ("Proven" if told["ok"] else "%d tests failed" % told["failed"], told["who"] or "nobody named", told["when"])
    lines = ["<p>%s</p>" % text(words)]
    if told["state"] in UNPROVEN:
        lines.append('<p class="warn">%s</p>' % text(UNPROVEN[told["state"]]))
    if not told["is_current"]:
        lines.append('<p class="warn">The configuration has changed since.</p>')
    return "".join(lines)


def firmware(picture):
    """Version, time since the start, and what is wrong with it."""
    told = picture["firmware"]
    words = "version %s, configuration %s, running for %s" % (told["version"], told["configuration"], span(told["up_s"]))
    if told["stalls"]:
        words += ", %d times late" % told["stalls"]
    clock = "" if told["is_clock_set"] else '<p class="warn">The clock is not set: times of day can&#39;t be used.</p>'
    return "<p>%s</p>%s" % (text(words), clock)
