"""What the power plant announces: prices, outages, events. They become commands of the controller, or a refusal.

Not its job: form, signature and order (command_gate.py, dated.py), what they have to be (announcements.py), what follows.
Imported when such a message comes, which is seldom.
Source: ours.
"""
from edge import announcements, reasons
from edge.link import dated
from protocols.command_window import clock_or_none
from protocols.refusals import CLOCK_NOT_SET, DUPLICATE, NOT_OFFERED


def take(inbox, config, unix_ms, now_ms, message):
    """Content of the acknowledgement; the command goes to inbox.commands.

    inbox: Inbox; config: Config; unix_ms: wall clock. message: (name, topic, payload, is_retained).
    """
    name, topic, payload, is_retained = message
    if name == "prices":
        content, number, detail = dated.check(inbox.gate, name, topic, payload)
    else:
        content, number, detail = inbox.gate.check(now_ms, topic, payload, is_retained)
    ref = content["id"] if content else ""
    if number == DUPLICATE:
        return {"ref": ref, "stage": "received", "reason": number}
    command = refusal = None
    if not number:
        make = _prices if name == "prices" else _announce
        command, refusal = make(content, config, clock_or_none(unix_ms), now_ms)
    if refusal is not None:
        number, detail = refusal[0], "%s = %s: allowed %s" % refusal[1:]
    if number:
        inbox.refuse(reasons.COMMAND_REFUSED, ref, [number, detail])
        return {"ref": ref, "stage": "refused", "reason": number, "detail": detail}
    inbox.accepted += 1
    inbox.commands.append(command)
    return {"ref": ref, "stage": "received", "reason": 0}


def _prices(content, config, unix_ms, now_ms):
    if config.home is None:
        return None, (NOT_OFFERED, "prices", content["id"], "with a section home in the configuration")
    return announcements.prices(content, unix_ms)


def _announce(content, config, unix_ms, now_ms):
    if unix_ms is None:
        return None, (CLOCK_NOT_SET, "start_ms", content["start_ms"], "where the clock is set")
    start_ms, end_ms = [now_ms + content[name] - unix_ms for name in ("start_ms", "end_ms")]
    content["id"] = content["event"]    # what a later message may replace; the message's own id is for its answer
    return announcements.announce(content, max(start_ms, now_ms), end_ms, now_ms)
