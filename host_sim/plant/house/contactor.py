"""Contactor: poles that need time to move, a mirror contact per pole, and every way both go wrong.

Not its job: when it may move (transfer_switch.py), what flows through it (house.py).
Source: IEC 60947-4-1 annex F, from general knowledge: a mirror contact cannot be closed while its main pole is closed, so
"open" is proven by each pole for itself. A welded pole stays closed and its mirror says so; for the mirror to lie a second
thing has to be broken.
"""


class Contactor:
    """State of the poles, and faults that a test or a scenario sets on the attributes below.

    welded: poles that stay closed once they are. lies: {pole: what its mirror says, True for open, whatever the pole does}.
    is_stuck: nothing moves any more. travel_ms: from the order to the last pole.
    """

    def __init__(self, poles, travel_ms, is_closed):
        """poles: names. travel_ms: healthy mechanics. is_closed: where it stands to begin with."""
        self.poles = tuple(poles)
        self.travel_ms = travel_ms
        self.welded = set()
        self.lies = {}
        self.is_stuck = False
        self._is_closed = dict.fromkeys(self.poles, is_closed)
        self._target = is_closed
        self._arrival_ms = None     # None: at rest

    @property
    def is_moving(self):
        """Whether it is on its way."""
        return self._arrival_ms is not None

    def order(self, now_ms, wants_closed):
        """The coil is told where to go; an order that changes nothing does nothing."""
        if wants_closed != self._target and not self.is_stuck:
            self._target = wants_closed
            self._arrival_ms = now_ms + self.travel_ms

    def step(self, now_ms):
        """Arrives when its time has come."""
        if self._arrival_ms is not None and now_ms >= self._arrival_ms:
            self._arrival_ms = None
            for pole in self.poles:
                if self._target or pole not in self.welded:
                    self._is_closed[pole] = self._target

    def weld(self, pole):
        """This pole does not open any more: a contact welds while it touches, an open one when it closes next."""
        self.welded.add(pole)

    def is_closed(self, pole):
        """Whether current can flow through this pole."""
        return self._is_closed[pole]

    def is_any_closed(self):
        """Whether current can flow through any pole."""
        return True in self._is_closed.values()

    def shows_open(self, pole):
        """What the mirror contact of this pole says; on its way a sound one says closed."""
        if pole in self.lies:
            return self.lies[pole]
        return not self.is_closed(pole) and not self.is_moving

    def show_open(self):
        """Whether the mirror contacts of all poles say open."""
        return all(self.shows_open(pole) for pole in self.poles)
