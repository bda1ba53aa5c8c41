"""Builds the table of a state machine from its rows: a row per state and event says what comes next and why.

Not its job: the rows (session_rows.py), running the table (fsm.py). A board forgets this module once that is built.
Source: ours. A table is total: a (state, event) without a row is a mistake, found when the table is built.
"""

# columns of a row
STATE, EVENT, NEXT, WHY = range(4)


def faults(states, events, rows):
    """What is wrong with the rows of a table, as texts; [] for a sound one."""
    found = []
    for state in states:
        for event in events:
            count = len([row for row in rows if row[STATE] == state and row[EVENT] == event])
            if count != 1:
                found.append("%d rows for %s, %s" % (count, state, event))
    for row in rows:
        if row[STATE] not in states or row[EVENT] not in events or row[NEXT] not in states:
            found.append("unknown state or event in %s, %s" % (row[STATE], row[EVENT]))
    return found


def moves(states, events, rows):
    """{state: {event: next state}} of rows (state, event, next, why); ValueError when they are not total.

    Rows where nothing happens are checked but not kept, nor is any row's why: a board has no room for words.
    """
    found = faults(states, events, rows)
    if found:
        raise ValueError(found[0])
    table = {}
    for state in states:
        table[state] = {}
    for state, event, after, _ in rows:
        if after != state:
            table[state][event] = after
    return table
