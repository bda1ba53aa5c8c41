"""A gateway on the plant's registers that sells a frequency reserve: its lease and its performance records.

Not its job: the link that signs and sends both (the whole Gateway runs in world.py), scores (performance/).
Source: ours. Curve, refusal and records are the firmware's own; only transport is left out.
"""

from edge.link.performance import Recorder
from host_sim.world_direct import DirectGateway

LEASE_PRIORITY = 20
LEASE_S = 900
BOOT = "direct"


class ServiceGateway(DirectGateway):
    """A DirectGateway that keeps what it would publish as `perf`. `batches`: contents of its first DER's messages."""

    def __init__(self, document, banks, seed=1):
        """document: site configuration with a section `service`."""
        super().__init__(document, banks, seed)
        self.batches = []
        self._recorder = Recorder(self.config)
        self._first = self.config.ders[0].name

    def step(self, now_ms, commands=()):
        """One tick; then its record."""
        super().step(now_ms, commands)
        for _, name, content in self._recorder.due(now_ms, BOOT, now_ms, self.state):
            if name == self._first:
                self.batches.append(content)


def reserve_lease(service, contract_w, p_base_w, now_ms):
    """The command that contracts a reserve from now on, as the controller takes it. contract_w: (up, down), W >= 0."""
    values = [service, *contract_w, p_base_w]
    row = ["reserve", "reserve", 0, LEASE_PRIORITY, now_ms, now_ms, now_ms + LEASE_S * 1000, None, values]
    return {"kind": "lease", "row": row}
