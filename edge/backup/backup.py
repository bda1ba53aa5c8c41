"""The backup as a part of the controller: an island that this gateway sequences, or a vendor's own that it watches.

Not its job: the sequence (sequence.py), watching (autonomous.py), writing orders (drivers/island_driver.py).
Source: ours. While the house is an island, or on its way, view.island silences everything that belongs to the grid
(laws/island.py), and the grid-code law counts the vehicle as out of service, so that its way back begins anew.
"""
from edge import home_reasons
from edge.drivers.profile_loader import load_profile


def make(config):
    """The part; config: Config with a backup section."""
    return Backup(config)


class Backup:
    """The backup of one site; `orders` is what the driver writes after each tick."""

    def __init__(self, config):
        self._config = config
        self.der_number = der_number(config)
        device = config.ders[self.der_number]
        switch = None if config.switch is None else load_profile(config.switch.profile)
        if config.backup.mode == "commanded":
            from edge.backup.sequence import Sequence       # a site has the one or the other

            self.run = Sequence(config, device, switch, load_profile(device.profile))
        else:
            from edge.backup.autonomous import Autonomous

            self.run = Autonomous(config, device, switch, load_profile(device.profile))
        self.orders = self.run.orders

    def step(self, state, now_ms, snapshot, events):
        """One tick: feedback in, orders out, views told."""
        der = state.ders[self.der_number]
        der.view.soc_min_pct = max(der.view.soc_min_pct, self._config.backup.reserve_pct)
        switch = None if snapshot.inputs is None or _is_wrong_switch(state, snapshot) else snapshot.inputs.switch
        self.run.step(now_ms, switch, snapshot.ders[self.der_number], der, is_stopping=state.commitments.is_stopping,
                      events=events)
        told, is_out = self.run.told()
        for each in state.ders:
            each.view.island = told
            each.view.permit_service = each.view.permit_service and not is_out

    def take(self, state, now_ms, command, events):
        """A command: "island", "announce", "reset_lockout", or "lock_out", which only brings one back after a restart."""
        kind = command["kind"]
        if kind == "island" and command["on"] and self._config.backup.mode != "commanded":
            events.append((home_reasons.BACKUP_REFUSED, "backup", ["backup.mode is autonomous"]))
        else:
            self.run.take(command)
            if kind == "announce" and command["what"] == "outage":
                events.append((home_reasons.PLANNED_OUTAGE, "backup", [command["id"]]))

    def lockout(self):
        """Reason of a lock-out, 0 without; a vendor's own backup has none here."""
        return getattr(self.run, "lockout", 0)

    def status(self, now_ms):
        """What `v2g status` shows, JSON-able: the state in words, since, forecast, circuits, lock-out, delays."""
        return self.run.status(now_ms)

    def kept(self):
        """Commands that bring it back after a restart: a declared island, announced outages, a lock-out."""
        return self.run.kept()

    def dump(self):
        """What a keyframe keeps."""
        return self.run.dump()

    def load(self, content):
        """Put a dump back."""
        self.run.load(content)


def _is_wrong_switch(state, snapshot):
    """Whether in the place of the switch is another device, as the row behind those of the DERs says: its registers mean nothing."""
    row = snapshot.conditions[len(state.ders):]
    return bool(row) and row[0][0]


def der_number(config):
    """Number of the charger that supplies the house: the one named, else the first."""
    names = [der.name for der in config.ders]
    return names.index(config.backup.evse) if config.backup.evse in names else 0
