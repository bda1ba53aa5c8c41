"""Which release runs: the confirmed one, or a new one on trial whose starts are counted. The record and its rules.

Not its job: files and links (the starter beside the releases, hal_releases.py), when a release counts as healthy
(update/health.py). Stands alone: the build copies this file beside the starter, where no release is on the path yet.
The record is kept in two files, written in turn, each with a number and a CRC-32: whichever write a power cut hits, the
other copy still says what held before. Where neither can be read nothing is assumed: what is there is tried, one after the
other, until one is confirmed.
Source: ours; A/B slots with a try counter as in U-Boot's bootcount and Android's slots; CRC-32 ISO 3309.
"""

import binascii
import json

FILES = ("release-0", "release-1")
TRIES_MAX = 3
WHY_MAX_CHARS = 160

# key -> value of a new gateway
KEYS = (
    ("seq", 0),             # rises with every write
    ("good", None),         # the release that was confirmed last
    ("trial", None),        # a newer one that has to be confirmed
    ("tries", 0),           # so often it was started
    ("previous", None),     # what was good before
    ("floor", None),        # min_version of the good one
    ("needs", None),        # what the trial has to reach (health.py); None: everything
    ("failed", None),       # [release, why] of the last trial that was given up
    ("spares", ()),         # what may be tried besides, while nothing is known to be good
)


def load(copies):
    """The newer of the copies that can be read, as a dict, else None. copies: contents of FILES, None for a missing one."""
    newest = None
    for data in copies:
        record = _parsed(data)
        if record is not None and (newest is None or record["seq"] > newest["seq"]):
            newest = record
    return newest


def _parsed(data):
    if not data:
        return None
    text, _, check = bytes(data).partition(b"\n")
    if check != b"%08x" % (binascii.crc32(text) & 0xFFFFFFFF):
        return None
    try:
        record = json.loads(text.decode())
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record.get("seq"), int):
        return None
    for key, value in KEYS:     # what a release of another age left out
        record.setdefault(key, value)
    return record


def stored(record):
    """(name of the file, bytes) of a record: the copy that does not hold what was valid before."""
    text = json.dumps(record).encode()
    return FILES[record["seq"] % 2], text + b"\n%08x" % (binascii.crc32(text) & 0xFFFFFFFF)


def changed(record, **values):
    """The record, of a new gateway where it is None, with other values and the next number."""
    new = {key: value for key, value in KEYS}
    if record is not None:
        for key in record:
            new[key] = record[key]
    for key in values:
        new[key] = values[key]
    new["seq"] += 1
    return new


def choose(record, present):
    """(release to start, record to store first, or None where it stays), (None, None) where there is no release.

    record: from load(), or None. present: names of the complete releases, the likeliest one first.
    """
    release, new = _chosen(record, present) if present else (None, None)
    return release, _numbered(new, record)


def _numbered(new, before):
    """A record with the number after that of the stored one, however many steps led there: it must not go into the copy that
    is valid."""
    if new is not None:
        new["seq"] = 1 if before is None else before["seq"] + 1
    return new


def _chosen(record, present):
    before = record
    if record is not None and record["trial"] is not None:
        if record["trial"] in present and record["tries"] < TRIES_MAX:
            return record["trial"], changed(record, tries=record["tries"] + 1)
        record = fail(record, "is not there" if record["trial"] not in present else "started %d times in vain" % record["tries"])
    if record is not None and record["trial"] is None and record["good"] in present:
        return record["good"], record if record is not before else None
    if record is None or record["trial"] not in present:
        # Nothing is known to be good: what is there, one after the other.
        record = changed(record, good=None, previous=None, trial=present[0], tries=0, needs=None, spares=list(present[1:]))
    return record["trial"], changed(record, tries=1)


def stage(record, release, needs=None):
    """The record with a release to be tried. needs: what it has to reach (health.py)."""
    return changed(record, trial=release, tries=0, needs=needs, spares=[])


def confirm(record, floor=None, keeps_previous=True):
    """The record with the trial as the good one. floor: its min_version; keeps_previous: what was good may be returned to."""
    previous = record["previous"]
    if record["good"] not in (None, record["trial"]):
        previous = record["good"]
    return changed(record, good=record["trial"], trial=None, tries=0, needs=None, spares=[], floor=floor,
                   previous=previous if keeps_previous else None)


def fail(record, why):
    """The record without its trial: back to what was good, or on to the next one that is there."""
    spares = list(record["spares"])
    following = spares.pop(0) if record["good"] is None and spares else None
    return changed(record, trial=following, tries=0, needs=None, spares=spares, failed=[record["trial"], why[:WHY_MAX_CHARS]])


def has_way_back(record):
    """Whether there is anything to return to from the trial."""
    return record["good"] is not None or len(record["spares"]) > 0


def roll_back(record, present):
    """The record after a release could not be kept running: the trial is over, or what was good before is tried.

    None when there is nothing to go back to.
    """
    if record is None:
        return None
    if record["trial"] is not None:
        return fail(record, "could not be kept running") if has_way_back(record) else None
    previous = record["previous"]
    if previous is None or previous == record["good"] or previous not in present:
        return None
    return _numbered(stage(changed(record, failed=[record["good"], "could not be kept running"]), previous), record)


def superfluous(record, present):
    """Of the releases that are there, those that nobody will start again: not good, not on trial, not the one before."""
    if record is None or record["good"] is None:
        return []
    kept = (record["good"], record["trial"], record["previous"])
    return [release for release in present if release not in kept]
