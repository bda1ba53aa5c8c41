"""The tables of the transfer: ways out, ends of waits, lock-outs, and that nothing forms or closes without its proof.

Source: edge/backup/sequence_rows.py, sequence_moves.py.
"""

from edge.backup import sequence_rows as s
from edge.backup.conditions import Conditions
from edge.backup.sequence_moves import CONDITION, FROM, MOVES, NEXT, WHY

NAMES = [row[s.NAME] for row in s.STATES]
# States that may be left only by a measurement, a person or the grid; every other is a wait with an end.
RESTS = (s.START, s.GRID, s.LOST, s.ISLAND, s.DARK, s.ENTER, s.LOCKED, s.LOCKED_LOST, s.LOCKED_GRID)
# Conditions that hold only with a proof (conditions.py).
ISOLATED = ("may_probe", "is_ready_to_form", "forms_isolated")
DEAD_BUS = ("is_dead_bus", "is_unbonded_dead_bus", "is_safe_return")
# Shown closed already: nothing closes.
SHOWN_CLOSED = ("is_closed", "runs_closed", "is_home", "has_closed", "is_locked_closed", "is_mixed_supplied")


def row_of(state):
    """The row of STATES."""
    return s.STATES[NAMES.index(state)]


def ways():
    """(from, condition or None for a wait that is over, to) of everything that leads on."""
    found = [(move[FROM], move[CONDITION], move[NEXT]) for move in MOVES]
    return found + [(row[s.NAME], None, row[s.THEN]) for row in s.STATES if row[s.THEN] is not None]


def reached(start, is_barred):
    """States that can be reached from a state without a way that is barred."""
    found, new = {start}, [start]
    while new:
        state = new.pop()
        for before, condition, after in ways():
            if before == state and after not in found and not is_barred(before, condition, after):
                found.add(after)
                new.append(after)
    return found


def orders_closed(state):
    """Whether the state orders the poles closed."""
    return row_of(state)[s.CLOSED]


def test_names_are_unique_and_every_row_names_states_and_conditions_that_exist():
    assert len(set(NAMES)) == len(NAMES)
    for move in MOVES:
        assert move[FROM] in NAMES and move[NEXT] in NAMES and move[WHY], move
        assert callable(getattr(Conditions, move[CONDITION])), move
    for state in s.LOCKED_STATES + s.OPEN_STATES + s.FORMING + s.CALM:
        assert state in NAMES


def test_every_state_has_a_way_out_and_every_wait_an_end():
    for row in s.STATES:
        name = row[s.NAME]
        assert [way for way in ways() if way[0] == name], name
        assert (row[s.WAIT] is None) == (name in RESTS), name
        assert (row[s.WAIT] is None) == (row[s.THEN] is None), name
        assert row[s.THEN] in [None] + NAMES


def test_every_state_is_reached_and_leads_back_to_the_grid():
    everywhere = reached(s.START, lambda *way: False)
    assert everywhere == set(NAMES)
    for name in NAMES:
        assert s.GRID in reached(name, lambda *way: False), name


def test_a_lock_out_ends_only_by_a_reset():
    for name in s.LOCKED_STATES:
        left = [way for way in ways() if way[0] == name and way[2] not in s.LOCKED_STATES]
        assert [way[1] for way in left] == (["is_reset"] if name != s.LOCKED_CLOSE else []), name


def test_nothing_forms_without_a_proof_of_isolation():
    for state in s.FORMING:
        assert not orders_closed(state)
    for name in NAMES:
        if name in s.FORMING or name == s.BOND:
            continue
        found = reached(name, lambda before, condition, after: condition in ISOLATED)
        assert not found & set(s.FORMING), (name, found)
    # Full voltage comes only after the probe.
    into_full = [way for way in ways() if way[2] == s.RISE]
    assert into_full == [(s.PROBE, "is_probe_passed", s.RISE)]
    assert [way for way in ways() if way[2] == s.ISLAND and way[0] not in (s.RISE, s.START)] == []


def test_nothing_closes_without_a_proof_of_a_dead_bus():
    for before, condition, after in ways():
        # Starting, nothing is ordered at all.
        if after != s.START and orders_closed(after) and (before == s.START or not orders_closed(before)):
            assert condition in DEAD_BUS + SHOWN_CLOSED, (before, condition, after)
    for name in NAMES:
        if name in (s.CLOSE, s.LOCKED_CLOSE):
            continue
        found = reached(name, lambda before, condition, after: condition in DEAD_BUS)
        assert s.CLOSE not in found and s.LOCKED_CLOSE not in found, name


def test_closing_is_never_ordered_together_with_bond_or_forming():
    for row in s.STATES:
        if row[s.CLOSED]:
            assert row[s.BONDED] == s.NONE and row[s.FORM] == s.NONE, row
        if row[s.FORM] != s.NONE:
            assert row[s.BONDED] == s.WANTED, row


def test_the_bond_opens_before_the_poles_close():
    assert [way for way in ways() if way[2] == s.CLOSE] == [(s.UNBOND, "is_unbonded_dead_bus", s.CLOSE)]
    assert [way for way in ways() if way[2] == s.LOCKED_CLOSE] == [(s.LOCKED, "is_safe_return", s.LOCKED_CLOSE)]


def test_vehicle_power_is_free_only_in_two_states():
    free = [row[s.NAME] for row in s.STATES if not row[s.TOLD]]
    assert free == [s.GRID, s.LOCKED_GRID]
    for before, condition, after in ways():
        if after in free:
            assert condition in ("is_entered", "runs_closed") or before == s.GRID, (before, condition, after)
