"""The key folder of one fleet: its files, who may read them, and the register of gateways.

Not its job: making keys (authority.py, fleet.py), the broker's files (broker_files.py).
Source: ours. The folder is 0700 and each file 0600 from its first byte on; a file is replaced as a whole. Private keys may
be encrypted with a pass phrase: PKCS #8 as the library writes it; master key and register with AES-256-GCM and scrypt.
"""

import json
import os
import pathlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tools.keys.names import PASSPHRASE_VARIABLE, KeyFolderError

REGISTER = "register.json"
MASTER = "master.key"
_SEALED = b"scrypt-aes256gcm:"
_SALT_BYTES, _NONCE_BYTES = 16, 12


class KeyFolder:
    """Files of one fleet."""

    def __init__(self, path, passphrase=None):
        """path: the folder. passphrase: bytes, None when private keys lie open."""
        self.path = pathlib.Path(path)
        self._passphrase = passphrase

    def create(self):
        """Makes the folder, or takes away what others may do in it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(self.path, 0o700)

    def has(self, name):
        """Whether there is such a file."""
        return (self.path / name).exists()

    def read(self, name):
        """Content, bytes. KeyFolderError when there is none."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            raise KeyFolderError("%s is missing: run 'v2g keys init --dir %s' first" % (self.path / name, self.path))

    def write(self, name, data):
        """Writes or replaces a file, readable by its owner only."""
        path = self.path / name
        for folder in reversed(path.parents):
            if folder not in (self.path, *self.path.parents):
                folder.mkdir(mode=0o700, exist_ok=True)
        new = path.with_name(path.name + ".new")
        with open(new, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data if isinstance(data, bytes) else data.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)

    # -- private keys ------------------------------------------------------------------------------------

    def write_key(self, name, key):
        """Writes a private key, encrypted where there is a pass phrase."""
        how = serialization.BestAvailableEncryption(self._passphrase) if self._passphrase else serialization.NoEncryption()
        self.write(name, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how))

    def read_key(self, name):
        """A private key. KeyFolderError when it can't be opened."""
        data = self.read(name)
        is_encrypted = b"ENCRYPTED" in data
        try:
            return serialization.load_pem_private_key(data, self._passphrase if is_encrypted else None)
        except TypeError:
            raise KeyFolderError("%s is encrypted: set %s, or add --passphrase" % (
                self.path / name, PASSPHRASE_VARIABLE))
        except ValueError:
            raise KeyFolderError("%s: wrong pass phrase, or not a private key" % (self.path / name))

    def write_master(self, master):
        """Writes the fleet's master key, 32 bytes."""
        self._write_sealed(MASTER, master.hex().encode() + b"\n")

    def read_master(self):
        """The fleet's master key. KeyFolderError when it can't be opened."""
        return bytes.fromhex(self._read_sealed(MASTER).decode().strip())

    # -- register ----------------------------------------------------------------------------------------

    def register(self):
        """{"settings": {…}, "gateways": {id: row}, "revoked": [serial, …]}; serials are decimal text.

        A row: group; kid and generation of its keys; root in hex where it does not follow from the master; serials of the
        certificates in force; answers: {mark of a request: PEM}; claim: {key, password, is_used} of its token, None once the
        gateway was seen with its certificate; revoked_kids; is_revoked."""
        if not self.has(REGISTER):
            return {"gateways": {}, "revoked": []}
        return json.loads(self._read_sealed(REGISTER))

    def write_register(self, register):
        """Replaces the register."""
        self._write_sealed(REGISTER, json.dumps(register, indent=1, sort_keys=True).encode() + b"\n")

    # -- what is no private key in the library's sense ---------------------------------------------------

    def _write_sealed(self, name, data):
        if self._passphrase:
            salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
            data = _SEALED + salt + nonce + AESGCM(self._wrapping_key(salt)).encrypt(nonce, data, name.encode())
        self.write(name, data)

    def _read_sealed(self, name):
        data = self.read(name)
        if not data.startswith(_SEALED):
            return data
        if not self._passphrase:
            raise KeyFolderError("%s is encrypted: set %s, or add --passphrase" % (self.path / name, PASSPHRASE_VARIABLE))
        salt_end = len(_SEALED) + _SALT_BYTES
        nonce_end = salt_end + _NONCE_BYTES
        key = self._wrapping_key(data[len(_SEALED):salt_end])
        try:
            return AESGCM(key).decrypt(data[salt_end:nonce_end], data[nonce_end:], name.encode())
        except InvalidTag:
            raise KeyFolderError("%s: wrong pass phrase" % (self.path / name))

    def _wrapping_key(self, salt):
        return Scrypt(salt=salt, length=32, n=2 ** 15, r=8, p=1).derive(self._passphrase)
