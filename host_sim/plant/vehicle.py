"""Vehicle: a named battery that drives away and comes back with less in it.

Not its job: consent and departure times (people and the gateway know them), the charger's own limits.
Source: ours.
"""


class Vehicle:
    """What is plugged into a charger: its battery, and how far it goes on a watt-hour."""

    def __init__(self, battery, consumption_wh_km=180):
        """battery: Battery. consumption_wh_km: Wh per km; 180 is a middle-class car in mixed driving."""
        self.battery = battery
        self.consumption_wh_km = consumption_wh_km

    def drive(self, distance_km):
        """Drives as far as asked or as the battery lasts; returns the distance driven, km."""
        wanted_mj = round(distance_km * self.consumption_wh_km * 3_600_000)
        used_mj = min(wanted_mj, self.battery.e_mj)
        self.battery.e_mj -= used_mj
        return distance_km * used_mj / wanted_mj if wanted_mj else 0.0
