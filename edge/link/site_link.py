"""The link to the household's own broker: values in, wishes in, states out, and words between gateways of one site.

Not its job: MQTT itself (protocols/mqtt), the link's life (mqtt_link.py), what a value or a wish means.
Source: ours. It has its own credentials and ranks as the household: nothing that comes this way raises a limit.
Tree: PREFIX/GATEWAY/online, state, state/DER, answer; PREFIX/GATEWAY/set/WHAT; PREFIX/site/NAME/… (site_peers.py).
"""
from edge.link.mqtt_link import MqttLink
from edge.link.site_values import Values
from edge.link.site_wishes import Wishes
from protocols import strict_json
from protocols.forgetting import forget
from protocols.mqtt import session as mqtt

KEEP_ALIVE_S = 20
STATE_MS = 5000
# After a wish people look at once; and what changed in words is not told later than that.
STATE_AT_ONCE_MS = 1000
QUEUE_COUNT = 100
QUEUE_BYTES = 32768
# The soonest ones; a packet has its limit.
AHEAD_ROWS = 16


class SiteLink(MqttLink):
    """A link as gateway.py knows it."""

    def __init__(self, config, ports, gateway):
        """config: Config with a site_link section; ports: chance, entropy; gateway: Gateway, for requests and pictures."""
        own = config.site_link
        self._base = own.prefix + "/" + config.gateway.id + "/"
        session = mqtt.MqttSession(
            config.gateway.id + "-site", KEEP_ALIVE_S, own.user or config.gateway.id, own.password,
            (self._base + "online", b"offline", 1, True), queue_max=QUEUE_COUNT, queue_max_bytes=QUEUE_BYTES)
        super().__init__("site", ports.chance, session)
        self.values_of = Values(config.inputs, config.ders[0].name)
        self.wishes = Wishes(gateway, own.wishes)
        self.peers = None
        if config.shared_site is not None:
            from edge.link.site_peers import Peers      # several gateways behind one fuse

            self.peers = Peers(config, ports, session)
        self._own = own
        self._told = None               # what was said in words
        self._config = config
        self._undescribed = ()          # numbers of the descriptions that Home Assistant still has to get
        self._due_ms = self._told_ms = 0
        session.subscribe(self._base + "set/+", 1)
        for topic in self.values_of.topics():
            session.subscribe(topic, 0)

    def endpoint(self):
        """(host, port, tls files or None)."""
        own = self._own
        return own.host, own.port, (own.ca_file, "", "") if own.tls else None

    def values(self, now_ms):
        """{quantity or "soc_pct:NAME": number} of all that is fresh, for site_inputs.py."""
        return self.values_of.fresh(now_ms)

    def hand_over(self, commands):
        """Adds to commands of the controller what came since the last call; returns whether a wish is among them."""
        wishes, self.wishes.commands = self.wishes.commands, []
        commands.extend(wishes)
        if self.peers is not None:
            commands.extend(self.peers.take_commands())
        return bool(wishes)

    def status(self):
        """What people are shown, JSON-able."""
        return {"up": self._session.connected, "accepted": self.wishes.accepted, "refused": self.wishes.refused,
                "bad_values": self.values_of.bad, "words_dropped": 0 if self.peers is None else self.peers.refused}

    def farewell(self):
        """Bytes of a clean goodbye."""
        self._session.publish(self._base + "online", b"offline", 1, True)
        return self._session.disconnect()

    def on_connected(self, _now_ms):
        """Logged in."""
        self._session.publish(self._base + "online", b"online", 1, True)
        self._due_ms = 0
        self._undescribed = list(range(len(self._config.ders) + 1))

    def on_message(self, now_ms, topic, payload, is_retained):
        """A message of the broker."""
        if topic.startswith(self._base + "set/"):
            answer = self.wishes.take(now_ms, topic[len(self._base) + 4:], payload, is_retained)
            if answer is not None:
                self._publish("answer", answer, 1, False)
            self._due_ms = min(self._due_ms, now_ms + STATE_AT_ONCE_MS)
        elif not self.values_of.take(now_ms, topic, payload, is_retained) and self.peers is not None:
            self.peers.take(now_ms, topic, payload, is_retained)

    def report(self, now_ms, gateway):
        """Tells what is due after a tick."""
        if self.peers is not None:
            self.peers.report(now_ms, gateway.state.shared_site)
        if not self._session.connected or now_ms - self._told_ms < STATE_AT_ONCE_MS:
            return
        words = [der.why() for der in gateway.state.ders]
        if now_ms < self._due_ms and words == self._told:
            return
        self._told, self._told_ms, self._due_ms = words, now_ms, now_ms + STATE_MS
        if self._undescribed:
            self._describe(self._undescribed.pop(0))
            self._due_ms = now_ms       # one a second: together they would fill the queue
        from edge import household_view     # every few seconds

        picture = household_view.picture(gateway, now_ms)
        for charger in picture.pop("chargers"):
            self._publish("state/" + charger["name"], charger, 0, True)
        picture["ahead"] = picture["ahead"][:AHEAD_ROWS]
        if gateway.state.shared_site is not None:
            picture["shared_site"] = gateway.state.shared_site.status(now_ms)
        self._publish("state", picture, 0, True)

    def _describe(self, number):
        """One description for Home Assistant; an empty one takes it back where none is wanted."""
        from edge.link import discovery     # once a connection

        topic = discovery.topics(self._config)[number]
        payload = b""
        if self._own.discovery:
            payload = strict_json.encode(discovery.content(self._config, number))
        self._session.publish(topic, payload, 1, True)
        forget("edge.link.discovery")

    def _publish(self, name, content, qos, is_retained):
        self._session.publish(self._base + name, strict_json.encode(content), qos, is_retained)
