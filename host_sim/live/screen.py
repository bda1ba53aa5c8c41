"""The live table in a terminal, from 80 x 24 on: calm, redrawn in place, four times a second.

Not its job: the words (picture.py), plain lines for logs and pipes (lines.py).
Source: ours. A line for numbers and one for the reason where the terminal is narrow, one for both where it is wide;
nothing wraps, so nothing jumps.
"""

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from host_sim.live import picture

REFRESH_PER_S = 4
WIDE_COLUMNS = 145
ROOMY_COLUMNS = 95
SAID_LINES, SAID_LINES_LOW = 3, 2
LOW_ROWS = 24
NEAR, FAR = "green", "yellow"
# name, columns it needs, justified; with the gaps 78 of 80
COLUMNS = (
    ("station", 11, "left"), ("voltage", 8, "right"), ("does", 18, "left"), ("vars", 15, "left"), ("PV", 6, "right"),
    ("SoC", 5, "right"), ("session", 10, "left"),
)
STYLE_OF_POWER = (("charging", "cyan"), ("discharging", "green"))


class Screen:
    """`with Screen(console, broker) as screen`; then show(case, number, total) as often as wanted."""

    def __init__(self, console, broker):
        """console: rich Console. broker: words for the broker in use."""
        self._console = console
        self._broker = broker
        self._live = Live(console=console, refresh_per_second=REFRESH_PER_S, transient=True, auto_refresh=False)

    def __enter__(self):
        self._live.start()
        return self

    def __exit__(self, *_):
        self._live.update("")
        self._live.stop()

    def show(self, case, number, total):
        """Draws the present moment."""
        self._live.update(self.drawing(case, number, total), refresh=True)

    def drawing(self, case, number, total):
        """The present moment as something rich can print."""
        width = self._console.width
        return Group(
            self._title(case, number, total), self._progress(case, width),
            Text(picture.feeder_text(case), "dim", no_wrap=True, overflow="ellipsis"), Text(),
            stations(picture.rows(case), width), Text(), self._said(case))

    def finished(self, case, rows):
        """Leaves the outcome of a case above the table."""
        self._console.print(outcome(case, rows))

    def note(self, text):
        """Leaves a line above the table."""
        self._console.print(Text(text, "dim"))

    def _title(self, case, number, total):
        title = Text("%d/%d  " % (number, total), "dim", no_wrap=True, overflow="ellipsis")
        return title.append(case.scenario.title, "bold")

    def _progress(self, case, width):
        grid = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=1, completed=picture.share(case), width=max(width - 62, 16))
        grid.add_row(bar, Text(picture.time_text(case), no_wrap=True), Text("broker: " + self._broker, "dim", no_wrap=True))
        return grid

    def _said(self, case):
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(justify="right", width=7, style="dim")
        grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        count = SAID_LINES if self._console.height > LOW_ROWS else SAID_LINES_LOW
        lines = picture.said(case, count)
        grid.add_row("", Text("supervisor" if case.scenario.supervised else "no supervisor", "dim"))
        for t_s, text in lines + [("", "")] * (count - len(lines)):
            grid.add_row(t_s, text)
        return grid


def stations(rows, width):
    """The table of stations for a terminal of that width."""
    wide = width >= WIDE_COLUMNS
    gap = 2 if width >= ROOMY_COLUMNS else 1
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, expand=wide, header_style="dim")
    for name, columns, justify in COLUMNS:
        table.add_column(name, width=columns, justify=justify, no_wrap=True)
    if wide:
        table.add_column("because", ratio=1, no_wrap=True, overflow="ellipsis")
    for row in rows:
        cells = [_place(row), row.voltage, _coloured(row.power), row.vars, row.pv, row.soc, row.session]
        table.add_row(*cells, *([Text(row.why, "dim")] if wide else []))
        if not wide:
            # Below the numbers; a table cell would be as narrow as its column.
            table.add_row(*[""] * len(COLUMNS))
    return table if wide else _Interleaved(table, rows)


class _Interleaved:
    """A table with a free line after each row, and the reasons written into these."""

    def __init__(self, table, rows):
        self._table = table
        self._rows = rows

    def __rich_console__(self, console, options):
        lines = console.render_lines(self._table, options, pad=False)
        yield from _line(lines[0])
        for number, row in enumerate(self._rows):
            yield from _line(lines[1 + 2 * number])
            reason = Text("    " + row.why, "dim", no_wrap=True, overflow="ellipsis")
            reason.truncate(options.max_width, overflow="ellipsis")
            yield reason


def _line(segments):
    yield from segments
    yield Segment.line()


def _place(row):
    return Text(row.place, "bold" if row.is_focus else "")


def _coloured(text):
    style = next((style for start, style in STYLE_OF_POWER if text.startswith(start)), "")
    return Text(text, style)


def outcome(case, rows):
    """A finished case: ours (paper) of each of its rows, three digits; paper.json has them all."""
    grid = Table.grid(padding=(0, 2))
    values = Text()
    for row in rows:
        value = picture.UNKNOWN if row["ours"] is None else "%.3g" % row["ours"]
        values.append("%s\u00a0%s" % (value, row["unit"]), NEAR if row["reproduced"] else FAR)
        values.append("\u00a0(%g)  " % row["paper"], "dim")
    grid.add_row(Text(case.scenario.title.split(":")[0], "bold"), values)
    return grid


def paper_table(rows):
    """The table paper / ours / reproduced."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="dim")
    for name, justify in (("row", "left"), ("paper", "right"), ("ours", "right"), ("unit", "left"), ("±", "right"),
                          ("reproduced", "left")):
        table.add_column(name, justify=justify, no_wrap=True)
    for row in rows:
        ours = picture.UNKNOWN if row["ours"] is None else "%g" % row["ours"]
        verdict = Text("yes", NEAR) if row["reproduced"] else Text("no", FAR)
        table.add_row(row["id"], "%g" % row["paper"], ours, "" if row["unit"] == "1" else row["unit"],
                      "%g" % row["tolerance"], verdict)
    return table
