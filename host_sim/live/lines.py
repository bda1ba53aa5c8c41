"""The live run as plain lines, for logs, pipes and `--headless`.

Not its job: the words (picture.py), the terminal (screen.py).
Source: ours. It speaks when something changes: the supervisor acted, a station's reason changed, two seconds passed.
"""

from host_sim.live import picture

EVERY_S = 2


class Lines:
    """Same face as screen.Screen."""

    def __init__(self, write, broker):
        """write: called with each line. broker: words for the broker in use."""
        self._write = write
        self._broker = broker
        self._case = None
        self._said = 0
        self._due_s = 0

    def __enter__(self):
        self._write("broker: " + self._broker)
        return self

    def __exit__(self, *_):
        pass

    def show(self, case, number, total):
        """Writes what is new."""
        if case is not self._case:
            self._case, self._said, self._due_s = case, 0, 0
            self._write("%d/%d %s" % (number, total, case.scenario.title))
            self._write("    %s" % case.scenario.text)
        for t_s, text in picture.said(case, len(case.said))[self._said:]:
            self._write("    %8s  supervisor: %s" % (t_s, text))
        self._said = len(case.said)
        if case.t_s is not None and self._due_s <= case.t_s <= case.scenario.duration_s:
            self._due_s = (case.t_s // EVERY_S + 1) * EVERY_S
            self._write("    %6.1f s  %s" % (case.t_s, picture.feeder_text(case)))
            for row in picture.rows(case):
                if row.is_focus:
                    self._write("    %8s  %-11s %s, %s: %s" % ("", row.place, row.voltage or "same bus", row.vars, row.why))

    def finished(self, case, rows):
        """The outcome of a case."""
        for row in rows:
            self._write("    %s" % paper_line(row))

    def note(self, text):
        """Any other line."""
        self._write(text)


def paper_line(row):
    """One row of the comparison as a line."""
    ours = picture.UNKNOWN if row["ours"] is None else "%g" % row["ours"]
    return "%-20s paper %-5g ours %-7s %-4s %s" % (
        row["id"], row["paper"], ours, "" if row["unit"] == "1" else row["unit"],
        "reproduced" if row["reproduced"] else "NOT reproduced")
