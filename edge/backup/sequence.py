"""Runs the commanded transfer: feedback in, one state of the table, orders out.

Not its job: the rows (sequence_rows.py, sequence_moves.py), their conditions (conditions.py), which circuits are on
(shedding.py), writing.
Source: ours. A row whose condition holds leads on at once, so that a step that has nothing to wait for costs no tick.
"""
from edge import home_reasons, reasons
from edge.backup import proofs, sequence_rows as rows
from edge.backup.autonomy import Autonomy
from edge.backup.conditions import Conditions
from edge.backup.conditions_switch import SILENT_MS
from edge.backup.feedback import Feedback
from edge.backup.grid_watch import GridWatch
from edge.backup.island_pv import IslandPv
from edge.backup.orders import Orders
from edge.backup.planned import Planned
from edge.backup.probe import Probe
from edge.backup.readiness import Readiness
from edge.backup.shedding import Shedding
from protocols.forgetting import forget

# A tick goes through that many states at most; the longest chain that waits for nothing is shorter.
HOPS_MAX = 4
# An island that held for so long has overcome what made it fail before, ms.
PROVEN_MS = 600000
SUBJECT = "backup"
_STATES = {}
_MOVES = {}


def _build():
    """The rows by state."""
    from edge.backup import sequence_moves      # once: their words take heap

    for row in rows.STATES:
        _STATES[row[rows.NAME]] = row
        _MOVES[row[rows.NAME]] = [move[sequence_moves.CONDITION:sequence_moves.REASON + 1] for move in sequence_moves.MOVES
                                  if move[sequence_moves.FROM] == row[rows.NAME]]
    forget("edge.backup.sequence_moves")


_build()


