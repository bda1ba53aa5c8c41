"""Beside the control loop: feeds the watchdog while ticks really go on, and judges a release on trial.

Not its job: what a feed is (hal_service.py), what healthy is (update/health.py), restarting (the service manager, main.py).
It is called with every turn of the loop, never by a timer of its own: a loop that hangs feeds nobody.
Source: ours; sd_notify(3).
"""
from edge import limiter
from edge.field_reasons import RELEASE_CONFIRMED, RELEASE_ROLLED_BACK

LOOK_MS = 1000
CONFIRM_S = 300     # as update.confirm_s; a site without the section gets it too
# A decision that is no number: after so long somebody else has to decide.
SICK_MS = 5000


class Keeper:
    """Of one run of a gateway."""

    def __init__(self, gateway, service, releases, confirm_s):
        """service: of hal_service, or None; releases: Installed, or None."""
        self._gateway = gateway
        self._service = service
        self._releases = releases
        self._confirm_ms = 1000 * confirm_s
        self._health = None
        if releases is not None and releases.is_on_trial():
            from edge.update.health import Health       # while there is one

            self._health = Health(gateway.config, releases.record["needs"])
        self._began_ms = None
        self._look_ms = 0
        self._fed_ms = None
        self._fed_ticks = 0
        self._well_ms = 0

    def on_turn(self, now_ms):
        """The loop has turned once. True when the gateway has to be stopped."""
        if self._began_ms is None:
            self._began_ms = self._well_ms = now_ms
        if self._service is not None:
            self._feed(now_ms)
        if self._health is None or now_ms < self._look_ms:
            return False
        self._look_ms = now_ms + LOOK_MS
        return self._judge(now_ms)

    def stopping(self):
        """A clean stop has begun."""
        from edge.explain import power_text     # once

        p_w = sum([der.p_set_w for der in self._gateway.state.ders])
        words = "stopping: %s%s, control is given back" % (power_text(p_w), ", ramped to zero" if p_w else "")
        self._gateway.ports.log(words)
        if self._service is not None:
            self._service.stopping(words)

    def _feed(self, now_ms):
        ticks = self._gateway.ticks
        if ticks == self._fed_ticks:
            return
        if not self._is_sick():
            self._well_ms = now_ms
        elif now_ms - self._well_ms > SICK_MS:
            return
        service = self._service
        if not self._fed_ticks:
            service.ready("running since the first tick")
        if service.feed_ms is not None and (self._fed_ms is None or now_ms - self._fed_ms >= service.feed_ms):
            self._fed_ms = now_ms
            service.alive()
        self._fed_ticks = ticks

    def _is_sick(self):
        for der in self._gateway.state.ders:
            if der.limiter_reason == limiter.NOT_FINITE:
                return True
        return False

    def _judge(self, now_ms):
        from edge import slots

        releases = self._releases
        is_late = now_ms - self._began_ms >= self._confirm_ms
        missing = self._health.look(now_ms, self._gateway, is_late)
        if not missing:
            return self._keep(releases.confirm, now_ms, RELEASE_CONFIRMED, [releases.running])
        if not is_late or not slots.has_way_back(releases.record):
            return False        # with nothing to go back to it stays, whatever it lacks
        from edge.update import rest

        if rest.of(self._gateway.state) == rest.BARRED:
            return False        # the house hangs on it; without the grid the broker is easily missing
        self._keep(lambda: releases.fail(missing), now_ms, RELEASE_ROLLED_BACK, [releases.running, missing])
        return True

    def _keep(self, change, now_ms, code, values):
        """Change the record; False. What can't be written now is tried again, or the starter counts its tries."""
        try:
            change()
        except OSError as error:
            self._gateway.ports.log("the record of releases can't be written: %s" % error)
            return False
        self._health = None
        self._tell(now_ms, code, values)
        return False

    def _tell(self, now_ms, code, values):
        from edge import audit, journal, log_words      # once

        gateway = self._gateway
        gateway.journal.add_json(journal.EVENT, [now_ms, code, "gateway", values])
        gateway.ports.log(log_words.event(code, "gateway", values))
        if gateway.vpp is not None:
            gateway.vpp.event(now_ms, code, "gateway", values)
        audit.note(gateway.ports, "release", "gateway", " ".join(values))
