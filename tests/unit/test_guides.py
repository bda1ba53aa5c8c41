"""The commands in the guides exist, with the arguments that stand there.

Not its job: running them (the tests of each verb do). Source: INSTALL.md, README.md, NEW_DEVICE.md.
"""

import re
import shlex

import pytest

from tools import checkout, cli

GUIDES = ("INSTALL.md", "README.md", "NEW_DEVICE.md")


def commands(name):
    """The `v2g` lines of a guide's shell blocks, continued lines joined, comments left out."""
    text = (checkout.ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("v2g "):
                yield line


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_of_a_guide_can_be_read(name):
    lines = list(commands(name))
    assert lines
    for line in lines:
        words = shlex.split(line.rstrip(" &"), comments=True)
        parser, _ = cli.parser_of(words[1])
        cli.parsed(parser, words[2:])     # ends the test where it does not fit


@pytest.mark.parametrize("name", GUIDES)
def test_links_of_a_guide_lead_somewhere(name):
    text = (checkout.ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (checkout.ROOT / target).exists(), target
