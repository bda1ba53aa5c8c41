"""A running gateway is standard library only: what the simulator and the bench need never gets into its memory.

Source: a plain install has no dependency, and one gateway may take 30 MB.
"""

import json
import subprocess
import sys

HEAVY = ("numpy", "rich", "pymodbus", "paho", "matplotlib", "serial", "cryptography", "host_sim")

# The modules of `v2g run`, up to a gateway that has taken its charger and told its broker.
RUN = """
import json, sys
from tools import cli
from tools.gateway import run, status, why
import edge.main, edge.runtime, edge.hal
from tools.bench import tiny_gateway
tiny_gateway.setup()
print(json.dumps(sorted(sys.modules)))
"""


def imported_by(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_running_gateway_imports_nothing_heavy():
    modules = imported_by(RUN)
    assert "edge.gateway" in modules and "protocols.mqtt.session" in modules
    assert [name for name in modules if name.split(".")[0] in HEAVY] == []


def test_only_what_is_used_is_imported():
    """Queries, RTU, RSA and the sharing of a fuse come when a site needs them, on every runtime."""
    modules = imported_by(RUN)
    for name in ("edge.queries", "protocols.modbus.rtu", "protocols.rsa", "edge.site_rooms", "edge.config_store"):
        assert name not in modules, name
