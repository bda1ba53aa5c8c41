"""One value against one row of the parameter table, and the hint when it does not fit.

Not its job: rules across rows (config_rules.py), documents (config.py).
Source: ours.
"""

from edge import params

_LOWER_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"
_HEX_DIGITS = "0123456789abcdef"
_SCALED = ("W", "Wh", "VA", "var", "pu")    # elsewhere a factor of ten is no slip but a guess
_SLIPS = (10, 0.1, 100, 0.01, 1000, 0.001)  # a digit too many or too few, % for 1, kW for W; the smallest slip first


def check(row, value):
    """The value as the row's type: (value, None), or (None, (allowed, hint))."""
    kind = row[1]
    if kind == params.BOOL:
        ok = value is True or value is False
    elif kind == params.INT or kind == params.FLOAT:
        value, ok = _number(kind, value, row[4], row[5])
    elif kind == params.CHOICE:
        ok = value is not True and value is not False and value in row[4]
    else:
        ok = isinstance(value, str) and row[4] <= len(value) <= row[5] and _spelled(kind, value)
    if ok:
        return value, None
    return None, (allowed_text(row), hint(row, value))


def public(row, value):
    """A value fit for a report: secrets are not repeated, also not wrong ones."""
    return "(secret)" if row[1] in (params.KEY, params.SECRET) else value


def is_number(value):
    """Whether a value is a finite number; true and false are none."""
    if value is True or value is False or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or value - value == 0


def _number(kind, value, low, high):
    """(value as INT or FLOAT, whether it fits); 4.0 is an integer too."""
    if not is_number(value) or not low <= value <= high:
        return value, False
    if kind == params.INT:
        return int(value), value == int(value)
    return value, True


def _spelled(kind, text):
    """Whether a text has only the characters of its type; no control characters anywhere."""
    if kind == params.NAME:
        return all([char in _LOWER_DIGITS or char == "-" for char in text]) and text[0] != "-"
    if kind in (params.HEX, params.KEY):
        return len(text) % 2 == 0 and all([char in _HEX_DIGITS for char in text])
    return all([char >= " " for char in text])


def allowed_text(row):
    """What a row allows, for people: '0–22000 W', 'observe or control', 'true or false'."""
    kind, unit, low, high = row[1], row[2], row[4], row[5]
    if kind == params.BOOL:
        return "true or false"
    if kind == params.CHOICE:
        return " or ".join([str(word) for word in low])
    if kind == params.INT or kind == params.FLOAT:
        span = "%s–%s" % (plain(low), plain(high)) if low >= 0 else "%s to %s" % (plain(low), plain(high))
        whole = "whole number " if kind == params.INT else ""
        if low == high:
            whole, span = "", "only " + plain(low)
        return whole + span + ("" if unit == "1" else " " + unit)
    length = "%d" % low if low == high else "%d–%d" % (low, high)
    what = {params.NAME: "of a-z 0-9 -", params.HEX: "of 0-9 a-f", params.KEY: "of 0-9 a-f"}.get(kind, "of text")
    return "%s characters %s" % (length, what)


def plain(number):
    """A number for people: 22000 and 0.9639, never 2.2e+04."""
    if isinstance(number, int) or number == int(number):
        return str(int(number))
    return "%g" % number


def hint(row, value):
    """What was probably meant: a slip by a factor, a number in quotes, a near word; '' when there is no guess."""
    kind = row[1]
    if row[0].startswith("backup.") and kind == params.CHOICE:
        return ""       # one earthing is no misspelling of another: nobody guesses what people's safety rests on
    if kind == params.CHOICE and isinstance(value, str):
        return did_you_mean(value, [word for word in row[4] if isinstance(word, str)])
    if kind == params.BOOL or kind == params.CHOICE:
        return ""
    if kind == params.INT or kind == params.FLOAT:
        if isinstance(value, str):
            return "write the number without quotes"
        return _slip(row, value) if row[2] in _SCALED and is_number(value) else ""
    if isinstance(value, str):
        return "use lower case" if value.lower() != value and check(row, value.lower())[1] is None else ""
    return "write it in quotes"


def _slip(row, value):
    """'did you mean 7400?' when the value fits after moving the decimal point."""
    for factor in _SLIPS:
        moved = value / factor if factor >= 1 else value * (1 / factor)
        if value and row[4] <= moved <= row[5] and (row[1] == params.FLOAT or moved == int(moved)):
            return "did you mean %s?" % plain(moved)
    return ""


def did_you_mean(word, known):
    """'did you mean v0_pu?' for the nearest known word, or '' when none is near."""
    for candidate in known:
        if candidate.startswith(word + "_"):
            return "did you mean %s?" % candidate       # a name without its unit
    best, best_distance = None, 1 + len(word) // 3
    for candidate in known:
        away = distance(word, candidate)
        if away < best_distance or (away == best_distance and best is None):
            best, best_distance = candidate, away
    return "" if best is None else "did you mean %s?" % best


def distance(a, b):
    """Levenshtein distance of two texts: letters to change, add or drop."""
    before = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        row = [i + 1]
        for j, other in enumerate(b):
            row.append(min(row[j] + 1, before[j + 1] + 1, before[j] + (letter != other)))
        before = row
    return before[len(b)]
