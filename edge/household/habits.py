"""When one vehicle is usually there and how much it usually drives, learned here: what lies beyond its next departure.

Not its job: the departure somebody said (session.py), what the house needs (forecast.py).
Source: ours. Presence is taken once a quarter-hour, in thousandths; energy driven is what is missing on return.
"""
from edge.household.forecast import QUARTERS

WHOLE = 1000
# Of a vehicle nobody knows yet: out every second day, from eight to five; some 45 km a day.
HOME_SHARE, DAY_SHARE = 900, 500
DAY_FIRST, DAY_LAST = 32, 67
DRIVEN_ASSUMED_WH = 8000
# Share of the newest day, or drive, in the mean.
NEW_DIVISOR = 3


class Habits:
    """e_driven_wh: on a drive."""

    def __init__(self):
        usual = [DAY_SHARE if DAY_FIRST <= quarter <= DAY_LAST else HOME_SHARE for quarter in range(QUARTERS)]
        # 0 workday, 1 weekend
        self._share = [usual, list(usual)]
        self._left_with_wh = None
        self._was_here = None
        self.e_driven_wh = DRIVEN_ASSUMED_WH

    def see_presence(self, place, is_here):
        """Once a quarter-hour. place: (0 workday or 1 weekend, quarter-hour of the day)."""
        kind, quarter = place
        old = self._share[kind][quarter]
        self._share[kind][quarter] = old + ((WHOLE if is_here else 0) - old) // NEW_DIVISOR

    def see_energy(self, is_here, e_wh):
        """Each tick; e_wh: in the battery, None unknown."""
        if is_here and e_wh is not None:
            if self._was_here is False and self._left_with_wh is not None and self._left_with_wh > e_wh:
                self.e_driven_wh += (int(self._left_with_wh - e_wh) - self.e_driven_wh) // NEW_DIVISOR
            self._left_with_wh = int(e_wh)
            self._was_here = True
        elif not is_here:
            self._was_here = False

    def share(self, kind, quarter):
        """How often it is there, thousandths."""
        return self._share[kind][quarter]

    def dump(self):
        """What a keyframe keeps."""
        return [self._share, self._left_with_wh, self._was_here, self.e_driven_wh]

    def load(self, content):
        """Put a dump back."""
        self._share, self._left_with_wh, self._was_here, self.e_driven_wh = content
