"""Conditions that look at the transfer switch: its contacts, its bond, its load side, and how old all that is.

Not its job: the other conditions (conditions.py), what follows (sequence_moves.py), the proofs themselves (proofs.py).
Source: ours.
"""
from edge.backup import proofs

# The bond of an island says open for this long: it is gone, ms.
GONE_MS = 300
# Nobody sees poles or charger for this long, beyond the age that values may have, ms.
BLIND_MS = 2000
# A charger that is silent for so long has reverted: its timer is never longer (limits.REVERSION_MAX_S).
SILENT_MS = 35000
# The voltage of a house that is supplied, parts of the nominal one.
RAISED_PU = (0.9, 1.1)


class SwitchConditions:
    """Conditions on one Sequence; every method without an underscore is the name of a row."""

    def __init__(self, sequence):
        self._seq = sequence

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

    def is_fed_unproven(self):
        """Told to close, a contact says open beyond the time the switch has, and the grid feeds the house all the same: its
        voltage is the full one, so that no pole is missing that matters."""
        fb = self._seq.fb
        return (self._has_travelled() and self._is_fresh() and self._says_open() and fb.form_state is not True
                and fb.is_grid_live() and self._is_voltage_in(RAISED_PU) is True)

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
        return seq.since_ms("switch", not seq.fb.is_switch_known()) >= BLIND_MS

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

    def is_closed(self):
        """Closed, and nothing forms."""
        return self._is_seen() and self._seq.fb.form_state is False and proofs.are_contacts_closed(self._seq.fb)

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
