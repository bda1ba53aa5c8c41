"""Writes a bundle: packs the files, makes the manifest, signs it.

Not its job: which files (contents.py), reading and verifying (protocols/bundle.py, which also names the keys).
Source: protocols/bundle.py; RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017 §8.2: the same key gives the same bytes.
"""

import hashlib
import lzma

from edge.version import CONFIG_SCHEMA
from protocols import bundle
from tools.build import board_files

# Oldest release whose store and configuration this one still takes over: nothing older may follow it.
MIN_VERSION = "0.1.0"


def make(board, origin, files, key=None):
    """Bytes of a bundle. board: dictionary; origin: of origin.py; files: [(path, bytes)]; key: RSA-3072 private key or None."""
    packing = "xz" if board_files.runs_cpython(board) else "deflate"
    payload = _PACK[packing](b"".join(data for _, data in files))
    manifest = {
        "format": bundle.FORMAT, "board": board["board"], "runtime": board["runtime"], "version": origin["version"],
        "min_version": MIN_VERSION, "built": origin["built"], "configuration": CONFIG_SCHEMA, "packing": packing,
        "payload": {"size": len(payload), "sha256": hashlib.sha256(payload).hexdigest()},
        "files": [[path, len(data), hashlib.sha256(data).hexdigest()] for path, data in files],
    }
    fault = bundle.check_manifest(manifest)
    if fault is not None:
        raise ValueError("this bundle would be refused: %s" % fault[1])
    signature = None if key is None else _sign(key, bundle.manifest_line(manifest))
    return bundle.head(manifest, signature) + payload


def _xz(data):
    return lzma.compress(data, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)


def _deflate(data):
    """zlib with a window of 32 KiB, which is what a board can keep of the stream; zopfli packs it as small as it gets."""
    import zopfli.zlib

    return zopfli.zlib.compress(data)


_PACK = {"xz": _xz, "deflate": _deflate}


def _sign(key, data):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
