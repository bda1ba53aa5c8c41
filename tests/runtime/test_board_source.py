"""What a board gets behaves as the sources do: constants in place, and all portable tests still pass.

Source: ours; the portable tests are the measure.
"""

import os
import pathlib
import subprocess
import sys

from tools import board_source

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASKS_FOR_NAMES = "not test_every_number_of_a_reason_is_in_the_table"    # of constants, which are gone


def test_constants_stand_where_they_are_used():
    slim = board_source.slim({
        "room.codes": '"""Codes."""\nLOW = 3\nHIGH = LOW + 1\nLONG = "longer than a name"\n_A, _B = range(2)\nRATIO = 0.5\n',
        "room.user": "from room import codes\nfrom room.codes import HIGH, RATIO\n\n\ndef act(x):\n    'Does.'\n"
                     "    return x[codes.LOW] + HIGH * RATIO, codes.LONG\n\n\ndef idle():\n    'Nothing.'\n",
    })
    assert slim["room.codes"] == "LONG = 'longer than a name'\nRATIO = 0.5\n"
    assert slim["room.user"] == ("from room import codes\nfrom room.codes import RATIO\n\ndef act(x):\n"
                                 "    return (x[3] + 4 * RATIO, codes.LONG)\n\ndef idle():\n    pass\n")


def test_private_names_are_short_and_never_mixed_up():
    slim = board_source.slim({
        "room.base": "def _help(x):\n    return x\n\nclass Base:\n\n    def __init__(self):\n        self._kept = _help(1)\n",
        "room.child": "from room.base import Base\n_table = [1, 2]\n\nclass Child(Base):\n\n    def _own(self):\n"
                      "        self._kept += _table[0]\n        return self._other\n",
    })
    assert slim["room.base"] == ("def _0(x):\n    return x\n\nclass Base:\n\n    def __init__(self):\n"
                                 "        self._0_ = _0(1)\n")
    assert slim["room.child"] == ("from room.base import Base\n_0 = [1, 2]\n\nclass Child(Base):\n\n    def _2_(self):\n"
                                  "        self._0_ += _0[0]\n        return self._1_\n")


def test_what_nobody_calls_is_left_out_of_what_is_whole():
    sources = {
        "room.part": "def used():\n    return 1\n\ndef chain():\n    return only_from_chain()\n\ndef only_from_chain():\n    return 2\n\n"
                     "def part_tell():\n    return 3\n\ndef found_by_name():\n    return 4\n\nclass Thing:\n\n    def act(self):\n"
                     "        return used()\n\n    def idle(self):\n        return 5\n",
        "room.main": "from room.part import Thing\n\ndef run():\n    return (Thing().act(), getattr(Thing, 'found_by_name'))\n",
    }
    assert board_source.slim(sources) == sources
    slim = board_source.slim(sources, ["room.main"], is_whole=True)
    assert slim["room.main"] == sources["room.main"]
    for name, stays in (("used", True), ("chain", False), ("only_from_chain", False), ("part_tell", True),
                        ("found_by_name", True), ("act", True), ("idle", False)):
        assert ("def %s(" % name in slim["room.part"]) == stays, name


def test_arguments_are_short_unless_somebody_names_them():
    sources = {
        "room.part": "def act(first, second, third=None):\n    try:\n        return [first for second in third]\n"
                     "    except OSError as first:\n        return first\n\n"
                     "def outer(value):\n    return lambda: value\n",
        "room.main": "from room.part import act, outer\nouter(act(1, 2, third=a))\n",
    }
    slim = board_source.slim(sources, ["room.main"], is_whole=True)
    assert slim["room.part"] == (
        "def act(a, b, third=None):\n    try:\n        return [a for b in third]\n    except OSError as a:\n        return a\n\n"
        "def outer(value):\n    return lambda: value\n")
    assert board_source.slim(sources) == sources


def test_what_is_bound_again_is_no_constant():
    text = "STATE = 1\n\ndef change():\n    global STATE\n    STATE = 2\n"
    assert board_source.slim({"room.part": text}) == {"room.part": text}


def test_the_portable_tests_pass_on_what_a_board_gets(tmp_path):
    paths = [path for room in (*board_source.ROOMS, "tests/portable") for path in sorted((ROOT / room).rglob("*.py"))]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    for name, text in board_source.slim({name: path.read_text() for name, path in names.items()}).items():
        copy = tmp_path / names[name].relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "-k", ASKS_FOR_NAMES,
               "tests/portable"]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
