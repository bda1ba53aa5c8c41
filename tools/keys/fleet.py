"""What is done with a fleet's keys: begin, admit a gateway, replace its hardware, revoke, renew the broker.

Not its job: files and rights (folder.py), certificates (authority.py), the broker's files (broker_files.py), words
(tools/commands/keys.py).
Source: ours. Every step may be repeated: what is there stays, unless it is to be replaced.
"""

import base64
import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from protocols import key_tree, topics
from tools.keys import authority
from tools.keys.authority import Authority
from tools.keys.folder import MASTER
from tools.keys.names import ROLES, SERVICES, KeyFolderError, Refused

RSA_BITS = 3072
MASTER_BYTES = 32
TOKEN_CHARS = 26
FIRST_KID = "k1"
SETTINGS = {"host": "localhost", "port": 8883, "claim_port": 8884, "bind": ""}


class Fleet:
    """A key folder with its authority; `now` is asked for the time, a datetime in UTC."""

    def __init__(self, folder, now=lambda: datetime.datetime.now(datetime.UTC)):
        """folder: KeyFolder."""
        self.folder = folder
        self.now = now

    # -- beginning ---------------------------------------------------------------------------------------

    def begin(self, settings, is_forced=False):
        """Makes what is not there yet, everything with is_forced; returns [(name, whether it was made now)].

        settings: {host, port, claim_port, bind} as far as they are given."""
        folder = self.folder
        folder.create()
        register = folder.register() if not is_forced else {"gateways": {}, "revoked": []}
        register["settings"] = {**SETTINGS, **register.get("settings", {}), **settings}
        made = [("ca.key", self._needs("ca.key", is_forced) and self._make_authority())]
        made.append((MASTER, self._needs(MASTER, is_forced) and self._make(lambda: folder.write_master(os.urandom(MASTER_BYTES)))))
        for role in ROLES:
            made.append((role + ".key", self.make_role(role, is_forced)))
        folder.write_register(register)
        is_other_host = settings.get("host") is not None and not self._is_broker_for(settings["host"])
        made.append(("broker.key", (self._needs("broker.key", is_forced) or is_other_host) and self._make(self.make_broker)))
        for name in SERVICES:
            made.append((name + ".key", self._needs(name + ".key", is_forced) and self._make(lambda: self._make_service(name))))
        if not folder.has("crl.pem") or is_forced:
            self.write_revoked()
        return made

    def _needs(self, name, is_forced):
        return is_forced or not self.folder.has(name)

    def _make(self, step):
        step()
        return True

    def _make_authority(self):
        key, certificate = authority.create("V2G fleet CA " + os.urandom(4).hex(), self.now())
        self.folder.write_key("ca.key", key)
        self.folder.write("ca.crt", authority.pem_of(certificate))
        return True

    def _is_broker_for(self, host):
        if not self.folder.has("broker.crt"):
            return False
        names = x509.load_pem_x509_certificate(self.folder.read("broker.crt")).extensions.get_extension_for_class(
            x509.SubjectAlternativeName).value
        return host in [str(name.value) for name in names]

    def authority(self):
        """The Authority at work."""
        certificate = x509.load_pem_x509_certificate(self.folder.read("ca.crt"))
        return Authority(self.folder.read_key("ca.key"), certificate)

    def make_broker(self):
        """A new key and certificate of the broker, for the host of the settings and for this machine itself."""
        hosts = list(dict.fromkeys([self.folder.register()["settings"]["host"], "localhost", "127.0.0.1"]))
        key = authority.new_key()
        self.folder.write("broker.crt", authority.pem_of(self.authority().server(hosts, key.public_key(), self.now())))
        self._write_open("broker.key", key)

    def _make_service(self, name):
        key = authority.new_key()
        certificate = self.authority().client(name, key.public_key(), self.now(), authority.SERVER_DAYS)
        self.folder.write(name + ".crt", authority.pem_of(certificate))
        self._write_open(name + ".key", key)

    def _write_open(self, name, key):
        """A key that a service has to read without anybody at a keyboard."""
        self.folder.write(name, key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def make_role(self, role, is_forced=False):
        """The RSA key of a role, unless it is there; returns whether it was made."""
        if not self._needs(role + ".key", is_forced):
            return False
        self.folder.write_key(role + ".key", rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS))
        return True

    def modulus(self, role):
        """Modulus of a role's key in hex, as a site file has it."""
        return "%0768x" % self.folder.read_key(role + ".key").public_key().public_numbers().n

    # -- gateways ----------------------------------------------------------------------------------------

    def admit(self, name, *, group=None, board=False, replace=False, force=False, moved=False):
        """Lets a gateway in: {"gateway", "token" or None, "root_key" in hex, "kid", "group", "files"}.

        A gateway that is known gets a new token only with `force`, new hardware with `replace`: then the old certificates
        are revoked and the keys are others. board: key and certificate are made here, for the cable. moved: its root follows
        from the token, since nobody sees its site file any more; "root_key" is None then."""
        check_id(name)
        if group is not None and not topics.valid_id(group):
            raise Refused("%r is no group: 1 to %d of a-z 0-9 and hyphen" % (group, topics.ID_MAX))
        register = self.folder.register()
        row = register["gateways"].get(name)
        if row is not None and row.get("is_revoked") and not replace:
            raise Refused("%s is revoked; --replace admits new hardware under this name" % name)
        if row is not None and not (replace or force) and (row["claim"] or row["serials"]):
            raise Refused("%s is known; its token is shown only once. --force makes another token (--board: certificate), --replace is for new hardware" % name)
        if row is None:
            row = {"group": group, "kid": FIRST_KID, "generation": 1, "serials": [], "claim": None, "revoked_kids": [],
                   "answers": {}}
        if group is not None:
            row["group"] = group
        if replace:
            register["revoked"] += row["serials"]
            row.update({"serials": [], "generation": row["generation"] + 1, "is_revoked": False, "kid": FIRST_KID, "answers": {}})
        register["gateways"][name] = row
        token = None if board else new_token()
        row["claim"] = None if board else {"key": key_tree.claim_key(token).hex(), "password": key_tree.password(token.encode()),
                                              "is_used": False}
        row["root"] = key_tree.moved_root(token).hex() if moved else None
        root = None if moved else self.root(name, row).hex()
        files = self._make_board(name, row) if board else []
        self.folder.write_register(register)
        if replace:
            self.write_revoked()
        return {"gateway": name, "token": token, "root_key": root, "kid": row["kid"], "group": row["group"], "files": files}

    def root(self, name, row):
        """Root of a gateway's device keys, bytes; row: its row of the register."""
        if row.get("root"):
            return bytes.fromhex(row["root"])
        return key_tree.root_key(self.folder.read_master(), name, row["generation"])

    def _make_board(self, name, row):
        key = authority.new_key()
        certificate = self.authority().client(name, key.public_key(), self.now(), authority.BOARD_DAYS)
        place = "gateways/" + name + "/"
        self._write_open(place + "gateway.key", key)
        self.folder.write(place + "gateway.crt", authority.pem_of(certificate))
        self.folder.write(place + "ca.crt", self.folder.read("ca.crt"))
        row["serials"].append(str(certificate.serial_number))
        return [place + part for part in ("gateway.key", "gateway.crt", "ca.crt")]

    def device_key(self, name, kid=None, next_kid=None):
        """(kid, key) of a gateway, for who signs its commands; kid: None for the one in use. next_kid: this one is in use
        from now on; the one before counts as well until the next change."""
        register = self.folder.register()
        row = self._known(register, name)
        if next_kid is not None and next_kid != row["kid"]:
            if next_kid in row["revoked_kids"]:
                raise Refused("%s was revoked; name another key" % next_kid)
            row["previous"], row["kid"] = row["kid"], next_kid
            self.folder.write_register(register)
        kid = kid or row["kid"]
        if kid in row["revoked_kids"]:
            raise Refused("%s was revoked; in use is %s" % (kid, row["kid"]))
        return kid, key_tree.kid_key(self.root(name, row), kid)

    # -- taking back -------------------------------------------------------------------------------------

    def revoke(self, name):
        """Revokes a gateway: its certificates, its claim. Returns the serial numbers, decimal text."""
        register = self.folder.register()
        row = self._known(register, name)
        serials = row["serials"]
        register["revoked"] += serials
        row.update({"serials": [], "claim": None, "is_revoked": True})
        self.folder.write_register(register)
        self.write_revoked()
        return serials

    def revoke_kid(self, name, kid, next_kid):
        """Payload of the signed message that takes a device key from a gateway for good; (topic, payload)."""
        from tools.keys import signing      # only here

        register = self.folder.register()
        row = self._known(register, name)
        if kid == next_kid:
            raise Refused("the next key needs another name than the revoked one")
        if next_kid in row["revoked_kids"]:
            raise Refused("%s was revoked itself; name another key" % next_kid)
        row["revoked_kids"] = sorted(set(row["revoked_kids"]) | {kid})
        row["kid"], row["previous"] = next_kid, None
        message = signing.revocation(name, row["revoked_kids"], next_kid, self.folder.read_key("installer.key"), self.now())
        self.folder.write_register(register)
        return message

    def move(self, name, content):
        """(topic, payload) of the signed message that sends a gateway to another operator; content: of the message."""
        from tools.keys import signing      # only here

        return signing.move(name, content, self.folder.read_key("installer.key"), self.now())

    def _known(self, register, name):
        if name not in register["gateways"]:
            raise KeyFolderError("no gateway %s here; known: %s" % (name, ", ".join(sorted(register["gateways"])) or "none"))
        return register["gateways"][name]

    def write_revoked(self):
        """Writes the list of revoked certificates anew."""
        serials = [int(serial) for serial in self.folder.register()["revoked"]]
        self.folder.write("crl.pem", self.authority().revoked_list(serials, self.now()))


def check_id(name):
    """Refused when the name can't be a gateway's: the broker tells who is who by it alone."""
    if not topics.valid_gateway(name):
        raise Refused("%r is no gateway id: 1 to %d of a-z 0-9 and hyphen, not g or host" % (name, topics.ID_MAX))
    if name in SERVICES or name.startswith((key_tree.CLAIM_USER, key_tree.RENEW_USER)):
        raise Refused("%s is a name of the broker's own users" % name)


def new_token():
    """A claim token: 26 characters of base 32, 130 bits."""
    return base64.b32encode(os.urandom(17)).decode()[:TOKEN_CHARS]
