"""A release as one file: what a gateway lets in and what it refuses, by number; files cut out of a stream, checked each.

Not its job: packing and unpacking (unit/test_build, unit/test_install). Source: the signature was made with the Python
package cryptography (OpenSSL), its private half thrown away; digests by hashlib.
"""

import binascii
import hashlib

from protocols import bundle, refusals

FILES = (("edge/a.py", b"A = 1\n"), ("edge/empty.py", b""), ("protocols/b.py", bytes(range(256)) * 20))
STREAM = b"".join([data for _, data in FILES])
BOARD = "esp32-s3"
MODULUS_HEX = (
    "c173b85c37cf6958304c97ccb2cd4b0c03a844bd9d46f0d7496e589efb1a4048cbf29cf498dc524d0f4f4b74b99ad35c"
    "206725ad9ddce19de056c39dc847a6c75b0aeead3a54414e1a1f0732f4cb9aa96724dc54f828b27b05dfbc54f36c08e1"
    "b66ee0842a9544dea545cfae2e8cfc61be3ab363267db06fdd5869594eb2930e5faa58001e69c0d96cd0a4520c0d6e99"
    "0d1743b76e9cd908ff4fcb43fe398e80b128f69a495720157fa12c045a9d74e9063c19b9166345c74d2ff0037473bc0e"
    "9579c786683e8acb59eeb2a77bfff688a238d7e61b42e01943f5645266585e45dbf1d08fe9aae8ab29ee840aba428821"
    "b35f62b51c31140375648570f9a5acac2c2d5b9d3592f6caf94161d4d26ae6f6f9908daeada88a3081bd570c8a1108bd"
    "86065a78ef8edc2015414fe07a2fc324b01be0bdabd6648ffefafe7716e8d3b61bebb88399d17ed7d21953ff6f1639b4"
    "8aa733dfd08702898a9555864733dc893861a6b9a905620a4291378f610758100beb7aab77b6992f05a1631dee30c933"
)
SIGNATURE_HEX = (
    "05a8e0b7ae19046c746b0bfeab25267ae8db2b165616ab10199eea60379c5c697c973268dec568e8104e26feb0552eb0"
    "3ec34199a45dc89461e4f6bb7c0f9ec87662641096102043fbe937c9e94f278661f7390cd84adc57240bf03458221b3f"
    "edaf2c0e7189dd483539d4a10964ea8f62c8340e0f1ec1416139fab6aa3fe8318d65f1891be09f38a48f0a99e75673ea"
    "6ac9ac770a932b7f81f3d2c4e86b8282e4bdf0cb3f75074a775fe3b0cf341c33c714c80a7fbe29fa6afb59d01e80132d"
    "6c12563b7abcd01beaf43a68684475fa8d403416af6becee16b7fb33cf6caad568bb12a821bcd71c357368d277491715"
    "a81ecd28d60364898ed9c9e9e9c8b3603a2d886cf4cc0d4bbbe25361dd1d65cd858b6eb2e16bf1a75bbc1fc187ab79e7"
    "13f6569b1250c9a8e0a0582d82bcba35901d88991d57c9323291a3874c6315aa885cadc92234df7bfbe11368da6ebf23"
    "996f9226e2d8fdf178c9865d395f80e66de90477ba45617264a0c622e02a854cac7e46ef4f8bf36c8722e278e52cb894"
)
KEY = int(MODULUS_HEX, 16)
SIGNATURE_LINE = b"update:" + SIGNATURE_HEX.encode()


def manifest(**changes):
    content = {
        "format": 1, "board": BOARD, "runtime": "micropython", "version": "0.3.0", "min_version": "0.2.0",
        "built": "2026-11-21T08:00:00Z", "configuration": 1, "packing": "deflate",
        "payload": {"size": 99, "sha256": "0" * 64},
        "files": [[path, len(data), binascii.hexlify(hashlib.sha256(data).digest()).decode()] for path, data in FILES],
    }
    for name in changes:
        content[name] = changes[name]
    return content


def verdict(content, signature_line=bundle.UNSIGNED, key=None, version_now="0.2.1", **more):
    """Number of the refusal, 0 when it was let in."""
    found, error = bundle.verify_manifest(bundle.manifest_line(content), signature_line, key, BOARD, version_now, **more)
    assert (found is None) == (error is not None)
    return 0 if error is None else error[0]


def test_a_signed_bundle_is_let_in():
    assert verdict(manifest(), SIGNATURE_LINE, KEY) == 0
    assert verdict(manifest(), SIGNATURE_LINE) == 0         # nobody set a key: the signature can't be judged


def test_signatures_that_do_not_fit_are_refused():
    other = SIGNATURE_LINE[:-1] + (b"0" if SIGNATURE_LINE[-1:] != b"0" else b"1")
    lines = (other, bundle.UNSIGNED, b"", b"update:", b"update:0", b"update:zz", b"operator:" + SIGNATURE_LINE[7:], SIGNATURE_LINE[:-2])
    for line in lines:
        assert verdict(manifest(), line, KEY) == refusals.BAD_SIGNATURE, line
    assert verdict(manifest(version="0.3.1"), SIGNATURE_LINE, KEY) == refusals.BAD_SIGNATURE
    assert verdict(manifest(), SIGNATURE_LINE, KEY + 2) == refusals.BAD_SIGNATURE
    assert verdict(manifest(), SIGNATURE_LINE, KEY, is_forced=True) == 0
    assert verdict(manifest(), other, KEY, is_forced=True) == refusals.BAD_SIGNATURE


