"""What lies ahead: outages, events and notices that somebody announced, kept until they are over, for people to see.

Not its job: what follows from them (household/outlook.py, backup), judging one (announcements.py).
Source: ours.
"""
from edge import home_reasons

# More than these is no notice but a flood; the one that begins last goes.
ROWS_MAX = 16


class Announced:
    """Announcements by id, the next one first."""

    def __init__(self):
        self.rows = []      # commands of kind "announce"

    def take(self, now_ms, command, events):
        """A checked command; the same id replaces, one that is over withdraws."""
        self.rows = [row for row in self.rows if row["id"] != command["id"] and row["end_ms"] > now_ms]
        if command["end_ms"] > now_ms:
            self.rows = sorted(self.rows + [command], key=lambda row: (row["start_ms"], row["id"]))[:ROWS_MAX]
            # Without its words: events go to the power plant, and what the household wrote is its own.
            events.append((home_reasons.ANNOUNCED, "site", [command["what"]]))

    def step(self, now_ms):
        """Drop what is over."""
        for row in self.rows:
            if row["end_ms"] <= now_ms:
                self.rows = [row for row in self.rows if row["end_ms"] > now_ms]
                return

    def kept(self):
        """Commands that bring it back after a restart."""
        return list(self.rows)

    def dump(self):
        """What a keyframe keeps."""
        return self.rows

    def load(self, content):
        """Put a dump back."""
        self.rows = content
