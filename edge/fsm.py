"""Runs state machines that are tables.

Not its job: building and checking a table (fsm_table.py), what a state means for its owner.
Source: ours.
"""


class Machine:
    """One machine on a table; any number of them share one."""

    def __init__(self, start, moves):
        """start: first state; moves: of fsm_table.moves."""
        self.state = start
        self._moves = moves

    def fire(self, event):
        """Take the event."""
        self.state = self._moves[self.state].get(event, self.state)
