"""A vendor's own backup: set its reserve, watch when it is an island, shed circuits where the switch can. Never sequences.

Not its job: transfer, proofs and bond, which are the vendor's.
Source: ours. The island point unknown leaves things as they were: a failed read neither begins an island nor ends one.
"""
from edge import home_reasons
from edge.backup.autonomy import Autonomy
from edge.backup.feedback import Feedback
from edge.backup.grid_watch import GridWatch
from edge.backup.orders import Orders
from edge.backup.planned import Planned
from edge.backup.shedding import Shedding

GRID = "on_grid"
ISLAND = "islanded"
ENTER = "entering_service"
WORDS = {GRID: "on the grid", ISLAND: "islanded by the device", ENTER: "on the grid, vehicle not in service yet"}
TOLD = {GRID: 0, ISLAND: home_reasons.ISLANDED, ENTER: home_reasons.RETURN_DELAY}


class Autonomous:
    """Watches one house."""

    def __init__(self, config, device, switch_profile, charger_profile):
        """As Sequence; switch_profile None: no circuits can be switched."""
        p = self._p = config.backup
        points = [] if switch_profile is None else [row[0] for row in switch_profile["points"]]
        self._fb = Feedback(points, p.neutral_switched)
        self._watch = GridWatch(config)
        self._autonomy = Autonomy(p, device, charger_profile["dynamics"])
        self._shedding = Shedding(config.circuits, p)
        self._planned = Planned(p)
        enter = config.enter_service
        self._enter_ms = int(1000 * (p.enter_service_delay_s if enter is None else enter.delay_s))
        self._v_nom_v = config.grid.v_nom_ln_v
        self.orders = Orders()
        self.state = GRID
        self.entered_ms = 0
        self._is_low_told = False

    def step(self, now_ms, switch, charger, der, *, is_stopping, events):
        """As Sequence.step."""
        view = der.view
        self._fb.observe(now_ms, switch, charger, view)
        self._watch.observe(self._fb)
        self._planned.is_wanted(now_ms, self._watch)
        self._autonomy.observe(self._fb, view, self._shedding.mask if self.state == ISLAND else None)
        island = charger.fresh("island", now_ms)
        if island == 1 and self.state != ISLAND:
            self._enter(ISLAND, now_ms, events)
            self._shedding.begin(now_ms, None)
        elif island == 0 and self.state == ISLAND:
            self._enter(ENTER, now_ms, events)
        elif self.state == ENTER and now_ms - self.entered_ms >= self._enter_ms:
            self._enter(GRID, now_ms, events)
        if self.state == ISLAND:
            self._supply(now_ms, view, events)
        orders = self.orders
        orders.is_ready = True
        orders.is_wanted = not view.observe and not is_stopping
        orders.may_refresh = not der.health.is_contended and der.health.is_identified
        orders.circuits = self._shedding.orders("staged" if self.state == ISLAND else "all")
        orders.reserve_pct = self._p.reserve_pct
        return orders

    def _enter(self, state, now_ms, events):
        self.state, self.entered_ms = state, now_ms
        events.append((home_reasons.BACKUP_STATE, "backup", [state]))

    def _supply(self, now_ms, view, events):
        """Circuits off where it gets too much, or where only the driving reserve is left; the vendor ends the island."""
        is_low = self._autonomy.is_low(now_ms)
        if is_low and not self._is_low_told:
            events.append((home_reasons.LOW_SOC, "backup", self._autonomy.words(now_ms)))
        self._is_low_told = is_low
        if self._autonomy.is_empty(now_ms):
            self._shedding.ebb(now_ms, events)
            return
        is_sagging = self._fb.load_v is not None and self._fb.load_v < 0.85 * self._v_nom_v
        self._shedding.step(self._fb, self._p.p_max_w or view.p_discharge_max_w, is_sagging, events)

    # -- the part ----------------------------------------------------------------------------------------

    def told(self):
        """As Sequence.told."""
        return TOLD[self.state], self.state == ISLAND

    def take(self, command):
        """Announcements are shown; islands can't be declared and lock-outs don't happen here."""
        if command["kind"] == "announce":
            self._planned.take(command)

    def kept(self):
        """Commands that bring it back after a restart."""
        return self._planned.kept()

    def status(self, now_ms):
        """As backup_status.status."""
        is_island = self.state == ISLAND
        load_w = self._autonomy.p_load_w if is_island else self._fb.load_w
        names = [self._shedding.names(True), self._shedding.names(False)] if is_island else [
            self._shedding.names(True) + self._shedding.names(False), []]
        left_ms = self._enter_ms - (now_ms - self.entered_ms) if self.state == ENTER else None
        return {
            "mode": "autonomous", "state": self.state, "words": WORDS[self.state], "since_ms": now_ms - self.entered_ms,
            "island": is_island, "problem": "", "lockout": "", "waits_for": [], "delay_left_s": None if left_ms is None else max(left_ms, 0) / 1000,
            "autonomy_h": None if load_w is None else self._autonomy.hours(now_ms, load_w), "km": self._autonomy.km(),
            "soc_pct": self._autonomy.soc_pct(now_ms), "p_load_w": load_w, "circuits_on": names[0], "circuits_off": names[1],
            "next_outage_ms": self._planned.next_ms(now_ms),
        }

    def dump(self):
        """What a keyframe keeps."""
        return [self.state, self.entered_ms, self._is_low_told, self._watch.dump(), self._autonomy.dump(),
                self._shedding.dump(), self._planned.dump()]

    def load(self, content):
        """Put a dump back."""
        self.state, self.entered_ms, self._is_low_told, watch, autonomy, shedding, planned = content
        for part, kept in ((self._watch, watch), (self._autonomy, autonomy), (self._shedding, shedding),
                           (self._planned, planned)):
            part.load(kept)
