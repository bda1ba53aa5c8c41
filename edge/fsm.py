"""Runs state machines that are tables: a row per state, event and guard says what comes next, what to do and why.

Not its job: the tables (session_rows.py), doing the actions (their owner).
Source: ours. A table is total: a (state, event) without a row is a mistake, found when the table is built.
"""

# columns of a row
STATE, EVENT, GUARD, NEXT, ACTION, WHY = range(6)


def faults(states, events, rows):
    """What is wrong with the rows of a table, as texts; [] for a sound one."""
    found = []
    for state in states:
        for event in events:
            guards = [row[GUARD] for row in rows if row[STATE] == state and row[EVENT] == event]
            if not guards or guards[-1] is not None:
                found.append("no row without a guard for %s, %s" % (state, event))
            if None in guards[:-1]:
                found.append("rows after one without a guard for %s, %s" % (state, event))
    for row in rows:
        if row[STATE] not in states or row[EVENT] not in events or row[NEXT] not in states:
            found.append("unknown state or event in %s, %s" % (row[STATE], row[EVENT]))
    return found


class Table:
    """A checked table; build it once, run any number of machines on it.

    Rows where nothing happens are checked but not kept, nor is any row's why: a board has no room for words.
    """

    def __init__(self, start, states, events, rows):
        """start: first state. rows: (state, event, guard, next, action, why).

        guard: None or a function of the caller's context; of several rows for one (state, event) the first that
        holds is taken, so the last one has none. Raises ValueError when the table is not total.
        """
        found = faults(states, events, rows)
        if found:
            raise ValueError(found[0])
        self.start = start
        self._moves = {}    # state -> event -> ((guard, next, action), ...)
        known = {}          # equal ones are one object
        for state in states:
            self._moves[state] = {}
        for state, event, guard, after, action, _ in rows:
            moves = self._moves[state]
            if event in moves or guard is not None or after != state or action is not None:
                found = moves.get(event, ()) + ((guard, after, action),)
                moves[event] = known.setdefault(found, found)

    def move(self, state, event, context=None):
        """(next state, action or None) of an event the table knows."""
        for guard, after, action in self._moves[state].get(event, ()):
            if guard is None or guard(context):
                return after, action
        return state, None


class Machine:
    """One machine on a table."""

    def __init__(self, table):
        self.table = table
        self.state = table.start

    def fire(self, event, context=None):
        """Take the event; returns the action of the row that applied, None for nothing to do."""
        self.state, action = self.table.move(self.state, event, context)
        return action
