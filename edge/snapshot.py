"""One immutable picture of the site: every measurement is a value, when it was taken, and its quality.

Not its job: reading devices (drivers), judging what a missing value means (checks, laws).
A failed read leaves the old value with its old time, so that it ages; it never becomes 0.
Source: ours.
"""


class Picture:
    """What one device said, frozen: values by point, each with the time its block was taken."""

    def __init__(self, points, values, taken_ms):
        """points: {name: (value index, block index, max_age_ms)}; values: tuple of numbers, strings or None;
        taken_ms: tuple of times by block, None where never read."""
        self._points = points
        self._values = values
        self._taken_ms = taken_ms

    def fresh(self, name, now_ms):
        """The point's value while it is valid and young enough, else None."""
        point = self._points.get(name)
        if point is None:
            return None
        taken_ms = self._taken_ms[point[1]]
        if taken_ms is None or now_ms - taken_ms > point[2]:
            return None
        return self._values[point[0]]

    def age_ms(self, name, now_ms):
        """Age of a point's last answer, ms; None when it was never read."""
        point = self._points.get(name)
        if point is None or self._taken_ms[point[1]] is None:
            return None
        return now_ms - self._taken_ms[point[1]]


class Snapshot:
    """What one tick decides on."""

    def __init__(self, ders, meter, pvs, *, conditions, vpp_lost_ms, chance, inputs=None):
        """ders, pvs: lists of Picture; meter: Picture or None; conditions: Actuator.condition
        per DER; vpp_lost_ms: since when there is no sign of the supervisor, None while there is; chance: number in [0, 1).
        inputs: site_inputs.Inputs, None where nobody needs them."""
        self.ders = ders
        self.meter = meter
        self.pvs = pvs
        self.conditions = conditions
        self.vpp_lost_ms = vpp_lost_ms
        self.chance = chance
        self.inputs = inputs
