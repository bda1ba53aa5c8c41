"""What a site shows beside its Modbus devices: the network operator's contact and the wall clock, as plain values.

Not its job: what they mean (dso.py, laws/smart_charge.py). Only a site that needs one of them has this module.
Source: ours. Both go into the journal, as the registers of the network operator's control box do, so that a replay sees
what the gateway saw; the clock as its distance from the monotonic one, which changes only when somebody sets it.
"""
from protocols.command_window import clock_or_none

# A clock that drifts or is disciplined gently stays the same clock.
CLOCK_STEP_S = 2


def box_picture(fleet):
    """The network operator's control box as it is known now; None where there is none."""
    return None if fleet.box is None else fleet.box.picture()


class SiteInputs:
    """Reads contact and clock through the ports."""

    def __init__(self, config, ports, fleet):
        """config: Config; ports: clock, and contacts where a contact is configured; fleet: has the control box, if any."""
        self._fleet = fleet
        dso = config.dso
        self._dso = dso if dso is not None and dso.enabled and dso.input == "contact" else None
        self._contacts = ports.contacts if self._dso is not None else None
        self._clock = ports.clock if config.smart_charge is not None else None
        self._shift_s = None

    def read(self, now_ms):
        """(contact closed: True, False or None, unknown; Unix time of the monotonic clock's beginning, s, or None; picture
        of the control box or None)."""
        contact = None
        if self._dso is not None:
            level = self._contacts.read(self._dso.contact)
            contact = None if level is None else level == self._dso.contact_closed
        return contact, None if self._clock is None else self._shift(now_ms), box_picture(self._fleet)

    def _shift(self, now_ms):
        unix_ms = clock_or_none(self._clock.unix_ms())
        shift_s = None if unix_ms is None else unix_ms // 1000 - now_ms // 1000
        if shift_s is None or self._shift_s is None or abs(shift_s - self._shift_s) >= CLOCK_STEP_S:
            self._shift_s = shift_s
        return self._shift_s
