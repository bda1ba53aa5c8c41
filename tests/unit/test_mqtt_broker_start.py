"""Which broker a run gets, and what it says when one cannot start.

Source: none; the order URL, Mosquitto, own is the project's.
"""

import shutil
import socket

import pytest

from host_sim.broker import Access, mosquitto, start_broker
from host_sim.broker.mosquitto import Mosquitto
from host_sim.broker.server import OwnBroker


def test_url_names_an_external_broker():
    broker = start_broker("mqtts://gw%2F1:p%40ss@example.org")
    assert (broker.kind, broker.host, broker.port, broker.tls) == ("external", "example.org", 8883, True)
    assert (broker.user, broker.password) == ("gw/1", "p@ss")
    plain = start_broker("mqtt://10.0.0.7:1884")
    assert (plain.host, plain.port, plain.tls, plain.user, plain.password) == ("10.0.0.7", 1884, False, None, None)


@pytest.mark.parametrize("url", ("10.0.0.7", "http://x", "mqtt://", "mqtt://x:port"))
def test_bad_urls_are_refused(url):
    with pytest.raises(ValueError):
        start_broker(url)


def test_own_broker_where_mosquitto_is_missing(monkeypatch):
    monkeypatch.setattr(mosquitto, "find", lambda: None)
    with start_broker() as broker:
        assert broker.kind == "own"
        socket.create_connection((broker.host, broker.port)).close()
    with pytest.raises(OSError):
        socket.create_connection((broker.host, broker.port))
    with pytest.raises(OSError, match="not installed"):
        Mosquitto()


def test_own_broker_says_that_its_port_is_taken():
    with OwnBroker() as broker, pytest.raises(OSError):
        OwnBroker(port=broker.port)


def test_mosquitto_that_does_not_start_is_reported():
    with pytest.raises(OSError, match="did not start"):
        Mosquitto(program=shutil.which("false"))


def test_access_patterns():
    rules = [(None, "write", "v2g/1/%u/up/#"), ("boss", "readwrite", "v2g/1/#"), (None, "read", "c/%c")]
    access = Access({"gw1": "key", "boss": "key"}, rules)
    assert access.may("write", "gw1", "x", "v2g/1/gw1/up/tele")
    assert not access.may("read", "gw1", "x", "v2g/1/gw1/up/tele")
    assert not access.may("write", "gw1", "x", "v2g/1/gw2/up/tele")
    assert access.may("read", "boss", "x", "v2g/1/gw2/up/tele") and access.may("write", "boss", "x", "v2g/1/gw2/dn/cmd")
    assert access.may("read", "gw1", "me", "c/me") and not access.may("read", "gw1", "me", "c/you")
    for name in ("+", "#", "a/b", "", None):  # a name must not widen the pattern
        assert not access.may("write", name, "x", "v2g/1/gw1/up/tele"), name
    assert access.may_connect("gw1", b"key")
    for user, password in (("gw1", b"kex"), ("gw1", None), ("nobody", b"key"), (None, None)):
        assert not access.may_connect(user, password)
    assert Access().may_connect(None, None) and Access().may("write", None, "x", "t")


def test_access_as_mosquitto_files():
    access = Access({"gw1": "key"}, [("b", "read", "x"), (None, "write", "v2g/%u/#"), ("a", "write", "y"), ("b", "write", "z")])
    assert access.mosquitto_acl() == (
        "pattern write v2g/%u/#\nuser a\ntopic write y\nuser b\ntopic read x\ntopic write z\n")
    assert access.mosquitto_passwords().startswith("gw1:$7$101$")
