"""The folder of releases: which are there, writing a new one so that a power cut leaves it whole or invisible, unpacking.

Not its job: which one runs (slots.py, the starter), what may be installed (protocols/bundle.py, update/install.py).
A release is complete when its manifest is there, which is written last, behind everything else on the medium. Linux has one
folder a version; a board has two slots, of which the one that does not run is overwritten.
Imported where releases are changed; a board forgets it with the rest.
Source: ours; lzma and zlib of CPython, deflate of MicroPython.
"""
import os

from protocols.bundle import MANIFEST_FILE

SLOTS = ("a", "b")
PIECE_BYTES = 16384
BOARD_PIECE_BYTES = 1024
WINDOW_BITS = 15                # 32 KiB
XZ_MEMORY_BYTES = 1 << 27       # the strongest preset takes 65 MiB to unpack


class Releases:
    """Below one folder; every path is relative to it."""

    def __init__(self, folder, running, *, has_slots=False, system=os, open_file=open):
        """folder: of the releases, without a slash at its end; running: name of the one that runs, None for none of them.
        has_slots: a board. system, open_file: os and open, or what stands in for them in a test."""
        self.running = running
        self._folder = folder
        self._has_slots = has_slots
        self._os = system
        self._open_file = open_file
        self._made = None       # folders of the release being written
        self._file = None
        self._feed = None

    def present(self):
        """Names of the complete releases, in any order."""
        try:
            names = [name for name in self._os.listdir(self._folder or "/") if not self._has_slots or name in SLOTS]
        except OSError:
            return []
        return [name for name in names if self.manifest(name) is not None]

    def manifest(self, name):
        """The manifest line of a release, None when it is not there or not complete."""
        try:
            with self._open_file(self._path(name, MANIFEST_FILE), "rb") as file:
                return file.read() or None
        except OSError:
            return None

    def place_for(self, version):
        """Name under which a version goes in."""
        return version if not self._has_slots else SLOTS[1] if self.running == SLOTS[0] else SLOTS[0]

    def free_bytes(self):
        """Space left here, None where the port can't tell."""
        if not hasattr(self._os, "statvfs"):
            return None
        facts = self._os.statvfs(self._folder or "/")
        return facts[0] * facts[4]

    # -- writing one -------------------------------------------------------------------------------------

    def begin(self, name, feed=None):
        """An empty place of that name; what was there is gone, its manifest first, so that nobody starts a remainder.

        Other remainders go as well: a disk must not fill up with installations that power cuts ended. feed: called between
        two removals, for a board's watchdog.
        """
        self._feed = feed
        if self.manifest(name) is not None:
            self._os.remove(self._path(name, MANIFEST_FILE))
            self._sync()
        for other in self._remainders():
            self.remove(other)
        self.remove(name)
        self._os.mkdir(self._path(name))
        self._made = [name]

    def _remainders(self):
        return [] if self._has_slots else [name for name in self._os.listdir(self._folder) if self.manifest(name) is None]

    def write(self, name, path, data, is_last):
        """The next bytes of a file of the release; files come one after the other. OSError when they can't be written."""
        if self._file is None:
            self._make_folders(name, path)
            self._file = self._open_file(self._path(name, path), "wb")
        self._file.write(data)
        if is_last:
            file, self._file = self._file, None
            file.close()

    def finish(self, name, manifest_line):
        """Everything is written: onto the medium with it, then the manifest that makes it a release."""
        self._sync()
        with self._open_file(self._path(name, MANIFEST_FILE), "wb") as file:
            file.write(manifest_line)
        self._sync()

    def abandon(self, name):
        """What was begun is given up."""
        if self._file is not None:
            self._file.close()
            self._file = None
        try:
            self.remove(name)
        except OSError:
            pass    # without a manifest it is no release; the next one overwrites it

    def remove(self, name):
        """A release with all its files; nothing happens where there is none."""
        try:
            entries = self._os.listdir(self._path(name))
        except OSError:
            return
        for entry in entries:
            self._remove_entry(name + "/" + entry)
        self._os.rmdir(self._path(name))

    def _remove_entry(self, path):
        if self._feed is not None:
            self._feed()
        if not self._is_folder(path):
            self._os.remove(self._path(path))
            return
        for entry in self._os.listdir(self._path(path)):
            self._remove_entry(path + "/" + entry)
        self._os.rmdir(self._path(path))

    def _is_folder(self, path):
        try:
            self._os.listdir(self._path(path))
        except OSError:
            return False
        return True

    def _make_folders(self, name, path):
        levels = path.split("/")[:-1]
        for count in range(len(levels)):
            folder = "/".join([name] + levels[:count + 1])
            if folder not in self._made:
                self._os.mkdir(self._path(folder))
                self._made.append(folder)

    def _path(self, *levels):
        return "/".join((self._folder,) + levels)

    def _sync(self):
        if hasattr(self._os, "sync"):
            self._os.sync()


def unpacked(packing, read):
    """Yields the bytes of a packed stream in pieces. packing: "xz" or "deflate"; read(count): packed bytes, b"" at the end.

    ValueError where the stream is damaged or ends early.
    """
    if packing == "xz":
        return _xz(read)
    try:
        import deflate
    except ImportError:
        return _zlib(read)
    return _deflate(deflate, read)


def _xz(read):
    import lzma

    machine = lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY_BYTES)
    try:
        while not machine.eof:
            data = read(PIECE_BYTES) if machine.needs_input else b""
            if machine.needs_input and not data:
                raise ValueError("the stream ends early")
            yield machine.decompress(data, PIECE_BYTES)
    except lzma.LZMAError as error:
        raise ValueError(str(error))
    if machine.unused_data or read(1):
        raise ValueError("something follows the stream")


def _zlib(read):
    import zlib

    machine = zlib.decompressobj()
    try:
        while not machine.eof:
            data = machine.unconsumed_tail or read(PIECE_BYTES)
            if not data:
                raise ValueError("the stream ends early")
            yield machine.decompress(data, PIECE_BYTES)
    except zlib.error as error:
        raise ValueError(str(error))
    if machine.unused_data or read(1):
        raise ValueError("something follows the stream")


def _deflate(deflate, read):
    import io

    class Packed(io.IOBase):
        """What DeflateIO reads from."""

        def readinto(self, buffer):
            data = read(len(buffer))
            buffer[:len(data)] = data
            return len(data)

    stream = deflate.DeflateIO(Packed(), deflate.ZLIB, WINDOW_BITS)
    try:
        while True:
            data = stream.read(BOARD_PIECE_BYTES)
            if not data:
                return
            yield data
    except (OSError, EOFError) as error:
        raise ValueError("damaged: %s" % error)
