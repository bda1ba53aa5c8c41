"""When a new release counts as healthy: ticks go on, chargers are read, the power plant is reached, all as before it.

Not its job: what follows (keeper.py), what the record says (slots.py).
What has to be reached was written down when the one before stopped: a charger that was silent then, or a broker that was
away, says nothing about the new release; one that was there then has to be there again, or the release could cut itself off
and stay. A release that came without such notes, by a cable for one, needs every charger of the site, and the broker unless
nobody uses one or it is away for the whole time.
Source: ours; OTA confirmation as in Mender's and RAUC's "mark good".
"""

TICKS = 100

HEALTHY = ""


class Health:
    """Of one release on trial."""

    def __init__(self, config, needs):
        """needs: {"online": bool, "ders": names} or None."""
        names = [der.name for der in config.ders]
        self._unread = names if needs is None else [name for name in needs["ders"] if name in names]
        self._names = names
        self._needs_online = config.vpp.enabled and (needs is None or needs["online"])
        self._may_be_away = needs is None
        self._ticks = 0

    def look(self, now_ms, gateway, is_late):
        """HEALTHY, or words that say what is missing. is_late: the time is up."""
        pictures = gateway.fleet.der_pictures() if self._unread else ()
        for name, picture in zip(self._names, pictures):
            if name in self._unread and picture.fresh("p_ac_w", now_ms) is not None:
                self._unread = [other for other in self._unread if other != name]
        if gateway.ticks < TICKS:
            return "%d ticks, %d are needed" % (gateway.ticks, TICKS)
        if self._unread:
            return "not read: " + ", ".join(self._unread)
        if self._needs_online and not gateway.vpp.is_connected and not (self._may_be_away and is_late):
            return "no connection to the power plant's broker"
        return HEALTHY
