"""Bounds on commands through the whole gateway: counters kept over a restart, what limits told, replay identical."""

import json

from protocols import auth, messages, topics
from protocols.mqtt import packet
from tests.fault.bench import FaultSite
from tests.portable import fake_site
from tools import cli

KEY = bytes(range(16))
TOPIC = topics.topic("cmd", "gw-test")


class Site(FaultSite):
    """A charger and a power plant that swings it."""

    def __init__(self, **options):
        vpp = {"enabled": True, "host": "h", "tls": False, "key": fake_site.KEY_HEX}
        document = fake_site.document(vpp=vpp, bounds={"reversals_per_h": 24, "ramp_w_s": 50000},
                                      journal={"segment_bytes": 60000, "segments": 20})
        super().__init__(document, {"bus:lan": {1: "sim-four-quadrant"}}, **options)
        self.seq = 0

    def command(self, p_w):
        """A signed setpoint for ten minutes."""
        self.seq += 1
        now_ms = self.ports.clock.unix_ms()
        content = {"id": "c%d" % self.seq, "seq": self.seq + 5000, "iat_ms": now_ms, "exp_ms": now_ms + 600000, "priority": 20,
                   "device": "evse1", "kind": "setpoint", "p_w": p_w}
        self.bytes_from_broker(packet.publish(TOPIC, auth.sign(TOPIC, messages.encode("cmd", content), "k1", KEY)))
        self.run(2500)

    def acks(self):
        """Decoded, oldest first."""
        return [messages.decode("ack", payload)[0] for payload in self.messages("/up/ack")]


def test_swinging_is_bounded_told_kept_and_replayed(tmp_path, capsys):
    site = Site()
    host = messages.encode("host_state", {"state": "online", "session": "s"})
    site.run(15000)
    site.bytes_from_broker(packet.publish(topics.HOST_STATE, host))
    for n in range(10):
        site.command(3000 if n % 2 else -3000)
    applied = [row for row in site.acks() if row["stage"] == "applied"]
    assert applied[-1]["applied_w"] == 0 and applied[-1]["limited_by"] == "reversals an hour"
    assert "limited_by" not in applied[0] or applied[0]["limited_by"] in (None, "")
    used = list(site.gateway.state.bounds._uses[0].hours_mwh)
    assert used[-1] > 5000
    site.stop()
    site.run(12000)
    for name, data in site.ports.store.files.items():
        (tmp_path / name).write_bytes(data)
    assert cli.main(["replay", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["differences"] == [] and found["ticks"] > 300 and found["skipped_ticks"] == 0
    again = Site(files=site.ports.store.files)
    again.run(1000)
    kept = again.gateway.state.bounds._uses[0]
    assert sum(kept.hours_mwh) >= sum(used) and kept.tokens <= 1
