"""How far a transfer is: a bar where rich is installed and somebody watches, else a line every tenth.

Not its job: what is transferred.
Source: ours.
"""

import sys


class Progress:
    """A context: `with Progress("sending", 1000) as progress: progress.advance(10)`; bytes."""

    def __init__(self, what, total_bytes, out=None):
        """what: one word for the line; out: where to, standard error when not given."""
        self._what = what
        self._total_bytes = max(1, total_bytes)
        self._out = out or sys.stderr
        self._done_bytes = 0
        self._tenth = 0
        self._bar = None

    def __enter__(self):
        self._bar = _bar(self._out)
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=self._total_bytes)
        return self

    def __exit__(self, *_):
        if self._bar is not None:
            self._bar.stop()

    def advance(self, count_bytes):
        """Say that so many bytes more are done."""
        self._done_bytes += count_bytes
        if self._bar is not None:
            self._bar.advance(self._task, count_bytes)
            return
        tenth = 10 * self._done_bytes // self._total_bytes
        if tenth > self._tenth:
            self._tenth = tenth
            print("%s %d %% of %d bytes" % (self._what, min(100, 10 * tenth), self._total_bytes), file=self._out, flush=True)


def _bar(out):
    if not out.isatty():
        return None
    try:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress as Bar, TextColumn, TimeRemainingColumn
    except ModuleNotFoundError:
        return None
    return Bar(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(file=out))
