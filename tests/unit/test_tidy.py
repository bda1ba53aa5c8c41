"""The project keeps its own house rules, and every rule catches a made-up violation."""

import pytest

from tools.tidy.rules import FAIL, RULES, check, check_all
from tools.tidy.source import load, parse

HEAD = '"""A module.\n\nNot its job: anything else.\nSource: made up.\n"""\n'

# rule, path, text that breaks it. Text after HEAD unless it opens with a docstring of its own.
VIOLATIONS = [
    ("relative-import", "edge/x.py", "from . import limits\n"),
    ("import-direction", "protocols/x.py", "from edge import limits\n"),
    ("import-direction", "edge/x.py", "import host_sim.world\n"),
    ("import-direction", "host_sim/plant/x.py", "from edge.gateway import Gateway\n"),
    ("import-direction", "host_sim/x.py", "import tools.cli\n"),
    ("import-direction", "tools/x.py", "import tests.unit\n"),
    ("gateway-bundle", "tools/gateway/x.py", "import numpy\n"),
    ("gateway-bundle", "tools/gateway/x.py", "from tools.commands import tidy\n"),
    ("gateway-bundle", "tools/gateway/x.py", "from host_sim import world\n"),
    ("portable-import", "protocols/x.py", "import dataclasses\n"),
    ("portable-import", "edge/x.py", "from __future__ import annotations\n"),
    ("portable-import", "edge/runtime.py", "def _f():\n    import termios\n"),
    ("portable-import", "edge/hal.py", "import termios\n"),
    ("sans-io", "protocols/x.py", "import socket\n"),
    ("sans-io", "edge/laws/x.py", "from random import getrandbits\n"),
    ("sans-io", "edge/runtime.py", "import time\n"),
    ("sans-io", "edge/x.py", "def _f():\n    return open('x')\n"),
    ("pure-law", "edge/laws/x.py", "from edge import journal\n"),
    ("pure-law", "edge/laws/x.py", "from edge.drivers import modbus\n"),
    ("limiter-alone", "edge/limiter.py", "from edge import arbiter\n"),
    ("limiter-alone", "edge/limiter.py", "import json\n"),
    ("portable-test", "tests/portable/test_x.py", "import pytest\n"),
    ("portable-test", "tests/portable/test_x.py", "from tests.unit import x\n"),
    ("portable-test", "tests/portable/test_x.py", "def test_a(tmp_path):\n    pass\n"),
    ("portable-test", "tests/portable/test_x.py", "async def test_a():\n    pass\n"),
    ("async-holder", "edge/link/x.py", "async def _f():\n    pass\n"),
    ("missing-name", "edge/x.py", "n = (5).bit_length()\n"),
    ("missing-name", "edge/x.py", "import math\nr = math.hypot(3, 4)\n"),
    ("missing-name", "edge/x.py", "try:\n    pass\nexcept (OSError, ConnectionResetError):\n    pass\n"),
    ("missing-keyword", "protocols/x.py", "n = int.from_bytes(b'a', 'big', signed=True)\n"),
    ("missing-keyword", "protocols/x.py", "import json\ns = json.dumps({}, sort_keys=True)\n"),
    ("slice-deletion", "protocols/x.py", "b = bytearray(4)\ndel b[:2]\n"),
    ("bare-except", "tools/x.py", "try:\n    pass\nexcept:\n    pass\n"),
    ("constant-unit", "edge/x.py", "GAIN_V = 1\nTAU = 4.0\n"),
    ("constant-unit", "protocols/x.py", "CONNECT_TIMEOUT = 5\n"),
    ("constant-unit", "protocols/x.py", "FRAME_LENGTH_MAX = 2 * 130\n"),
    ("name-unit", "edge/x.py", 'def f(p_max):\n    """F."""\n'),
    ("name-unit", "edge/x.py", 'def f(*, retry_delay):\n    """F."""\n'),
    ("name-unit", "edge/x.py", "from collections import namedtuple\nT = namedtuple('T', 'v_pcc q_mode')\n"),
    ("name-unit", "edge/x.py", "from collections import namedtuple\nT = namedtuple('T', ('soc', 'mode'))\n"),
    ("name-unit", "edge/x.py", "class _C:\n    def __init__(self):\n        self.voltage = None\n"),
    ("header", "host_sim/x.py", '"" ""\nX = 1\n'),
    ("header", "edge/x.py", '"""A module.\n\nSource: made up.\n"""\n'),
    ("header", "protocols/profiles/x.py", '"""A device."""\n'),
    ("docstring", "protocols/x.py", "def decode(data):\n    return data\n"),
    ("docstring", "edge/x.py", "class C:\n    def f(self):\n        a = 1\n        return a\n"),
    ("data-only", "protocols/profiles/x.py", "ROWS = [n for n in range(3)]\n"),
    ("data-only", "edge/grid_codes/x.py", "from edge import limits\n"),
    ("data-only", "protocols/profiles/x.py", "def _f():\n    pass\n"),
    ("file-lines", "host_sim/x.py", "X = 1\n" * 300),
    ("module-bytes", "edge/x.py", "# " + "x" * 15_400 + "\n"),
    ("function-lines", "tools/x.py", "def f():\n" + "    x = 1\n" * 70),
    ("function-aim", "tools/x.py", "def f():\n" + "    x = 1\n" * 40),
    ("positional", "host_sim/x.py", "def f(a, b, c, d, e, g):\n    pass\n"),
    ("workplace", "README.md", "see .." + "/shared/notes.md\n"),
    ("workplace", "tools/x.py", "P = '/wo" + "rk/main'\n"),
    ("workplace", "Makefile", "x:\n\tcp a /tm" + "p/b\n"),
    ("registry-host", "README.md", "[numpy](https://py" + "pi.org/project/numpy)\n"),
    ("registry-host", "tests/runtime/package-lock.json", '"https://registry.npm' + 'js.org/x.tgz"\n'),
    ("promise", "edge/x.py", "# TO" + "DO: later\n"),
]

