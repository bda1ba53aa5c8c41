"""A series of prices in a file of the gateway's folder: read at start, it becomes the command that any other series is.

Not its job: the checks (announcements.py), what holds when (prices.py). Needed once.
Source: ours. Only as a command it stands in the journal, where a replay finds it.
"""
import json

from edge.announcements import prices
from protocols.refusals import text_of


def commands(name, data, unix_ms):
    """([command], "") of the file's content, or ([], what is wrong with it).

    name: of the file; data: bytes, None when there is none; unix_ms: wall clock, None while it is not set. A series that
    is over is taken: its last day repeats.
    """
    if data is None:
        return [], "%s: no such file" % name
    try:
        content = json.loads(data)
    except ValueError:
        return [], "%s: no JSON" % name
    if not isinstance(content, dict):
        return [], "%s: an object with start_unix_s, step_s and import_per_kwh" % name
    command, refusal = prices(content, None)
    if refusal is not None:
        number, path, got, allowed = refusal
        return [], "%s: %s = %s: %s; allowed: %s" % (name, path, got, text_of(number), allowed)
    return [command], ""
