"""One vehicle's session: what it has to take until it leaves, and how much of that is still missing.

Not its job: the rank of a wish (laws/mobility.py), taking it (requests.py).
Source: ours.
"""


class Session:
    """What is wanted of one DER; energy counted in mWh."""

    def __init__(self, config, device):
        self._efficiency_pct = config.mobility.efficiency_pct
        self.t_departure_ms = None
        self.e_needed_mwh = 0

    def take(self, der, now_ms, command, events):
        """A departure, or its withdrawal."""
        self.t_departure_ms = command["t_departure_ms"]
        self.e_needed_mwh = int((command["e_needed_wh"] or 0) * 1000)

    def step(self, der, now_ms, snapshot, events):
        """Counts what was delivered and fills the view."""
        view = der.view
        if self.t_departure_ms is None:
            view.t_departure_ms = view.e_needed_wh = None
            return
        if view.p_ac_w is not None:
            self.e_needed_mwh += int(self._stored_w(view.p_ac_w) * view.dt_ms / 3600)
        view.t_departure_ms, view.e_needed_wh = self.t_departure_ms, self.e_needed_mwh / 1000

    def _stored_w(self, p_ac_w):
        """Power out of the battery, W; into it negative."""
        factor = self._efficiency_pct / 100
        return p_ac_w * factor if p_ac_w < 0 else p_ac_w / factor

    def kept(self, number):
        """Commands that bring it back."""
        if self.t_departure_ms is None:
            return []
        return [{"kind": "departure", "der": number, "t_departure_ms": self.t_departure_ms,
                 "e_needed_wh": self.e_needed_mwh / 1000}]

    def dump(self):
        """What a keyframe keeps."""
        return [self.t_departure_ms, self.e_needed_mwh]

    def load(self, content):
        """Put a dump back."""
        self.t_departure_ms, self.e_needed_mwh = content
