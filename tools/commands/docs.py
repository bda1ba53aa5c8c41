"""`v2g docs`: writes the generated pages, or checks that the committed ones are current.

Not its job: what a page says (each generator stands beside its own table).
Source: the pages are root Markdown; a stale one fails `make check`.
"""

import importlib

from tools import checkout

ROOT = checkout.ROOT

# A new page is one row: file in the root, module, function () -> Markdown text.
PAGES = (
    ("COMMANDS.md", "tools.commands.docs_commands", "page"),
    ("PARAMETERS.md", "tools.commands.docs_parameters", "page"),
    ("MESSAGES.md", "tools.commands.docs_messages", "page"),
    ("CONTROL.md", "tools.commands.docs_control", "page"),
    ("DEVICES.md", "tools.commands.docs_devices", "page"),
    ("GRIDCODES.md", "tools.commands.docs_grid_codes", "page"),
    ("RUNBOOK.md", "tools.commands.docs_runbook", "page"),
    ("tools/gateway/site.schema.json", "tools.commands.docs_parameters", "schema"),
)


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")


def generated():
    """All pages as pairs of path and text."""
    for name, module, function in PAGES:
        yield ROOT / name, getattr(importlib.import_module(module), function)()


def stale():
    """Paths of the pages that differ from what their tables say now."""
    return [
        path for path, text in generated()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def run(args):
    """Writes or checks the pages; 1 when a check finds a stale one, 3 without a checkout."""
    unavailable = checkout.missing("docs")
    if unavailable:
        return unavailable
    if args.check:
        late = stale()
        for path in late:
            print("%s is stale: run 'make docs' and commit it" % path.name)
        return 1 if late else 0
    for path, text in generated():
        path.write_text(text, encoding="utf-8")
        print("wrote " + path.name)
    return 0