class Sequence:
    """The transfer of one house."""

    def __init__(self, config, device, switch_profile, charger_profile):
        """config: Config; device: section of the charger; the profiles: literals, read once."""
        p = config.backup
        points = [row[0] for row in switch_profile["points"]]
        self.fb = Feedback(points, p.neutral_switched)
        self.watch = GridWatch(config)
        self.probe = Probe(p.form_v_start_v)
        self.autonomy = Autonomy(p, device, charger_profile["dynamics"])
        self.shedding = Shedding(config.circuits, p)
        self.pv = IslandPv(p, config.grid.f_nom_hz)
        self.planned = Planned(p)
        self.readiness = Readiness()
        self.orders = Orders()
        self._p = p
        self.v_nom_v = config.grid.v_nom_ln_v
        self._form_full_a = (device.s_max_va or device.p_discharge_max_w) / self.v_nom_v
        self.needs_bond = p.bond
        self.travel_ms = int(p.travel_s * 1000)
        self.retransfer_ms = int(p.retransfer_delay_s * 1000)
        enter = config.enter_service
        self.enter_ms = int(1000 * (p.enter_service_delay_s if enter is None else enter.delay_s))
        self.probe_ms = p.form_probe_ms
        self._conditions = Conditions(self)
        # memory
        self.state = rows.START
        self.entered_ms = -1
        self.lockout = 0            # reason of a lock-out, 0 without
        self.failures = 0           # islands that failed in a row
        self.has_vehicle = None     # nobody knows yet
        self.has_tried_closing = False      # and failed, since the last reset
        self._heard_ms = None       # the charger last
        self._is_button_free = False
        self._since = {}
        # of this tick
        self.now_ms = 0
        self.view = None
        self.problem = ""
        self.charger_silent_ms = 0
        self.is_island_wanted = self.is_stopping = self.is_reset_asked = False

    # -- one tick ----------------------------------------------------------------------------------------

    def step(self, now_ms, switch, charger, der, *, is_stopping, events):
        """Orders of this tick. switch, charger: pictures; der: DerState of the charger; events: list to add to."""
        view = self.view = der.view
        self.now_ms, self.is_stopping = now_ms, is_stopping
        self.fb.observe(now_ms, switch, charger, view)
        self.watch.observe(self.fb)
        if self.fb.form_state is not None or self._heard_ms is None:
            self._heard_ms = now_ms
        self.charger_silent_ms = now_ms - self._heard_ms
        self._see_button()
        if view.state is not None and view.state != "fault":
            self.has_vehicle = view.plugged is True
        elif self.has_vehicle is None and view.state is not None:
            # Started in an outage, the charger in fault: a state of charge, read and not remembered, is that of a vehicle.
            self.has_vehicle = charger.fresh("soc_pct", now_ms) is not None or None
        self.is_island_wanted = self.planned.is_wanted(now_ms, self.watch, view.observe)
        self.autonomy.observe(self.fb, view, self.shedding.mask if self.state in (rows.ISLAND, rows.EBB) else None)
        self.problem = self.readiness.lacking(self, der)
        if self.state == rows.PROBE:
            self.probe.observe(self.fb)
        if self.entered_ms < 0:
            self.entered_ms = now_ms
        self._move(events)
        self.is_reset_asked = False
        self._supply(events)
        self.readiness.tell(self, events)
        self._order(der)
        return self.orders

    def _move(self, events):
        for _ in range(HOPS_MAX):
            found = self._next()
            if found is None:
                return
            self._enter(found[0], found[1], events)

    def _next(self):
        """(next state, reason) of the first row that holds, or of a wait that is over; None to stay."""
        if self.view.observe and self.state in rows.CALM:
            return None if self.state == rows.START else (rows.START, 0)
        if self.view.observe and self.state == rows.START:
            return None
        conditions = self._conditions
        for condition, after, reason in _MOVES[self.state]:
            if getattr(conditions, condition)():
                return after, reason
        row = _STATES[self.state]
        wait = row[rows.WAIT]
        if wait is None:
            return None
        wait_ms = self.travel_ms if wait == rows.TRAVEL else wait
        if self.age_ms() < wait_ms:
            return None
        return row[rows.THEN], self._why_late(row[rows.WHY_THEN])

    def _why_late(self, reason):
        """Reason of a wait that is over, closer than its row says where feedback tells."""
        if self.state == rows.OPEN:
            return proofs.why_not_isolated(self.fb)
        if self.state == rows.CLOSE:
            return proofs.why_not_closed(self.fb)
        if self.state == rows.BOND and self.is_bond_as(self.needs_bond):
            return home_reasons.ISOLATION_UNPROVEN
        return reason

    def _enter(self, state, reason, events):
        lasted_ms = self.age_ms()
        before, self.state, self.entered_ms = self.state, state, self.now_ms
        self._since = {}
        events.append((home_reasons.BACKUP_STATE, SUBJECT, [state]))
        if state in rows.LOCKED_STATES and not self.lockout:
            self.lockout = reason or home_reasons.CONTRADICTION
            events.append((home_reasons.LOCKED_OUT, SUBJECT, [reasons.text_of(self.lockout)]))
        elif before in rows.LOCKED_STATES and state == rows.START:
            self.lockout, self.has_tried_closing = 0, False
            events.append((home_reasons.LOCKOUT_RESET, SUBJECT, []))
        elif reason:
            events.append((reason, SUBJECT, [self.problem] if self.problem else []))
        if state == rows.LOCKED and before in (rows.CLOSE, rows.LOCKED_CLOSE):
            self.has_tried_closing = True
        if state in (rows.STOP, rows.LOCKED_CLOSE) and self.is_island_wanted:
            self.planned.give_up(self.now_ms)
            events.append((home_reasons.BACKUP_REFUSED, SUBJECT, [self.problem or "the island failed"]))
        if state == rows.HALT:
            self.failures = 1 if lasted_ms > PROVEN_MS else self.failures + 1
        elif state == rows.ENTER or before == rows.EBB:
            self.failures = 0
        if state == rows.PROBE:
            self.probe.begin(self.fb.switch_ms, self.fb.is_grid_dead())
        elif state == rows.ISLAND:
            self.shedding.begin(self.now_ms, self.fb.circuits_on if before == rows.START else 0)
            self.pv.begin()

    def _see_button(self):
        """A press counts once it was seen released: a stuck button resets nothing."""
        if self.fb.reset_button is False:
            self._is_button_free = True
        elif self.fb.reset_button and self._is_button_free:
            self._is_button_free = False
            self.is_reset_asked = True

    # -- island ------------------------------------------------------------------------------------------

    def _supply(self, events):
        if self.state not in (rows.ISLAND, rows.EBB):
            return
        if self.state == rows.EBB:
            self.shedding.ebb(self.now_ms, events)
        else:
            limit_w = self._p.p_max_w or self.view.p_discharge_max_w
            volts = self.fb.load_v if self.fb.load_v is not None else self.fb.v_charger_v
            is_low = volts is not None and volts < 0.85 * self.v_nom_v
            self.shedding.step(self.fb, limit_w, is_low, events)
        self.pv.step(self.fb, self.view, events)

    # -- orders ------------------------------------------------------------------------------------------

    def _order(self, der):
        row, orders, view = _STATES[self.state], self.orders, der.view
        orders.is_ready = self.state != rows.START or view.observe
        orders.is_wanted = not (self.state in rows.CALM and (view.observe or self.is_stopping)) and not (
            self.is_stopping and self.state in (rows.DARK, rows.LOCKED) and self.fb.form_state is not True)
        orders.close = row[rows.CLOSED]
        if row[rows.BONDED] == rows.NONE or not self.needs_bond:
            orders.bond = False
        elif row[rows.BONDED] == rows.WANTED:
            # Never closed beside poles that are not open yet: after a restart they may be anywhere.
            orders.bond = orders.bond or self.fb.bond_closed is True or proofs.are_contacts_open(self.fb)
        elif proofs.may_unbond(self.fb, self.charger_silent_ms >= SILENT_MS):
            orders.bond = False
        form = row[rows.FORM]
        orders.form = form != rows.NONE
        orders.form_v_v = self._p.form_v_start_v if form == rows.START_V else self.v_nom_v if orders.form else 0
        orders.form_i_a = self._p.form_i_a if form == rows.START_V else self._form_full_a
        orders.form_f_hz = self.pv.f_hz if self.state in (rows.ISLAND, rows.EBB) else self.pv.f_nom_hz
        orders.circuits = self.shedding.orders(row[rows.CIRCUITS])
        # A charger that is only silent is written all the same: it may hear.
        orders.may_refresh = orders.is_ready and not der.health.is_contended and der.health.is_identified

    # -- the part ----------------------------------------------------------------------------------------

    def told(self):
        """(reason why nothing of the grid may act or 0, the vehicle counts as out of service)."""
        if self.state == rows.START and self.view.observe:
            return 0, False
        return _STATES[self.state][rows.TOLD], self.state in rows.OPEN_STATES

    def take(self, command):
        """A command of backup.take."""
        kind = command["kind"]
        if kind == "reset_lockout":
            self.is_reset_asked = True
        elif kind == "lock_out":
            self.lockout = command["reason"]
        else:
            self.planned.take(command)

    def kept(self):
        """Commands that bring it back after a restart."""
        return self.planned.kept() + ([{"kind": "lock_out", "reason": self.lockout}] if self.lockout else [])

    def status(self, now_ms):
        """See backup_status.status."""
        from edge.backup import backup_status       # when somebody asks

        return backup_status.status(self, now_ms)

    # -- for conditions ----------------------------------------------------------------------------------

    def age_ms(self):
        """How long this state has lasted."""
        return self.now_ms - self.entered_ms

    def good_ms(self):
        """How long the grid has been good, ms, by the charger's terminals while the switch is silent."""
        return self.watch.good_ms() if self.fb.switch_ms is not None else self.watch.terminal_good_ms()

    def since_ms(self, what, holds):
        """How long something has held without a break in this state, ms; -1 while it doesn't."""
        if not holds:
            self._since.pop(what, None)
            return -1
        return self.now_ms - self._since.setdefault(what, self.now_ms)

    def is_vain(self):
        """Whether an island that is only wished for can't be had: no house stays dark for a wish beside a good grid."""
        return bool(self.problem or self.lockout or self.failures)

    def is_bond_as(self, closed):
        """Whether the bond contact shows it; a switch without a bond shows the one that is not there."""
        if "bond_closed" not in self.fb.has:
            return not closed
        return self.fb.bond_closed is closed

    # -- keyframe ----------------------------------------------------------------------------------------

    def dump(self):
        """What a keyframe keeps."""
        return [self.state, self.entered_ms, self.lockout, self.failures, self.has_vehicle, self._is_button_free,
                self.has_tried_closing, self._heard_ms, [[key, self._since[key]] for key in sorted(self._since)], self.readiness.told, self.orders.bond, self.watch.dump(),
                self.probe.dump(), self.autonomy.dump(), self.shedding.dump(), self.pv.dump(), self.planned.dump()]

    def load(self, content):
        """Put a dump back."""
        (self.state, self.entered_ms, self.lockout, self.failures, self.has_vehicle, self._is_button_free,
         self.has_tried_closing, self._heard_ms, since,
         self.readiness.told, self.orders.bond, watch, probe, autonomy, shedding, pv, planned) = content
        self._since = {key: since_ms for key, since_ms in since}
        for part, kept in ((self.watch, watch), (self.probe, probe), (self.autonomy, autonomy),
                           (self.shedding, shedding), (self.pv, pv), (self.planned, planned)):
            part.load(kept)
