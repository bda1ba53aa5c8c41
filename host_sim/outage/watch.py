"""What must never happen to a house, judged from the plant at every step, and what is counted beside it.

Not its job: what the gateway believes; nothing here asks it.
Source: the interlock rules of ARCHITECTURE.md, backup. A pole counts as closed while current could flow through it: its main
contact and the series contactor. A main pole welded behind an open series contactor feeds nothing back and is no violation,
but then one gap instead of two parts the island from the grid: one_gap_ms counts how long. Fifty volts are the limit of touch voltage, IEC 60364-4-41 411.3.2, from general knowledge.
"""

LIVE_V = 50             # of the inverter on the load side, while a pole is closed
CLOSING_V = 25          # a pole may not make onto more; the dead-bus relay's threshold
EV_POWER_W = 100        # less is standby
LOST_MS = 2000          # a grid that was gone so long has to be waited for, also where no switch moved
EDGE_V = 1
KEPT = 20               # violations told one by one

BACKFEED, CLOSED_LIVE, EV_EARLY, NO_BOND, TWO_BONDS = "backfeed", "closed_live", "ev_early", "no_bond", "two_bonds"
KINDS = (BACKFEED, CLOSED_LIVE, EV_EARLY, NO_BOND, TWO_BONDS)
WORDS = {
    BACKFEED: "inverter voltage while a pole to the grid is closed",
    CLOSED_LIVE: "a pole closed onto a live island",
    EV_EARLY: "vehicle power before its delay after the return",
    NO_BOND: "island without the earth bond it needs",
    TWO_BONDS: "bond closed while the grid's neutral is connected, or where none belongs",
}


class Watch:
    """violations: [(t_ms, kind)], the first of each stretch. one_gap_ms: of an island beside a main pole that is closed."""

    def __init__(self, house, *, neutral_switched, needs_bond, enter_service_ms):
        """neutral_switched: pole n is one of the poles. needs_bond: the site's earthing wants one in an island."""
        self.house = house
        self.violations = []
        self.count = 0
        self.one_gap_ms = 0
        self._seen_ms = 0
        self._poles = [pole for pole in house.switch.main.poles if pole != "n" or neutral_switched]
        self._neutral_switched = neutral_switched
        self._needs_bond = needs_bond
        self._enter_service_ms = enter_service_ms
        self._closed = set(self._poles)
        self._v_island_v = 0.0
        self._must_wait = False         # the grid was lost since the vehicle last was in service
        self._lost_ms = None            # since when the house is off the grid
        self._connected_ms = None
        self._in_force = ()

    def step(self, now_ms):
        """Judges the step that just ended."""
        house, switch = self.house, self.house.switch
        closed = {pole for pole in self._poles if switch.is_path_closed(pole)}
        found = []
        if closed and house.v_island_v > LIVE_V:
            found.append(BACKFEED)
        if closed - self._closed and max(self._v_island_v, house.v_island_v) > CLOSING_V:
            found.append(CLOSED_LIVE)
        if self._is_ev_early(now_ms, closed):
            found.append(EV_EARLY)
        found += self._earthing()
        if house.v_island_v > LIVE_V and not closed and any(switch.main.is_closed(pole) for pole in self._poles):
            self.one_gap_ms += now_ms - self._seen_ms
        self._seen_ms = now_ms
        for kind in found:
            if kind not in self._in_force:
                self.count += 1
                if len(self.violations) < KEPT:
                    self.violations.append((now_ms, kind))
        self._in_force = found
        self._closed, self._v_island_v = closed, house.v_island_v

    def _is_ev_early(self, now_ms, closed):
        if "a" not in closed or not self.house.is_grid_live:
            if self._lost_ms is None:
                self._lost_ms = now_ms
            self._must_wait = self._must_wait or "a" not in closed or now_ms - self._lost_ms >= LOST_MS
            self._connected_ms = None
            return False
        self._lost_ms = None
        if self._connected_ms is None:
            self._connected_ms = now_ms
        if now_ms - self._connected_ms >= self._enter_service_ms:
            self._must_wait = False
        return self._must_wait and abs(self.house.charger.inverter.p_w) > EV_POWER_W

    def _earthing(self):
        house, switch = self.house, self.house.switch
        is_bonded = switch.bond.is_closed("bond")
        if is_bonded and (not self._needs_bond or self._neutral_switched and switch.is_path_closed("n")):
            yield TWO_BONDS
        if self._needs_bond and not is_bonded and house.v_island_v > LIVE_V:
            yield NO_BOND


class Ledger:
    """What is counted: transfer time, time as an island, energy not served; samples for the figure.

    switched: [(t_ms, bits of the relays that went off, bits that came back)].
    """

    def __init__(self, house, loss_ms, sample_ms):
        """loss_ms: when the grid goes; sample_ms: distance of samples, None keeps none."""
        self.house = house
        self.transfer_ms = None
        self.islanded_ms = self.dark_ms = 0
        self.was_opened = False
        self.v_island_max_v = 0.0
        self.samples = []
        self.switched = []
        self._relays = house.switch.circuits
        self._loss_ms = loss_ms
        self._sample_ms = sample_ms
        self._kept = self._before = None

    def step(self, now_ms, dt_ms):
        """Counts the step that just ended."""
        house = self.house
        critical = house.board.circuits[0]
        self.was_opened = self.was_opened or not house.switch.is_path_closed("a")
        self.v_island_max_v = max(self.v_island_max_v, house.v_island_v)
        if not critical.is_served:
            self.dark_ms += dt_ms
        elif house.v_island_v:
            self.islanded_ms += dt_ms
            if self.transfer_ms is None and now_ms > self._loss_ms:
                self.transfer_ms = now_ms - self._loss_ms
        relays, before = house.switch.circuits, self._relays
        if relays != before:
            self.switched.append((now_ms, before & ~relays, relays & ~before))
            self._relays = relays
        if self._sample_ms is not None:
            self._sample(now_ms)

    def _sample(self, now_ms):
        """Keeps one sample in a while; of what changes at once also the moment before, so that an edge stays one."""
        house, charger = self.house, self.house.charger
        seen = (now_ms, round(house.v_load_v, 1), round(house.v_grid_v[0], 1), house.f_load_hz, round(charger.p_w),
                round(house.switch.load.p_w), round(house.board.wants_w(now_ms)), round(house.p_pv_w),
                round(charger.battery.soc_pct, 4))
        kept, before, self._before = self._kept, self._before, seen
        is_edge = kept is not None and max(abs(a - b) for a, b in zip(seen[1:3], kept[1:3])) > EDGE_V
        if is_edge and before is not kept:
            self.samples.append(before)
        if kept is None or is_edge or now_ms - kept[0] >= self._sample_ms:
            self.samples.append(seen)
            self._kept = seen
