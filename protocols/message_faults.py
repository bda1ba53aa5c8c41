"""What a wrong message is told: what a field allows, what was there instead. Most messages are right, so a board has this
only when one was not.

Not its job: judging (messages.py).
Source: ours.
"""

from protocols.message_words import CHOICE, FLOAT, INT, LIST, TEXT, TREE


def expected(spec):
    """What a field allows, for people: '0 to 100 %', 'online or offline'."""
    kind, unit, low, high, _ = spec
    if kind == INT or kind == FLOAT:
        return "%s %s to %s%s" % (kind, low, high, "" if unit == "1" else " " + unit)
    if kind == TEXT:
        return "text of %d to %d characters" % (low, high)
    if kind == CHOICE:
        return " or ".join(low)
    if kind == LIST:
        return "list of at most %d" % high
    return "an object" if kind == TREE else "true or false"


def kind_name(value):
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "bool"
    for kind, name in ((str, "text"), (int, "integer"), (float, "number"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "list"
