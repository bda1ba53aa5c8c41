"""The backup as a part of the controller: an island that this gateway sequences, or a vendor's own that it watches.

Not its job: the sequence (sequence.py, commanded), watching (autonomous.py), writing orders (drivers).
Source: ours.
"""
from edge.backup.orders import Orders


def make(config):
    """The part; config: Config with a backup section."""
    return Backup(config)


class Backup:
    """The backup of one site; `orders` is what the driver writes after each tick."""

    def __init__(self, config):
        self.orders = Orders()

    def step(self, state, now_ms, snapshot, events):
        """One tick."""

    def take(self, state, now_ms, command, events):
        """A command for the backup."""

    def kept(self):
        """Commands that bring it back after a restart."""
        return []

    def dump(self):
        """What a keyframe keeps."""
        return []

    def load(self, content):
        """Put a dump back."""
