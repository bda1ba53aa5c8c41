"""One gateway's enrolment without machine or broker: ports, the desk's side of a signature, certificates made beforehand.

Source: ours. Certificates can't be made on a board, so they are signed here with protocols/p256.py alone.
"""
import binascii

from edge.enrol import identity, machine
from protocols import auth, der, key_tree, messages, p256, topics, x509

START_S = 1790000000
DAY_S = 86400
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROOT = "11" * 32
CA_KEY, OTHER_CA_KEY = 4242, 777
GATEWAY = "gw-1"
_ECDSA = der.item(der.SEQUENCE, der.oid("1.2.840.10045.4.3.2"))


class Section:
    """Attributes by keyword."""

    def __init__(self, **rows):
        for key in rows:
            setattr(self, key, rows[key])


class Board:
    """Every port of a machine that makes no keys; time is set by hand."""

    def __init__(self):
        self.clock = self.chance = self.store = self
        self.now_s = START_S
        self.files = {}
        self.keys_made = 0
        self.is_full = False

    def unix_ms(self):
        return 1000 * self.now_s

    def uniform(self, low, high):
        return (low + high) / 2

    def entropy(self, count):
        return bytes(count)

    def read(self, name, start=0, count=-1):
        data = self.files.get(name)
        return data if data is None or count < 0 else data[start:start + count]

    def write_atomic(self, name, data):
        if self.is_full:
            raise OSError(28)
        self.files[name] = bytes(data)

    def append(self, name, data, is_synced=False):
        if self.is_full:
            raise OSError(28)
        self.files[name] = self.files.get(name, b"") + data

    def log(self, text):
        pass


class Ports(Board):
    """A machine that makes its keys itself."""

    def prepare_key(self, prefix, gateway):
        """A key of its own each time, in place of the machine's."""
        self.keys_made += 1
        private = 1000 + self.keys_made
        self.files[prefix + "next.key"] = x509.private_pem(private).encode()
        csr = x509.request(gateway, x509.key_info(p256.public_key(private)), lambda body: x509.signature(p256.sign(private, body)))
        self.files[prefix + "next.csr"] = der.pem(x509.REQUEST, csr).encode()


class Bench:
    """An Enrolment with what it told, and answers as the desk gives them."""

    def __init__(self, ports=None, token=TOKEN, root=ROOT):
        self.ports = ports or Ports()
        self.config = Section(gateway=Section(id=GATEWAY), enrol=Section(port=8884, token=token),
                              vpp=Section(kid="k1", key=None, root_key=root, ca_file=None, installer_key=None))
        self.told = []
        self.now_ms = 0
        self.start()

    def start(self):
        """As after a restart of the program: only the files remain."""
        self.machine = machine.Enrolment(self.config, self.ports, lambda now_ms, code, who, values: self.told.append((code, values)))
        self.look()

    def look(self, after_ms=1):
        """Let time pass; returns whether the main connection is to be made anew."""
        self.now_ms += after_ms
        return self.machine.on_time(self.now_ms)

    def ask(self):
        """(content of the request that is due, kid, key it is signed with)."""
        topic, payload = self.machine.request(self.now_ms)
        keys = {key_tree.CLAIM_KID: key_tree.claim_key(TOKEN)}
        if self.config.vpp.root_key:
            keys["k1"] = key_tree.kid_key(binascii.unhexlify(self.config.vpp.root_key), "k1")
        json_bytes, kid, error = auth.verify("hmac", topic, payload, keys)
        assert error is None and topic == topics.topic("enrol", GATEWAY), error
        return messages.decode("enrol", json_bytes)[0], kid, keys[kid]

    def answer(self, asked, **changes):
        """(topic, payload) of the answer to ask(); changes: key, kid of the signature; others as certificate_pem has them,
        ref, refused."""
        content, kid, key = asked
        body = {"id": "a1", "iat_ms": self.ports.unix_ms(), "ref": changes.pop("ref", content["id"])}
        sign_key, sign_kid = changes.pop("sign_key", key), changes.pop("kid", kid)
        topic = changes.pop("topic", topics.topic("certificate", GATEWAY))
        if "refused" in changes:
            body["refused"] = changes["refused"]
        else:
            info = changes.pop("public_info", None) or x509.request_key(binascii.a2b_base64(content["request"].encode()))
            body["ca"] = changes.pop("ca", None) or ca_pem()
            body["certificate"] = certificate_pem(info, self.ports.now_s, **changes)
        return topic, auth.sign(topic, messages.encode("certificate", body), sign_kid, sign_key)

    def take(self, answer):
        """Hand an answer over; whether it is on trial from now."""
        return self.machine.take(self.now_ms, answer[0], answer[1])

    def enrol(self):
        """From the token to the connection that stands."""
        assert self.take(self.answer(self.ask()))
        self.machine.connected(self.now_ms)
        return self

    def codes(self):
        """Numbers of what was told so far."""
        return [code for code, _ in self.told]


def certificate_pem(public_info, now_s, name=GATEWAY, begins_s=-3600, ends_s=300 * DAY_S, issuer="CA", ca_key=CA_KEY):
    """A certificate; begins_s, ends_s: counted from now_s."""
    times = der.item(der.SEQUENCE, _time(now_s + begins_s), _time(now_s + ends_s))
    body = der.item(der.SEQUENCE, der.item(0xA0, der.integer(2)), der.integer(7), _ECDSA, x509.subject(issuer), times,
                    x509.subject(name), public_info)
    signature = der.item(der.BIT_STRING, b"\x00", x509.signature(p256.sign(ca_key, body)))
    return der.pem(x509.CERTIFICATE, der.item(der.SEQUENCE, body, _ECDSA, signature))


def ca_pem(key=CA_KEY, name="CA"):
    """The authority's own certificate."""
    return certificate_pem(x509.key_info(p256.public_key(key)), START_S, name, ends_s=7000 * DAY_S, issuer=name, ca_key=key)


def _time(unix_s):
    days, rest = unix_s // DAY_S, unix_s % DAY_S
    year = 1970
    while days >= 365 + _is_leap(year):
        days -= 365 + _is_leap(year)
        year += 1
    month = 1
    for length in (31, 28 + _is_leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30):
        if days < length:
            break
        days -= length
        month += 1
    text = "%04d%02d%02d%02d%02d%02dZ" % (year, month, days + 1, rest // 3600, rest // 60 % 60, rest % 60)
    return der.item(der.GENERALIZED_TIME, text.encode())


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def certificate_file(ports):
    """The Certificate in force."""
    return identity.Identity(Section(enrol=None), ports).certificate()
