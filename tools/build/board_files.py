"""The boards there are: their folders, their board.json.

Not its job: what the fields have to satisfy (tests/unit/test_boards.py), what a bundle holds (contents.py).
Source: ours; boards/ is data only.
"""

import difflib
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CPYTHON = "cpython"


class UnknownBoard(Exception):
    """There is no such board; the text says which there are."""


def names(root=ROOT):
    """All boards, sorted."""
    return sorted(path.parent.name for path in (root / "boards").glob("*/board.json"))


def load(name, root=ROOT):
    """The dictionary of a board's board.json. UnknownBoard when there is none of this name."""
    known = names(root)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = "did you mean %s?" % near[0] if near else "there are: %s" % ", ".join(known)
        raise UnknownBoard("no board '%s'; %s" % (name, hint))
    return json.loads((root / "boards" / name / "board.json").read_text(encoding="utf-8"))


def runs_cpython(board):
    """Whether a board's dictionary says it runs Linux and CPython; else MicroPython."""
    return board["runtime"] == CPYTHON


def is_machine(board, said):
    """Whether what a machine calls itself fits a board's dictionary; blanks, hyphens and case don't count."""
    said = _plain(said)
    return any(_plain(name) in said for name in board["machine"].split("|"))


def _plain(text):
    return text.replace("-", "").replace(" ", "").lower()


def service_files(board, root=ROOT):
    """Paths below the root of the files its service manager takes, sorted; empty on a microcontroller."""
    if not board["service_files_of"]:
        return []
    folder = root / "boards" / board["service_files_of"]
    return sorted(path.relative_to(root).as_posix() for path in folder.iterdir()
                  if path.is_file() and path.suffix not in (".json", ".md"))
