"""What a job does once it is applied: logs, journal, key; and how a release on trial has ended.

Not its job: when (jobs.py), judging a release (health.py).
Source: ours. Each returns None while it goes on, else (state, number of the refusal, words).
"""

from edge.update.job_book import CONFIRMED, FAILED, ROLLED_BACK
from edge.update.upload import Upload
from protocols.forgetting import forget
from protocols.refusals import OUT_OF_RANGE, UNAVAILABLE, UNHEALTHY

LINES_MAX = 1000


def release(ports, entry):
    """After the restart the record of releases says what became of the one that was installed."""
    record = None if ports.releases is None else ports.releases.record
    name = entry.get("release")
    if record is not None and (record["trial"] == name or record["good"] != name and ports.releases.running == name):
        return None     # on trial, or given up and about to stop: the one before tells it
    if record is not None and record["good"] == name:
        return CONFIRMED, 0, None
    failed = None if record is None else record["failed"]
    return ROLLED_BACK, UNHEALTHY, failed[1] if failed and failed[0] == name else "it never ran"


def rotate(ports, config, content, is_time_up):
    """Another device key, derived here from its name.

    The key before counts as well until is_time_up: neither end has to be first.
    """
    from edge.enrol import rotation     # when a key changes

    words = rotation.finish(ports, config) if is_time_up else rotation.rotate(ports, config, content["kid"])
    forget("edge.enrol.rotation")
    if words is not None:
        return FAILED, UNAVAILABLE, words
    return (CONFIRMED, 0, None) if is_time_up else None


def upload(ports, config, content):
    """(Upload of log lines or of a segment of the journal, None), or (None, outcome)."""
    if content["kind"] == "logs":
        text = "\n".join(list(ports.lines)[-(content["lines"] or LINES_MAX):]).encode()
        return Upload(content["id"], "logs", lambda start, count: text[start:start + count]), None
    name = _segment(config, ports.store, content["segment"])
    if name is None:
        return None, (FAILED, OUT_OF_RANGE, "no such segment of the journal is kept")
    return Upload(content["id"], name, lambda start, count: ports.store.read(name, start, count) or b""), None


def _segment(config, store, number):
    """Name of the file that holds a segment of the journal, None when it is not kept. number: None for the last full one."""
    from edge import journal

    newest = journal.next_number(store) - 1
    number = newest - 1 if number is None else number
    if number < 0 or not newest - config.journal.segments < number <= newest:
        return None
    name = "journal-%d" % (number % config.journal.segments)
    return None if store.read(name, 0, 1) is None else name
