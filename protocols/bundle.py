"""A release as one file: manifest line, signature line, and the bytes of all its files as one packed stream.

Not its job: packing (the host's build), unpacking a stream (edge/hal_releases.py), where files go (edge/update/install.py).
The signature covers the manifest line, the manifest holds the SHA-256 of the payload as it is in the file and of every
file in it; so one signature and a stream of bytes suffice, and nothing has to fit into memory but the manifest.
Source: ours; RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017 §8.2; digests FIPS 180-4.
"""

import binascii
import hashlib

from protocols import strict_json
from protocols.refusals import BAD_SIGNATURE, DAMAGED, DOWNGRADE, MALFORMED, SAME_VERSION, UNKNOWN_VERSION, WRONG_BOARD

FORMAT = 1
KEY_ID = b"update"
UNSIGNED = b"unsigned"
HEAD_MAX_BYTES = 65536      # some 600 files
FILES_MAX = 1000
BUNDLE_MAX_BYTES = 4194304
PATH_MAX_CHARS = 100
VERSION_PARTS_MAX = 4

TEXT, NUMBER, DIGEST, VERSION_TEXT, WORD, PAYLOAD, FILES = range(7)
# Every key of a manifest, in the order people read them; all are required. The third column is what a WORD may be, or the
# most a TEXT may have.
MANIFEST = (
    ("format", NUMBER, None),           # FORMAT
    ("board", TEXT, 32),                # folder in boards/ it was built for
    ("runtime", WORD, ("cpython", "micropython")),
    ("version", VERSION_TEXT, None),    # of edge/version.py
    ("min_version", VERSION_TEXT, None),    # while this one runs, nothing older may follow it
    ("built", TEXT, 20),                # UTC, of the commit: 2026-11-21T08:00:00Z
    ("configuration", NUMBER, None),    # schema of the site configuration
    ("packing", WORD, ("xz", "deflate")),   # deflate: zlib, window of at most 32 KiB
    ("payload", PAYLOAD, None),         # {"size": bytes, "sha256": hex} of the packed stream
    ("files", FILES, None),             # [[path, bytes, sha256], …], the order of the stream
)

MANIFEST_FILE = "manifest.json"     # makes a folder a release, so it is no file of a bundle
_PATH_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/"


def version_key(text):
    """A version as a tuple of integers, comparable; None when it isn't one to four numbers with dots."""
    if not isinstance(text, str):
        return None
    parts = text.split(".")
    if len(parts) > VERSION_PARTS_MAX:
        return None
    for part in parts:
        if not part.isdigit() or len(part) > 6:
            return None
    return tuple([int(part) for part in parts])


def head(manifest, signature=None):
    """The first two lines of a bundle, with their newlines. signature: bytes over `manifest_line`, None for unsigned."""
    last = UNSIGNED if signature is None else KEY_ID + b":" + binascii.hexlify(signature)
    return manifest_line(manifest) + b"\n" + last + b"\n"


def manifest_line(manifest):
    """The bytes a signature covers: canonical JSON, no newline."""
    return strict_json.encode(manifest)


def split_head(data):
    """(manifest line, signature line, where the payload begins) of a bundle's first bytes.

    (None, None, 0): more bytes are needed; (None, None, -1): this is no bundle.
    """
    if data[:1] not in (b"", b"{"):
        return None, None, -1
    first = data.find(b"\n")
    second = data.find(b"\n", first + 1) if first >= 0 else -1
    if second < 0:
        return None, None, (0 if len(data) < HEAD_MAX_BYTES else -1)
    return bytes(data[:first]), bytes(data[first + 1:second]), second + 1


def verify_manifest(line, signature_line, key, board, version_now, *, runtime=None, floor=None, is_forced=False):
    """(manifest, None), or (None, (number of the refusal, words)).

    key: RSA modulus as integer; None: no update key is configured, a bundle need not be signed. board, runtime: what this
    gateway is; None: anything. version_now: what runs; None: nothing does. floor: min_version of what runs. is_forced:
    somebody on site insists: older versions pass, wrong signatures and boards never do.
    """
    error = _check_signature(line, signature_line, key)
    if error is not None:
        return None, error
    manifest, fault = strict_json.decode(line, HEAD_MAX_BYTES)
    if fault is not None:
        return None, (MALFORMED, "manifest: %s at %s" % (fault[0], fault[2]))
    error = check_manifest(manifest)
    if error is None:
        error = _check_target(manifest, board, runtime)
    if error is None and not is_forced:
        error = check_version(manifest["version"], version_now, floor)
    return (manifest, None) if error is None else (None, error)


def _check_signature(line, signature_line, key):
    if signature_line == UNSIGNED:
        return None if key is None else (BAD_SIGNATURE, "the bundle is unsigned; build it with --key, this gateway has an update key")
    kid, colon, digits = signature_line.partition(b":")
    if kid != KEY_ID or not colon:
        return BAD_SIGNATURE, "the second line is neither update:signature nor unsigned"
    if key is None:
        return None
    from protocols import rsa   # when there is a bundle

    try:
        signature = binascii.unhexlify(digits)
    except ValueError:
        signature = b""
    if rsa.verify(key, line, signature):
        return None
    return BAD_SIGNATURE, "the signature was not made with this gateway's update key"


