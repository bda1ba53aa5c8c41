"""The household as a part of the controller: sessions of its vehicles, consent to discharging, use of energy.

Not its job: the rank of a wish (laws/mobility.py, laws/site_energy.py), checking one (requests.py), each of the three
(session.py, consent.py, energy.py).
Source: ours. In a tick consents come first, then sessions, then the use of energy, which goes by what both know.
"""
from edge.household.announced import Announced
from edge.household.consent import Consent
from edge.household.session import Session

# Modes that take from the vehicle (outlook.py has the others).
DISCHARGING = ("v2h", "all")


def make(config):
    """The part; config: Config. It comes with a [home] section, or on any site with a departure or a consent."""
    return Household(config)


class Household:
    """What the household wants. sessions, consents: one per DER, in order; energy_use: Energy, None without a [home] section."""

    def __init__(self, config):
        self.sessions = [Session(config, number) for number in range(len(config.ders))]
        self.consents = [Consent(config) for _ in config.ders]
        self.announced = Announced()
        self.energy_use = _energy(config)

    def take(self, state, now_ms, command, events):
        """A command of the household."""
        kind = command["kind"]
        if kind == "departure" or kind == "consent":
            rows = self.sessions if kind == "departure" else self.consents
            for number in range(len(rows)) if command["der"] == -1 else (command["der"],):
                rows[number].take(state.ders[number], now_ms, command, events)
            return
        if kind == "announce":
            self.announced.take(now_ms, command, events)
        if self.energy_use is not None:
            self.energy_use.take(state, now_ms, command, events)

    def step(self, state, now_ms, snapshot, events):
        """Fills the views."""
        self.announced.step(now_ms)
        for number, der in enumerate(state.ders):
            session = self.sessions[number]
            self.consents[number].step(der, now_ms, session.is_plugged, events)
            session.step(der, now_ms, snapshot, events)
        if self.energy_use is not None:
            self.energy_use.step(state, now_ms, snapshot, events)
            self._ask_readings(state)

    def _ask_readings(self, state):
        """A mode that would discharge needs to know what is there."""
        for der, session, home in zip(state.ders, self.sessions, self.energy_use.views):
            view = der.view
            session.is_reading_wanted = home.mode in DISCHARGING and view.v2g_consent and view.soc_pct is None

    def kept(self):
        """Commands that bring the wishes back after a restart."""
        commands = [] if self.energy_use is None else list(self.energy_use.kept())
        for rows in (self.sessions, self.consents):
            for number, row in enumerate(rows):
                commands += row.kept(number)
        return commands + self.announced.kept()

    def dump(self):
        """What a keyframe keeps."""
        return [[row.dump() for row in self.sessions], [row.dump() for row in self.consents],
                None if self.energy_use is None else self.energy_use.dump(), self.announced.dump()]

    def load(self, content):
        """Put a dump back."""
        sessions, consents, energy, announced = content
        self.announced.load(announced)
        for rows, kept in ((self.sessions, sessions), (self.consents, consents)):
            for row, one in zip(rows, kept):
                row.load(one)
        if self.energy_use is not None and energy is not None:
            self.energy_use.load(energy)


def _energy(config):
    if config.home is None:
        return None
    from edge.household.energy import Energy    # only where it is used

    return Energy(config)
