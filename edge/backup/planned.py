"""Islands that somebody asked for: declared ones, and outages announced ahead.

Not its job: how the house gets there (sequence.py), who may send it (requests.py, link).
Source: ours. An announced outage is followed only where backup.planned_lead_s is configured; one that ends early is over
when the grid, once it has been away, was good for the whole delay of the house.
"""

ANNOUNCED_MAX_COUNT = 8
NEVER_MS = 1 << 60


class Planned:
    """What lies ahead. Times are monotonic ms."""

    def __init__(self, p):
        """p: the backup section."""
        self._lead_ms = None if p.planned_lead_s is None else int(p.planned_lead_s * 1000)
        self._until_ms = None       # of a declared island; None: none is declared
        self.outages = []           # [id, start_ms, end_ms, the grid was away meanwhile, or the island failed]

    def take(self, command):
        """A command of kind "island" or "announce"."""
        if command["kind"] == "island":
            until_ms = NEVER_MS if command["until_ms"] is None else command["until_ms"]
            self._until_ms = until_ms if command["on"] else None
            return
        self.outages = [row for row in self.outages if row[0] != command["id"]]
        if command["what"] == "outage":
            self.outages.append([command["id"], command["start_ms"], command["end_ms"], False])
            self.outages = sorted(self.outages, key=_start)[:ANNOUNCED_MAX_COUNT]

    def is_wanted(self, now_ms, watch, is_observing=False):
        """Whether the house should be an island now. watch: GridWatch; is_observing: ends a declared island, lest it begin
        unexpectedly once observing is over."""
        if self._until_ms is not None and (is_observing or now_ms >= self._until_ms):
            self._until_ms = None
        self.outages = [row for row in self.outages if now_ms < row[2]]
        wanted = self._until_ms is not None
        for row in self.outages:
            if now_ms < row[1] - (self._lead_ms or 0):
                continue
            row[3] = row[3] or (now_ms >= row[1] and watch.dead_since_ms is not None)
            wanted = wanted or (self._lead_ms is not None and not row[3])
        return wanted

    def give_up(self, now_ms):
        """What is asked for now could not be had: nothing asks for it any more."""
        self._until_ms = None
        for row in self.outages:
            row[3] = row[3] or now_ms >= row[1] - (self._lead_ms or 0)

    def next_ms(self, now_ms):
        """Begin of the next announced outage, ms; None when none lies ahead."""
        ahead = [row[1] for row in self.outages if row[1] > now_ms]
        return min(ahead) if ahead else None

    def kept(self):
        """The command that brings a declared island back; announcements are kept as well."""
        commands = [{"kind": "announce", "id": row[0], "what": "outage", "start_ms": row[1], "end_ms": row[2], "text": "",
                     "p_w": None} for row in self.outages]
        if self._until_ms is not None:
            commands.append({"kind": "island", "on": True, "until_ms": self._until_ms})
        return commands

    def dump(self):
        """What a keyframe keeps."""
        return [self._until_ms, self.outages]

    def load(self, content):
        """Put a dump back."""
        self._until_ms, self.outages = content


def _start(row):
    return row[1]
