"""The page MESSAGES.md: every MQTT message, from the message tables and their texts.

Not its job: the tables (protocols/message_tables.py, protocols/message_texts.py), the household's broker
(docs_site_link.py).
Source: the tables.
"""

from protocols import message_tables, message_tables_seldom, message_texts, refusals, strict_json, topics
from tools.commands import docs_site_link

HEAD = """# Messages

Generated from the message tables by `v2g docs`; don't edit.

MQTT 3.1.1, JSON in UTF-8: at most %d bytes, %d levels, finite numbers, each key once. Every payload begins with
`"v": %d`. Power is positive when injected into the grid, vars when over-excited. What is unknown is left out.
Unknown fields of `up` messages are ignored, so that a newer gateway can say more; all others refuse them.

A signed message is the JSON, a newline and `kid:signature` in lower-case hex. The signature covers the topic, a
newline and the JSON bytes: HMAC-SHA256 with the gateway's own key, or RSA-3072 (PKCS#1 v1.5, SHA-256) of the installer
or the fleet. Which one is fixed by this table; a message cannot choose.

These are the messages of the power plant. Those of the household's own broker: [Household's broker](#households-broker).
"""

ALL = message_tables.MESSAGES + message_tables_seldom.MESSAGES
SIGNED = {message_tables.UNSIGNED: "no", message_tables.HMAC: "HMAC-SHA256", message_tables.RSA: "RSA-3072"}


def page():
    """The whole page, Markdown."""
    parts = [HEAD % (strict_json.MAX_BYTES, strict_json.MAX_DEPTH, message_tables.VERSION), _overview()]
    for row in ALL:
        parts.append("## %s\n\n%s\n\n`%s`\n" % (row[0], _text_of(row[0]), _topic(row[0])))
        parts.append(_fields(row[0], row[6]))
        for field in row[6]:
            if field[1] == message_tables.LIST and not message_tables.is_plain(field):
                where = "%s.%s" % (row[0], field[0])
                parts.append("Each of `%s`:\n\n%s" % (field[0], _fields(where, field[3])))
        if row[0] == "cmd":
            parts += ["### Kind `%s`\n\n%s" % (kind, _fields("cmd:" + kind, fields)) for kind, fields in message_tables.KINDS]
    return "\n".join(parts + [docs_site_link.part(), _reasons()])


def _text_of(name):
    return dict(message_texts.MESSAGE_TEXTS)[name]


def _topic(name):
    return topics.topic(name, gateway="{gateway}", device="{device}", group="{group}")


def _overview():
    lines = ["| message | topic | QoS | retained | signed |", "|---|---|---|---|---|"]
    for name, _, _, qos, retain, signed, _ in ALL:
        lines.append("| [%s](#%s) | `%s` | %d | %s | %s |" % (
            name, name, _topic(name), qos, "yes" if retain else "no", SIGNED[signed]))
    return "\n".join(lines) + "\n"


def _fields(where, fields):
    if not fields:
        return "No fields of its own.\n"
    lines = ["| field | type | unit | allowed | needed | meaning |", "|---|---|---|---|---|---|"]
    for field in fields:
        lines.append("| `%s` | %s | %s | %s | %s | %s |" % (
            field[0], field[1], "" if field[2] in (None, "1") else field[2], _allowed(field),
            "yes" if field[5] else "", message_texts.field_text(where, field[0])))
    return "\n".join(lines) + "\n"


def _allowed(field):
    kind, low, high = field[1], field[3], field[4]
    if kind in (message_tables.INT, message_tables.FLOAT):
        return "%d to %d" % (low, high)
    if kind == message_tables.TEXT:
        return "%d–%d characters" % (low, high)
    if kind == message_tables.CHOICE:
        return ", ".join(low)
    return "at most %d" % high if kind == message_tables.LIST else ""


def _reasons():
    lines = ["## Numbers of refusals\n", "In `ack`, and in what the household is answered.\n"]
    lines += ["| number | name | meaning |", "|---|---|---|"] + ["| %d | %s | %s |" % row for row in refusals.TABLE]
    return "\n".join(lines) + "\n"
