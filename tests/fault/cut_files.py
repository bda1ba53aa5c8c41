"""A disk that forgets at a power cut what the rules let it forget, fills up, and turns read-only; stands in for `os` and `open`.

Not its job: what a program has to keep (test_power_cuts.py), many cuts of one piece of work (cuts.py).
The rules, as weak as POSIX leaves them, so that whoever survives here survives on ext4, f2fs, XFS, btrfs and littlefs:
- What write() took is in the program until flush() or close(), then in the system's cache, and safe after fsync() of that
  file only. At a cut each such write is there as a whole, not at all, up to a sector, or up to any byte, whatever became
  of others, also of later ones; what is missing ahead of something later reads as zeros.
- A name is not part of its file: making, renaming and removing one is safe after a sync of its *folder* only. At a cut
  each is done or not, whatever became of others of that folder and of the files' content. One rename is never half done.
- A file cut to nothing by opening it for writing may be empty although what was written then is lost.
Real ones keep more order: ext4, f2fs, XFS and btrfs keep that of names, littlefs shows a file as of its last sync or close.
Source: POSIX.1-2017 fsync(), rename(), with no word about a cut without fsync; Pillai et al., "All File Systems Are Not
Created Equal", OSDI 2014, table 1; D. Chinner on the order of names, linux-fsdevel, September 2018; littlefs, DESIGN.md.
"""

import errno
import posixpath

from tests.fault.cut_nodes import Folder, Node

BUFFER_BYTES = 8192     # of a file in the program
BLOCK_BYTES = 4096
O_RDONLY, O_DIRECTORY = 0, 65536


class PowerCut(BaseException):
    """The machine is off. No Exception: nobody may catch it and go on."""


