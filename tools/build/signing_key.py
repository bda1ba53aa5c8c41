"""Reads the private key that signs bundles.

Not its job: making keys (`v2g keys`), signing (bundle_writer.py).
Source: PEM, PKCS #8, as the cryptography package reads it.
"""

import getpass
import os
import sys

BITS = 3072


class BadKey(Exception):
    """The key can't be used; the text says why and what to do."""


def read(path, secret_name=None):
    """The private key of a PEM file. secret_name: the environment variable with its pass phrase; None asks on a terminal.

    BadKey when the file is no RSA key of 3072 bits or the pass phrase is wrong; OSError when it can't be read.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    with open(path, "rb") as file:
        data = file.read()
    secret = _secret(path, secret_name) if b"ENCRYPTED" in data else None
    try:
        key = serialization.load_pem_private_key(data, secret)
    except (ValueError, TypeError) as error:
        raise BadKey("%s: not a private key in PEM, or a wrong pass phrase (%s)" % (path, error)) from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size != BITS:
        raise BadKey("%s: not an RSA key of %d bits; 'v2g keys' makes one" % (path, BITS))
    return key


def _secret(path, name):
    if name is not None:
        if name not in os.environ:
            raise BadKey("%s is encrypted, and the environment has no %s" % (path, name))
        return os.environ[name].encode()
    if not sys.stdin.isatty():
        raise BadKey("%s is encrypted: name the environment variable with its pass phrase, --key-pass NAME" % path)
    return getpass.getpass("pass phrase of %s: " % path).encode()
