"""A bundle file, read and checked: its manifest and the bytes of its files.

Not its job: the format (protocols/bundle.py), which gateway may have it (the gateway decides by its own key).
Source: protocols/bundle.py.
"""

import hashlib
import lzma
import zlib

from protocols import bundle
from tools.flash.problem import Problem

_UNPACK = {"xz": lzma.decompress, "deflate": zlib.decompress}


class Bundle:
    """manifest: dictionary; files: {path: bytes}; digests: {path: SHA-256 in hex}; data: all bytes of the file."""

    def __init__(self, data, board):
        """data: of the file; board: name it has to be for. Problem when it is damaged or for another board."""
        line, signature, start = bundle.split_head(data)
        if line is None:
            raise Problem("this is no bundle; 'v2g build %s --out DIR' makes one" % board)
        manifest, error = bundle.verify_manifest(line, signature, None, board, None)
        if error is not None:
            raise Problem("the bundle can't go onto a %s: %s" % (board, error[1]))
        self.data = data
        self.manifest = manifest
        self._head = (line, signature)
        self.files = _files(manifest, data[start:])
        self.digests = {path: digest for path, _, digest in manifest["files"]}

    def check_key(self, key):
        """Problem when a gateway with this update key (RSA modulus, None for none) may not have the bundle."""
        _, error = bundle.verify_manifest(*self._head, key, None, None)
        if error is not None:
            raise Problem(error[1])


def read(path, board):
    """The Bundle in a file."""
    with open(path, "rb") as file:
        return Bundle(file.read(), board)


def _files(manifest, payload):
    if hashlib.sha256(payload).hexdigest() != manifest["payload"]["sha256"]:
        raise Problem("the bundle is damaged: its bytes are not what its manifest says; copy or build it again")
    try:
        stream = _UNPACK[manifest["packing"]](payload)
    except (lzma.LZMAError, zlib.error) as error:
        raise Problem("the bundle is damaged: %s" % error) from error
    contents = bundle.Contents(manifest)
    files = {}
    for path, piece, _ in contents.feed(stream):
        files[path] = files.get(path, b"") + piece
    fault = contents.finish()
    if fault is not None:
        raise Problem("the bundle is damaged: %s" % fault[1])
    return files
