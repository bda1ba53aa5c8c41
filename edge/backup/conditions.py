"""The conditions that the rows of the transfer name: each looks at this tick's feedback and says yes or no.

Not its job: what follows (sequence_rows.py), the proofs themselves (proofs.py). What is unknown makes no condition true that
leads towards closing or forming.
Source: ours.
"""
from edge.backup import proofs

# A word against what was ordered counts after this long, so that an order on its way is no contradiction, ms.
ANSWER_MS = 1000
# The charger shows its first volts within this after the time it has for them, ms: readings take their time.
READ_MS = 300
# Nobody sees poles or charger for this long, beyond the age that values may have, ms.
BLIND_MS = 2000
# A charger that is silent for so long has reverted: its timer is never longer (limits.REVERSION_MAX_S).
SILENT_MS = 35000
# An island voltage outside its range is a collapse after this long, ms; circuits are shed before.
SAG_MS = 2000
GONE_MS = 300
ISLAND_PU = (0.8, 1.2)
RAISED_PU = (0.9, 1.1)
# The vehicle's power is zero below this.
CEASED_W = 100
# After a failure the next attempt waits, doubled each time, ms; an island that held for long starts from the beginning.
RETRY_MS = 5000
RETRY_DOUBLINGS = 6


class Conditions:
    """Conditions on one Sequence; every method without arguments is the name of a row."""

    def __init__(self, sequence):
        self._seq = sequence

    # -- feedback of the switch ------------------------------------------------------------------------

    def is_pole_closed(self):
        """A contact that should say open says closed."""
        fb = self._seq.fb
        return bool([1 for _, is_open in fb.poles if is_open is False]) or fb.series_open is False

    def is_pole_closed_long(self):
        """The same, beyond the time the switch has."""
        return self.is_pole_closed() and self._has_travelled()

    def is_contact_lying(self):
        """A contact says open while grid and load side are live, beyond the time the switch has."""
        seq = self._seq
        return seq.since_ms("contact", self._says_open() and seq.fb.is_grid_live() and seq.fb.is_load_live()) >= seq.travel_ms

    def has_opened(self):
        """Every contact says open and the load side is dead, beyond the time the switch has; nothing forms."""
        seq = self._seq
        is_open = proofs.are_contacts_open(seq.fb) and seq.fb.is_load_dead() and seq.fb.form_state is False
        return seq.since_ms("opened", is_open) >= seq.travel_ms

    def is_bonded_unasked(self):
        """Neutral and earth are bonded while the house hangs on the grid."""
        seq = self._seq
        return seq.since_ms("bond", seq.fb.bond_closed is True) >= seq.travel_ms

    def is_bond_lost(self):
        """The bond that the island needs says open."""
        seq = self._seq
        return seq.needs_bond and seq.since_ms("bond", seq.fb.bond_closed is False) >= GONE_MS

    def is_switch_blind(self):
        """Nobody sees the poles."""
        seq = self._seq
        is_known = seq.fb.is_switch_known() and ("series_open" not in seq.fb.has or seq.fb.series_open is not None)
        return seq.since_ms("switch", not is_known) >= BLIND_MS

    def is_silent(self):
        """The switch says nothing for as long as it may take to move."""
        seq = self._seq
        return seq.since_ms("silent", not seq.fb.is_switch_known()) >= 0 and self._has_travelled()

    def is_home(self):
        """Every contact says closed, nothing forms, and the load side is what the grid side is."""
        fb = self._seq.fb
        return self.is_closed() and (fb.is_load_live() or not fb.is_grid_live())

    def may_probe(self):
        """Contacts open and load side dead, all read since the order."""
        seq = self._seq
        return self._is_fresh() and proofs.may_probe(seq.fb)

    def is_ready_to_form(self):
        """Still isolated; bonded as needed and circuits off, confirmed since the order; the hardware lets it form."""
        seq, fb = self._seq, self._seq.fb
        if not self._is_fresh() or not proofs.may_probe(fb) or fb.is_enabled is False or not seq.is_bond_as(seq.needs_bond):
            return False
        return "circuits_on" not in fb.has or (fb.circuits_on is not None and not fb.circuits_on & seq.shedding.all_mask)

    def has_closed(self):
        """Every contact says closed since the order, and the load side is live if the grid is."""
        fb = self._seq.fb
        return self._is_fresh() and proofs.are_contacts_closed(fb) and (fb.is_load_live() or not fb.is_grid_live())

    def is_dead_bus(self):
        """The load side is dead and nobody makes it live, read since the order."""
        seq = self._seq
        if not self._is_fresh():
            return False
        if seq.charger_silent_ms >= SILENT_MS:
            return seq.fb.is_load_dead()
        return self._is_charger_fresh() and proofs.is_bus_dead(seq.fb)

    def is_unbonded_dead_bus(self):
        """Unbonded, confirmed since the order, and the bus is still dead."""
        return self.is_dead_bus() and self._seq.is_bond_as(False)

    # -- grid --------------------------------------------------------------------------------------------

    def is_lost(self):
        """The grid is gone for long enough."""
        seq = self._seq
        return seq.watch.is_lost(seq.fb, seq.view)

    def is_dark(self):
        """The switch is silent, and the charger's terminals are dead for as long as a loss takes."""
        return self._seq.fb.switch_ms is None and self._seq.watch.is_terminal_dead()

    def is_grid_good(self):
        """The grid is in its window; by the charger's terminals while the switch is silent and its poles are closed."""
        return self._seq.good_ms() > 0

    def is_grid_gone(self):
        """The grid is not, or not known to be, in its window."""
        return not self._seq.watch.good_ms()

    def is_return_due(self):
        """The grid was good for the whole delay of the house, and nobody wants an island."""
        seq = self._seq
        return not seq.is_island_wanted and seq.watch.good_ms() > seq.retransfer_ms

    def is_entered(self):
        """The grid was good for the whole delay of the vehicle's power since the house has been back."""
        seq = self._seq
        return min(seq.good_ms(), seq.age_ms()) > seq.enter_ms

    def is_dead_return_due(self):
        """The same, and the load side is dead already."""
        return self.is_return_due() and self.is_dead_bus()

    def is_safe_return(self):
        """The same, unbonded, and closing has not failed before."""
        seq = self._seq
        return not seq.has_tried_closing and self.is_dead_return_due() and seq.is_bond_as(False) and seq.fb.is_switch_known()

    def must_transfer(self):
        """The grid is lost, or an island is wanted, and the vehicle can supply the house."""
        return (self._seq.is_island_wanted or self.is_lost()) and not self._seq.problem

    def need_is_over(self):
        """Neither is the grid lost any more nor an island wanted."""
        return not self._seq.is_island_wanted and not self.is_lost() and self.is_grid_good()

    # -- vehicle -----------------------------------------------------------------------------------------

    def cannot_supply(self):
        """Something a transfer needs is missing."""
        return bool(self._seq.problem)

    def is_vehicle_gone(self):
        """No vehicle, or the charger is silent."""
        seq = self._seq
        return seq.since_ms("charger", seq.fb.form_state is None or not seq.has_vehicle) >= ANSWER_MS

    def has_ceased(self):
        """The charger delivers and forms nothing."""
        fb = self._seq.fb
        return fb.form_state is False and fb.p_ac_w is not None and -CEASED_W <= fb.p_ac_w <= CEASED_W

    def forms_at_once(self):
        """The charger forms."""
        return self._seq.fb.form_state is True

    def forms_unasked(self):
        """The charger forms longer than the order to stop may take."""
        return self.forms_at_once() and self._seq.age_ms() >= ANSWER_MS

    def has_stopped(self):
        """The charger says it forms nothing, read since the order; or it is silent and the load side is dead."""
        fb = self._seq.fb
        return (fb.form_state is False and self._is_charger_fresh()) or (
            fb.form_state is None and self._is_fresh() and fb.is_load_dead())

    def goes_on_forming(self):
        """Told to stop, it says that it forms."""
        return self.forms_at_once() and self._seq.age_ms() >= 3 * ANSWER_MS

    def is_charger_silent(self):
        """Nobody hears the charger, and not for so long that its own timer has ended whatever it did."""
        return 0 < self._seq.charger_silent_ms < SILENT_MS

    def is_charger_blind(self):
        """Nobody sees the charger."""
        seq = self._seq
        return seq.since_ms("charger", seq.fb.form_state is None) >= BLIND_MS

    def has_collapsed(self):
        """The charger forms no more, or the voltage stays outside its range."""
        seq, fb = self._seq, self._seq.fb
        if seq.since_ms("forming", fb.form_state is False) >= GONE_MS:
            return True
        return seq.since_ms("sag", self._is_voltage_in(ISLAND_PU) is False) >= SAG_MS

    # -- forming -----------------------------------------------------------------------------------------

    def has_followed(self):
        """Two readings in a row show the grid side following the charger's first volts."""
        return self._seq.probe.follow_reads >= 2

    def has_not_built(self):
        """It forms for as long as the probe may take, and no voltage is seen."""
        probe, seq = self._seq.probe, self._seq
        return (probe.formed_ms is not None and not probe.built_reads
                and seq.now_ms - probe.formed_ms > seq.probe_ms + READ_MS)

    def is_probe_passed(self):
        """Built up in two readings for the time of the probe, nothing followed, and two proofs of isolation."""
        probe, seq = self._seq.probe, self._seq
        return (probe.built_reads >= 2 and probe.follow_reads == 0 and seq.fb.switch_ms - probe.built_ms >= seq.probe_ms
                and proofs.is_isolated(seq.fb, probe.apart_reads >= 2))

    def is_raised(self):
        """The voltage is in its range, read since the order."""
        return self._is_fresh() and self.forms_at_once() and self._is_voltage_in(RAISED_PU) is True

    # -- island ------------------------------------------------------------------------------------------

    def is_empty(self):
        """Only what is kept for driving is left."""
        return self._seq.autonomy.is_empty(self._seq.now_ms)

    def is_stopping(self):
        """The gateway is being stopped."""
        return self._seq.is_stopping

    def is_all_shed(self):
        """Every circuit is off."""
        return not self._seq.shedding.mask

    def may_try_again(self):
        """The vehicle can supply the house, and the pause after the last failure is over."""
        seq = self._seq
        pause_ms = RETRY_MS << min(seq.failures - 1, RETRY_DOUBLINGS) if seq.failures else 0
        return not seq.problem and seq.age_ms() >= pause_ms and seq.fb.form_state is False and seq.fb.is_load_dead()

    # -- start and end ----------------------------------------------------------------------------------

    def is_locked_closed(self):
        """A lock-out from before the restart; closed."""
        return bool(self._seq.lockout) and self.is_closed()

    def is_locked_open(self):
        """A lock-out from before the restart; not closed, or not known within the time the switch has."""
        return bool(self._seq.lockout) and self._has_travelled()

    def forms_isolated(self):
        """It forms, and two proofs hold now."""
        fb = self._seq.fb
        return self._is_seen() and fb.form_state is True and fb.is_load_live() and self._seq.is_bond_as(self._seq.needs_bond) \
            and proofs.is_isolated(fb, proofs.is_seen_apart(fb))

    def forms_unproven(self):
        """It forms, and they don't."""
        return self._is_seen() and self._seq.fb.form_state is True

    def is_closed(self):
        """Closed, and nothing forms."""
        return self._is_seen() and self._seq.fb.form_state is False and proofs.are_contacts_closed(self._seq.fb)

    def runs_closed(self):
        """The same, and the vehicle's power flows."""
        p_w = self._seq.fb.p_ac_w
        return self.is_closed() and p_w is not None and abs(p_w) > CEASED_W and self._seq.fb.is_grid_live()

    def is_open_quiet(self):
        """Open, dead, and nothing forms."""
        return self._is_seen() and self._seq.fb.form_state is False and proofs.are_contacts_open(self._seq.fb) and \
            not self._seq.fb.is_load_live()

    def is_mixed_supplied(self):
        """Neither open nor closed beyond the time the switch has, and the house hangs on the grid."""
        return self.is_mixed() and self._seq.fb.is_grid_live() and self._seq.fb.is_load_live()

    def is_mixed(self):
        """Neither open nor closed beyond the time the switch has."""
        return self._is_seen() and self._has_travelled()

    def is_reset(self):
        """Somebody on site has reset the lock-out."""
        return self._seq.is_reset_asked

    # -- parts -------------------------------------------------------------------------------------------

    def _says_open(self):
        fb = self._seq.fb
        return bool([1 for _, is_open in fb.poles if is_open]) or fb.series_open is True

    def _has_travelled(self):
        return self._seq.age_ms() >= self._seq.travel_ms

    def _is_fresh(self):
        """The switch was read since this state began."""
        seq = self._seq
        return seq.fb.switch_ms is not None and seq.fb.switch_ms > seq.entered_ms

    def _is_charger_fresh(self):
        seq = self._seq
        return seq.fb.charger_ms is not None and seq.fb.charger_ms > seq.entered_ms

    def _is_seen(self):
        """Switch and charger were read since this state began."""
        return self._is_fresh() and self._is_charger_fresh() and self._seq.fb.is_switch_known()

    def _is_voltage_in(self, range_pu):
        """Whether the island's voltage is in the range; None while nobody knows it."""
        fb = self._seq.fb
        volts = fb.load_v if fb.load_v is not None else fb.v_charger_v
        return None if volts is None else range_pu[0] <= volts / self._seq.v_nom_v <= range_pu[1]
