"""The conditions that the rows of the transfer name: each looks at this tick's feedback and says yes or no.

Not its job: those of the switch (conditions_switch.py), what follows (sequence_moves.py), the proofs themselves
(proofs.py). What is unknown makes no condition true that
leads towards closing or forming.
Source: ours.
"""
from edge.backup import proofs
from edge.backup.conditions_switch import BLIND_MS, GONE_MS, RAISED_PU, SILENT_MS, SwitchConditions

# Vehicle or charger missing, or the switch not heard at the start, for this long, ms.
ANSWER_MS = 1000
# Forming against the order counts after this long, so that an order on its way is no contradiction, ms.
STOP_ORDER_MS = 3000
# The charger shows its first volts within this after the time it has for them, ms: readings take their time.
READ_MS = 300
# An island voltage outside its range is a collapse after this long, ms; circuits are shed before.
SAG_MS = 2000
ISLAND_PU = (0.8, 1.2)
# The vehicle's power is zero below this.
CEASED_W = 100
# After a failure the next attempt waits, doubled each time, ms; an island that held for long starts from the beginning.
RETRY_MS = 5000
RETRY_DOUBLINGS = 6


class Conditions(SwitchConditions):
    """Conditions on one Sequence; every method without arguments is the name of a row."""

    # -- grid --------------------------------------------------------------------------------------------

    def is_lost(self):
        """The grid is gone for long enough."""
        seq = self._seq
        return seq.watch.is_lost(seq.fb, seq.view)

    def is_dark(self):
        """The charger's terminals are dead for as long as a loss takes, and the switch is silent, or, closed, shows a dead
        load side: whatever its voltmeter of the grid says, the vehicle has to wait when the voltage comes back."""
        fb = self._seq.fb
        return self._seq.watch.is_terminal_dead() and (
            fb.switch_ms is None or (fb.is_load_dead() and not proofs.are_contacts_open(fb)))

    def is_grid_good(self):
        """The grid is in its window; by the charger's terminals while the switch is silent and its poles are closed."""
        return self._seq.good_ms() > 0 and not self.is_dark()

    def is_grid_gone(self):
        """The grid is not, or not known to be, in its window."""
        return not self._seq.watch.good_ms()

    def is_return_due(self):
        """The grid was good for the whole delay of the house, nobody wants an island that can be had, and the way back can
        be proven."""
        seq = self._seq
        return ((not seq.is_island_wanted or seq.is_vain()) and seq.watch.good_ms() > seq.retransfer_ms
                and seq.fb.can_prove_return())

    def is_entered(self):
        """The grid was good, and reached the load side, for the whole delay of the vehicle's power since the house has been
        back. A contact on its way says "not open" before its pole closes."""
        seq = self._seq
        return min(seq.good_ms(), seq.since_ms("fed", not seq.fb.is_load_dead())) > seq.enter_ms

    def is_dead_return_due(self):
        """The same, and the load side is dead already."""
        return self.is_return_due() and self.is_dead_bus()

    def is_safe_return(self):
        """The same, unbonded, and closing has not failed before."""
        seq = self._seq
        return not seq.has_tried_closing and self.is_dead_return_due() and seq.is_bond_as(False)

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
        """The charger is heard forming for longer than the order to stop may take; one that was silent is taken anew first."""
        return self._seq.since_ms("forms", self.forms_at_once()) >= STOP_ORDER_MS

    def has_stopped(self):
        """The charger says it forms nothing, read since the order; or it is silent and the load side is dead."""
        fb = self._seq.fb
        return (fb.form_state is False and self._is_charger_fresh()) or (
            fb.form_state is None and self._is_fresh() and fb.is_load_dead())

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
        """It forms for as long as the probe may take, and a reading after that shows no voltage; a lost one shows nothing."""
        probe, seq = self._seq.probe, self._seq
        return (probe.formed_ms is not None and not probe.built_reads and self._is_fresh()
                and seq.fb.switch_ms - probe.formed_ms > seq.probe_ms + READ_MS)

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
        """An island is needed, the vehicle can supply the house, and the pause after the last failure is over. Beside a grid
        that is good the way back is the way out, where it can be proven."""
        seq = self._seq
        if not (seq.is_island_wanted or self.is_grid_gone() or not seq.fb.can_prove_return()):
            return False
        pause_ms = RETRY_MS << min(seq.failures - 1, RETRY_DOUBLINGS) if seq.failures else 0
        return not seq.problem and seq.age_ms() >= pause_ms and seq.fb.form_state is False and seq.fb.is_load_dead()

    # -- start and end ----------------------------------------------------------------------------------

    def is_locked_closed(self):
        """A lock-out from before the restart; closed."""
        return bool(self._seq.lockout) and self.is_closed()

    def is_locked_open(self):
        """A lock-out from before the restart; not closed, or not known within the time the switch has."""
        if not self._seq.lockout:
            return False
        return self._has_travelled() or (self._is_seen() and not proofs.are_contacts_closed(self._seq.fb))

    def forms_isolated(self):
        """It forms, and two proofs hold now."""
        fb = self._seq.fb
        return self._is_seen() and fb.form_state is True and fb.is_load_live() and self._seq.is_bond_as(self._seq.needs_bond) \
            and proofs.is_isolated(fb, proofs.is_seen_apart(fb))

    def forms_unproven(self):
        """It forms, and they don't."""
        return self._is_seen() and self._seq.fb.form_state is True

    def forms_unseen(self):
        """It forms, and the switch has said nothing since the start."""
        seq = self._seq
        return (seq.fb.form_state is True and self._is_charger_fresh() and not seq.fb.is_switch_known()
                and seq.age_ms() >= ANSWER_MS)

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
