"""Brings the bundle of an update onto this machine and checks it: head as soon as it is there, digest at the end.

Not its job: what is asked for when (download.py), what follows (jobs.py). Nothing of it runs anywhere yet.
Source: ours.
"""
import binascii
import hashlib

from edge.update import job_checks
from edge.update.download import Download
from edge.update.job_book import BUNDLE_FILE, FAILED, REFUSED, VERIFIED
from protocols import bundle
from protocols.refusals import DAMAGED, MALFORMED, NO_SPACE

CHECK_BYTES = 8192      # in a tick


class Fetching:
    """Of one job. Its methods return None, or (state, number of the refusal, words) when it is over."""

    def __init__(self, config, ports, entry):
        """entry: of the job book; it remembers whose bytes lie in BUNDLE_FILE."""
        content = entry["content"]
        have_bytes = _length_bytes(ports.store, content["size_bytes"] + 1) if entry.get("file") == content["sha256"] else 0
        if not 0 < have_bytes <= content["size_bytes"]:
            have_bytes = 0
            ports.store.remove(BUNDLE_FILE)
        entry["file"] = content["sha256"]
        self._config = config
        self._ports = ports
        self._content = content
        self._download = Download(content["id"], content["sha256"], content["size_bytes"], have_bytes)
        self._is_head_good = False
        self._digest = None     # while the whole file is checked
        self._at = 0

    def progress_pct(self):
        """Of the download, full tens."""
        return self._download.progress_pct()

    def due(self, now_ms, site):
        """Content of a `fetch`, or None; site: is_online, is_crowded."""
        if not site.is_online:
            self._download.lost()
            return None
        return None if site.is_crowded else self._download.due(now_ms)

    def chunk(self, content):
        """A piece came."""
        data = self._download.take(content)
        if data is None:
            return None
        try:
            self._ports.store.append(BUNDLE_FILE, data)
        except OSError as error:
            return FAILED, NO_SPACE, "the bundle can't be written: %s" % error
        have_bytes = self._download.have_bytes
        # The head is looked at when it may have become complete, not with every piece: a board has to read it from flash.
        is_news = b"\n" in data or have_bytes == len(data) or have_bytes >= bundle.HEAD_MAX_BYTES
        return self._look_at_head() if is_news else None

    def _look_at_head(self):
        """A bundle that must not be installed is not fetched to its end."""
        if self._is_head_good:
            return None
        count = min(self._download.have_bytes, bundle.HEAD_MAX_BYTES)
        line, signature_line, at = bundle.split_head(self._ports.store.read(BUNDLE_FILE, 0, count) or b"")
        if at == 0:
            return None
        if at < 0:
            return REFUSED, MALFORMED, "this is no bundle"
        manifest, error = job_checks.manifest_of(self._config, self._ports.releases, line, signature_line)
        if error is not None:
            return REFUSED, error[0], error[1]
        if manifest["version"] != self._content["version"] or manifest["payload"]["size"] + at != self._content["size_bytes"]:
            return REFUSED, DAMAGED, "the bundle holds %s, not what the job says" % manifest["version"]
        self._is_head_good = True
        return job_checks.lack_of_space(self._ports, bundle.unpacked_bytes(manifest)) and (
            FAILED, NO_SPACE, "%d kB unpacked are more than is free" % (bundle.unpacked_bytes(manifest) // 1000))

    def step(self):
        """The next piece of the check of a complete file; an earlier run may have left it."""
        if not self._download.is_complete():
            return None
        if self._digest is None:
            outcome = self._look_at_head()
            if outcome is not None:
                return outcome
            self._digest = hashlib.sha256()
        data = self._ports.store.read(BUNDLE_FILE, self._at, CHECK_BYTES)
        if data:
            self._digest.update(data)
            self._at += len(data)
            return None
        found = binascii.hexlify(self._digest.digest()).decode()
        if found == self._content["sha256"] and self._is_head_good:
            return VERIFIED, 0, None
        return FAILED, DAMAGED, "what came is not what the job says, its SHA-256 begins with %s" % found[:16]


def _length_bytes(store, most):
    """Length of BUNDLE_FILE up to `most`, without reading it: a board could not hold it."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if store.read(BUNDLE_FILE, middle, 1):
            low = middle + 1
        else:
            high = middle
    return low
