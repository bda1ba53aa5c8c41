"""Compares what a device shows at some of its points with what was written there.

Not its job: reading (reader.py), what a difference means (actuator.py).
Source: ours.
"""


class Readback:
    """A few points of one device."""

    def __init__(self, reader, points):
        """reader: its DeviceReader; points: names, may be empty."""
        self._reader = reader
        self._places = [reader.map.points[point][:2] for point in points]
        self.forget(0)

    def forget(self, now_ms):
        """Only readings from after now_ms count."""
        self._compared_ms = now_ms
        self.is_same = None     # of the newest reading, None before the first
        self.differing = 0      # readings in a row that showed something else

    def see(self, expected, since_ms):
        """Take a reading from after since_ms too, if there is a new one. expected: (value, tolerance) of each point."""
        reader = self._reader
        if not self._places or not reader.is_moving():
            return      # registers that stand still show what was, not what another master wrote
        is_same = True
        for (index, block), (value, tolerance) in zip(self._places, expected):
            taken_ms, shown = reader.taken_ms[block], reader.values[index]
            if taken_ms is None or shown is None or taken_ms <= max(since_ms, self._compared_ms):
                return
            is_same = is_same and abs(shown - value) <= tolerance
        self._compared_ms = taken_ms
        self.is_same = is_same
        self.differing = 0 if is_same else self.differing + 1
