"""How a journal's segment begins: what a replay has to know, and nothing that must not be handed on.

Not its job: the records that follow (journal.py), reading it (tools/gateway/journal_file.py).
Source: ours.
"""

from edge.version import CONFIG_SCHEMA

SCHEMA = 4

# Rows that unlock something, and what a replay can load in their place; a journal is handed on for analysis.
_NO_KEY, _NO_WORD = "00" * 16, "*" * 16
_NO_SECRETS = (("vpp", "key", _NO_KEY), ("vpp", "root_key", _NO_KEY * 2), ("vpp", "password", _NO_WORD), ("site_link", "password", _NO_WORD),
               ("shared_site", "key", _NO_KEY), ("page", "pin", _NO_WORD),
               ("enrol", "token", "*" * 26))


def content(version, run, number, document):
    """Content of the BEGIN record: schema, version, float bits, run, segment number, site document without secrets and with
    its own number of a schema, so that a later release can read it."""
    document = without_secrets(document)
    document["schema"] = CONFIG_SCHEMA
    return [SCHEMA, version, float_bits(), run, number, document]


def without_secrets(document):
    """The site document fit to be handed on: keys and passwords replaced, everything else as it is."""
    document = dict(document)
    for section, key, stand_in in _NO_SECRETS:
        if key in document.get(section, ()):
            document[section] = dict(document[section])
            document[section][key] = stand_in
    return document


def float_bits(tiny=1e-12):
    """Width of this runtime's floats, 32 or 64; an argument, since a cross compiler would fold a constant."""
    return 64 if 1 + tiny != 1 else 32
