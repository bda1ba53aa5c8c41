"""The bundle of a board runs on MicroPython: its slot as it lies on the board, its starter's entry, a gateway with a charger.

Source: MicroPython's WebAssembly build behind a pseudo-terminal; it has neither sockets nor machine, so the gateway is built
and ticks by hand.
"""

import json

import pytest

from edge import slots
from tests.runtime.board_on_pty import BoardOnPty
from tools.build import board_files, bundle_writer, contents
from tools.flash import opened_bundle
from tools.flash.serial_link import SerialLink

ORIGIN = {"version": "0.1.0", "commit": None, "is_changed": None, "built": "2026-11-21T08:00:00Z"}
SITE = {
    "gateway": {"id": "gw-1", "mode": "control"},
    "vpp": {"enabled": True, "host": "broker", "tls": False, "key": "000102030405060708090a0b0c0d0e0f"},
    "bus": [{"name": "lan", "host": "charger", "port": 502}],
    "evse": [{"name": "evse1", "profile": "wallbox-quasar-1", "bus": "lan", "phases": 1, "p_charge_max_w": 7400}],
}
BUILD_GATEWAY = """
import sys,json
sys.path.insert(0,'/a')
from edge import config_loader
from edge.drivers.profile_loader import load_profile
with open('/site.json') as file:document=json.load(file)
config,errors=config_loader.load(document,load_profile)
print(json.dumps([[str(error) for error in errors],config is not None]))
"""
TICK = """
from edge.gateway import Gateway
class Ports:
 def __init__(self):self.clock=self.chance=self.store=self
 def unix_ms(self):return 1795248000000
 def uniform(self,low,high):return low
 def read(self,name):return None
 def write_atomic(self,name,data):pass
 def append(self,name,data):pass
 def free_bytes(self):return None
 def log(self,text):pass
 def entropy(self,count):return bytes(count)
 contacts=None
gateway=Gateway(config,Ports())
print(json.dumps([[action[0] for action in gateway.on_time(0)],gateway.next_wake_ms]))
"""


@pytest.fixture(scope="module")
def link(tmp_path_factory):
    """A board with the ESP32-S3's release in slot a, as a fresh flash leaves it."""
    board = board_files.load("esp32-s3")
    data = bundle_writer.make(board, ORIGIN, contents.files_of(board, ORIGIN))
    release = opened_bundle.Bundle(data, "esp32-s3")
    folder = tmp_path_factory.mktemp("board")
    for path, content in release.files.items():
        target = folder / (path.removeprefix("starter/") if path.startswith("starter/") else "a/" + path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (folder / "site.json").write_text(json.dumps(SITE))
    machine = BoardOnPty(folder=folder)
    link = SerialLink(machine.device)
    yield link
    link.close()
    machine.close()


def test_the_record_beside_the_starter_works_alone(link):
    said = link.run("import slots\nprint(slots.stored(slots.stage(None,'a')))")
    assert eval(said) == slots.stored(slots.stage(None, "a")) or slots.load([eval(said)[1]])["trial"] == "a"


def test_the_starters_entry_is_there(link):
    said = link.run("import sys\nsys.path.insert(0,'/a')\nfrom edge import board_main\nprint(board_main.run.__name__)")
    assert said.strip() == "run"


def test_a_site_is_read_and_the_gateway_ticks(link):
    errors, is_built = json.loads(link.run(BUILD_GATEWAY))
    assert errors == [] and is_built
    kinds, wake_ms = json.loads(link.run(TICK))
    assert "connect" in kinds and 0 < wake_ms <= 1000
