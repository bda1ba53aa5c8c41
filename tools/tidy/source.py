"""Finds the project's files and reads each once, text and syntax tree together.

Not its job: judging them (the rules do).
Source: git's own list of files where there is a git checkout, else a walk over the tree.
"""

import ast
import pathlib
import subprocess
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("protocols", "edge", "host_sim", "tools", "boards")
PORTABLE = ("protocols", "edge")
TEXT_ENDINGS = (".py", ".md", ".toml", ".json", ".mjs", ".js", ".html", ".css", ".service", ".csv", ".txt")
TEXT_NAMES = ("Makefile", ".npmrc", ".gitignore", ".gitattributes", "run")
NOT_OURS = (".git", ".venv", ".cache", "node_modules", "__pycache__", "dist", "out")


class Source(NamedTuple):
    """One file: path from the root with forward slashes, its text, its syntax tree (None unless Python)."""

    path: str
    text: str
    tree: ast.Module | None

    @property
    def room(self):
        """The top-level folder; a file of the root is its own room."""
        return self.path.split("/")[0]

    @property
    def name(self):
        """File name without folders."""
        return self.path.rsplit("/", 1)[-1]


def parse(path, text):
    """A Source from text that need not lie on disk (tests make up violations this way)."""
    return Source(path, text, ast.parse(text, path) if path.endswith(".py") else None)


def paths(root=ROOT):
    """Paths of all text files of the project, sorted; ignored files are left out."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        walked = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        listed = [path.as_posix() for path in walked if not set(path.parts) & set(NOT_OURS)]
    return sorted({path for path in listed if is_text(path) and (root / path).is_file()})


def is_text(path):
    """Whether a path is one that rules read."""
    return path.endswith(TEXT_ENDINGS) or path.rsplit("/", 1)[-1] in TEXT_NAMES


def load(root=ROOT):
    """All files of the project as Source."""
    return [parse(path, (root / path).read_text(encoding="utf-8")) for path in paths(root)]
