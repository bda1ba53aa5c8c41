"""The supervisor tells households what lies ahead, and again until they answer; a real gateway understands it.

Source: host_sim/supervisor/notice_rule.py.
"""

from host_sim.supervisor import notice_rule
from host_sim.supervisor.notice_rule import Announcement, PriceSeries
from host_sim.supervisor.plan import Plan, Station
from host_sim.supervisor.supervisor import Supervisor
from host_sim.supervisor.words import Narrator
from protocols import auth, messages, refusals, topics
from tests.portable import fake_site
from tests.portable.test_gateway import publish
from tests.portable.test_gateway import VPP as GATEWAY_VPP

KEY = bytes.fromhex(fake_site.KEY_HEX)
GATEWAY = "gw-test"
T0_MS = fake_site.UNIX_MS
HOUR_MS = 3600000
OUTAGE = Announcement("o1", "outage", T0_MS + HOUR_MS, T0_MS + 2 * HOUR_MS, "works")
PRICES = PriceSeries(T0_MS // 1000, 900, (0.3, 0.1), (0.1, 0.1))


class Pair:
    """A supervisor and a gateway, no wire between them that could fail unless a test says so."""

    def __init__(self, plan=None, home=True):
        station = Station(GATEWAY, "646", KEY)
        self.supervisor = Supervisor(Plan((station,), **(plan or {})), "s1")
        sections = {"home": {}} if home else {}
        self.site = fake_site.FakeSite(fake_site.document(vpp=dict(GATEWAY_VPP, key=fake_site.KEY_HEX), **sections),
                                       {"bus:lan": {1: fake_site.charger_bank()}})
        self.heard = 0
        self.sent = []
        self.is_cut = False

    def run(self, duration_ms):
        for _ in range(duration_ms // 500):
            self.site.run(500)
            now_ms, unix_ms = self.site.now_ms, self.site.ports.clock.ms
            out = self.supervisor.on_time(now_ms, unix_ms)
            fresh, self.heard = self.site.published[self.heard:], len(self.site.published)
            for topic, payload in fresh:
                out += self.supervisor.on_message(now_ms, unix_ms, topic, payload)
            for topic, payload, _, retain in out:
                place = topics.parse(topic)
                if place[0] in ("announce", "prices"):
                    self.sent.append((place[0], retain))
                    if not self.is_cut:
                        self.site.bytes_from_broker(publish(topic, payload, 0))
        return self

    @property
    def household(self):
        return self.site.gateway.state.household


def test_prices_and_an_outage_reach_the_household_once():
    pair = Pair({"announcements": (OUTAGE,), "prices": PRICES}).run(30000)
    assert [row["text"] for row in pair.household.announced.rows] == ["works"]
    assert pair.household.energy_use.outlook.prices.known_at(T0_MS // 1000 + 1000) == (100000, 100000)
    assert sorted(pair.sent) == [("announce", False), ("prices", True)]
    assert pair.supervisor.told(GATEWAY, "o1") == pair.supervisor.told(GATEWAY, notice_rule.PRICES) == "received"


def test_what_gets_no_answer_is_told_again():
    pair = Pair({"announcements": (OUTAGE,)})
    pair.is_cut = True
    pair.run(25000)
    assert len(pair.sent) == 3 and pair.supervisor.told(GATEWAY, "o1") is None
    pair.is_cut = False
    pair.run(15000)
    assert pair.supervisor.told(GATEWAY, "o1") == "received" and len(pair.sent) == 4


def test_a_site_without_a_household_refuses_prices_by_number():
    pair = Pair({"prices": PRICES}, home=False).run(5000)
    assert pair.supervisor.told(GATEWAY, notice_rule.PRICES) == "refused"
    answers = [messages.decode("ack", payload)[0] for payload in pair.site.messages("/up/ack")]
    assert refusals.name_of(answers[-1]["reason"]) == "not_offered"
    assert pair.run(120000).sent == [("prices", True)] * 3, "asked again once a minute"


def test_an_event_is_changed_and_taken_back():
    pair = Pair({"announcements": (OUTAGE,)}).run(5000)
    pair.supervisor.announce(OUTAGE._replace(text="longer", end_ms=OUTAGE.end_ms + HOUR_MS))
    pair.run(3000)
    assert [row["text"] for row in pair.household.announced.rows] == ["longer"]
    pair.supervisor.announce(OUTAGE._replace(withdrawn=True))
    pair.run(3000)
    assert pair.household.announced.rows == []


def test_only_those_it_is_for_are_told():
    pair = Pair({"announcements": (OUTAGE._replace(gateways=("gw-other",)),)}).run(5000)
    assert pair.sent == []


def test_an_event_that_is_over_is_not_told():
    pair = Pair({"announcements": (OUTAGE._replace(start_ms=T0_MS - HOUR_MS, end_ms=T0_MS - 1),)}).run(3000)
    assert pair.sent == []


def test_it_is_told_in_words():
    narrator = Narrator({GATEWAY: "646"}, T0_MS)
    assert narrator.notice(GATEWAY, "announce", {"what": "outage", "text": "works"}) == "646: announces an outage works"
    assert narrator.notice(GATEWAY, "announce", {"what": "turn_up", "withdrawn": True}).startswith("646: takes back a demand turn-up")
    assert narrator.notice(GATEWAY, "prices", {"import_per_kwh": [1, 2]}) == "646: tells prices of 2 steps"


def test_messages_are_signed_with_the_gateways_key():
    supervisor = Supervisor(Plan((Station(GATEWAY, "646", KEY),), prices=PRICES), "s1")
    content = {"boot": "b1", "state": "online"}
    out = supervisor.on_message(0, T0_MS, topics.topic("state", GATEWAY), messages.encode("state", content))
    [(topic, payload, qos, retain)] = out
    assert auth.verify("hmac", topic, payload, {"k1": KEY})[2] is None and (qos, retain) == (1, True)
    assert auth.verify("hmac", topic, payload, {"k1": bytes(16)})[2][0] == "bad_signature"