# rule, path, text that looks like a violation and is none.
GOOD = [
    ("import-direction", "host_sim/world.py", "from edge.gateway import Gateway\n"),
    ("import-direction", "host_sim/world_live.py", "from edge.gateway import Gateway\n"),
    ("import-direction", "host_sim/study/vector_laws.py", "from edge import params\n"),
    ("import-direction", "tests/unit/test_x.py", "from host_sim import world\n"),
    ("gateway-bundle", "tools/gateway/x.py", "import tomllib\nfrom edge import main\nfrom tools.gateway import toml\n"),
    ("portable-import", "edge/hal.py", "try:\n    import termios\nexcept ImportError:\n    termios = None\n"),
    ("sans-io", "edge/clock.py", "import time\n"),
    ("sans-io", "edge/runtime.py", "import asyncio\nimport socket\n"),
    ("pure-law", "edge/laws/x.py", "import math\nfrom edge.laws import curve\nfrom edge import limits, failsafe\n"),
    ("limiter-alone", "edge/limiter.py", "import math\nfrom edge import limits\nfrom edge.snapshot import Snapshot\n"),
    ("async-holder", "edge/runtime.py", "async def _f():\n    pass\n"),
    ("constant-unit", "protocols/x.py", "READ_COILS = 1\nMAX_REGISTERS = 125\nLEASES_MAX = 64\nTAU_S = 4.0\n_ALPHA = 0.5\n"),
    ("constant-unit", "protocols/x.py", "VOLTAGE_UNKNOWN = 9\nSENT = 1\nANSWERED = 2\nTIMEOUT = 3\nPRIORITY_MAX = 9\nSQRT_3 = 1.7320508\n"),
    ("constant-unit", "edge/reasons.py", "SYSTEM_LIMIT = 161\n"),
    ("name-unit", "edge/x.py", 'def f(p_max_w, q_mode, retries, *, p, now_ms, v_step_pu):\n    """F."""\n'),
    ("docstring", "edge/x.py", "class C:\n    def f(self):\n        return 1\n\n    def _g(self):\n        a = 1\n        return a\n"),
    ("data-only", "protocols/profiles/x.py", "P = {'p': (-1, 2.5), 'name': 'x', 'q': None}\n"),
    ("positional", "host_sim/x.py", "class C:\n    def f(self, a, b, c, d, e, *, g, h):\n        pass\n"),
    ("workplace", "README.md", "rates of https://example.org/" "work/x; the network/root/node\n"),
]


def rules_broken(path, text):
    whole = text if text.startswith('"') or not path.endswith(".py") else HEAD + text
    return {finding.rule for finding in check(parse(path, whole))}


def test_the_project_keeps_its_rules():
    broken = [str(finding) for finding in check_all(load()) if finding.level == FAIL]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize("rule, path, text", VIOLATIONS)
def test_violation_is_caught_and_nothing_else(rule, path, text):
    assert rules_broken(path, text) == {rule}


@pytest.mark.parametrize("rule, path, text", GOOD)
def test_good_text_passes(rule, path, text):
    assert rules_broken(path, text) == set()


def test_every_rule_has_a_violation_and_a_text():
    assert {row[0] for row in VIOLATIONS} == {name for name, _, _ in RULES}
    assert all(rule.__doc__ for _, _, rule in RULES)


def test_a_finding_says_where_what_and_what_to_do():
    (finding,) = check(parse("tools/x.py", '"""X."""\ntry:\n    pass\nexcept:\n    pass\n'))
    assert str(finding) == "tools/x.py:4 bare-except: bare except; name the exception that is expected here"
