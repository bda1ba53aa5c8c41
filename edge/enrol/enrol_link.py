"""The claim connection: to a door of the broker that opens for asking for a certificate and nothing else.

Not its job: what is asked and what is taken (machine.py), MQTT (protocols/mqtt), the connection to the power plant
(link/vpp.py), which this one holds back until there is a certificate.
Source: ours. Only sites with an `enrol` section have it.
"""
from edge import field_reasons
from edge.enrol import machine
from edge.link import credentials, place
from edge.link.mqtt_link import MqttLink
from protocols import topics
from protocols.mqtt import session as mqtt

KEEP_ALIVE_S = 30


class EnrolLink(MqttLink):
    """A link as gateway.py knows it; up only while something has to be asked for."""

    def __init__(self, config, ports, vpp, tell):
        """config: with an `enrol` section; vpp: VppLink; tell: function (now_ms, code, subject, values) for events."""
        super().__init__("claim", ports.chance, self._new_session(config, "", None))
        self.machine = machine.Enrolment(config, ports, tell)
        self._config, self._ports = config, ports
        self._vpp = vpp
        self._was_up = False
        self.wants_restart = False
        self._tell = tell
        moved = place.moved(ports.store)
        self._moving_ms = 0 if moved is not None and moved["trial"] else None    # since when a move is on trial
        vpp.enrol = self
        if not self.machine.is_ready:
            vpp.backoff.started()       # nothing to connect with: it waits until it is told

    def endpoint(self):
        """(host, port, tls files or None)."""
        ca = credentials.authority(self._config, self._ports.store)
        return self._config.vpp.host, self._config.enrol.port, (ca, "", "")

    def wants_connection(self, now_ms):
        """Whether to open the link now: only for what can't be asked over the connection that stands."""
        if self.machine.is_on_trial or self.machine.way not in (machine.CLAIM, machine.RETURN):
            return False
        if not super().wants_connection(now_ms):
            return False
        user, password = self.machine.login()
        self._session = self._new_session(self._config, user, password)
        return True

    def on_time(self, now_ms):
        """What is due: asking, giving up a trial, closing what has done its work."""
        super().on_time(now_ms)
        if self.machine.on_time(now_ms):
            self._renew_connection(now_ms)
        is_main_up = self._vpp.is_connected
        if is_main_up and not self._was_up:
            self.machine.connected(now_ms)
        if self._moving_ms is not None:
            self._judge_move(now_ms, is_main_up)
        self._was_up = is_main_up
        is_over_main = self.machine.way == machine.RENEW
        session = self._vpp._session if is_over_main else self._session
        if session.connected:
            due = self.machine.request(now_ms)
            if due is not None:
                session.publish(due[0], due[1], 1, False)
        if self.is_up and (is_over_main or self.machine.way is None or self.machine.is_on_trial):
            self.is_broken = self.is_done = True

    def _judge_move(self, now_ms, is_main_up):
        from edge.enrol import move     # once in years

        self._moving_ms = self._moving_ms or now_ms
        try:
            if is_main_up:
                move.arrived(self._ports)
                self._moving_ms = None
            elif now_ms - self._moving_ms >= move.TRIAL_MS and not self.wants_restart:
                self._tell(now_ms, field_reasons.MOVE_FAILED, "gateway", [move.go_back(self._ports)])
                self.wants_restart = True
        except OSError:
            pass    # a full disk: at the next look

    def on_message(self, now_ms, topic, payload, is_retained):
        """An answer, over either connection."""
        place_of = topics.parse(topic)
        if place_of is not None and place_of[:2] == ("certificate", self._config.gateway.id) and not is_retained:
            if self.machine.take(now_ms, topic, payload):
                self._renew_connection(now_ms)

    def on_connected(self, _now_ms):
        """Logged in: the request follows when it is due."""

    def _renew_connection(self, now_ms):
        """The files of the main connection have changed: it is made anew with them."""
        self._was_up = False
        if self._vpp.is_up:
            self._vpp.is_broken = self._vpp.is_done = True
        elif self.machine.is_ready:
            self._vpp.backoff.due_ms = now_ms

    def _new_session(self, config, user, password):
        session = mqtt.MqttSession(user or config.gateway.id, KEEP_ALIVE_S, user, password, queue_max=4, clean=True)
        session.subscribe(topics.topic("certificate", config.gateway.id), 1)
        return session
