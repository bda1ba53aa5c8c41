"""A release as one file: what a gateway lets in and what it refuses, by number; files cut out of a stream, checked each.

Not its job: packing and unpacking (unit/test_build, unit/test_install). Source: the signature was made with the Python
package cryptography (OpenSSL), its private half thrown away; digests by hashlib.
"""

from protocols import bundle, refusals
from tests.portable.signed_bundle import BOARD, FILES, MODULUS_HEX, SIGNATURE_HEX, STREAM, manifest

KEY = int(MODULUS_HEX, 16)
SIGNATURE_LINE = b"update:" + SIGNATURE_HEX.encode()


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
    # What makes a folder a release comes last and never out of the stream.
    assert verdict(manifest(files=[["manifest.json", 1, "0" * 64]])) == refusals.MALFORMED


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
