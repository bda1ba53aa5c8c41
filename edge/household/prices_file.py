"""A series of prices in a file of the gateway's folder: read at start, it becomes the command that any other series is.

Not its job: the checks (announcements.py), what holds when (prices.py). Needed once.
Source: ours. Only as a command it stands in the journal, where a replay finds it.
"""
import json

from edge.announcements import prices
from edge.home_reasons import PRICES_MISSING
from protocols.refusals import text_of


def commands(name, store):
    """([command], []) of the file's content, or ([], [event]) that says what is wrong with it.

    name: of the file; store: has read(name) -> bytes or None. A series that is over is taken: it says what is usual.
    """
    command, problem = _command(store.read(name))
    if command is None:
        return [], [(PRICES_MISSING, "gateway", [name + ": " + problem])]
    return [command], []


def _command(data):
    if data is None:
        return None, "no such file"
    try:
        content = json.loads(data)
    except ValueError:
        return None, "no JSON"
    if not isinstance(content, dict):
        return None, "an object with start_unix_s, step_s and import_per_kwh is needed"
    command, refusal = prices(content, None)
    if refusal is None:
        return command, ""
    number, path, got, allowed = refusal
    return None, "%s = %s: %s; allowed: %s" % (path, got, text_of(number), allowed)
