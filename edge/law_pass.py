"""One pass over the control laws that apply to one DER, tick by tick.

Not its job: which laws there are and which apply (law_table.py), weighing what they say (arbiter.py).
Source: ours.
"""


class LawPass:
    """The laws that apply to one kind of DER under one configuration, in rank order.

    names: of those laws. safety_count: so many of the first are safety. tellers: (number of the law, function (memory)
    -> None or (reason, values)), of the laws whose state is worth an event.
    """

    def __init__(self, kind, config, native=()):
        """kind: "evse" or "bes". config: an object with one attribute per parameter section.
        native: names of the laws that the device runs by itself."""
        from edge import law_table      # once: a board forgets it afterwards

        self.names, self._rows, self.safety_count, self.tellers = law_table.select(kind, config, native)

    def run(self, view, memories):
        """(opinions, memories), both lists in the order of `names`; memories None on the first tick."""
        count = len(self._rows)
        opinions = [None] * count
        after = [None] * count
        if memories is None:
            memories = after
        number = 0
        for law, section, need, without in self._rows:
            if need is not None and getattr(view, need) is None:
                law = without
            opinions[number], after[number] = law(view, memories[number], section)
            number += 1
        return opinions, after

    def unavailable(self, view):
        """[(law, what is unknown)] of the laws that cannot work now; for status and telemetry."""
        return [(name, row[2]) for name, row in zip(self.names, self._rows)
                if row[2] is not None and getattr(view, row[2]) is None]
