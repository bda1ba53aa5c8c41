"""The machine under the gateway: ticks, wall clock, chance, entropy, files, signals, TLS.

Not its job: anything that could be decided without a machine. The only importer of time, os, random and
open(), and of CPython-only modules (guarded).
Source: time and os modules of MicroPython and CPython.
"""
import os
import random
import sys
import time

from protocols.command_window import clock_or_none

try:
    from time import ticks_ms
except ImportError:     # CPython: wrap as a 32-bit port does, so that every run on CPython meets the wrap
    def ticks_ms():
        """Milliseconds of the monotonic clock, wrapping at 2**30 as on a 32-bit board."""
        return (time.monotonic_ns() // 1000000) & 0x3FFFFFFF

# A microcontroller's memory and TLS; whatever runs MicroPython is taken for one.
IS_BOARD = sys.implementation.name == "micropython"
_BEGUN_S = time.time()
# ESP32 counts from 2000-01-01.
_EPOCH_OFFSET_MS = 946684800000 if time.gmtime(0)[0] == 2000 else 0


class WallClock:
    """Labels for people and for the validity of commands; never decides control."""

    def unix_ms(self):
        """Milliseconds since 1970-01-01 UTC, an integer; whole seconds on boards with 32-bit floats."""
        return int(time.time() * 1000) + _EPOCH_OFFSET_MS


class Chance:
    """Pseudo-random numbers for jitter and randomised delays; not for secrets."""

    def __init__(self, seed=None):
        """seed: integer for a repeatable run; None takes one from the machine."""
        random.seed(int.from_bytes(os.urandom(4), "big") if seed is None else seed)

    def uniform(self, low, high):
        """A number in [low, high]."""
        return low + (high - low) * random.random()


def entropy(count):
    """`count` unpredictable bytes."""
    return os.urandom(count)


def log(text):
    """One line with its time in UTC on the error output, for whoever watches the console or the service manager's log;
    never waits to be full. A machine that does not know the time tells that by the seconds it has been up."""
    clock = clock_or_none(WallClock().unix_ms())
    when = "+%ds" % int(time.time() - _BEGUN_S) if clock is None else "%04d-%02d-%02dT%02d:%02d:%02dZ" % tuple(time.gmtime()[:6])
    try:
        print(when, text, file=sys.stderr)
        if hasattr(sys.stderr, "flush"):
            sys.stderr.flush()
    except OSError:
        pass    # a log on a full disk, a reader that has gone


class FileStore:
    """Named blobs in one directory; a power cut leaves the old or the new content, never a mixture.

    Where there is fsync it is called on the file and, since a name is not part of its file, on the directory; littlefs on
    boards keeps a closed file and the order of names by itself.
    """

    def __init__(self, directory, system=os, open_file=open):
        """directory: made when it does not exist. system, open_file: os and open, or what stands in for them in a test."""
        self._directory = directory
        self._os = system
        self._open = open_file
        try:
            system.mkdir(directory)
            self._sync_names(directory.rpartition("/")[0] or ("/" if directory[:1] == "/" else "."))
        except OSError:
            pass    # it is there; a directory that can't be used shows at the first write

    def _path(self, name):
        return self._directory + "/" + name

    def path(self, name):
        """Where a file lies, for a library that opens it itself."""
        return self._path(name)

    def read(self, name, start=0, count=-1):
        """The content, or `count` bytes of it from `start`; None when there is none."""
        try:
            with self._open(self._path(name), "rb") as file:
                if start:
                    file.seek(start)
                return file.read(count)
        except OSError:
            return None

    def names(self, beginning):
        """Names of all blobs that begin so, in any order."""
        try:
            return [name for name in self._os.listdir(self._directory)
                    if name.startswith(beginning) and not name.endswith(".new")]
        except OSError:
            return []

    def write_atomic(self, name, data):
        """Replace the content as a whole; waits for the medium, so only for small files. OSError when it can't."""
        temporary = self._path(name) + ".new"
        try:
            self._replace(name, temporary, data)
        except OSError:
            self.remove(name + ".new")      # a disk that is full needs the room
            raise

    def _replace(self, name, temporary, data):
        with self._open(temporary, "wb") as file:
            if name[-4:] == ".key" and hasattr(self._os, "chmod"):
                self._os.chmod(temporary, 0o600)    # before anything is in it
            file.write(data)
            self._sync(file)
        self._os.rename(temporary, self._path(name))
        self._sync_names(self._directory)

    def append(self, name, data, is_synced=False):
        """Add to the end; written out when the system sees fit, or at once with is_synced. OSError when it can't.

        A power cut may tear what was not synced at any byte, also into zeros: who reads it checks every record.
        """
        with self._open(self._path(name), "ab") as file:
            file.write(data)
            if is_synced:
                self._sync(file)
        if is_synced:
            self._sync_names(self._directory)

    def remove(self, name):
        """Remove a blob, where there is one; after a power cut it may be back."""
        try:
            self._os.remove(self._path(name))
        except OSError:
            pass    # not there, or a disk that takes no more changes: its owner knows it by its content

    def free_bytes(self):
        """Space left for this store, or None when the port can't tell."""
        if not hasattr(self._os, "statvfs"):
            return None
        facts = self._os.statvfs(self._directory)
        return facts[0] * facts[4]

    def _sync(self, file):
        file.flush()
        if hasattr(self._os, "fsync"):
            self._os.fsync(file.fileno())
        elif hasattr(self._os, "sync"):
            self._os.sync()

    def _sync_names(self, directory):
        if hasattr(self._os, "fsync"):
            number = self._os.open(directory, self._os.O_RDONLY)
            try:
                self._os.fsync(number)
            finally:
                self._os.close(number)


def hold_folder(directory):
    """Hold a store's folder for this process alone: (what holds it until the process ends, None), or (None, who has it).

    Two gateways in one folder would overwrite each other's journal and reuse sequence numbers. What can't be locked,
    a read-only disk or a port without locks, is used as it is: that must not keep a charger uncontrolled.
    """
    try:
        import fcntl
    except ImportError:
        return directory, None      # one board runs one gateway
    try:
        FileStore(directory)        # makes the folder
        file = open(directory + "/lock", "a+")
    except OSError as error:
        log("%s can't be locked: %s" % (directory, error))
        return directory, None
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read(20).strip() or "unknown"
        file.close()
        return None, holder
    except OSError as error:
        log("%s can't be locked: %s" % (directory, error))
        return file, None
    file.truncate(0)
    file.write("%d\n" % os.getpid())
    file.flush()
    return file, None


def on_terminate(callback):
    """Call `callback()` inside the event loop at SIGTERM or SIGINT; a no-op on boards, which have no signals."""
    try:
        import asyncio
        import signal
        loop = asyncio.get_running_loop()
    except (ImportError, AttributeError):
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, callback)


