"""Files and folders of a disk that forgets: what programs see, what is safe, and what a power cut may leave.

Not its job: operations of programs, and the rules with their source (cut_files.py).
Source: as cut_files.py.
"""

SECTOR_BYTES = 512
DONE_SHARE = 0.6    # of the names changed since the last sync


class Node:
    """Content of one file, as programs see it, and what of it is safe."""

    def __init__(self, content=b"", link=None):
        self.seen = bytearray(content)
        self.safe = bytes(content)
        self.link = link        # target of a symbolic link
        self.late = []          # (offset, bytes) written, (length, None) cut to; since the last sync, in order

    def write(self, offset, data):
        """Into the cache of the system."""
        if len(self.seen) < offset:
            self.seen += bytes(offset - len(self.seen))
        self.seen[offset:offset + len(data)] = data
        self.late.append((offset, bytes(data)))

    def cut_to(self, length):
        """Shorter, or the same."""
        if length < len(self.seen):
            del self.seen[length:]
            self.late.append((length, None))

    def sync(self):
        """All of it is safe."""
        self.safe, self.late = bytes(self.seen), []

    def after_cut(self, chance):
        """One content that the rules allow. chance: random.Random."""
        found = Node(self.safe, self.link)
        for offset, data in self.late:
            fate = chance.choice(("lost", "whole", "whole", "sector", "byte"))
            if fate == "lost":
                continue
            if data is None:
                found.cut_to(offset)
                continue
            kept = len(data)
            if fate != "whole":
                kept = chance.randint(0, len(data))
                if fate == "sector":
                    kept = max((offset + kept) // SECTOR_BYTES * SECTOR_BYTES - offset, 0)
            if kept:
                found.write(offset, data[:kept])
        found.sync()
        return found


class Folder:
    """Names in one folder."""

    def __init__(self, names=None):
        self.seen = dict(names or {})
        self.safe = dict(self.seen)
        self.late = []      # [(name, Node or Folder or None), …] of each change since the last sync; one is never half done

    def change(self, *names):
        """(name, what it names or None) …, in one step."""
        _apply(self.seen, names)
        self.late.append(names)

    def sync(self):
        """All names are safe."""
        self.safe, self.late = dict(self.seen), []

    def after_cut(self, chance):
        """One set of names that the rules allow, with one content for each file."""
        names = dict(self.safe)
        for change in self.late:
            if chance.random() < DONE_SHARE:
                _apply(names, change)
        twins = {}      # a rename that is lost in part of the log leaves a file under both names
        return Folder({name: twins.setdefault(id(node), node.after_cut(chance)) for name, node in names.items()})


def _apply(names, change):
    for name, node in change:
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node
