"""Rules about text in any file: nothing of the place where it was written, no registry hosts, no promises.

Not its job: Python itself.
Source: house rules.
"""

import re

# What must not stand in committed text -> what to do. Each pattern is broken up so that this file passes itself.
BANNED = (
    ("workplace", r"\.\./" r"shared\b", "the project explains itself: say it here"),
    ("workplace", r"(?<![\w/.:])/" r"(work|root|tmp)/", "use a relative path, a temporary folder or an argument"),
    ("workplace", r"(?<![\w/.:])/" r"home/\w+", "use a relative path or an argument"),
    ("registry-host", r"\b(?:pypi|python|npmjs|pythonhosted|yarnpkg)\.(?:org|com)\b", "name the package, not the host"),
    ("promise", r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", "do it now, or write down the limit as a fact"),
)


def banned(kind, source):
    """Lines of a file that match the patterns of one kind."""
    for line, text in enumerate(source.text.splitlines(), 1):
        for name, pattern, instead in BANNED:
            found = re.search(pattern, text) if name == kind else None
            if found:
                yield line, "says '%s'" % found.group(), instead


def workplace(source):
    """No path of the machine where something was written."""
    return banned("workplace", source)


def registry_host(source):
    """No registry host: where packages come from is the reader's configuration."""
    return banned("registry-host", source)


def promise(source):
    """No note about work not done."""
    return banned("promise", source)
