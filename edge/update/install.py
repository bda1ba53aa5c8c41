"""Behind a clean stop: the release that was fetched is unpacked beside the running one and goes on trial.

Not its job: fetching (fetching.py), which release starts (slots.py). Control was given back before: neither the time this
takes nor its memory is missing anywhere. Whatever goes wrong, the running release goes on, and the job says why.
Source: ours.
"""

from edge.update import job_checks
from edge.update.job_book import APPLIED, BUNDLE_FILE, FAILED, FILE, JobBook
from protocols import bundle
from protocols.refusals import DAMAGED, NO_SPACE, UNHEALTHY

# An installation that ends the process or is ended by the watchdog is not begun for ever.
TRIES_MAX = 3


def after_stop(config, ports, unpacked, feed):
    """Go on with the job that asked for the stop; whether another release is to be started.

    ports: store, releases, log; unpacked: hal_releases.unpacked; feed: called now and then, for whoever watches the process.
    """
    book = JobBook(ports.store.read(FILE))
    entry = book.open
    if entry is None or not entry.get("is_due"):
        return False
    entry["is_due"] = False
    if entry["content"]["kind"] == "restart":
        book.move(APPLIED)
        _keep(ports, book)
        return False
    name = None
    entry["tries"] = entry.get("tries", 0) + 1
    error = (UNHEALTHY, "installing it ended unexpectedly %d times" % TRIES_MAX) if entry["tries"] > TRIES_MAX else (
        _keep(ports, book))
    if error is None:
        name, error = _install(config, ports, unpacked, feed)
    if error is None:
        # First the book: a power cut in between leaves a job that never ran, not a release that nobody asked for.
        entry["release"] = name
        book.move(APPLIED)
        error = _keep(ports, book) or _stage(ports, name, entry["needs"])
    if error is not None:
        book.open = entry
        book.move(FAILED, error[0], error[1])
        _keep(ports, book)
        return False
    return True


def _install(config, ports, unpacked, feed):
    """(name of the new release, None), or (None, (number, words))."""
    store, releases = ports.store, ports.releases
    line, signature_line, at = bundle.split_head(store.read(BUNDLE_FILE, 0, bundle.HEAD_MAX_BYTES) or b"")
    if at <= 0:
        return None, (DAMAGED, "the bundle is gone")
    manifest, error = job_checks.manifest_of(config, releases, line, signature_line)
    if error is not None:
        return None, error
    name = releases.folder.place_for(manifest["version"])
    try:
        releases.folder.begin(name, feed)
        error = job_checks.lack_of_space(ports, bundle.unpacked_bytes(manifest)) or (
            _unpack(store, at, manifest, unpacked, lambda *piece: (feed(), releases.folder.write(name, *piece))))
        if error is None:
            releases.folder.finish(name, line)
            return name, None
    except OSError as fault:
        error = (NO_SPACE, "the release can't be written: %s" % fault)
    releases.folder.abandon(name)
    return None, error


def _unpack(store, at, manifest, unpacked, write):
    """(number, words) of what is wrong with the payload, None when every file of the manifest was written."""
    contents = bundle.Contents(manifest)
    place = [at]

    def read(count):
        data = store.read(BUNDLE_FILE, place[0], count) or b""
        place[0] += len(data)
        return data

    try:
        for data in unpacked(manifest["packing"], read):
            for piece in contents.feed(data):
                write(*piece)
            if contents.error is not None:
                return contents.error
    except ValueError as fault:
        return DAMAGED, "the bundle can't be unpacked: %s" % fault
    return contents.finish()


def _stage(ports, name, needs):
    try:
        ports.releases.stage(name, needs)
    except OSError as error:
        return NO_SPACE, "the record of releases can't be written: %s" % error
    return None


def _keep(ports, book):
    try:
        ports.store.write_atomic(FILE, book.data())
    except OSError as error:
        return NO_SPACE, "the job can't be kept: %s" % error
    return None
