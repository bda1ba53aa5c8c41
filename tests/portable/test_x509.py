"""P-256, DER and certificates against published vectors; the independent libraries stand in tests/conformance.

Source: RFC 6979 A.2.5 (ECDSA, P-256, SHA-256), X.690 §8, RFC 5280 appendix C.
"""
from protocols import der, p256, x509

KEY = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
PUBLIC = (0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
          0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299)
SIGNATURES = (
    (b"sample", 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
     0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8),
    (b"test", 0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
     0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083),
)


def refused(function, *arguments):
    """Whether a call raises ValueError."""
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def test_public_key_and_signatures_are_those_of_rfc_6979():
    assert p256.public_key(KEY) == PUBLIC
    for data, r, s in SIGNATURES:
        assert p256.sign(KEY, data) == (r, s)
        assert p256.verify(PUBLIC, data, (r, s))


def test_a_signature_fits_one_text_one_key_and_one_pair_only():
    data, r, s = SIGNATURES[0]
    assert not p256.verify(PUBLIC, data + b" ", (r, s))
    assert not p256.verify(PUBLIC, data, (s, r))
    assert not p256.verify(p256.G, data, (r, s))
    for pair in ((0, s), (r, 0), (p256.N, s), (r, p256.N), (r + p256.N, s)):
        assert not p256.verify(PUBLIC, data, pair), pair


def test_points_off_the_curve_are_refused():
    good = p256.pack(PUBLIC)
    assert p256.unpack(good) == PUBLIC
    for bad in (good[:-1] + b"\x00", good[:-1], b"\x02" + good[1:33], b"\x04" + bytes(64)):
        assert refused(p256.unpack, bad)


def test_a_private_key_is_drawn_again_until_it_is_in_range():
    drawn = [bytes(32), b"\xff" * 32, (7).to_bytes(32, "big")]
    assert p256.private_key(lambda count: drawn.pop(0)) == 7


def test_der_writes_the_shortest_length_and_reads_no_other():
    assert der.integer(0) == b"\x02\x01\x00" and der.integer(128) == b"\x02\x02\x00\x80"
    assert der.oid("1.2.840.10045.2.1") == b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
    for size, head in ((127, b"\x04\x7f"), (128, b"\x04\x81\x80"), (256, b"\x04\x82\x01\x00")):
        data = der.item(der.OCTET_STRING, bytes(size))
        assert data[:len(head)] == head
        assert der.whole(data, der.OCTET_STRING) == bytes(size)
    for bad in (b"", b"\x04", b"\x04\x02\x00", b"\x04\x80\x00\x00", b"\x04\x81\x05" + bytes(5), b"\x04\x82\x00\x80" + bytes(128),
                b"\x04\x83\x00\x00\x01\x00", b"\x04\x01\x00\x00"):
        assert refused(der.whole, bad, der.OCTET_STRING), bad


def test_pem_and_back():
    data = bytes(range(200))
    text = der.pem("CERTIFICATE", data)
    assert max([len(line) for line in text.split("\n")]) == 64
    assert der.from_pem("CERTIFICATE", "words before\n" + text) == data
    assert refused(der.from_pem, "CERTIFICATE", text.replace("END", "FIN"))


def test_a_request_carries_its_key():
    info = x509.key_info(PUBLIC)
    data = x509.request("gw-1", info, lambda body: x509.signature(p256.sign(KEY, body)))
    assert x509.request_key(data) == info
    body = der.children(der.whole(data, der.SEQUENCE))
    r, s = der.children(der.whole(body[2][1][1:], der.SEQUENCE))
    assert p256.verify(PUBLIC, body[0][2], (int.from_bytes(r[1], "big"), int.from_bytes(s[1], "big")))


def test_what_is_no_certificate_is_refused():
    for bad in (b"", b"\x30\x00", der.item(der.SEQUENCE, der.item(der.SEQUENCE), der.integer(1)), b"\x30\x82"):
        assert refused(x509.Certificate, bad), bad
        assert refused(x509.request_key, bad), bad


def test_a_name_without_its_parts_is_refused():
    algorithm = der.item(der.SEQUENCE, der.oid("1.2.840.10045.4.3.2"))
    times = der.item(der.SEQUENCE, *[der.item(der.UTC_TIME, b"261121000000Z")] * 2)
    for parts in ((), (der.oid("2.5.4.3"),)):
        name = der.item(der.SEQUENCE, der.item(der.SET, der.item(der.SEQUENCE, *parts)))
        body = der.item(der.SEQUENCE, der.item(0xA0, der.integer(2)), der.integer(7), algorithm, name, times, name, x509.key_info(PUBLIC))
        whole = der.item(der.SEQUENCE, body, algorithm, der.item(der.BIT_STRING, b"\x00"))
        assert refused(x509.Certificate, whole), parts
