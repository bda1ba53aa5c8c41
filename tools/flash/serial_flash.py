"""Brings a bundle onto a MicroPython board over its serial cable: into the slot that does not run, then on trial.

Not its job: the wire (serial_link.py), the programs on the board (board_programs.py), whether it proves healthy (the board).
Source: layout of boards/starter/main.py: /a and /b hold releases, complete once their manifest.json is there, /store the
record of edge/slots.py, /site.json the compiled site.

Until the record is written nothing that runs has changed; a second call goes on where the first one stopped.
"""

import hashlib
import json
import os

from edge import slots
from edge.hal_releases import MANIFEST_FILE, SLOTS
from protocols import bundle
from tools.build import board_files
from tools.flash import board_programs as board_side
from tools.flash.problem import Problem

STORE = "/store/"
SITE = "/site.json"
KEY_FILES = ("gateway.key", "gateway.crt", "ca.crt")    # of `v2g keys gateway`
STARTER = "starter/"            # of a bundle: what belongs into the root of the board's files
BLOCK_BYTES = 4096              # a file takes whole ones


class Plan:
    """What has to be done: slot, files to send and to remove, root files and site that changed."""

    def __init__(self, slot=None, record=None):
        self.slot = slot            # None: the board has this release already
        self.record = record        # to be stored at the end, None where it stays
        self.send = []              # [(path in the release, bytes)]
        self.remove = []            # paths on the board
        self.root = []              # [(path on the board, bytes)]

    @property
    def send_bytes(self):
        """Bytes of files to send."""
        return sum(len(data) for _, data in self.send)

    @property
    def is_empty(self):
        """Whether the board has everything already."""
        return self.slot is None and self.record is None and not self.root


def identify(link, board):
    """Checks that the board at the other end is one of these; returns (what it calls itself, free bytes or None)."""
    name, version, machine, free_bytes = board_side.identity(link)
    if not board_files.is_machine(board, machine):
        raise Problem("this is a '%s', not a %s ('%s'); nothing was written: name its own board, or plug in the other one" % (
            machine or name, board["board"], board["machine"]))
    needed = tuple(int(part) for part in board["runtime_version_min"].split("."))
    if version[:2] < needed:
        raise Problem("MicroPython %d.%d is on the board, %s or newer is needed: install its image first" % (
            version[0], version[1], board["runtime_version_min"]))
    return machine, free_bytes


def plan(link, release, site=None, keys=()):
    """The Plan for a checked Bundle and a compiled site (bytes, or None: what is there stays).

    Problem when the board's present site names an update key that did not sign the bundle.
    keys: [(name in the store, bytes)] of key and certificates; none: what is there stays.
    """
    board_side.prepare(link)
    release.check_key(board_side.update_key(link))
    record = slots.load(board_side.contents(link, [STORE + name for name in slots.FILES]))
    wanted = {**release.digests, MANIFEST_FILE: hashlib.sha256(bundle.manifest_line(release.manifest)).hexdigest()}
    running = None if record is None else record["good"] or record["trial"]
    if running is not None and board_side.whole(link, "/" + running) == whole_digest(wanted):
        made = Plan(None, _kept(record, running))
    else:
        slot = SLOTS[1] if running == SLOTS[0] else SLOTS[0]
        made = Plan(slot, slots.stage(record, slot))
        found = board_side.listing(link, "/" + slot)
        made.send = [(path, release.files[path]) for path, digest in release.digests.items() if found.get(path) != digest]
        made.remove = ["/%s/%s" % (slot, path) for path in sorted(found) if path not in release.digests]
    made.root = _root_files(link, release, site, keys)
    return made


def _kept(record, running):
    """The record that makes sure that the release which is there runs, None where it does."""
    if record["trial"] is None:
        return None
    return slots.stage(record, running) if record["trial"] == running else slots.fail(record, "another release was flashed")


