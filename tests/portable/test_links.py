"""A link that is of no use is given up once, and until it is closed the gateway neither spins nor counts it twice.

Not its job: MQTT's time-outs (test_mqtt_session), opening and closing (test_runtime_streams).
Source: ours.
"""

from edge import config_loader, reasons
from edge.connection import CONNECT_TIMEOUT_MS, Connection
from edge.gateway import Gateway
from edge.link.mqtt_link import PROTOCOL_ERRORS_UNTIL_CLEAN
from tests.portable import fake_site

VPP = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX}


def test_a_close_is_asked_for_once_a_connection():
    link = Connection("lan", fake_site.Chance())
    assert link.wants_connection(0) and not link.takes_close(CONNECT_TIMEOUT_MS)
    assert [link.takes_close(CONNECT_TIMEOUT_MS + n) for n in (1, 2, 3)] == [True, False, False]
    link.closed(CONNECT_TIMEOUT_MS + 3)
    again_ms = link.backoff.due_ms
    assert link.wants_connection(again_ms)
    link.opened(again_ms)
    assert not link.takes_close(again_ms)
    link.is_broken = True
    assert [link.takes_close(again_ms) for _ in (1, 2)] == [True, False]
    link.closed(again_ms)
    assert not link.takes_close(again_ms)


def test_a_silent_broker_is_given_up_once_and_nothing_spins_until_it_is_closed():
    config, errors = config_loader.load(fake_site.document(vpp=VPP))
    assert not errors
    gateway = Gateway(config, fake_site.Ports())
    now_ms, closes = 0, 0
    gateway.on_time(now_ms)
    gateway.on_open(now_ms, "vpp")      # and no CONNACK ever comes
    while not gateway.vpp.is_broken:
        now_ms = max(gateway.next_wake_ms, now_ms + 1)
        closes += gateway.on_time(now_ms).count(("close", "vpp"))
    assert closes == 1
    rounds = 0
    end_ms = now_ms + 5000
    while now_ms < end_ms:
        closes += gateway.on_time(now_ms).count(("close", "vpp"))
        closes += gateway.on_bytes(now_ms, "vpp", b"\xff\xff\xff\xff\xff").count(("close", "vpp"))
        assert gateway.next_wake_ms > now_ms, "a busy loop"
        now_ms = gateway.next_wake_ms
        rounds += 1
    assert closes == 1 and rounds <= 4 * 5000 // config.gateway.tick_ms
    assert gateway.vpp._protocol_errors == 1 < PROTOCOL_ERRORS_UNTIL_CLEAN
    gateway.on_closed(now_ms, "vpp", "given up")
    now_ms = max(gateway.vpp.backoff.due_ms, now_ms)
    assert ("connect", "vpp") in gateway.on_time(now_ms)


def test_a_close_on_purpose_is_no_event_and_the_next_loss_is_one_again():
    config, _ = config_loader.load(fake_site.document(vpp=VPP))
    gateway = Gateway(config, fake_site.Ports())
    gateway.on_time(0)
    gateway.on_open(0, "vpp")
    told = []
    gateway.event = lambda now_ms, code, subject, values: told.append((code, subject))
    gateway.vpp.is_broken = gateway.vpp.is_done = True
    gateway.on_closed(100, "vpp", "given up")
    assert told == [] and not gateway.vpp.is_up
    gateway.on_open(200, "vpp")
    gateway.on_closed(300, "vpp", "closed by peer")
    assert told == [(reasons.LINK_LOST, "vpp")]
