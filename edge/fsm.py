"""Runs state machines that are tables: a row per state, event and guard says what comes next, what to do and why.

Not its job: the tables (modes.py), doing the actions (their owner).
Source: ours. A table is total: a (state, event) without a row is a mistake, found when the table is built.
"""

# columns of a row
STATE, EVENT, GUARD, NEXT, ACTION, WHY = range(6)


class Table:
    """A checked table; build it once, run any number of machines on it."""

    def __init__(self, start, states, events, rows):
        """start: first state. rows: (state, event, guard, next, action, why).

        guard: None or a function of the caller's context; of several rows for one (state, event) the first that
        holds is taken, so the last one has none. Raises ValueError when the table is not total.
        """
        self.start = start
        self.states = states
        self.events = events
        self.rows = rows
        self._rows = {}     # state -> event -> its only row, or a list of rows with guards
        faults = self.faults()
        if faults:
            raise ValueError(faults[0])
        for state in states:
            self._rows[state] = by_event = {}
            for event in events:
                found = self._found(state, event)
                by_event[event] = found[0] if len(found) == 1 else found

    def _found(self, state, event):
        return [row for row in self.rows if row[STATE] == state and row[EVENT] == event]

    def faults(self):
        """What is wrong with the table, as texts; [] for a sound one."""
        faults = []
        for state in self.states:
            for event in self.events:
                found = self._found(state, event)
                if not found or found[-1][GUARD] is not None:
                    faults.append("no row without a guard for %s, %s" % (state, event))
                if [row for row in found[:-1] if row[GUARD] is None]:
                    faults.append("rows after one without a guard for %s, %s" % (state, event))
        for row in self.rows:
            if row[STATE] not in self.states or row[EVENT] not in self.events or row[NEXT] not in self.states:
                faults.append("unknown state or event in %s, %s" % (row[STATE], row[EVENT]))
        return faults

    def row(self, state, event, context=None):
        """The row that applies now. Raises KeyError for an event the table does not know."""
        found = self._rows[state][event]
        if isinstance(found, tuple):
            return found
        for row in found:
            if row[GUARD] is None or row[GUARD](context):
                return row


class Machine:
    """One machine on a table."""

    def __init__(self, table):
        self.table = table
        self.state = table.start

    def fire(self, event, context=None):
        """Take the event; returns the row that applied, with its action and its why."""
        row = self.table.row(self.state, event, context)
        self.state = row[NEXT]
        return row
