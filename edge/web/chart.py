"""The last hour as one picture: power of each charger and of the grid connection, and the voltage below, as SVG.

Not its job: the numbers (last_hour.py), colours (style.py).
Source: ours. Above the line is discharging or feeding in, below it charging or drawing, as everywhere in the project; the
words stand beside it. A gap is what nobody knew.
"""
from edge.web.cards import text
from edge.web.last_hour import STEPS

WORDS = ((19, "discharging, feeding in"), (119, "charging, drawing"))      # where they stand, and what
WIDTH, TOP, HEIGHT, STRIP_TOP, STRIP = 360, 8, 116, 138, 34
LEFT = 34
MIN_W = 1000            # a sleeping charger's noise must not fill the picture
LOW_PU, HIGH_PU = 0.9, 1.1      # EN 50160: what a voltage has to keep
NICE = (1, 2, 3, 4, 6, 8)


def draw(hour):
    """SVG of a picture of last_hour.py; a sentence while there is nothing to draw."""
    rows = [row for _, row in hour["p_w"]] + [hour["grid_w"]]
    known = [abs(value) for row in rows for value in row if value is not None]
    if not known or len(rows[0]) < 2:
        return '<p class="soft">The first minutes are still being measured.</p>'
    top_w = _nice(max(known + [MIN_W]))
    parts = ['<svg viewBox="0 0 %d %d" role="img" aria-label="power of the last hour">' % (WIDTH, STRIP_TOP + STRIP + 14)]
    parts += _frame(top_w)
    parts.append(_line(hour["grid_w"], "grid", lambda value: _y(value, top_w)))
    for number, (_, row) in enumerate(hour["p_w"]):
        parts.append(_line(row, "c%d" % (number % 4), lambda value: _y(value, top_w)))
    parts += _voltage(hour["v_pu"])
    parts += ['<text x="%d" y="%d">%s</text>' % (LEFT + 4, y, word) for y, word in WORDS]      # last: readable over the lines
    return "".join(parts) + "</svg>" + _legend(hour)


def _frame(top_w):
    kilowatts = "%g" % (top_w / 1000)
    rows = [(TOP, "+" + kilowatts), (TOP + HEIGHT // 2, "0"), (TOP + HEIGHT, "−" + kilowatts)]
    parts = ['<path class="axis" d="M%d %dH%d"/><text x="%d" y="%d" class="end">%s</text>' % (LEFT, y, WIDTH, LEFT - 4, y + 4, label)
             for y, label in rows]
    parts.append('<text x="%d" y="%d">an hour ago</text><text x="%d" y="%d" class="end">now</text>' % (
        LEFT, STRIP_TOP + STRIP + 12, WIDTH, STRIP_TOP + STRIP + 12))
    return parts


def _voltage(row):
    def height(value):
        inside = min(max(value, LOW_PU), HIGH_PU)
        return STRIP_TOP + STRIP * (HIGH_PU - inside) / (HIGH_PU - LOW_PU)

    if not [value for value in row if value is not None]:
        return []
    parts = ['<path class="axis" d="M%d %dH%d"/>' % (LEFT, y, WIDTH) for y in (STRIP_TOP, STRIP_TOP + STRIP)]
    labels = ((STRIP_TOP + 4, "110 %"), (STRIP_TOP + STRIP + 4, "90 %"))
    parts += ['<text x="%d" y="%d" class="end">%s</text>' % (LEFT - 4, y, label) for y, label in labels]
    return parts + [_line(row, "volt", height)]


def _line(row, name, height):
    """A path with gaps; the newest value is at the right edge."""
    step = (WIDTH - LEFT) / (STEPS - 1)
    begin = WIDTH - step * (len(row) - 1)
    points, is_drawing = [], False
    for place, value in enumerate(row):
        if value is not None:
            points.append("%s%.1f %.1f" % ("L" if is_drawing else "M", begin + step * place, height(value)))
        is_drawing = value is not None
    return '<path class="line %s" d="%s"/>' % (name, "".join(points))


def _y(p_w, top_w):
    return TOP + HEIGHT * (1 - p_w / top_w) / 2


def _nice(p_w):
    """The next round number of watts above."""
    power = 1000
    while True:
        for factor in NICE:
            if p_w <= factor * power:
                return factor * power
        power *= 10


def _legend(hour):
    items = ['<span class="key c%d">%s</span>' % (number % 4, text(name)) for number, (name, _) in enumerate(hour["p_w"])]
    if [value for value in hour["grid_w"] if value is not None]:
        items.append('<span class="key grid">grid</span>')
    if [value for value in hour["v_pu"] if value is not None]:
        items.append('<span class="key volt">voltage</span>')
    return '<p class="small">%s <span class="soft">kW</span></p>' % " ".join(items)
