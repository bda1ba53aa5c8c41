"""The topic tree: where each message goes, what each end subscribes to, who a topic speaks of.

Not its job: payloads (messages.py), who may write where (the broker's ACL, made from the filters here).
Source: ours; one level for the gateway makes its access rules two patterns.
Tree: v2g/1/{gateway}/up|dn/..., v2g/1/g/{group}/bcast, v2g/1/host/state. Ids g and host are reserved.
"""

from protocols import messages
from protocols.message_words import BROADCAST, DOWN, HOST, UP

ROOT = "v2g/1/"
RESERVED = ("g", "host")
ID_MAX = 32
_ID_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"

HOST_STATE = ROOT + "host/state"


def valid_id(text):
    """Whether a text can name a gateway, group or device: 1-32 of a-z 0-9 -, not starting with a hyphen."""
    if not isinstance(text, str) or not 1 <= len(text) <= ID_MAX or text[0] == "-":
        return False
    return all([char in _ID_CHARS for char in text])


def valid_gateway(text):
    """Whether a text can name a gateway; the reserved levels cannot."""
    return valid_id(text) and text not in RESERVED


def topic(name, gateway=None, device=None, group=None):
    """Topic of a message by its name in the table.

    gateway: of up and dn messages; device: of those sent per device; group: of the broadcast.
    """
    message = messages.row(name)
    direction, suffix = message[1], message[2]
    if direction == HOST:
        return HOST_STATE
    if direction == BROADCAST:
        return ROOT + "g/" + group + "/" + suffix
    return ROOT + gateway + "/" + direction + "/" + suffix.replace("{device}", device or "")


def parse(text):
    """(message name, gateway, device) of a topic; None for a topic outside the tree.

    gateway is the group of a broadcast and None for the host; device is None where the topic names none.
    """
    if not text.startswith(ROOT):
        return None
    levels = text[len(ROOT):].split("/")
    if levels == ["host", "state"]:
        return "host_state", None, None
    if len(levels) == 3 and levels[0] == "g":
        return ("agc", levels[1], None) if levels[2] == "bcast" and valid_id(levels[1]) else None
    if len(levels) < 3 or not valid_gateway(levels[0]):
        return None
    for message in messages.rows():
        name, direction, suffix = message[:3]
        if direction != levels[1] or direction not in (UP, DOWN):
            continue
        if suffix == "/".join(levels[2:]):
            return name, levels[0], None
        if suffix == levels[2] + "/{device}" and len(levels) == 4 and valid_id(levels[3]):
            return name, levels[0], levels[3]
    return None


def gateway_filters(gateway, group=None):
    """What a gateway subscribes to, as (filter, QoS) pairs."""
    filters = [(ROOT + gateway + "/dn/#", 1), (HOST_STATE, 1)]
    return filters + [(topic("agc", group=group), 0)] if group else filters


def host_filters(gateways):
    """What a supervisor subscribes to: its own gateways by id, as (filter, QoS) pairs."""
    return [(ROOT + gateway + "/up/#", 1) for gateway in gateways]


def will_topic(gateway):
    """Topic of a gateway's last will."""
    return topic("state", gateway)