def whole_digest(digests):
    """What board_programs.whole says of a folder with these files. digests: {path: SHA-256 in hex}."""
    return hashlib.sha256("".join("%s %s\n" % row for row in sorted(digests.items())).encode()).hexdigest()


def _root_files(link, release, site, keys):
    """[(path, bytes)] of starter, site and keys where the board has them differently."""
    wanted = [("/" + path[len(STARTER):], data) for path, data in sorted(release.files.items()) if path.startswith(STARTER)]
    if site is not None:
        wanted.append((SITE, site))
    wanted += [(STORE + name, data) for name, data in keys]
    found = board_side.fingerprints(link, [path for path, _ in wanted])
    return [row for row, digest in zip(wanted, found) if digest != hashlib.sha256(row[1]).hexdigest()]


def check_room(made, free_bytes, board):
    """Problem when what has to be sent will not fit; unknown free space passes."""
    needed_bytes = sum((len(data) // BLOCK_BYTES + 1) * BLOCK_BYTES for _, data in made.send + made.root)
    if free_bytes is not None and needed_bytes > free_bytes:
        raise Problem("%d bytes are needed, %d are free on the board; remove other files from it, or erase its file system. "
                      "A %s has %d KiB" % (needed_bytes, free_bytes, board["board"], board["flash_kib"]))


def carry_out(link, release, made, advance=None):
    """Does what a Plan says, reads everything back, and puts the slot on trial. advance: told of bytes sent.

    Problem when what is read back differs; the release that runs is untouched then.
    """
    if made.slot is not None:
        _fill(link, release, made, advance)
    last = [] if made.record is None else [(STORE + slots.stored(made.record)[0], slots.stored(made.record)[1])]
    if made.slot is not None:
        last.insert(0, ("/%s/%s" % (made.slot, MANIFEST_FILE), bundle.manifest_line(release.manifest)))
    for rows in (made.root, last):
        for path, data in rows:
            board_side.replace(link, path, data)
        _verify(link, rows)


def _fill(link, release, made, advance):
    folder = "/" + made.slot
    # First, so that nobody starts a mixture.
    board_side.remove(link, [folder + "/" + MANIFEST_FILE] + made.remove)
    for path, data in made.send:
        board_side.write(link, folder + "/" + path, data, advance)
    if board_side.whole(link, folder) != whole_digest(release.digests):
        raise Problem("what was read back from slot %s is not what was sent; call again: only what differs is sent" % made.slot)


def _verify(link, rows):
    found = board_side.fingerprints(link, [path for path, _ in rows])
    for (path, data), digest in zip(rows, found):
        if digest != hashlib.sha256(data).hexdigest():
            raise Problem("%s was read back and is not what was sent; call again" % path)


def summary(made, release):
    """Lines for people about a Plan."""
    version = release.manifest["version"]
    if made.is_empty:
        return ["version %s runs already, nothing to do" % version]
    lines = [] if made.slot is None else ["version %s into slot %s: %d of %d files to send, %d bytes; %d to remove" % (
        version, made.slot, len(made.send), len(release.files), made.send_bytes, len(made.remove))]
    return lines + ["%s: new" % path for path, _ in made.root]


def key_files(folder):
    """[(name in the store, bytes)] of the key and certificates in a folder. Problem when one is missing."""
    rows = []
    for name in KEY_FILES:
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            raise Problem("%s has no %s; 'v2g keys gateway' makes it" % (folder, name))
        with open(path, "rb") as file:
            rows.append((name, file.read()))
    return rows


def compiled_site(path, board):
    """Bytes for SITE of a site file. Problem with all its errors, or when it needs what this board's bundle leaves out."""
    from tools.gateway import toml_compiler

    document, errors = toml_compiler.compile_file(path)
    if errors:
        raise Problem("the site file has errors:\n" + "\n".join(errors))
    unusable = ["[%s] is not for a %s: %s" % (section, board["board"], row["why"])
                for row in board["leaves_out"] for section in row["sections"] if section in document]
    if unusable:
        raise Problem("\n".join(unusable))
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
