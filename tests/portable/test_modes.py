"""State machines as tables: the runner, and the device session's table.

Not its job: the sequences the driver runs. Source: edge/fsm_table.py, edge/modes.py.
"""

from edge import modes
from edge.fsm import Machine
from edge.fsm_table import EVENT, NEXT, STATE, WHY, faults, moves
from edge.session_rows import EVENTS, ROWS, STATES
from edge.session_table import session_table

SESSION = session_table()
# In these states no setpoint leaves the gateway.
SILENT = [state for state in STATES if state != modes.CONTROLLING]


def walk(*events):
    """State after the events, from the start."""
    return walk_from(modes.OFFLINE, *events)


def walk_from(state, *events):
    """State after the events, from another one."""
    machine = Machine(state, SESSION)
    for event in events:
        machine.fire(event)
    return machine.state


def test_the_table_is_total_and_deterministic():
    assert faults(STATES, EVENTS, ROWS) == []
    pairs = [(row[STATE], row[EVENT]) for row in ROWS]
    assert len(pairs) == len(set(pairs)) == len(STATES) * len(EVENTS)
    for row in ROWS:
        assert row[WHY], row


def test_the_table_moves_as_its_rows_say():
    for row in ROWS:
        assert walk_from(row[STATE], row[EVENT]) == row[NEXT], row


def test_every_state_can_be_reached():
    reached, new = {modes.OFFLINE}, {modes.OFFLINE}
    while new:
        new = set([row[NEXT] for row in ROWS if row[STATE] in new]) - reached
        reached |= new
    assert reached == set(STATES)


def test_silence_is_one_step_away_from_everywhere():
    for state in STATES:
        for event in (modes.LINK_DOWN, modes.WRONG_DEVICE, modes.CONTROL_NOT_WANTED, modes.CONTENDED, modes.CONTROL_LOST):
            assert walk_from(state, event) in SILENT, (state, event)
        assert walk_from(state, modes.LINK_DOWN) == modes.OFFLINE


def test_control_only_through_identification_and_taking():
    for row in ROWS:
        if row[NEXT] == modes.CONTROLLING and row[STATE] != modes.CONTROLLING:
            assert (row[STATE], row[EVENT]) == (modes.TAKING, modes.STEP_DONE)
        if row[NEXT] == modes.TAKING and row[STATE] != modes.TAKING:
            assert (row[STATE], row[EVENT]) == (modes.OBSERVING, modes.CONTROL_WANTED)
        if row[STATE] == modes.REFUSED:
            assert row[NEXT] in (modes.REFUSED, modes.OFFLINE)
        if row[NEXT] == modes.IDENTIFYING and row[STATE] != modes.IDENTIFYING:
            assert row[STATE] == modes.OFFLINE


def test_a_session_from_link_to_link():
    taken = (modes.LINK_UP, modes.IDENTIFIED, modes.CONTROL_WANTED, modes.STEP_DONE)
    assert walk(*taken[:1]) == modes.IDENTIFYING
    assert walk(*taken[:2]) == modes.OBSERVING
    assert walk(*taken[:3]) == modes.TAKING
    assert walk(*taken) == modes.CONTROLLING
    assert walk(*(taken + (modes.CONTROL_NOT_WANTED,))) == modes.GIVING
    assert walk(*(taken + (modes.CONTROL_NOT_WANTED, modes.CONTROL_WANTED))) == modes.GIVING
    assert walk(*(taken + (modes.CONTROL_NOT_WANTED, modes.STEP_DONE))) == modes.OBSERVING
    assert walk(*(taken + (modes.LINK_DOWN, modes.LINK_UP))) == modes.IDENTIFYING


def test_control_that_was_lost_is_taken_anew_or_given_back():
    taken = (modes.LINK_UP, modes.IDENTIFIED, modes.CONTROL_WANTED, modes.STEP_DONE)
    lost = taken + (modes.CONTROL_LOST,)
    assert walk(*lost) == modes.OBSERVING
    assert walk(*(lost + (modes.CONTROL_WANTED, modes.CONTROL_LOST))) == modes.OBSERVING
    assert walk(*(lost + (modes.CONTROL_WANTED, modes.STEP_DONE))) == modes.CONTROLLING
    still_ours = taken + (modes.LINK_DOWN, modes.LINK_UP, modes.IDENTIFIED, modes.CONTROL_NOT_WANTED, modes.STILL_OURS)
    assert walk(*still_ours) == modes.GIVING
    assert walk(*(still_ours + (modes.CONTROL_LOST,))) == modes.OBSERVING


def test_no_fight_with_another_master():
    backed_off = (modes.LINK_UP, modes.IDENTIFIED, modes.CONTROL_WANTED, modes.STEP_DONE, modes.CONTENDED)
    assert walk(*(backed_off + (modes.CONTROL_WANTED,) * 100)) == modes.BACKED_OFF
    assert walk(*(backed_off + (modes.BACKOFF_OVER, modes.CONTROL_WANTED))) == modes.TAKING


def test_wrong_device_is_never_taken():
    refused = (modes.LINK_UP, modes.WRONG_DEVICE)
    assert walk(*(refused + (modes.CONTROL_WANTED, modes.IDENTIFIED, modes.CONTROL_WANTED))) == modes.REFUSED


def test_a_table_with_a_hole_is_refused():
    holes = (
        (),
        (("shut", "push", "shut", "first"), ("shut", "push", "shut", "never reached")),
        (("shut", "push", "ajar", "unknown state"),),
    )
    for rows in holes:
        refused = False
        try:
            moves(("shut",), ("push",), rows)
        except ValueError:
            refused = True
        assert refused, rows
