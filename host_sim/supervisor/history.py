"""Every record of a gateway once: telemetry, performance batches and events, whether they came live, late or twice.

Not its job: what is now (fleet.py takes the newest telemetry), scores (scorebook.py), storing for ever (an operator's
database takes what `take` calls new).
Source: a record is known by gateway, boot, stream and its number, which counts from 1 within a boot; streams are tele and perf
of each device, and event. A number that never came is a gap; what a gateway had to drop it tells by event 490.
"""

from bisect import bisect_right

# name of a message, and of a list in `hist` -> the field that counts
COUNTED_BY = {"tele": "seq", "perf": "batch", "event": "seq"}
BOOTS_KEPT = 200
HISTORY_LOST = 490


class Numbers:
    """A set of whole numbers from 1, kept as runs: `starts[i]` to `ends[i]`, both included."""

    def __init__(self):
        self.starts, self.ends = [], []

    def add(self, number):
        """True when it is new."""
        place = bisect_right(self.starts, number)       # the runs before it begin at or below
        if place and number <= self.ends[place - 1]:
            return False
        joins_left = place > 0 and self.ends[place - 1] == number - 1
        joins_right = place < len(self.starts) and self.starts[place] == number + 1
        if joins_left and joins_right:
            self.ends[place - 1] = self.ends.pop(place)
            del self.starts[place]
        elif joins_left:
            self.ends[place - 1] = number
        elif joins_right:
            self.starts[place] = number
        else:
            self.starts.insert(place, number)
            self.ends.insert(place, number)
        return True

    def missing(self):
        """How many between 1 and the highest never came."""
        return self.ends[-1] - sum([end - start + 1 for start, end in zip(self.starts, self.ends)]) if self.ends else 0


class History:
    """Of a fleet. fresh, doubles: records that were new, and that were dropped as known."""

    def __init__(self):
        self.fresh = self.doubles = 0
        self.told_lost = {}     # gateway -> records that it had to drop, as it says
        self._seen = {}         # gateway -> {boot: {stream: Numbers}}, boots in the order they were first heard of

    def take(self, gateway, name, device, content):
        """[(name, device, content)] of the records in a message that are new; content as messages.decode gives it."""
        if name == "hist":
            rows = [(kind, record["device"], record) for kind in COUNTED_BY for record in content[kind] or ()]
        else:
            rows = [(name, device, content)] if name in COUNTED_BY else []
        return [row for row in rows if self._is_new(gateway, *row)]

    def gaps(self, gateway):
        """{(boot, stream): numbers that never came} where there are any; records on their way count until they are here."""
        rows = [((boot, stream), numbers.missing()) for boot, streams in self._seen.get(gateway, {}).items()
                for stream, numbers in streams.items()]
        return {key: missing for key, missing in rows if missing}

    def _is_new(self, gateway, name, device, record):
        boots = self._seen.setdefault(gateway, {})
        if record["boot"] not in boots and len(boots) >= BOOTS_KEPT:
            del boots[next(iter(boots))]
        stream = name if name == "event" else "%s/%s" % (name, device)
        numbers = boots.setdefault(record["boot"], {}).setdefault(stream, Numbers())
        is_new = numbers.add(record[COUNTED_BY[name]])
        self.fresh += is_new
        self.doubles += not is_new
        if is_new and name == "event" and record["code"] == HISTORY_LOST:
            count = (record["text"] or "").rpartition(" ")[2]
            self.told_lost[gateway] = self.told_lost.get(gateway, 0) + (int(count) if count.isdigit() else 0)
        return is_new
