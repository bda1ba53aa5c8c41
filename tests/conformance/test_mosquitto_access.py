"""Who gets in at a real Mosquitto with the files `v2g keys` writes, and who may say and hear what: mutual TLS and ACL.

Source: mosquitto.conf(5); the client is paho, so nothing of ours stands between a certificate and the broker's answer.
"""

import datetime
import signal
import socket
import ssl
import subprocess
import time

import paho.mqtt.client as paho
import pytest
from cryptography.hazmat.primitives import serialization

from host_sim.broker import mosquitto
from protocols import key_tree
from tools.keys import authority, broker_files
from tools.keys.fleet import Fleet
from tools.keys.folder import KeyFolder
from tools.keys.names import Refused

WAIT_S = 5
QUIET_S = 0.4      # long enough for what loopback would bring


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A fleet of three gateways in two groups, and Mosquitto on its files."""

    def __init__(self, folder):
        self.fleet = Fleet(KeyFolder(folder / "keys"))
        self.port, self.claim_port = free_port(), free_port()
        self.fleet.begin({"host": "127.0.0.1", "port": self.port, "claim_port": self.claim_port, "bind": "127.0.0.1"})
        self.admitted = {name: self.fleet.admit(name, group=group, board=True)
                         for name, group in (("gw-a", "oak"), ("gw-b", "oak"), ("gw-c", "elm"))}
        self.token = self.fleet.admit("gw-new", group="oak")["token"]
        self.path = broker_files.write(self.fleet)
        self.process = None

    def start(self):
        self.process = subprocess.Popen([mosquitto.find(), "-c", self.path / "mosquitto.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline_s = time.monotonic() + WAIT_S
        while time.monotonic() < deadline_s:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("mosquitto does not take the files")

    def stop(self):
        self.process.terminate()
        self.process.wait(WAIT_S)

    def restart(self):
        self.stop()
        self.start()

    def key_pair(self, name):
        folder = self.fleet.folder.path
        if name == "supervisor":
            return str(folder / "supervisor.crt"), str(folder / "supervisor.key")
        return tuple(str(folder / "gateways" / name / part) for part in ("gateway.crt", "gateway.key"))


class Client:
    """A paho client that remembers what became of it."""

    def __init__(self, broker, client_id, pair=None, login=None, ca=None):
        self.codes, self.granted, self.heard, self.lost = [], [], [], []
        self.client = client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id)
        context = ssl.create_default_context(cafile=ca or str(broker.fleet.folder.path / "ca.crt"))
        if pair:
            context.load_cert_chain(*pair)
        client.tls_set_context(context)
        if login:
            client.username_pw_set(*login)
        client.on_connect = lambda _client, _data, _flags, code, _properties: self.codes.append(str(code))
        client.on_message = lambda _client, _data, message: self.heard.append((message.topic, message.payload))
        client.on_subscribe = lambda _client, _data, _id, codes, _properties: self.granted.append(codes)
        client.on_disconnect = lambda _client, _data, _flags, code, _properties: self.lost.append(str(code))
        self.error = None
        try:
            client.connect("127.0.0.1", broker.claim_port if login else broker.port)
        except (OSError, ssl.SSLError) as error:
            self.error = error
            return
        client.loop_start()

    @property
    def is_in(self):
        """Whether the broker let it in; waits for the answer."""
        wait(lambda: self.codes or self.lost or self.error)
        return self.codes == ["Success"] and not self.lost

    def hear(self, *filters):
        for topic_filter in filters:
            self.client.subscribe(topic_filter, 1)
        wait(lambda: len(self.granted) >= len(filters))
        return self

    def say(self, topic, payload=b"x"):
        self.client.publish(topic, payload, 1).wait_for_publish(WAIT_S)

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


def wait(condition):
    deadline_s = time.monotonic() + WAIT_S
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return condition()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    if not mosquitto.find():
        pytest.skip("mosquitto is not installed: certificates and rules can't be tried on it")
    running = Broker(tmp_path_factory.mktemp("fleet"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def join(broker):
    clients = []

    def new(name, **options):
        options.setdefault("pair", None if "login" in options else broker.key_pair(name))
        clients.append(Client(broker, options.pop("client_id", name), **options))
        return clients[-1]

    yield new
    for client in clients:
        client.end()


def test_gateway_and_supervisor_talk(join):
    supervisor, gateway = join("supervisor"), join("gw-a")
    assert supervisor.is_in and gateway.is_in
    supervisor.hear("v2g/1/gw-a/up/#")
    gateway.hear("v2g/1/gw-a/dn/#", "v2g/1/host/state", "v2g/1/g/oak/bcast")
    supervisor.say("v2g/1/gw-a/dn/cmd", b"command")
    supervisor.say("v2g/1/host/state", b"state")
    supervisor.say("v2g/1/g/oak/bcast", b"scalar")
    gateway.say("v2g/1/gw-a/up/tele/charger", b"telemetry")
    assert wait(lambda: len(gateway.heard) == 3 and supervisor.heard)
    assert sorted(payload for _, payload in gateway.heard) == [b"command", b"scalar", b"state"]
    assert supervisor.heard == [("v2g/1/gw-a/up/tele/charger", b"telemetry")]


def test_a_gateway_hears_nothing_of_another_one_nor_of_another_group(join):
    supervisor, curious, other = join("supervisor"), join("gw-a"), join("gw-b")
    assert supervisor.is_in and curious.is_in and other.is_in
    curious.hear("#", "$SYS/#", "v2g/1/gw-b/#", "v2g/1/+/up/#", "v2g/1/+/dn/#", "v2g/1/g/elm/bcast", "v2g/1/g/+/bcast")
    other.hear("v2g/1/gw-b/dn/#")
    for topic in ("v2g/1/gw-b/dn/cmd", "v2g/1/gw-c/dn/cmd", "v2g/1/g/elm/bcast"):
        supervisor.say(topic, b"not yours")
    other.say("v2g/1/gw-b/up/tele/charger", b"not yours")
    assert wait(lambda: other.heard)        # so it was on its way
    time.sleep(QUIET_S)
    assert curious.heard == []


def test_a_gateway_says_nothing_as_another_one_nor_to_a_group(join):
    supervisor, liar, victim = join("supervisor"), join("gw-a"), join("gw-b")
    assert supervisor.is_in and liar.is_in and victim.is_in
    supervisor.hear("v2g/1/gw-b/up/#", "v2g/1/gw-a/up/#", "v2g/1/host/state")
    victim.hear("v2g/1/gw-b/dn/#", "v2g/1/g/oak/bcast", "v2g/1/host/state")
    heard_before = len(victim.heard)
    for topic in ("v2g/1/gw-b/up/tele/charger", "v2g/1/gw-b/dn/cmd", "v2g/1/g/oak/bcast", "v2g/1/g/elm/bcast",
                  "v2g/1/host/state", "v2g/1/gw-a/dn/cmd"):
        liar.say(topic, b"forged")
    liar.say("v2g/1/gw-a/up/event", b"own")
    assert wait(lambda: ("v2g/1/gw-a/up/event", b"own") in supervisor.heard)
    time.sleep(QUIET_S)
    assert b"forged" not in [payload for _, payload in supervisor.heard + victim.heard[heard_before:]]


def test_without_a_certificate_nobody_gets_in(broker, join):
    assert not join("gw-a", pair=None).is_in
    with socket.create_connection(("127.0.0.1", broker.port), WAIT_S) as plain:
        plain.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04gw-a")
        try:
            assert plain.recv(4)[:1] in (b"", b"\x15"), "an alert of TLS or nothing, never a CONNACK"
        except ConnectionError:
            pass    # closed at once


def test_a_certificate_of_another_authority_is_refused(broker, join, tmp_path):
    stranger = Fleet(KeyFolder(tmp_path / "stranger"))
    stranger.begin({})
    stranger.admit("gw-a", board=True)
    pair = [str(tmp_path / "stranger/gateways/gw-a" / name) for name in ("gateway.crt", "gateway.key")]
    assert not join("gw-a", pair=pair).is_in


def test_an_expired_certificate_is_refused(broker, join, tmp_path):
    key = authority.new_key()
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=400)
    expired = broker.fleet.authority().client("gw-a", key.public_key(), long_ago)
    (tmp_path / "crt").write_text(authority.pem_of(expired))
    (tmp_path / "key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    assert not join("gw-a", pair=(str(tmp_path / "crt"), str(tmp_path / "key"))).is_in


def test_the_client_id_is_the_certificates_so_nobody_throws_another_one_out(join):
    victim = join("gw-b")
    assert victim.is_in
    liar = join("gw-a", client_id="gw-b")
    assert liar.is_in       # as gw-a, whatever it calls itself
    liar.hear("v2g/1/gw-a/dn/#", "v2g/1/gw-b/dn/#")
    supervisor = join("supervisor")
    assert supervisor.is_in
    victim.hear("v2g/1/gw-b/dn/#")
    supervisor.say("v2g/1/gw-b/dn/cmd", b"for b")
    supervisor.say("v2g/1/gw-a/dn/cmd", b"for a")
    assert wait(lambda: victim.heard and liar.heard)
    time.sleep(QUIET_S)
    assert victim.lost == [] and victim.heard == [("v2g/1/gw-b/dn/cmd", b"for b")]
    assert liar.heard == [("v2g/1/gw-a/dn/cmd", b"for a")]


def test_a_gateways_certificate_cannot_play_the_broker(broker):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*broker.key_pair("gw-a"))
    client = ssl.create_default_context(cafile=str(broker.fleet.folder.path / "ca.crt"))
    client.check_hostname = False       # even so
    incoming, outgoing, server_in, server_out = [ssl.MemoryBIO() for _ in range(4)]
    shaken = client.wrap_bio(incoming, outgoing)
    serving = context.wrap_bio(server_in, server_out, server_side=True)
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        for _ in range(4):
            for end in (shaken, serving):
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    pass
                server_in.write(outgoing.read())
                incoming.write(server_out.read())


def test_a_claim_opens_two_topics_and_a_wrong_password_none(broker, join):
    user = key_tree.CLAIM_USER + "gw-new"
    assert not join(user, login=(user, "0" * 32)).is_in
    assert not join("gw-a", login=("gw-a", key_tree.password(broker.token.encode()))).is_in
    claimant, supervisor = join(user, login=(user, key_tree.password(broker.token.encode()))), join("supervisor")
    assert claimant.is_in and supervisor.is_in
    supervisor.hear("v2g/1/gw-new/up/#", "v2g/1/gw-a/up/#")
    claimant.hear("v2g/1/gw-new/dn/#", "#")
    for topic in ("v2g/1/gw-new/up/state", "v2g/1/gw-a/up/enrol", "v2g/1/gw-new/dn/certificate"):
        claimant.say(topic, b"forged")
    claimant.say("v2g/1/gw-new/up/enrol", b"request")
    supervisor.say("v2g/1/gw-new/dn/cmd", b"not for a claim")
    supervisor.say("v2g/1/gw-new/dn/certificate", b"answer")
    assert wait(lambda: supervisor.heard and claimant.heard)
    time.sleep(QUIET_S)
    assert supervisor.heard == [("v2g/1/gw-new/up/enrol", b"request")]
    assert set(claimant.heard) == {("v2g/1/gw-new/dn/certificate", b"answer")}


def test_a_revoked_certificate_is_refused_and_the_others_go_on(broker, join):
    assert join("gw-c").is_in
    broker.fleet.revoke("gw-c")
    broker_files.write(broker.fleet)
    broker.process.send_signal(signal.SIGHUP)
    assert wait(lambda: not join("gw-c").is_in)
    assert join("gw-a").is_in


def test_no_gateway_bears_the_name_of_a_service(broker):
    for name in ("supervisor", "enrol-desk", "claim-gw-a", "renew-gw-a", "g", "host", "Gw", "a/b", "+"):
        with pytest.raises(Refused):
            broker.fleet.admit(name)
