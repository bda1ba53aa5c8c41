"""What a site shows beside chargers, meter and PV: contact, wall clock, values of the site link, and further devices.

Not its job: what they mean (dso.py, household, backup). Only a site that needs one of them has this module.
Source: ours. All of it goes into the journal, so that a replay sees what the gateway saw: the registers of further devices
as those of any other; the clock as its distance from the monotonic one, which changes only when somebody sets it.
"""
from protocols.command_window import clock_or_none

# A clock that drifts or is disciplined gently stays the same clock.
CLOCK_STEP_S = 2

# A site with one of these sections has the clock among its inputs.
CLOCKED = ("smart_charge", "home", "backup")


class Inputs:
    """One tick's inputs.

    contact: the network operator's is closed: True, False, or None, unknown. unix_shift_s: Unix time of the monotonic
    clock's beginning, s, or None while the clock is not set. values: {quantity or "soc_pct:NAME": number} of the site
    link, only what is fresh. box, switch, battery: pictures of the network operator's control box, the transfer switch
    and the home battery, None where there is none.
    """

    def __init__(self, plain, fleet):
        """plain: (contact, unix_shift_s, values), as the journal keeps them; fleet: has the devices."""
        self.contact, self.unix_shift_s, self.values = plain
        self.box, self.switch, self.battery = fleet.further_pictures()

    def plain(self):
        """What the journal keeps, JSON-able."""
        return [self.contact, self.unix_shift_s, self.values]


class SiteInputs:
    """Reads contact, clock and site link."""

    def __init__(self, config, ports, fleet, site_link):
        """config: Config; ports: clock, and contacts where a contact is configured; fleet: has the further devices;
        site_link: SiteLink or None."""
        self._fleet = fleet
        self._link = site_link
        dso = config.dso
        self._dso = dso if dso is not None and dso.enabled and dso.input == "contact" else None
        self._contacts = ports.contacts if self._dso is not None else None
        is_clocked = [name for name in CLOCKED if getattr(config, name) is not None]
        self._clock = ports.clock if is_clocked else None
        self._shift_s = None

    def read(self, now_ms):
        """Inputs of this tick."""
        contact = None
        if self._dso is not None:
            level = self._contacts.read(self._dso.contact)
            contact = None if level is None else level == self._dso.contact_closed
        shift_s = None if self._clock is None else self._shift(now_ms)
        values = {} if self._link is None else self._link.values(now_ms)
        return Inputs((contact, shift_s, values), self._fleet)

    def _shift(self, now_ms):
        unix_ms = clock_or_none(self._clock.unix_ms())
        shift_s = None if unix_ms is None else unix_ms // 1000 - now_ms // 1000
        if shift_s is None or self._shift_s is None or abs(shift_s - self._shift_s) >= CLOCK_STEP_S:
            self._shift_s = shift_s
        return self._shift_s
