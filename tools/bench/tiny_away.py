"""The gateway of tiny_gateway.py in an outage of its broker: one round away, then a round in which it is back and all is delivered.

Not its job: measuring (tests/runtime). A board's files are no heap: only their sizes are kept here, and what is read back is
one and the same record, so that the drain has something to do.
Source: ours.
"""

from protocols.forgetting import forget
from tools.bench import tiny_gateway
from tools.bench.tiny_gateway import require

__all__ = ("CALLS", "ROUNDS", "TICKS", "finish", "setup", "step")

ROUNDS = 2
CALLS = 20
TICKS = 1000    # of a round: 100 s
FREE_BYTES = 524288


class Machine(tiny_gateway.Machine):
    """A broker that can be away, and files of which only the size is kept."""

    def __init__(self, document):
        self.is_away = False
        self.sizes = {}
        self.first = b""
        super().__init__(document)

    def names(self, beginning):
        """Of the files there are."""
        return [name for name in self.sizes if name.startswith(beginning)]

    def free_bytes(self):
        """As on a board."""
        return FREE_BYTES

    def append(self, name, data, is_synced=False):
        """The first record stands for all."""
        self.first = self.first or bytes(data)
        self.sizes[name] = self.sizes.get(name, 0) + len(data)

    def read(self, name, start=0, count=-1):
        """As much as there is, the same record over and over."""
        left = self.sizes.get(name, 0) - start
        return None if name not in self.sizes else (self.first * (left // len(self.first) + 1))[:min(max(left, 0), count)]

    def remove(self, name):
        """Gone."""
        self.sizes.pop(name, None)

    def _do(self, actions):
        if self.is_away:
            actions = [("close", action[1]) if action[0] == "connect" and action[1] == "vpp" else action for action in actions]
        super()._do([action for action in actions if action[0] != "close"])
        for action in actions:
            if action[0] == "close":
                super()._do(self.gateway.on_closed(self.now_ms, action[1], "no route"))


def setup():
    """Build the gateway, let it take control, and lose the broker."""
    tiny_gateway.running.append(Machine(tiny_gateway.site()))
    machine = tiny_gateway.running[0]
    machine.run(tiny_gateway.SETTLE_MS)
    machine.is_away = True
    machine._do(machine.gateway.on_closed(machine.now_ms, "vpp", "no route"))
    forget("edge.config_loader")


def step():
    """Some ticks of the round."""
    tiny_gateway.running[0].run(100 * TICKS // CALLS)


def finish():
    """After the first round the broker is back."""
    machine = tiny_gateway.running[0]
    if machine.is_away:
        require(machine.gateway.vpp.archive is not None and machine.sizes)
        machine.is_away = False
        return
    tiny_gateway.finish()
    require(machine.gateway.vpp.archive is None and not machine.sizes)
