"""The folder of releases and a board's slots on a disk in memory; streams unpacked on whatever this runtime has.

Not its job: power cuts (fault/test_update_cuts). Source: edge/hal_releases.py; streams made by zlib and lzma of CPython.
"""

import binascii
import sys

from edge.hal_releases import Releases, unpacked

ZLIB = binascii.unhexlify("789c4b4c4a4e49050005c801f0")      # abcde
IS_CPYTHON = sys.implementation.name == "cpython"


class Memory:
    """`os` and `open` of a disk in memory, as far as releases go."""

    def __init__(self):
        self.files = {}
        self.folders = set([""])
        self.syncs = 0
        self.log = []

    def listdir(self, path):
        path = "" if path == "/" else path
        if path not in self.folders:
            raise OSError(2, path)
        names = [name for name in list(self.files) + list(self.folders) if name.rpartition("/")[0] == path and name]
        return [name.rpartition("/")[2] for name in names]

    def mkdir(self, path):
        if path in self.folders or path.rpartition("/")[0] not in self.folders:
            raise OSError(17, path)
        self.folders.add(path)

    def rmdir(self, path):
        if self.listdir(path):
            raise OSError(39, path)
        self.folders.remove(path)

    def remove(self, path):
        if path not in self.files:
            raise OSError(2, path)
        self.log.append("remove " + path)
        del self.files[path]

    def sync(self):
        self.syncs += 1
        self.log.append("sync")

    def open_file(self, path, mode):
        if mode == "rb" and path not in self.files or path.rpartition("/")[0] not in self.folders:
            raise OSError(2, path)
        return File(self, path, mode)


class File:
    def __init__(self, disk, path, mode):
        self._disk, self._path = disk, path
        if mode == "wb":
            disk.files[path] = b""
            disk.log.append("write " + path)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def read(self):
        return self._disk.files[self._path]

    def write(self, data):
        self._disk.files[self._path] += data

    def close(self):
        pass


def releases(disk, running, has_slots=False):
    return Releases("" if has_slots else "/releases", running, has_slots=has_slots, system=disk, open_file=disk.open_file)


def written(folder, name):
    folder.begin(name)
    for path in ("edge/laws/x.py", "edge/y.py", "z"):
        folder.write(name, path, b"one ", False)
        folder.write(name, path, b"two", True)
    folder.finish(name, b"{}")


def test_a_release_is_there_once_its_manifest_is_and_that_is_written_last():
    disk = Memory()
    disk.mkdir("/releases")
    folder = releases(disk, "1.0.0")
    folder.begin("1.1.0")
    folder.write("1.1.0", "edge/laws/x.py", b"x", True)
    assert folder.present() == [] and folder.manifest("1.1.0") is None
    folder.finish("1.1.0", b"{}")
    assert folder.present() == ["1.1.0"] and folder.manifest("1.1.0") == b"{}"
    assert disk.log[-3:] == ["sync", "write /releases/1.1.0/manifest.json", "sync"]


def test_a_place_is_emptied_manifest_first():
    disk = Memory()
    disk.mkdir("/releases")
    folder = releases(disk, "1.0.0")
    written(folder, "1.1.0")
    disk.log = []
    folder.begin("1.1.0")
    assert disk.log[:2] == ["remove /releases/1.1.0/manifest.json", "sync"] and disk.files == {}
    assert disk.folders == set(["", "/releases", "/releases/1.1.0"])
    written(folder, "1.2.0")
    assert disk.files["/releases/1.2.0/edge/laws/x.py"] == b"one two"
    folder.begin("1.3.0")
    folder.write("1.3.0", "edge/a.py", b"half", False)
    folder.abandon("1.3.0")
    assert folder.present() == ["1.2.0"] and "/releases/1.3.0" not in disk.folders


def test_remainders_of_other_installations_do_not_fill_the_disk():
    disk = Memory()
    disk.mkdir("/releases")
    folder = releases(disk, "1.0.0")
    written(folder, "1.0.0")
    releases(disk, "1.0.0").begin("1.1.0")      # the power is cut
    written(folder, "1.2.0")
    assert sorted(folder.present()) == ["1.0.0", "1.2.0"] and "/releases/1.1.0" not in disk.folders


def test_whoever_watches_is_fed_while_a_slot_is_emptied():
    disk = Memory()
    written(releases(disk, "a", True), "b")
    fed = []
    releases(disk, "a", True).begin("b", lambda: fed.append(1))
    assert len(fed) >= 3 and disk.files == {}


def test_a_board_overwrites_the_slot_that_does_not_run():
    disk = Memory()
    for running, place in (("a", "b"), ("b", "a"), (None, "a")):
        folder = releases(disk, running, True)
        assert folder.place_for("9.9.9") == place
        written(folder, place)
    disk.mkdir("/store")
    assert sorted(releases(disk, "a", True).present()) == ["a", "b"]
    assert releases(disk, "1.0.0").place_for("9.9.9") == "9.9.9"


def unpack(packing, data, step=7):
    place = [0]

    def read(count):
        piece = data[place[0]:place[0] + min(count, step)]
        place[0] += len(piece)
        return piece

    return b"".join([bytes(piece) for piece in unpacked(packing, read)])


def refuses(packing, data):
    try:
        unpack(packing, data)
    except ValueError:
        return True
    return False


def test_a_boards_stream():
    assert unpack("deflate", ZLIB) == b"abcde"
    for data in (b"", ZLIB[:5], ZLIB[:-4] + bytes(4), b"no stream at all"):
        assert refuses("deflate", data), data


def test_a_stream_for_linux():
    if IS_CPYTHON:      # no board reads one
        made = __import__("lzma").compress(b"abcde" * 10000, preset=9)
        assert unpack("xz", made, 1000) == b"abcde" * 10000
        for data in (b"", made[:-1], made + b"x", b"no stream", made[:20] + bytes(20) + made[40:]):
            assert refuses("xz", data), len(data)
