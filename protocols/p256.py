"""The curve P-256: public keys, ECDSA signatures with SHA-256, and their check.

Not its job: random numbers (the caller's entropy), DER (der.py), who trusts whom (x509.py).
Source: FIPS 186-5 and SP 800-186 (curve P-256), RFC 6979 (nonces that need no randomness), SEC 1 §4.1.
Python's integers take a time that depends on their value: signing here is for a machine whose time nobody can measure,
once in months. The keys of servers and of the authority are made by a proper library on the host.
"""
import hashlib

from protocols.auth import hmac_sha256

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
KEY_BYTES = 32


def _double(point):
    """Twice a point; (X, Y, Z) stands for (X/Z², Y/Z³), Z = 0 for the point at infinity. a = -3."""
    x, y, z = point
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    new_x = (alpha * alpha - 8 * beta) % P
    new_z = ((y + z) * (y + z) - gamma - delta) % P
    return new_x, (alpha * (4 * beta - new_x) - 8 * gamma * gamma) % P, new_z


def _add(point, other):
    """Sum of a point and one with Z = 1."""
    x1, y1, z1 = point
    x2, y2 = other
    if not z1:
        return x2, y2, 1
    square = z1 * z1 % P
    h = (x2 * square - x1) % P
    r = (y2 * square * z1 - y1) % P
    if not h:
        return _double(point) if not r else (1, 1, 0)
    h2 = h * h % P
    h3 = h * h2 % P
    v = x1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - y1 * h3) % P, z1 * h % P


def _affine(point):
    """(x, y) of a point, None at infinity."""
    x, y, z = point
    if not z:
        return None
    inverse = pow(z, P - 2, P)      # a negative exponent is CPython's alone
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def _sum(first, point, second, other):
    """first · point + second · other in one run over the bits (Shamir's trick); (x, y) or None."""
    both = _affine(_add((point[0], point[1], 1), other))
    total = (1, 1, 0)
    for shift in range(255, -1, -1):
        total = _double(total)
        bits = (first >> shift & 1) + 2 * (second >> shift & 1)
        if bits == 3:
            total = total if both is None else _add(total, both)
        elif bits:
            total = _add(total, point if bits == 1 else other)
    return _affine(total)


def _times(number, point):
    total = (1, 1, 0)
    for shift in range(255, -1, -1):
        total = _double(total)
        if number >> shift & 1:
            total = _add(total, point)
    return _affine(total)


def private_key(entropy):
    """A private key as a number 1..N-1; entropy: function (count) -> unpredictable bytes."""
    while True:
        number = int.from_bytes(entropy(KEY_BYTES), "big")
        if 0 < number < N:
            return number


def public_key(private):
    """(x, y) of a private key."""
    return _times(private, G)


def is_on_curve(public):
    """Whether (x, y) is a point of the curve."""
    x, y = public
    return 0 <= x < P and 0 <= y < P and (y * y - x * x * x + 3 * x - B) % P == 0


def pack(public):
    """65 bytes of a public key: 4, x, y."""
    return b"\x04" + public[0].to_bytes(KEY_BYTES, "big") + public[1].to_bytes(KEY_BYTES, "big")


def unpack(data):
    """(x, y) of 65 bytes; ValueError when they are no point of the curve."""
    if len(data) == 65 and data[0] == 4:
        public = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
        if is_on_curve(public):
            return public
    raise ValueError("not a point of P-256")


def sign(private, data):
    """ECDSA with SHA-256: (r, s). The nonce is that of RFC 6979, so no bad entropy can give the key away."""
    digest = hashlib.sha256(data).digest()
    number = int.from_bytes(digest, "big")
    for nonce in _nonces(private, number % N):
        point = _times(nonce, G)
        r = point[0] % N
        s = pow(nonce, N - 2, N) * (number + r * private) % N
        if r and s:
            return r, s


def _nonces(private, number):
    """Candidates of RFC 6979 §3.2, for SHA-256 and a curve of 256 bits."""
    seed = private.to_bytes(KEY_BYTES, "big") + number.to_bytes(KEY_BYTES, "big")
    value = b"\x01" * 32
    key = hmac_sha256(b"\x00" * 32, value + b"\x00" + seed)
    value = hmac_sha256(key, value)
    key = hmac_sha256(key, value + b"\x01" + seed)
    value = hmac_sha256(key, value)
    while True:
        value = hmac_sha256(key, value)
        nonce = int.from_bytes(value, "big")
        if 0 < nonce < N:
            yield nonce
        key = hmac_sha256(key, value + b"\x00")
        value = hmac_sha256(key, value)


def verify(public, data, signature):
    """Whether (r, s) is an ECDSA signature of data with SHA-256; public: (x, y) on the curve."""
    r, s = signature
    if not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, N - 2, N)
    number = int.from_bytes(hashlib.sha256(data).digest(), "big")
    point = _sum(number * inverse % N, G, r * inverse % N, public)
    return point is not None and point[0] % N == r
