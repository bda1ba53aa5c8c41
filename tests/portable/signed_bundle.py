"""A small bundle with a real signature, for tests of whoever reads one.

Source: the signature was made with the Python package cryptography (OpenSSL), its private half thrown away; digests by
hashlib.
"""

import binascii
import hashlib

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


def manifest(**changes):
    """The manifest that was signed, with other values."""
    content = {
        "format": 1, "board": BOARD, "runtime": "micropython", "version": "0.3.0", "min_version": "0.2.0",
        "built": "2026-11-21T08:00:00Z", "configuration": 1, "packing": "deflate",
        "payload": {"size": 99, "sha256": "0" * 64},
        "files": [[path, len(data), binascii.hexlify(hashlib.sha256(data).digest()).decode()] for path, data in FILES],
    }
    for name in changes:
        content[name] = changes[name]
    return content
