"""Runs state machines that are tables: a row per state and event says what comes next and why.

Not its job: the tables (session_rows.py), what a state means for its owner.
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


class Table:
    """A checked table; build it once, run any number of machines on it.

    Rows where nothing happens are checked but not kept, nor is any row's why: a board has no room for words.
    """

    def __init__(self, start, states, events, rows):
        """start: first state. rows: (state, event, next, why). Raises ValueError when the table is not total."""
        found = faults(states, events, rows)
        if found:
            raise ValueError(found[0])
        self.start = start
        self._moves = {}    # state -> event -> next state
        for state in states:
            self._moves[state] = {}
        for state, event, after, _ in rows:
            if after != state:
                self._moves[state][event] = after

    def move(self, state, event):
        """The state after an event."""
        return self._moves[state].get(event, state)


class Machine:
    """One machine on a table."""

    def __init__(self, table):
        self.table = table
        self.state = table.start

    def fire(self, event):
        """Take the event."""
        self.state = self.table.move(self.state, event)
