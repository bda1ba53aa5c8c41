"""The table of house rules, and the run of all of them over all files.

Not its job: the rules themselves (each stands in the module of its subject), printing (tools/commands/tidy.py).
Source: CONTRIBUTING.md.
"""

from typing import NamedTuple

from tools.tidy import imports, names, sizes, subset, words

FAIL = "fail"
WARN = "warn"


class Finding(NamedTuple):
    """One place that breaks a rule."""

    path: str
    line: int
    rule: str
    level: str
    what: str
    instead: str

    def __str__(self):
        return "%s:%d %s: %s; %s" % (self.path, self.line, self.rule, self.what, self.instead)


# A rule is a function from a Source to triples (line, what is wrong, what to do). Its docstring is its text.
PYTHON_RULES = (
    # name                level function
    ("relative-import", FAIL, imports.relative),
    ("import-direction", FAIL, imports.direction),
    ("gateway-bundle", FAIL, imports.bundle),
    ("portable-import", FAIL, imports.portable),
    ("sans-io", FAIL, imports.sans_io),
    ("pure-law", FAIL, imports.laws_are_pure),
    ("limiter-alone", FAIL, imports.limiter_stands_alone),
    ("portable-test", FAIL, imports.portable_tests),
    ("async-holder", FAIL, subset.async_holders),
    ("missing-name", FAIL, subset.missing_names),
    ("missing-keyword", FAIL, subset.missing_keywords),
    ("slice-deletion", FAIL, subset.slice_deletion),
    ("bare-except", FAIL, subset.bare_except),
    ("constant-unit", FAIL, names.constant_units),
    ("name-unit", FAIL, names.name_units),
    ("header", FAIL, names.header),
    ("docstring", FAIL, names.docstrings),
    ("data-only", FAIL, names.data_only),
    ("file-lines", FAIL, sizes.file_lines),
    ("module-bytes", FAIL, sizes.module_bytes),
    ("function-lines", FAIL, sizes.function_lines),
    ("function-aim", WARN, sizes.function_aim),
    ("positional", FAIL, sizes.positional),
)
TEXT_RULES = (
    ("workplace", FAIL, words.workplace),
    ("registry-host", FAIL, words.registry_host),
    ("promise", FAIL, words.promise),
)
RULES = PYTHON_RULES + TEXT_RULES


def check(source):
    """All findings in one file."""
    rules = TEXT_RULES if source.tree is None else RULES
    return [
        Finding(source.path, line, name, level, what, instead)
        for name, level, rule in rules
        for line, what, instead in rule(source) or ()
    ]


def check_all(sources):
    """All findings in many files, in order of path and line."""
    return sorted(finding for source in sources for finding in check(source))
