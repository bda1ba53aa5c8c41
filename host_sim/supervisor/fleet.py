"""What the supervisor knows of its stations from their messages: newest values, what they are, whether they live.

Not its job: deciding anything; storing history.
Source: message table (up/state, up/info, up/tele, up/ack); a record counts once, by boot and sequence number.
"""

from protocols import messages, topics

STALE_MS = 30000    # older telemetry says nothing about now
SITE = "site"       # telemetry device of the whole site
EMPTY = "no_vehicle"


class StationState:
    """One station as last heard."""

    def __init__(self, station):
        self.station = station
        self.online = False
        self.boot = None
        self.ratings = {}         # device -> row of up/info
        self.records = {}         # device -> newest telemetry
        self._heard_ms = {}       # device -> when
        self._seqs = {}           # device -> (boot, seq) of the newest record

    def value(self, now_ms, device, name):
        """Newest value of a telemetry field, None when unknown or older than STALE_MS."""
        if now_ms - self._heard_ms.get(device, now_ms - STALE_MS - 1) > STALE_MS:
            return None
        return self.records[device].get(name)

    def site(self, now_ms, name):
        """A value of the site: from the record of the whole site, else from any device that knows it."""
        for device in [SITE] + sorted(device for device in self.records if device != SITE):
            value = self.value(now_ms, device, name)
            if value is not None:
                return value
        return None

    def ev(self, now_ms, name):
        """A value of the station's charger."""
        return self.value(now_ms, self.station.evse, name)

    def plugged(self, now_ms):
        """Whether a vehicle is at the charger; None when unknown."""
        state = self.ev(now_ms, "state")
        return None if state is None else state != EMPTY

    def consents(self):
        """Whether the owner of the charger agreed to discharging, as the gateway reports it."""
        return bool(self.ratings.get(self.station.evse, {}).get("v2g_consent"))

    def take(self, now_ms, device, record):
        """Keeps a telemetry record unless it was seen or is older than the one kept; True when kept."""
        boot, seq = self._seqs.get(device, (None, -1))
        if boot == record["boot"] and record["seq"] <= seq:
            return False
        self._seqs[device] = (record["boot"], record["seq"])
        self.records[device] = record
        self._heard_ms[device] = now_ms
        return True


class Fleet:
    """All stations by gateway, fed with messages."""

    def __init__(self, stations):
        self.states = {station.gateway: StationState(station) for station in stations}
        self.rejected = 0     # messages that were none of this table, or of strangers

    def take(self, now_ms, topic, payload):
        """Takes one message; returns (name, StationState, content), or None when it is not one of ours."""
        place = topics.parse(topic)
        state = self.states.get(place[1]) if place else None
        if state is None:
            self.rejected += 1
            return None
        name, _, device = place
        content, error = messages.decode(name, payload)
        if error is not None:
            self.rejected += 1
            return None
        if name == "state":
            state.online = content["state"] != "offline"
            state.boot = content["boot"]
        elif name == "info":
            state.ratings = {der["name"]: der for der in content["ders"]}
        elif name == "tele" and not state.take(now_ms, device, content):
            return None
        return name, state, content
