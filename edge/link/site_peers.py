"""Words between the gateways of a shared site, signed with the key of the site, never believed when they are old.

Not its job: what is said (edge/shared_site), freshness (shared_site/talk.py), signatures (protocols/auth.py).
Source: ours. Topics: PREFIX/site/NAME/up/MEMBER, to the master; PREFIX/site/NAME/dn/MEMBER, to a member; QoS 0: what
comes late is worth nothing.
"""
import binascii

from edge.shared_site.talk import Talk
from protocols import auth, strict_json
from protocols.message_words import HMAC

KID = "site"
MAX_BYTES = 600
# Words waiting for a tick; a flood of a neighbour's is cut.
COMMANDS_MAX = 32
LARGEST_MA = 1000000
REPORT_FIELDS = ("draw_ma", "want_ma", "keep_ma")


class Peers:
    """One gateway's side of all conversations of its site."""

    def __init__(self, config, ports, session):
        """config: Config with a shared_site section; ports: entropy; session: MqttSession of the site link."""
        shared = config.shared_site
        own = config.gateway.id
        self.refused = 0
        self._session = session
        self._key = binascii.unhexlify(shared.key)
        self._is_master = shared.role == "master"
        self._base = "%s/site/%s/" % (config.site_link.prefix, shared.name)
        self._boot = boot = binascii.hexlify(ports.entropy(4)).decode()
        names = [row.gateway for row in config.members] if self._is_master else [own]
        self._talks = {name: Talk(boot, int(shared.lease_s * 1000)) for name in names}
        self._commands = []
        for name in names:
            session.subscribe(self._topic("up" if self._is_master else "dn", name), 0)
            if self._is_master:
                session.subscribe(self._topic("dn", name), 0)       # to hear of a second master

    def take_commands(self):
        """Commands of the controller since the last call."""
        commands, self._commands = self._commands, []
        return commands

    def take(self, now_ms, topic, payload, is_retained):
        """A message that may be a peer's."""
        name = topic[len(self._base) + 3:]
        if is_retained or not topic.startswith(self._base) or name not in self._talks:
            self.refused += 1
            return
        message = self._read(topic, payload)
        if message is None or len(self._commands) >= COMMANDS_MAX:
            self.refused += 1
            return
        if self._is_master and topic.startswith(self._base + "dn/"):
            if message["boot"] != self._boot:
                self._commands.append({"kind": "grant", "from": None})
            return
        is_believed, _ = self._talks[name].take(now_ms, message)
        if not is_believed:
            self.refused += 1
            if self._is_master:
                self._send(now_ms, name, {})        # says who it is, so that the next one can be believed
        elif self._is_master and "draw_ma" in message:
            self._commands.append({"kind": "grant", "from": name, "echo_no": message["echo_no"],
                                   "held_no": message["held_no"], "draw_ma": message["draw_ma"],
                                   "want_ma": message["want_ma"], "keep_ma": message["keep_ma"]})
        elif not self._is_master and "limit_ma" in message:
            self._commands.append({"kind": "grant", "from": None, "no": message["no"], "echo_no": message["echo_no"],
                                   "limit_ma": message["limit_ma"]})

    def report(self, now_ms, part):
        """Sends what the part of the controller has to say after a tick."""
        for name, content in part.take_words():
            self._send(now_ms, name if self._is_master else list(self._talks)[0], content)

    def _topic(self, direction, name):
        return self._base + direction + "/" + name

    def _send(self, now_ms, name, content):
        topic = self._topic("dn" if self._is_master else "up", name)
        data = strict_json.encode(self._talks[name].envelope(now_ms, content))
        if self._session.connected:
            self._session.publish(topic, auth.sign(topic, data, KID, self._key), 0, False)

    def _read(self, topic, payload):
        """The content of a well-formed message with the site's signature, else None."""
        if len(payload) > MAX_BYTES:
            return None
        data, _, error = auth.verify(HMAC, topic, payload, {KID: self._key})
        if error is not None:
            return None
        message, error = strict_json.decode(data)
        return message if error is None and _is_well_formed(message) else None


def _is_well_formed(message):
    """Whether a decoded message has the fields of a report, of a grant, or of neither, and all of them good."""
    if not isinstance(message, dict) or not isinstance(message.get("boot"), str):
        return False
    if not (_is_count(message.get("no")) and _is_count(message.get("echo_no"))):
        return False
    if message.get("echo_boot") is not None and not isinstance(message["echo_boot"], str):
        return False
    fields = [name for name in REPORT_FIELDS + ("limit_ma",) if name in message]
    if fields == list(REPORT_FIELDS):
        return _is_count(message.get("held_no")) and all([_are_currents(message[name]) for name in fields])
    return not fields or (fields == ["limit_ma"] and _are_currents(message["limit_ma"]))


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_currents(values):
    return isinstance(values, list) and len(values) == 3 and all([_is_count(value) and value <= LARGEST_MA for value in values])