def test_older_versions_are_refused_unless_somebody_on_site_insists():
    # version of the bundle, running, floor, refusal
    for version, running, floor, number in (
            ("0.3.0", "0.2.9", None, 0), ("0.3.0", "0.3.0", None, refusals.SAME_VERSION), ("0.3", "0.3.0", None, refusals.DOWNGRADE),
            ("0.3.0", "0.3.1", None, refusals.DOWNGRADE), ("0.10.0", "0.9.9", None, 0), ("1", "0.99.99", None, 0),
            ("0.3.0", "0.2.0", "0.3.0", 0), ("0.3.0", "0.2.0", "0.3.1", refusals.DOWNGRADE), ("0.3.0", None, "0.4", refusals.DOWNGRADE),
            ("0.3.0", None, None, 0)):
        assert verdict(manifest(version=version), version_now=running, floor=floor) == number, (version, running, floor)
        assert verdict(manifest(version=version), version_now=running, floor=floor, is_forced=True) == 0


def test_another_board_or_runtime_is_refused_also_when_forced():
    assert verdict(manifest(board="rp2350-pico-2w"), is_forced=True) == refusals.WRONG_BOARD
    assert verdict(manifest(), runtime="cpython", is_forced=True) == refusals.WRONG_BOARD
    assert verdict(manifest(), runtime="micropython") == 0


def test_every_key_of_the_manifest_is_needed_and_checked():
    digest = "0" * 64
    wrong = {
        "board": ("", "x" * 33, 1), "runtime": ("pypy", None), "version": ("1.x", "", "1..2", "1.2.3.4.5", 2, "-1"),
        "min_version": ("v1",), "built": ("",), "configuration": (-1, "1", True), "packing": ("zip",),
        "payload": ({}, {"size": 1}, {"size": 1, "sha256": "0"}, {"size": -1, "sha256": digest}, {"size": 1 << 23, "sha256": digest}),
        "files": ([], [["a", 1]], [["a", 1, digest], ["a", 1, digest]], [["a", "1", digest]], [["a", 1, digest.replace("0", "G")]]),
    }
    for name in wrong:
        for value in wrong[name]:
            assert verdict(manifest(**{name: value})) == refusals.MALFORMED, (name, value)
        content = manifest()
        content.pop(name)
        assert verdict(content) == refusals.MALFORMED, name
    assert verdict(manifest(extra=1)) == refusals.MALFORMED
    assert verdict(manifest(format=2)) == refusals.UNKNOWN_VERSION
    assert bundle.verify_manifest(b"[1]", bundle.UNSIGNED, None, None, None)[1][0] == refusals.MALFORMED
    assert bundle.verify_manifest(b"{", bundle.UNSIGNED, None, None, None)[1][0] == refusals.MALFORMED


def test_no_file_may_leave_its_release():
    for path in ("/etc/passwd", "../a", "edge/../../a", "edge/.hidden", "edge//a", "edge/", "", "a b", "a\\b", "x" * 101, None):
        assert not bundle.valid_path(path), path
        assert verdict(manifest(files=[[path, 1, "0" * 64]])) == refusals.MALFORMED
    assert bundle.valid_path("edge/drivers/bus.py")


def test_the_head_is_found_in_any_pieces():
    data = bundle.head(manifest(), b"\x01\x02")
    line, signature_line, at = bundle.split_head(data + b"payload\n")
    assert (line, signature_line, at) == (bundle.manifest_line(manifest()), b"update:0102", len(data))
    for cut in (0, 1, len(line), len(line) + 1, len(data) - 1):
        assert bundle.split_head(data[:cut]) == (None, None, 0), cut
    assert bundle.split_head(b"PK\x03\x04") == (None, None, -1)
    assert bundle.split_head(b"{" + bytes(bundle.HEAD_MAX_BYTES)) == (None, None, -1)
    assert bundle.split_head(bundle.head(manifest()))[1] == b"unsigned"


def unpacked(data, step, content=None):
    """({path: bytes}, error) when the stream comes in pieces of so many bytes."""
    contents = bundle.Contents(content or manifest())
    found, ended = {}, []
    for start in range(0, len(data), step):
        for path, piece, is_last in contents.feed(data[start:start + step]):
            found[path] = found.get(path, b"") + piece
            if is_last:
                ended.append(path)
    error = contents.finish()
    assert error is not None or ended == [path for path, _ in FILES]
    return found, error


def test_files_come_out_of_the_stream_whatever_its_pieces():
    for step in (1, 5, 6, 7, 512, 8192):
        found, error = unpacked(STREAM, step)
        assert error is None and found == dict(FILES), step


def test_a_stream_that_is_not_what_the_manifest_says_is_refused():
    changed = STREAM[:100] + b"!" + STREAM[101:]
    for data, step in ((changed, 64), (STREAM[:-1], 64), (STREAM + b"x", 64), (STREAM + b"x", 8192), (b"", 64), (STREAM[:6], 6)):
        assert unpacked(data, step)[1][0] == refusals.DAMAGED, len(data)
    contents = bundle.Contents(manifest())
    contents.feed(b"B = 1\n")
    assert contents.error[0] == refusals.DAMAGED and contents.feed(STREAM) == []


def test_unpacked_size():
    assert bundle.unpacked_bytes(manifest()) == len(STREAM)
