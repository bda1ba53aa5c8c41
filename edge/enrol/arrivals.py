"""What comes down about keys and certificates: the answer to a request, a revocation, a move to another operator.

Not its job: taking a certificate (machine.py), keys (rotation.py), the record of a move (move.py). Imported when one arrives;
a board forgets it in between.
Source: ours.
"""
from edge import field_reasons
from protocols import auth, messages
from protocols.message_words import RSA

INSTALLER = "installer"


def take(link, ports, now_ms, message):
    """Take one message; link: VppLink; message: (name, topic, payload, is retained)."""
    name, topic, payload, is_retained = message
    if name == "certificate":
        if link.enrol is not None:
            link.enrol.on_message(now_ms, topic, payload, is_retained)
        return
    content, error = _content(link.config, name, topic, payload)
    if error is not None:
        code, values = field_reasons.KEY_CHANGE_REFUSED, ["%s: %s: %s" % (name, error[0], error[3])]
    elif name == "revocation":
        code, values = _revoked(link, ports, content)
    else:
        from edge.enrol import move     # once in years

        code, values = move.take(link, ports, now_ms, content, is_retained)
    if code is not None:
        link.event(now_ms, code, "gateway", values)
        if code == field_reasons.KEY_CHANGE_REFUSED:
            link.inbox.refuse(code, "gateway", values)


def _content(config, name, topic, payload):
    keys = {} if config.vpp.installer_key is None else {INSTALLER: int(config.vpp.installer_key, 16)}
    json_bytes, _, error = auth.verify(RSA, topic, payload, keys)
    return (None, error) if error is not None else messages.decode(name, json_bytes)


def _revoked(link, ports, content):
    from edge.enrol import rotation
    from edge.link import device_keys

    before = device_keys.record_of(link.config, ports.store)
    if content["iat_ms"] == before["iat_ms"]:
        return None, []     # retained: it comes again with every connection
    why = rotation.revoke(ports, link.config, content["kids"], content["kid"], content["iat_ms"])
    if why is None:
        link.inbox.gate.load_keys()
    return rotation.event(why, "%s revoked, %s in use" % (", ".join(content["kids"]), content["kid"]))
