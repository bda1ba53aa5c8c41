"""Lets in signed messages whose order is their time of issue: plans and series of prices, retained, and requests.

Not its job: commands, which are numbered (command_gate.py), what follows. Imported when such a message comes; a board
forgets it in between.
Retained ones come again with every connection, so the same one is let in twice. The newest time of each kind is on disk:
a broker that kept an old plan can't bring it back after a restart.
Source: ours.
"""
from edge.link.command_gate import error_of, id_in
from protocols import auth, command_window, messages, strict_json
from protocols.refusals import BAD_SIGNATURE, FROM_THE_FUTURE, STALE

FILE = "dated"


def check(gate, name, topic, payload):
    """(content, 0, "") of a message no older than the last one, else (None or its id, number of the refusal, detail).

    gate: CommandGate. How often is judged before (vpp.py).
    """
    json_bytes, _, error = auth.verify(messages.row(name)[5], topic, payload, gate.keys)
    if error is not None:
        return None, BAD_SIGNATURE, "%s: %s" % (error[0], error[3])
    content, error = messages.decode(name, json_bytes)
    if error is not None:
        return {"id": id_in(json_bytes)}, error_of(error), "%s at %s: got %s, allowed %s" % error
    issued_ms, unix_ms = content["iat_ms"], gate.unix_ms()
    if unix_ms is not None and issued_ms > unix_ms + command_window.CLOCK_SLACK_MS:
        return content, FROM_THE_FUTURE, ""     # taken, it would shut out everything until then
    if gate.newest_ms is None:
        gate.newest_ms = _kept(gate.ports.store)
    newest_ms = gate.newest_ms.get(name, 0)
    if issued_ms < newest_ms:
        return content, STALE, ""
    if issued_ms > newest_ms:
        gate.newest_ms[name] = issued_ms
        gate.keep(FILE, strict_json.encode(gate.newest_ms))
    return content, 0, ""


def plan(inbox, topic, payload):
    """Take a signed plan: None, or (number of the refusal, detail)."""
    content, number, detail = check(inbox.gate, "plan", topic, payload)
    if not number:
        number, command = inbox.plan(content)
        if not number:
            inbox.commands.append(command)
    return (number, detail) if number else None


def _kept(store):
    """{name of the message: newest time of issue, Unix ms} as kept."""
    content, error = strict_json.decode(store.read(FILE) or b"")
    if error is not None or not isinstance(content, dict):
        return {}
    return {name: at_ms for name, at_ms in content.items() if isinstance(at_ms, int)}
