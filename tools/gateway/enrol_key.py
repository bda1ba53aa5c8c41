"""Makes the gateway's next private key and the request for its certificate: by openssl where it is there, else by own code.

Not its job: asking for the certificate (edge/enrol), keys that a fleet's owner makes (tools/keys).
Source: openssl(1) genpkey, pkey, dgst; own code in protocols/p256.py, for a machine without. The private key never leaves
the store, is readable by its owner only, and is made anew for every certificate.
"""

import os
import pathlib
import shutil
import subprocess

from protocols import der, p256, x509

KEY, REQUEST = "next.key", "next.csr"
# A renewal's key is made while the control loop waits: shorter than any device's own timer.
OPENSSL_S = 2


def prepare(folder, prefix, gateway):
    """Leave a new key and its request in the store `folder`, unless there is a request already; True when made now.

    prefix: what the names begin with, of the operator at hand. A request is written last: where it is, its key is too.
    OSError when it can't be made or kept."""
    folder = pathlib.Path(folder)
    request = folder / (prefix + REQUEST)
    if request.exists() and request.stat().st_size:
        return False
    key_pem, public_info, sign = _by_openssl() or _by_own_code()
    _write(folder / (prefix + KEY), key_pem)
    try:
        csr = x509.request(gateway, public_info, sign)
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from error
    _write(request, der.pem(x509.REQUEST, csr).encode())
    return True


def _by_own_code():
    """(PEM of a new key, SubjectPublicKeyInfo, function that signs)."""
    private = p256.private_key(os.urandom)
    info = x509.key_info(p256.public_key(private))
    return x509.private_pem(private).encode(), info, lambda body: x509.signature(p256.sign(private, body))


def _by_openssl():
    """The same, or None where there is no openssl or it does not do it. The key goes through pipes, never through a command
    line; only signing needs a file, and an anonymous one does."""
    program = shutil.which("openssl")
    if program is None or not hasattr(os, "memfd_create"):
        return None
    try:
        key = _run([program, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], b"")
        info = _run([program, "pkey", "-pubout", "-outform", "DER"], key)
        x509.request("check", info, lambda body: _signed(program, key, body))
    except (OSError, subprocess.SubprocessError):
        return None
    return key, info, lambda body: _signed(program, key, body)


def _signed(program, key, body):
    file = os.memfd_create("key")
    try:
        os.write(file, key)
        return _run([program, "dgst", "-sha256", "-sign", "/dev/fd/%d" % file], body, file)
    finally:
        os.close(file)


def _run(command, data, *files):
    return subprocess.run(command, input=data, capture_output=True, timeout=OPENSSL_S, check=True, pass_fds=files).stdout


def _write(path, data):
    new = path.with_name(path.name + ".new")
    with open(new, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
