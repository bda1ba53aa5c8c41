"""The household as a part of the controller: what it wants of each vehicle, and how much of that is still missing.

Not its job: the rank of a wish (laws/mobility.py), taking it (queries.py, the site link, the page).
Source: ours.
"""


def make(config):
    """The part; config: Config."""
    return Household(config)


class Departure:
    """Energy that one vehicle's battery has to take until a time; counted in mWh."""

    def __init__(self):
        self.t_departure_ms = None
        self.e_needed_mwh = 0


class Household:
    """What the household wants of each DER."""

    def __init__(self, config):
        self._efficiency_pct = config.mobility.efficiency_pct
        self.departures = [Departure() for _ in config.ders]

    def take(self, state, now_ms, command, events):
        """A command of the household."""
        numbers = range(len(self.departures)) if command["der"] == -1 else (command["der"],)
        for number in numbers:
            self.departures[number].t_departure_ms = command["t_departure_ms"]
            self.departures[number].e_needed_mwh = int((command["e_needed_wh"] or 0) * 1000)

    def step(self, state, now_ms, snapshot, events):
        """Counts what was delivered and fills the views."""
        for departure, der in zip(self.departures, state.ders):
            view = der.view
            if departure.t_departure_ms is None:
                view.t_departure_ms = view.e_needed_wh = None
                continue
            if view.p_ac_w is not None:
                departure.e_needed_mwh += int(self._stored_w(view.p_ac_w) * view.dt_ms / 3600)
            view.t_departure_ms, view.e_needed_wh = departure.t_departure_ms, departure.e_needed_mwh / 1000

    def _stored_w(self, p_ac_w):
        """Power out of the battery, W; into it negative."""
        factor = self._efficiency_pct / 100
        return p_ac_w * factor if p_ac_w < 0 else p_ac_w / factor

    def kept(self):
        """Commands that bring it all back."""
        return [{"kind": "departure", "der": number, "t_departure_ms": departure.t_departure_ms,
                 "e_needed_wh": departure.e_needed_mwh / 1000}
                for number, departure in enumerate(self.departures) if departure.t_departure_ms is not None]

    def dump(self):
        """What a keyframe keeps."""
        return [[departure.t_departure_ms, departure.e_needed_mwh] for departure in self.departures]

    def load(self, content):
        """Put a dump back."""
        for departure, (departure.t_departure_ms, departure.e_needed_mwh) in zip(self.departures, content):
            pass