def tls_context(ca_file, cert_file, key_file):
    """TLS client context that verifies the broker. ca_file: PEM, None for the system's certificates.
    cert_file and key_file: PEM or empty. ValueError without a ca_file where the system has none.

    verify_mode is set by hand: MicroPython's default for a client context is CERT_NONE.
    """
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    if ca_file:
        with open(ca_file, "rb") as file:
            context.load_verify_locations(cadata=file.read().decode())
    elif has_system_certificates():
        context.load_default_certs()
    else:
        raise ValueError("no ca_file, and this machine has no certificates of its own")
    if cert_file:
        context.load_cert_chain(cert_file, key_file)
    return context


def has_system_certificates():
    """Whether TLS can verify a broker without a ca_file; boards can't."""
    import ssl
    return hasattr(ssl.SSLContext, "load_default_certs")


def close(writer):
    """Close a stream for good on either runtime: MicroPython's close() does nothing, only wait_closed() closes, and that
    by this same call. Nobody may wait for the stream any more."""
    try:
        if hasattr(writer, "transport"):
            writer.close()
        else:
            writer.s.close()
    except OSError:
        pass    # the peer was quicker


def no_delay(writer):
    """Switch Nagle's algorithm off: with it a command takes 40 to 90 ms longer."""
    try:
        socket = writer.get_extra_info("socket") if hasattr(writer, "transport") else writer.s
        socket.setsockopt(6, 1, 1)      # IPPROTO_TCP, TCP_NODELAY
    except (AttributeError, KeyError, OSError):
        pass    # not a TCP socket, or a port without the option
