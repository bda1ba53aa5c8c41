"""What follows which event in a session with a device, for fsm.Machine.

Not its job: the rows (session_rows.py), the words they are made of (modes.py).
Source: ours.
"""

from protocols.forgetting import forget


def session_table():
    """{state: {event: next state}}; built anew from its rows."""
    from edge import fsm_table, session_rows    # for this call only: with their words the rows take 5 kB of a heap

    moves = fsm_table.moves(session_rows.STATES, session_rows.EVENTS, session_rows.ROWS)
    forget("edge.session_rows", "edge.fsm_table")
    return moves
