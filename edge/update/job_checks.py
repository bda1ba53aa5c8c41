"""Whether a job is let in, and a bundle.

Not its job: its signature (link/jobs_link.py), doing it (jobs.py).
Source: ours.
"""

from edge.update.job_book import APPLIED
from edge.version import VERSION
from protocols import bundle
from protocols.command_window import CLOCK_SLACK_MS, clock_or_none
from protocols.refusals import FROM_THE_FUTURE, LATE, MALFORMED, NO_SPACE, STALE, TOO_MANY, UNAVAILABLE

SPACE_FACTOR = 6                # a bundle and what it unpacks to
SPACE_MARGIN_BYTES = 1048576    # journal, archive and record go on beside it
SPACE_MARGIN_BOARD_BYTES = 65536
NEEDED = {"update": ("version", "size_bytes", "sha256"), "rotate_key": ("kid",)}


def judge(ports, book, content):
    """(number of the refusal or 0, words) of a job nobody has seen before."""
    unix_ms = clock_or_none(ports.clock.unix_ms())
    if content["iat_ms"] <= book.newest_iat_ms:
        return STALE, "issued before the last one"
    if unix_ms is not None and content["iat_ms"] > unix_ms + CLOCK_SLACK_MS:
        return FROM_THE_FUTURE, "issued %d s ahead of this clock" % ((content["iat_ms"] - unix_ms) // 1000)
    if unix_ms is not None and content["exp_ms"] <= unix_ms:
        return LATE, "its end has passed"
    for name in NEEDED.get(content["kind"], ()):
        if content[name] is None:
            return MALFORMED, "%s: missing" % name
    if book.open is not None and book.open["state"] == APPLIED:
        return TOO_MANY, "job %s is being applied" % book.open["content"]["id"]
    return _judge_update(ports, content) if content["kind"] == "update" else (0, None)


def _judge_update(ports, content):
    releases = ports.releases
    if releases is None:
        return UNAVAILABLE, "this gateway was not started from a folder of releases"
    if bundle.version_key(content["version"]) is None:
        return MALFORMED, "version: %s" % content["version"]
    error = bundle.check_version(content["version"], VERSION, releases.record["floor"])
    if error is not None:
        return error
    margin_bytes = SPACE_MARGIN_BYTES if releases.runtime == "cpython" else SPACE_MARGIN_BOARD_BYTES
    return lack_of_space(ports, content["size_bytes"] * SPACE_FACTOR + margin_bytes) or (0, None)


def lack_of_space(ports, need_bytes):
    """(number, words) where less than so many bytes are free, in the store or beside the releases; else None."""
    for port in (ports.store, ports.releases):
        have_bytes = port.free_bytes() if hasattr(port, "free_bytes") else None
        if have_bytes is not None and have_bytes < need_bytes:
            return NO_SPACE, "%d kB are free, %d kB are needed" % (have_bytes // 1000, need_bytes // 1000 + 1)
    return None


def manifest_of(config, releases, line, signature_line):
    """(manifest, error) of the head of a bundle, as this gateway has to judge it."""
    return bundle.verify_manifest(line, signature_line, int(config.vpp.update_key, 16), releases.board, VERSION,
                                  runtime=releases.runtime, floor=releases.record["floor"])
