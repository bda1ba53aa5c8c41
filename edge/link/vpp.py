"""The link to the virtual power plant: state, telemetry, acknowledgements and events up; commands down.

Not its job: MQTT itself (protocols/mqtt), what a command becomes (inbox.py), acting on it (controller), whatever is said
seldom (seldom.py, birth.py).
The supervisor may vanish at any time; nothing here blocks, and every queue is bounded.
Source: ours.
"""
import binascii

from edge import reasons
from edge.link import reports
from edge.link.inbox import Inbox
from edge.link.mqtt_link import MqttLink
from edge.token_bucket import TokenBucket
from protocols import messages, topics
from protocols.mqtt import session as mqtt
from protocols.refusals import NOT_PERMITTED, TOO_MANY

# What has been told once is not told again within this time: a flapping link must not fill the queue.
EVENT_REPEAT_MS = 10000
TOLD_KEPT = 32
# Of what is refused one record each ten minutes goes into the audit log, whoever floods; its head is told every hour.
AUDIT_MS, AUDIT_MORE_MS = 600000, 3000000
REFUSALS_MS = 1000
# A signature takes a board seconds. (config_link.py has a bucket of its own.)
RSA_SIGNED = ("job", "revocation", "move")
RSA_BURST, RSA_REFILL_MS = 8, 15000


