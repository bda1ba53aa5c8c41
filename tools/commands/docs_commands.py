"""The page COMMANDS.md: every verb of `v2g` with its arguments.

Not its job: the verbs themselves (tools/cli.py holds their table).
Source: the argument parsers; laid out here, because argparse words its help differently in each Python.
"""

from tools import cli

HEAD = """# Commands

Generated from the table of verbs by `v2g docs`; don't edit.
Every verb ends with 0 (fine), 1 (failed), 2 (usage) or 3 (something is not there: a library, or a
gateway that answers).
"""


def row(action):
    """One argument as a row of a Markdown table; None for one that every verb has or that hides itself."""
    if action.dest == "help" or action.help == "==SUPPRESS==":
        return None
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices and not action.metavar:
        value = " or ".join(str(choice) for choice in action.choices)
    name = ", ".join(action.option_strings)
    said = action.default in (None, False) or "default" in (action.help or "")
    default = "" if said else " (default %s)" % (action.default,)
    cell = (name + " " + value).strip() if name else value
    text = (action.help or "").replace("%(default)s", str(action.default)).replace("|", "\\|")
    return "| `%s` | %s%s |" % (cell, text, default)


def section(verb, text):
    """One verb: heading, what it does, its arguments."""
    parser, _ = cli.parser_of(verb)
    rows = [line for line in map(row, parser._actions) if line]  # argparse offers no public list
    table = ["", "| argument | meaning |", "|---|---|"] + rows if rows else []
    return "\n".join(["### v2g " + verb, "", text + "."] + table) + "\n"


def page():
    """The whole page, Markdown."""
    parts = [HEAD]
    for group in cli.GROUPS:
        verbs = [(verb, text) for verb, where, _, text in cli.VERBS if where == group]
        parts += ["## %s\n" % group] if verbs else []
        parts += [section(verb, text[0].upper() + text[1:]) for verb, text in verbs]
    return "\n".join(parts)