class CutFiles:
    """`os` and `open` on such a disk. Every operation that changes something is counted in `done` (list of words).

    cut_at: number of the operation the power is cut ahead of. refuse(number, word): errno, or None, of an operation: a
    write that is refused has taken half of its bytes. limit_bytes: all content; then ENOSPC.
    """

    O_RDONLY, O_DIRECTORY = O_RDONLY, O_DIRECTORY

    def __init__(self, root=None, *, cut_at=None, refuse=None, limit_bytes=None):
        self.done = []
        self.cut_at = cut_at
        self.refuse = refuse
        self.limit_bytes = limit_bytes
        self._root = root or Folder()
        self._open = {}         # number of an open file -> Node or Folder

    def after_cut(self, chance):
        """CutFiles as the next start finds it."""
        return CutFiles(self._root.after_cut(chance))

    def sync(self):
        """Everything becomes safe."""
        folders = [self._root]
        for folder in folders:
            folder.sync()
            for node in folder.seen.values():
                if isinstance(node, Folder):
                    folders.append(node)
                else:
                    node.sync()

    # -- names -------------------------------------------------------------------------------------------

    def mkdir(self, path):
        """As os.mkdir."""
        folder, name = self._place(path)
        if name in folder.seen:
            raise OSError(errno.EEXIST, "exists", path)
        self._begin("mkdir " + path)
        folder.change((name, Folder()))

    def rename(self, old, new):
        """As os.rename on POSIX: what `new` named is replaced."""
        folder, name = self._place(old)
        other, new_name = self._place(new)
        node = self._find(old)
        if other is not folder:
            raise OSError(errno.EXDEV, "the model knows renames within a folder only", old)
        self._begin("rename %s %s" % (old, new))
        folder.change((new_name, node), (name, None))

    replace = rename

    def remove(self, path):
        """As os.remove."""
        folder, name = self._place(path)
        node = self._find(path)
        if isinstance(node, Folder) and node.seen:
            raise OSError(errno.ENOTEMPTY, "not empty", path)
        self._begin("remove " + path)
        folder.change((name, None))

    unlink = rmdir = remove

    def symlink(self, target, path):
        """As os.symlink."""
        folder, name = self._place(path)
        if name in folder.seen:
            raise OSError(errno.EEXIST, "exists", path)
        self._begin("symlink " + path)
        folder.change((name, Node(link=target)))

    def readlink(self, path):
        """As os.readlink."""
        return self._find(path).link

    def listdir(self, path):
        """As os.listdir."""
        return sorted(self._folder(path).seen)

    def statvfs(self, path):
        """As os.statvfs, as far as free space goes."""
        free_bytes = (1 << 30) if self.limit_bytes is None else self.limit_bytes - self._used_bytes(self._root)
        blocks = max(free_bytes, 0) // BLOCK_BYTES
        return BLOCK_BYTES, BLOCK_BYTES, blocks, blocks, blocks, 0, 0, 0, 0, 255

    # -- open files ----------------------------------------------------------------------------------------

    def open_file(self, path, mode="r"):
        """As the function open() for "rb", "wb", "ab", "r+b"."""
        folder, name = self._place(path)
        node = folder.seen.get(name)
        if mode not in ("rb", "wb", "ab", "r+b"):
            raise ValueError("mode %r" % mode)
        if mode in ("rb", "r+b") or isinstance(node, Folder):
            node = self._find(path)
            if isinstance(node, Folder):
                raise OSError(errno.EISDIR, "a folder", path)
        elif node is None:
            self._begin("create " + path)
            node = Node()
            folder.change((name, node))
        elif mode == "wb" and node.seen:
            self._begin("truncate " + path)
            node.cut_to(0)
        return File(self, node, path, mode, self._number(node))

    def open(self, path, flags):
        """As os.open of a folder or file for reading."""
        return self._number(self._find(path))

    def close(self, number):
        """As os.close."""
        del self._open[number]

    def fsync(self, number):
        """As os.fsync."""
        node = self._open[number]
        self._begin("fsync %s" % ("folder" if isinstance(node, Folder) else "file"))
        node.sync()

    def write(self, node, offset, data, path):
        """From the program into the cache; half of it when refused."""
        try:
            self._begin("write %s %d" % (path, len(data)))
            if self.limit_bytes is not None:
                grown = max(offset + len(data) - len(node.seen), 0)
                if self._used_bytes(self._root) + grown > self.limit_bytes:
                    raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            node.write(offset, data[:len(data) // 2])
            raise
        node.write(offset, data)

    # -- inside --------------------------------------------------------------------------------------------

    def _begin(self, word):
        number = len(self.done)
        if number == self.cut_at:
            raise PowerCut(word)
        self.done.append(word)
        refused = self.refuse(number, word) if self.refuse else None
        if refused:
            raise OSError(refused, errno.errorcode[refused])

    def _number(self, node):
        number = 3
        while number in self._open:
            number += 1
        self._open[number] = node
        return number

    def _folder(self, path):
        folder = self._root
        for part in path.strip("/").split("/"):
            if part:
                folder = folder.seen.get(part)
            if not isinstance(folder, Folder):
                raise OSError(errno.ENOENT, "no such folder", path)
        return folder

    def _place(self, path):
        head, name = posixpath.split(path.rstrip("/"))
        return self._folder(head), name

    def _find(self, path):
        if not path.strip("/"):
            return self._root
        folder, name = self._place(path)
        if name not in folder.seen:
            raise OSError(errno.ENOENT, "no such file", path)
        return folder.seen[name]

    def _used_bytes(self, folder):
        return sum([self._used_bytes(node) if isinstance(node, Folder) else len(node.seen)
                    for node in folder.seen.values()])


class File:
    """An open file of the program, with its buffer."""

    def __init__(self, files, node, path, mode, number):
        self._files, self._node, self._path, self._number = files, node, path, number
        self._at = len(node.seen) if mode == "ab" else 0
        self._waiting = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or issubclass(kind, Exception):
            self.close()

    def read(self, count=-1):
        """As of a file opened for reading."""
        end = len(self._node.seen) if count is None or count < 0 else self._at + count
        data = bytes(self._node.seen[self._at:end])
        self._at += len(data)
        return data

    def tell(self):
        """Where the next byte goes or comes from."""
        return self._at + len(self._waiting)

    def seek(self, at):
        """From the beginning."""
        self.flush()
        self._at = at

    def write(self, data):
        """Waits in the program."""
        self._waiting += bytes(data)
        if len(self._waiting) >= BUFFER_BYTES:
            self.flush()
        return len(data)

    def flush(self):
        """Into the cache of the system; what is refused stays lost, as a closed file's."""
        data, self._waiting = self._waiting, b""
        if data:
            self._files.write(self._node, self._at, data, self._path)
            self._at += len(data)

    def fileno(self):
        """For fsync."""
        return self._number

    def close(self):
        """As of any file."""
        if self._number is not None:
            number, self._number = self._number, None
            try:
                self.flush()
            finally:
                self._files.close(number)