class VppLink(MqttLink):
    """MQTT side of one gateway; a link as gateway.py knows it."""

    enrol = None    # EnrolLink of a site that gets its certificate by itself
    jobs = None     # JobsLink while a job is open
    _rsa_bucket = None      # with the first message it is for

    def __init__(self, config, ports, configuration=None):
        """config: Config with vpp.host set; ports: clock, chance, entropy, store; configuration: ConfigLink or None."""
        self.config = config
        self.configuration = configuration
        self.lost_ms = 0        # since when there is no sign of the supervisor; None while there is
        self.boot = ports.boot = binascii.hexlify(ports.entropy(4)).decode()
        self.inbox = Inbox(config, ports)
        self._host_session = None
        self._ports = ports
        self._gateway = config.gateway.id
        vpp = config.vpp
        super().__init__("vpp", ports.chance, mqtt.MqttSession(self._gateway, vpp.keep_alive_s, vpp.user, vpp.password,
                                                               self._last_will()))
        for topic_filter, qos in topics.gateway_filters(self._gateway, vpp.group):
            self._session.subscribe(topic_filter, qos)
        self._health = reports.ONLINE
        self._telemetry = reports.TelemetryTimer(config)
        self._performance = _recorder(config)
        self._event_seq = 0
        self._told = {}
        self._audit_ms = self._refusals_ms = 0
        self.archive = None     # while there is something to keep: archive/keeper.py
        if ports.store.read("jobs") is not None:
            from edge.link import jobs_link     # once

            jobs_link.reopen(self, self._session, ports)

    def endpoint(self):
        """(host, port, tls files or None)."""
        vpp = self.config.vpp
        if not vpp.tls:
            return vpp.host, vpp.port, None
        from edge.link import credentials       # once

        return vpp.host, vpp.port, credentials.tls_files(self.config, self._ports)

    # -- link life ---------------------------------------------------------------------------------------

    def closed(self, now_ms):
        """The transport was lost or could not be opened."""
        super().closed(now_ms)
        self._lose_supervisor(now_ms)
        self.keep()

    def on_time(self, now_ms):
        """Keep-alive and time-outs."""
        super().on_time(now_ms)
        if self.configuration is not None and self.configuration.on_time(now_ms) and self.is_up:
            self.report_configuration(False)

    def farewell(self):
        """Bytes of a clean goodbye: state offline, then DISCONNECT."""
        self.publish("state", self._state_content("offline", None))
        return self._session.disconnect()

    def on_connected(self, now_ms):
        """Logged in: who we are."""
        from edge.link import birth     # once a connection

        self._tell_health(reports.ONLINE)
        birth.greet(self, self._ports.store)

    # -- down --------------------------------------------------------------------------------------------

    def take_commands(self):
        """Controller commands that arrived since the last call."""
        commands, self.inbox.commands = self.inbox.commands, []
        return commands

    def take_refusals(self, now_ms):
        """(reason, command id, values) of what was refused in the last second, for the journal."""
        refusals = []
        if self.inbox.refusals and now_ms >= self._refusals_ms:
            self._refusals_ms = now_ms + REFUSALS_MS
            refusals, self.inbox.refusals = self.inbox.refusals, []
        if now_ms >= self._audit_ms and (refusals or now_ms >= self._audit_ms + AUDIT_MORE_MS):
            from edge.link import seldom

            self._audit_ms = now_ms + AUDIT_MS
            seldom.tell_refused(self, self._ports, now_ms, refusals)
        return refusals

    def take_stores(self):
        """("store", name, bytes) actions that became due since the last call."""
        stores, self.inbox.gate.to_store = self.inbox.gate.to_store, []
        if self.configuration is not None:
            stores, self.configuration.to_store = stores + self.configuration.to_store, []
        return stores

    def on_message(self, now_ms, topic, payload, is_retained):
        """A message of the broker."""
        place = topics.parse(topic)
        if place is None:
            return
        if place[0] == "host_state":
            self._host_state(now_ms, payload)
        elif place[1] != (self.config.vpp.group if place[0] == "agc" else self._gateway):
            # A broker that brings us another one's: what a role signed for that one has a signature that fits.
            self.inbox.refuse(reasons.COMMAND_REFUSED, "", [NOT_PERMITTED, topic])
        elif place[0] == "agc":
            self.inbox.agc(now_ms, payload, is_retained)
        elif place[0] == "cmd":
            self._command(now_ms, topic, payload, is_retained)
        elif place[0] == "chunk":
            if self.jobs is not None:
                self.jobs.take_chunk(now_ms, payload)
        elif not self._lets_in(now_ms, place[0]):
            self.inbox.refuse(reasons.COMMAND_REFUSED, "", [TOO_MANY, place[0]])
        else:
            from edge.link import seldom

            seldom.take(self, self._session, self._ports, now_ms, (place[0], topic, payload, is_retained))

    def _lets_in(self, now_ms, name):
        """Whether what is seldom, and therefore slow, is looked at: a flood of it must not cost the control loop its time."""
        if name not in RSA_SIGNED:
            return self.inbox.gate.bucket.take(now_ms)
        if self._rsa_bucket is None:
            self._rsa_bucket = TokenBucket(RSA_BURST, RSA_REFILL_MS)
        return self._rsa_bucket.take(now_ms)

    def _host_state(self, now_ms, payload):
        content, error = messages.decode("host_state", payload)
        if error is not None:
            return
        if content["session"] != self._host_session:
            self._host_session = content["session"]
            self.inbox.agc_seq = None       # it counts anew
        if content["state"] == "online":
            self._hear_supervisor()
        else:
            self._lose_supervisor(now_ms)

    def _lose_supervisor(self, now_ms):
        if self.lost_ms is None:
            self.lost_ms = now_ms

    def _hear_supervisor(self):
        self.lost_ms = None
        if self.configuration is not None:
            self.configuration.heard()

    def is_restart_due(self):
        """Whether a changed or rolled-back configuration waits for a restart."""
        is_moving = self.enrol is not None and self.enrol.wants_restart
        is_job = self.jobs is not None and self.jobs.is_restart_due
        return is_moving or is_job or self.configuration is not None and self.configuration.is_restart_due

    def _command(self, now_ms, topic, payload, is_retained):
        is_new, ack = self.inbox.command(now_ms, topic, payload, is_retained)
        if is_new:
            self._hear_supervisor()
        self.ack(now_ms, ack)

    # -- up ----------------------------------------------------------------------------------------------

    def report(self, now_ms, state, snapshot):
        """The gateway's health when it changed, and telemetry that is due."""
        if self.configuration is not None:
            self.configuration.watch(state)
        if self.jobs is not None and self.jobs.on_time(now_ms, state, snapshot):
            self.jobs = None
        if self.archive is not None:
            self.archive.work(now_ms)
        elif not self.is_up:
            return
        elif self._session.is_crowded:
            self.keep()
        health = reports.health(state)
        if health != self._health and self.is_up:
            self._tell_health(health)
        for name, device, content in self._telemetry.due(now_ms, self.boot, self._ports.clock.unix_ms(), state,
                                                         snapshot):
            self.publish(name, content, device)
        if self._performance is not None:
            for name, device, content in self._performance.due(now_ms, self.boot, self._ports.clock.unix_ms(), state):
                self.publish(name, content, device)

    def event(self, now_ms, code, subject, values):
        """Tell an event: of a lease as its acknowledgement, of anything else as an event."""
        if reasons.LEASE_FIRST <= code <= reasons.LEASE_LAST:
            self.ack(now_ms, reports.lease_ack(self.config, code, subject, values))
            return
        told = (code, subject, values[0] if values else None)
        told_ms = self._told.get(told)
        if told_ms is not None and now_ms - told_ms < EVENT_REPEAT_MS:
            return
        if len(self._told) >= TOLD_KEPT:
            self._told = {}
        self._told[told] = now_ms
        self._event_seq += 1
        content = reports.event(code, subject, values)
        content.update({"boot": self.boot, "seq": self._event_seq, "mono_ms": now_ms,
                        "t_ms": self._ports.clock.unix_ms()})
        self.publish("event", content)

    def ack(self, now_ms, content):
        """Publish an acknowledgement."""
        content.update({"boot": self.boot, "mono_ms": now_ms})
        self.publish("ack", content)

    def report_configuration(self, is_asked):
        """What is new about the configuration, or is_asked: what holds in any case."""
        for name, content in () if self.configuration is None else self.configuration.messages(self.config.hash, is_asked):
            self.publish(name, content)

    def _tell_health(self, health):
        self._health = health
        self.publish("state", self._state_content(*health))

    def publish(self, name, content, device=None):
        """Send a message, or keep it until the broker is there. device: where its topic names one."""
        row = messages.row(name)
        topic = topics.topic(name, self._gateway, device)
        payload = messages.encode(name, content)
        if self.archive is None or not self.archive.takes(name, topic, payload):
            self._session.publish(topic, payload, row[3], row[4])

    def keep(self):
        """What the broker may not get is stored from now on, also what it has not acknowledged, until it is delivered."""
        from edge.archive import keeper     # while the broker is away

        keeper.keep(self, self._session, self.config, self._ports)

    def _state_content(self, state, text):
        return {"boot": self.boot, "state": state, "text": text}

    def _last_will(self):
        row = messages.row("state")
        return topics.will_topic(self._gateway), messages.encode("state", self._state_content("offline", None)), row[3], row[4]


def _recorder(config):
    """The recorder of a site that takes part in services, else None."""
    if config.service is None or not config.service.enabled:
        return None
    from edge.link import performance

    return performance.Recorder(config)
