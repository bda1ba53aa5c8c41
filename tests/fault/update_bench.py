"""A machine with two releases on whatever disk a test hands in: installing, starting, confirming, giving up.

Not its job: real processes (sim/test_update_live), the disk. The signature is real, the releases are small.
"""

import hashlib
import lzma

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from edge import hal, slots
from edge.hal_releases import Releases, unpacked
from edge.update import install, job_book
from edge.update.installed import Installed
from protocols import bundle
from tests.portable import fake_site

KEY = rsa.generate_private_key(public_exponent=65537, key_size=3072)
FOLDER = "/opt/releases"
STORE = "/store"
OLD, NEW = "0.0.9", "9.0.0"


def files_of(version):
    """{path: bytes} of a release."""
    return {"edge/version.py": b"VERSION = '%s'\n" % version.encode(), "edge/laws/a.py": version.encode() * 3000, "edge/empty.py": b"",
            "protocols/b.py": bytes(range(256)) * 20}


def bundle_of(version, key=KEY, **changes):
    """Bytes of a signed bundle."""
    files = files_of(version)
    payload = lzma.compress(b"".join(files.values()), preset=0)
    manifest = {
        "format": 1, "board": "linux-generic", "runtime": "cpython", "version": version, "min_version": OLD,
        "built": "2026-11-21T08:00:00Z", "configuration": 1, "packing": "xz",
        "payload": {"size": len(payload), "sha256": hashlib.sha256(payload).hexdigest()},
        "files": [[path, len(data), hashlib.sha256(data).hexdigest()] for path, data in files.items()], **changes}
    signature = key.sign(bundle.manifest_line(manifest), padding.PKCS1v15(), hashes.SHA256())
    return bundle.head(manifest, signature) + payload


class Vpp:
    update_key = "%0768x" % KEY.public_key().public_numbers().n


class Config:
    vpp = Vpp()


class Machine:
    """One start of it; running: name of the release it is."""

    def __init__(self, files, running=OLD):
        self.files = files
        self.store = hal.FileStore(STORE, files, files.open_file)
        self.folder = Releases(FOLDER, running, system=files, open_file=files.open_file)
        self.ports = fake_site.Ports()
        self.ports.store = self.store
        self.ports.releases = Installed(self.folder, self.store)

    def install(self):
        """What main.py does behind the stop that a job asked for."""
        return install.after_stop(Config, self.ports, unpacked, lambda: None)

    def start(self):
        """What the starter does: the name of the release it starts."""
        record = slots.load([self.store.read(name) for name in slots.FILES])
        name, changed = slots.choose(record, sorted(self.folder.present(), key=lambda name: name == OLD, reverse=True))
        if changed is not None:
            self.store.write_atomic(*slots.stored(changed))
        return name

    def book(self):
        """Of its jobs."""
        return job_book.JobBook(self.store.read(job_book.FILE))

    def is_whole(self, name):
        """Whether every file of a release is what it has to be."""
        for path, data in files_of(name).items():
            with self.files.open_file("%s/%s/%s" % (FOLDER, name, path), "rb") as file:
                if file.read() != data:
                    return False
        return True


def prepare(files, data=None):
    """OLD is installed and confirmed; the bundle of NEW lies in the store, its job waits for the stop."""
    for folder in ("/opt", FOLDER, STORE):
        files.mkdir(folder)
    machine = Machine(files)
    machine.folder.begin(OLD)
    for path, content in files_of(OLD).items():
        machine.folder.write(OLD, path, content, True)
    machine.folder.finish(OLD, bundle.split_head(bundle_of(OLD))[0])
    machine.store.write_atomic(*slots.stored(slots.confirm(slots.stage(None, OLD), OLD)))
    data = bundle_of(NEW) if data is None else data
    machine.store.append(job_book.BUNDLE_FILE, data, True)
    book = job_book.JobBook()
    book.begin({"id": "j1", "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + 3600000, "kind": "update", "version": NEW}, 0)
    book.open.update({"is_due": True, "needs": {"online": True, "ders": ["ev"]}, "boot": "b"})
    book.move(job_book.VERIFIED)
    machine.store.write_atomic(job_book.FILE, book.data())
