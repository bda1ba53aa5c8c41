"""Every way a secure connection fails says in words what is wrong and what to do: real handshakes of the real library.

Source: edge/link/tls_words.py; OpenSSL's texts differ by version, so the library itself has to say them here.
"""

import datetime
import ssl
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import serialization

from edge import field_reasons as reasons
from edge import hal
from edge.link import tls_words
from tests.portable import fake_site
from tests.portable.test_gateway import site
from tools.keys import authority

NOW = datetime.datetime.now(datetime.UTC)
LONG_AGO, AHEAD = NOW - datetime.timedelta(days=3000), NOW + datetime.timedelta(days=30)
UNSET_MS, SET_MS = 1000, 1790000000000


class Party:
    """An authority, and files of certificates it made."""

    def __init__(self, folder, name):
        self.folder, self.name, self.count = folder, name, 0
        self.key, self.certificate = authority.create(name, LONG_AGO)
        self.authority = authority.Authority(self.key, self.certificate)
        self.ca = str(folder / (name + ".ca"))
        (folder / (name + ".ca")).write_text(authority.pem_of(self.certificate))

    def pair(self, what, begins=NOW, days=365, hosts=("broker",)):
        key = authority.new_key()
        made = (self.authority.client("gw-1", key.public_key(), begins, days) if what == "client"
                else self.authority.server(hosts, key.public_key(), begins))
        self.count += 1
        paths = [self.folder / ("%s-%d.%s" % (self.name, self.count, part)) for part in ("crt", "key")]
        paths[0].write_text(authority.pem_of(made))
        paths[1].write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return [str(path) for path in paths]


@pytest.fixture(scope="module")
def parties(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    return Party(folder, "ours"), Party(folder, "theirs")


def failure(client_files, server_pair, client_ca=None, host="broker"):
    """The client's words when the handshake, or the first read after it, fails."""
    try:
        context = hal.tls_context(*client_files)
    except (OSError, ValueError) as error:
        return str(error)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*server_pair)
    if client_ca:
        serving.verify_mode = ssl.CERT_REQUIRED
        serving.load_verify_locations(client_ca)
    pipes = [ssl.MemoryBIO() for _ in range(4)]
    client = context.wrap_bio(pipes[0], pipes[1], server_hostname=host)
    server = serving.wrap_bio(pipes[2], pipes[3], server_side=True)
    is_shaken = {client: False, server: False}
    for _ in range(6):
        for end in (client, server):
            try:
                end.read() if is_shaken[end] else end.do_handshake()
                is_shaken[end] = True
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                if end is client:
                    return str(error)
            pipes[2].write(pipes[1].read())
            pipes[0].write(pipes[3].read())
    return None


def told(text, unix_ms=fake_site.UNIX_MS):
    assert text and ("ssl" in text or "TLS" in text), text
    return tls_words.told(text, unix_ms)


def test_a_good_pair_connects(parties):
    ours, _ = parties
    assert failure((ours.ca, *ours.pair("client")), ours.pair("server"), ours.ca) is None


def test_what_the_broker_shows_is_judged(parties):
    ours, theirs = parties
    mine = ours.pair("client")
    for server, host, code, part in (
            (theirs.pair("server"), "broker", reasons.TLS_REFUSED, "another authority"),
            (ours.pair("server", LONG_AGO), "broker", reasons.CERTIFICATE_EXPIRED, "renewed there"),
            (ours.pair("server", AHEAD), "broker", reasons.CERTIFICATE_EXPIRED, "is this clock behind"),
            (ours.pair("server"), "other", reasons.TLS_REFUSED, "another name"),
            (ours.pair("server"), "10.0.0.1", reasons.TLS_REFUSED, "another address"),
            (mine, "broker", reasons.TLS_REFUSED, "does not hold")):
        found = told(failure((ours.ca, *mine), server, host=host))
        assert found[0] == code and part in found[1], (host, found)


def test_what_the_broker_says_of_ours_is_told(parties):
    ours, theirs = parties
    for mine, code, part in (
            (("", ""), reasons.TLS_REFUSED, "enrol with a claim token"),
            (ours.pair("client", LONG_AGO), reasons.CERTIFICATE_EXPIRED, "claim token"),
            (theirs.pair("client"), reasons.TLS_REFUSED, "authority of our certificate")):
        found = told(failure((ours.ca, *mine), ours.pair("server"), ours.ca))
        assert found[0] == code and part in found[1], found


def test_with_an_unset_clock_the_clock_is_what_to_look_at(parties):
    ours, _ = parties
    text = failure((ours.ca, *ours.pair("client")), ours.pair("server", AHEAD))
    assert told(text, UNSET_MS) == (reasons.CLOCK_NOT_SET, tls_words.CLOCK_WORDS)
    assert told(text)[0] == reasons.CERTIFICATE_EXPIRED


def test_files_that_do_not_belong_together_and_a_port_without_tls(parties):
    ours, theirs = parties
    mixed = ours.pair("client")[0], theirs.pair("client")[1]
    assert "belong together" in told(failure((ours.ca, *mixed), ours.pair("server")))[1]
    plain = ssl.MemoryBIO()
    plain.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    client = hal.tls_context(ours.ca, "", "").wrap_bio(plain, ssl.MemoryBIO(), server_hostname="broker")
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    assert "vpp.port" in told(str(caught.value))[1]


def test_a_gateway_that_enrols_is_told_how_an_authority_is_handed_over():
    text = "certificate verify failed: self-signed certificate in certificate chain"
    for enrol, ca_file, words in ((None, None, "vpp.ca_file"), (object(), None, "v2g enrol SITE --ca"), (object(), "x", "vpp.ca_file")):
        config = SimpleNamespace(enrol=enrol, vpp=SimpleNamespace(ca_file=ca_file))
        assert words in tls_words.loss(text + " (_ssl.c:1032)", SET_MS, config)[1]


def test_words_of_mbed_tls_are_known_too():
    assert tls_words.told("(-9984, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED')", UNSET_MS)[0] == reasons.CLOCK_NOT_SET
    assert tls_words.told("MBEDTLS_ERR_SSL_INVALID_RECORD", 0) == (reasons.TLS_REFUSED, "MBEDTLS_ERR_SSL_INVALID_RECORD")


def test_the_gateway_goes_on_and_logs_one_line(parties):
    ours, _ = parties
    _, run = site(vpp={"enabled": True, "host": "broker", "tls": True, "ca_file": ours.ca, "key": fake_site.KEY_HEX})
    run.run(15000)
    ticks = run.gateway.ticks
    run.gateway.on_closed(run.now_ms, "vpp", failure((ours.ca, "", ""), ours.pair("server", LONG_AGO)))
    run.run(1000)
    assert run.gateway.ticks > ticks
    assert any("of the broker: it has to be renewed there" in line for line in run.ports.lines)