def check_manifest(manifest):
    """(number, words) of the first thing that is wrong with a manifest, or None."""
    if not isinstance(manifest, dict):
        return MALFORMED, "the manifest is no object"
    if manifest.get("format") != FORMAT:
        return UNKNOWN_VERSION, "bundle format %s; this gateway reads %d" % (manifest.get("format"), FORMAT)
    for name, kind, allowed in MANIFEST:
        if not _CHECKS[kind](manifest.get(name), allowed):
            return MALFORMED, "manifest: %s" % name
    if len(manifest) != len(MANIFEST):
        return MALFORMED, "manifest: unknown keys"
    return None


def _check_target(manifest, board, runtime):
    if board is not None and manifest["board"] != board:
        return WRONG_BOARD, "built for %s, this is a %s" % (manifest["board"], board)
    if runtime is not None and manifest["runtime"] != runtime:
        return WRONG_BOARD, "built for %s, this is %s" % (manifest["runtime"], runtime)
    return None


def check_version(version, version_now, floor=None):
    """(number, words) when a version may not follow the running one, else None."""
    if version_now is not None:
        if version_key(version) == version_key(version_now):
            return SAME_VERSION, "%s runs already" % version
        if version_key(version) < version_key(version_now):
            return DOWNGRADE, "%s is older than %s, which runs" % (version, version_now)
    if floor is not None and version_key(version) < version_key(floor):
        return DOWNGRADE, "%s is older than %s, the oldest that what runs still allows" % (version, floor)
    return None


def unpacked_bytes(manifest):
    """What the files of a checked manifest take together."""
    return sum([row[1] for row in manifest["files"]])


class Contents:
    """Cuts the unpacked stream into files and checks each of them as it goes by."""

    def __init__(self, manifest):
        """manifest: as verify_manifest gave it."""
        self.error = None           # (number, words); afterwards nothing comes out any more
        self._files = manifest["files"]
        self._at = 0                # of _files
        self._left_bytes = 0
        self._digest = None

    def feed(self, data):
        """Takes bytes of the stream; returns [(path, bytes, whether the file ends with them)]."""
        pieces = []
        start = 0
        while self.error is None and self._at < len(self._files):
            path, size, digest = self._files[self._at]
            if self._digest is None:
                self._digest = hashlib.sha256()
                self._left_bytes = size
            piece = bytes(data[start:start + self._left_bytes])
            if not piece and self._left_bytes:
                return pieces
            start += len(piece)
            self._left_bytes -= len(piece)
            self._digest.update(piece)
            if not self._left_bytes and not self._ends_well(path, digest):
                return pieces
            pieces.append((path, piece, not self._left_bytes))
        if self.error is None and start < len(data):
            self.error = (DAMAGED, "more bytes than the manifest has files")
        return pieces

    def _ends_well(self, path, digest):
        is_good = binascii.hexlify(self._digest.digest()) == digest.encode()
        self._digest = None
        self._at += 1
        if not is_good:
            self.error = (DAMAGED, "%s is not what the manifest says" % path)
        return is_good

    def finish(self):
        """The stream is over: (number, words) of what is wrong, or None."""
        if self.error is None and self._at < len(self._files):
            self.error = (DAMAGED, "the stream ends in %s" % self._files[self._at][0])
        return self.error


def valid_path(path):
    """Whether a file may be called so: relative, plain characters, no step upwards, no hidden file."""
    if not isinstance(path, str) or not 1 <= len(path) <= PATH_MAX_CHARS:
        return False
    for char in path:
        if char not in _PATH_CHARS:
            return False
    for level in path.split("/"):
        if not level or level[0] == ".":
            return False
    return True


def _is_number(value, _allowed=None):
    return isinstance(value, int) and value is not True and value is not False and 0 <= value <= BUNDLE_MAX_BYTES * 4


def _is_text(value, longest):
    return isinstance(value, str) and 1 <= len(value) <= longest


def _is_digest(value, _allowed=None):
    if not isinstance(value, str) or len(value) != 64:
        return False
    for char in value:
        if char not in "0123456789abcdef":
            return False
    return True


def _is_version(value, _allowed):
    return version_key(value) is not None


def _is_word(value, allowed):
    return value in allowed


def _is_payload(value, _allowed):
    return (isinstance(value, dict) and len(value) == 2 and _is_number(value.get("size"))
            and value["size"] <= BUNDLE_MAX_BYTES and _is_digest(value.get("sha256")))


def _are_files(value, _allowed):
    if not isinstance(value, list) or not 1 <= len(value) <= FILES_MAX:
        return False
    seen = set()
    for row in value:
        if not isinstance(row, list) or len(row) != 3 or not valid_path(row[0]):
            return False
        if row[0] in seen or row[0] == MANIFEST_FILE or not _is_number(row[1]) or not _is_digest(row[2]):
            return False
        seen.add(row[0])
    return True


_CHECKS = (_is_text, _is_number, _is_digest, _is_version, _is_word, _is_payload, _are_files)
