"""The supervisor without I/O: messages and time come in, messages to publish go out.

Not its job: the MQTT session (live.py, the virtual world), rules (…_rule.py), renewing (lease_desk.py).
Source: framework of the WAPE study: watch PV, load, BES, voltage and SoC; lift or set WAPE, schedule the BES, arm V2G.
A message is (topic, payload, qos, retain). now_ms: monotonic, decides; unix_ms: integer, labels and leases.
"""

from host_sim.supervisor.bes_rule import BesRule
from host_sim.supervisor.fleet import Fleet
from host_sim.supervisor.history import History
from host_sim.supervisor.lease_desk import LeaseDesk
from host_sim.supervisor.lift_rule import LiftRule
from host_sim.supervisor.notice_rule import NoticeRule
from host_sim.supervisor.scorebook import Scorebook
from host_sim.supervisor.support_rule import SupportRule
from protocols import messages, topics

HEARTBEAT_MS = 10000    # host/state goes out anew, so that gateways know the supervisor lives
MARGIN_MS = 1000


class Supervisor:
    """One feeder's supervisor."""

    def __init__(self, plan, session, stability=None):
        """plan: Plan. session: text drawn at start. stability: StabilityModel or None."""
        self.plan = plan
        self.session = session
        self.fleet = Fleet(plan.stations)
        self.history = History()
        self.scorebook = Scorebook()
        self.desk = LeaseDesk(session, plan.priority)
        self.margin = None          # (clipped, plain) of the last second, None while unknown
        self.margins = []           # (unix_ms, clipped, plain)
        self.next_wake_ms = None
        self._lift = LiftRule(plan.lift)
        self._bes = BesRule(plan.bes, plan.pv_forecast)
        self._support = SupportRule(plan.support)
        self._notices = NoticeRule()
        for announcement in plan.announcements:
            self.announce(announcement)
        if plan.prices is not None:
            self.set_prices(plan.prices)
        self._stability = stability
        self._birth_due_ms = None
        self._margin_due_ms = 0

    @property
    def support_holder(self):
        """Gateway that holds the one support lease, None when nobody does."""
        return self._support.holder

    def announce(self, announcement):
        """Tell households what lies ahead, an Announcement; goes out with the next message or wake-up."""
        self._notices.announce(announcement, sorted(self.fleet.states))

    def set_prices(self, series):
        """Tell households a PriceSeries."""
        self._notices.set_prices(series, sorted(self.fleet.states))

    def told(self, gateway, key):
        """How far a notice came: received, refused, None; key: its event, or notice_rule.PRICES."""
        return self._notices.stage(gateway, key)

    def will(self):
        """The last will: what the broker says when the supervisor dies."""
        return self._host_state("offline")

    def filters(self):
        """(topic filter, QoS) to subscribe to."""
        return topics.host_filters(sorted(self.fleet.states))

    def on_connect(self, now_ms, unix_ms):
        """The broker has accepted us: say that we are there."""
        self._birth_due_ms = now_ms
        return self.on_time(now_ms, unix_ms)

    def on_message(self, now_ms, unix_ms, topic, payload):
        """A message of a gateway; returns messages to publish."""
        taken = self.fleet.take(now_ms, topic, payload)
        if taken is not None:
            name, state, content = taken
            gateway, device = state.station.gateway, topics.parse(topic)[2]
            for kind, source, record in self.history.take(gateway, name, device, content):
                if kind == "perf":
                    self.scorebook.take(gateway, source, record)
            if name == "ack":
                if not self._notices.on_ack(content):
                    self.desk.on_ack(now_ms, content)
            elif name in ("tele", "info", "state"):
                self._decide(now_ms, unix_ms, state)
        return self._settle(now_ms, unix_ms)

    def on_time(self, now_ms, unix_ms):
        """Time has passed; call at next_wake_ms at the latest."""
        if self._birth_due_ms is not None and now_ms >= self._birth_due_ms:
            self._birth_due_ms = now_ms + HEARTBEAT_MS
            self.desk.out.append(self._host_state("online", unix_ms))
        if self._stability is not None and now_ms >= self._margin_due_ms:
            self._margin_due_ms = now_ms + MARGIN_MS
            self.margin = self._stability.margin(now_ms, list(self.fleet.states.values()))
            if self.margin is not None:
                self.margins.append((unix_ms, *self.margin))
        for state in self.fleet.states.values():
            self._bes.decide(unix_ms, state, self.desk)
        return self._settle(now_ms, unix_ms)

    def stop(self, now_ms, unix_ms):
        """Clean end: leases lapse by themselves, gateways are told that nobody is there."""
        self._birth_due_ms = None
        return [self._host_state("offline", unix_ms)]

    def _decide(self, now_ms, unix_ms, state):
        self._lift.decide(now_ms, unix_ms, state, self.desk)
        self._bes.decide(unix_ms, state, self.desk)
        self._support.decide(now_ms, unix_ms, list(self.fleet.states.values()), self.desk)

    def _settle(self, now_ms, unix_ms):
        self.desk.work(now_ms, unix_ms)
        for state in self.fleet.states.values():
            self._notices.decide(now_ms, unix_ms, state, self.desk)
        wakes_ms = [self._birth_due_ms, self.desk.next_wake_ms(now_ms), self._notices.next_wake_ms()]
        if self._stability is not None:
            wakes_ms.append(self._margin_due_ms)
        wakes_ms = [wake_ms for wake_ms in wakes_ms if wake_ms is not None]
        self.next_wake_ms = min(wakes_ms) if wakes_ms else None
        out, self.desk.out = self.desk.out, []
        return out

    def _host_state(self, state, unix_ms=None):
        content = {"state": state, "session": self.session, "t_ms": unix_ms}
        return topics.HOST_STATE, messages.encode("host_state", content), 1, True
