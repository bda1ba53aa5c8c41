"""Knocking at a broker: what each answer is told as, against one that answers by a script.

Not its job: a real Mosquitto with certificates (tests of enrolment).
"""

import socket
import threading
from types import SimpleNamespace

import pytest

from edge import hal
from host_sim.live.site_files import free_port
from tools.gateway.commission import broker_check


def site(port, **vpp):
    row = {"host": "127.0.0.1", "port": port, "tls": False, "ca_file": None, "user": None, "password": "x" * 16, "keep_alive_s": 30,
           "cert_file": None, "key_file": None}
    return SimpleNamespace(gateway=SimpleNamespace(id="gw-1"), enrol=None, moved=None, vpp=SimpleNamespace(**{**row, **vpp}))


class Script(threading.Thread):
    """Takes one connection, keeps what it is sent, answers with given bytes, hangs up."""

    def __init__(self, answer):
        super().__init__(daemon=True)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port, self.heard, self._answer = self._server.getsockname()[1], b"", answer

    def run(self):
        """One connection."""
        link, _ = self._server.accept()
        with link:
            self.heard = link.recv(2048)
            if self._answer:
                link.sendall(self._answer)
                self.heard += link.recv(100)
        self._server.close()


@pytest.mark.parametrize("answer, words", (
    (b"\x20\x02\x00\x00", None), (b"\x20\x02\x00\x04", "user and password"), (b"\x20\x02\x00\x05", "let this gateway in"), (b"", "hangs up")))
def test_every_answer_has_words_and_a_next_step(answer, words):
    script = Script(answer)
    script.start()
    seen, change = broker_check.greeting(site(script.port), None)
    script.join(5)
    assert (change is None) == (words is None), seen
    assert words is None or words in seen and "gateway" in change
    assert b"gw-1" in script.heard and (words is not None or script.heard.endswith(b"\xe0\x00")), "it leaves politely"


def test_nobody_there():
    seen, change = broker_check.greeting(site(free_port()), None)
    assert "refused" in seen and "vpp.port" in change


def test_plain_port_where_tls_is_wanted(tmp_path):
    script = Script(b"\x20\x02\x00\x00")
    script.start()
    seen, change = broker_check.greeting(site(script.port, tls=True), hal.FileStore(str(tmp_path)))
    assert change is not None and ("TLS fails" in seen or "connection fails" in seen)


def test_a_gateway_that_waits_for_its_certificate_is_told_to_enrol(tmp_path):
    config = site(free_port(), tls=True)
    config.enrol = SimpleNamespace(enabled=True)
    seen, change = broker_check.greeting(config, hal.FileStore(str(tmp_path)))
    assert "no certificate yet" in seen and "v2g enrol" in change
