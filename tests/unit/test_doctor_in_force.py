"""`v2g doctor` asks the broker that the gateway goes by, with the files that enrolment left in the store.

Source: contracts of tools/gateway/in_force.py and edge/link/credentials.py; real handshakes on loopback.
"""

import datetime
import json
import socket
import ssl
import threading

import pytest
from cryptography.hazmat.primitives import serialization

from edge import hal
from edge.config_store import ConfigStore
from edge.link import place
from edge.link.config_link import RECORD_FILE, kept
from tests.unit.test_doctor import site_text
from tools.gateway import doctor, in_force, toml_compiler
from tools.keys import authority

NOW = datetime.datetime.now(datetime.UTC)
ENROL = "\n[enrol]"
OPERATED = 'config_key = "%s"' % ("cd" * 384)


def power_plant(text, store):
    """(level, text, next) of the broker, as told."""
    config, problems = toml_compiler.check_text(text)
    assert not problems, problems
    (row,) = [row for row in doctor.examine(config, problems, str(store)) if row["what"] == "power plant"]
    return row["level"], row["text"], row["next"]


def changed(store, site, text, version):
    """Leaves in the store that the site file `site` was changed over MQTT into `text`."""
    store.mkdir()
    document = toml_compiler.check_text(text)[0].document
    (store / RECORD_FILE).write_bytes(kept(ConfigStore(document, version), toml_compiler.check_text(site)[0].origin))


@pytest.fixture
def listener():
    """A port that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def secure(tmp_path):
    """(port of a broker with a certificate of its own authority, that authority's PEM)."""
    root = authority.Authority(*authority.create("fleet", NOW - datetime.timedelta(days=1)))
    key = authority.new_key()
    (tmp_path / "s.crt").write_text(authority.pem_of(root.server(("127.0.0.1",), key.public_key(), NOW - datetime.timedelta(hours=1))))
    (tmp_path / "s.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "s.crt", tmp_path / "s.key")
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            try:
                context.wrap_socket(link, server_side=True).close()
            except (OSError, ssl.SSLError):
                link.close()    # a connection without TLS, or one that does not trust us
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1], authority.pem_of(root.certificate)
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_the_authority_that_was_handed_over_is_the_one_that_judges(secure, tmp_path):
    port, ca = secure
    store = tmp_path / "store"
    text = site_text(vpp="true", tls="true", broker=port, more=ENROL)
    level, said, hint = power_plant(text, store)
    assert level == "fail" and "TLS fails" in said and "v2g enrol SITE --ca" in hint
    assert not store.exists(), "nothing is written"
    store.mkdir()
    (store / "ca.crt").write_text(ca)
    assert power_plant(text, store)[0] == "ok"
    (store / "gateway.crt").write_text("no PEM")
    (store / "gateway.key").write_text("no PEM")
    assert power_plant(text, store)[0] == "fail", "what the gateway would take is tried"


def test_the_host_in_force_is_asked_after_a_change_over_mqtt(listener, tmp_path):
    store = tmp_path / "store"
    site = site_text(vpp="true", broker=1, more=OPERATED)
    changed(store, site, site_text(vpp="true", broker=listener, more=OPERATED), version=4)
    assert power_plant(site, store)[0] == "ok"
    config, problems = toml_compiler.check_text(site)
    assert "as changed over MQTT: version 4" in doctor.examine(config, problems, str(store))[0]["text"]


def test_an_edited_site_file_holds_unless_a_gateway_still_runs(listener, tmp_path):
    store = tmp_path / "store"
    changed(store, site_text(vpp="true", broker=2, more=OPERATED), site_text(vpp="true", broker=listener, more=OPERATED), version=4)
    edited = site_text(vpp="true", broker=1, more=OPERATED)
    assert power_plant(edited, store)[0] == "fail"
    hold, _ = hal.hold_folder(str(store))
    assert power_plant(edited, store)[0] == "ok"
    hold.close()


def test_after_a_move_the_new_operator_is_asked(tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    record = {"host": "other.example", "port": 8883, "claim_port": 8884, "token": None, "root_key": "11" * 32, "kid": "k1",
              "config_key": None, "group": None, "slot": "m1-", "iat_ms": 1, "trial": False, "before": None}
    (store / place.RECORD_FILE).write_text(json.dumps(record))
    config, _ = toml_compiler.check_text(site_text(vpp="true", tls="true", more=ENROL))
    found, version = in_force.of(store, config)
    assert (found.vpp.host, found.vpp.ca_file, version) == ("other.example", str(store / "m1-ca.crt"), 0)
    assert config.vpp.host == "127.0.0.1", "the site file's stays as it is"
