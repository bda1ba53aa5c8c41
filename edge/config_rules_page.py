"""Rules across the rows of the page section: who may reach it without being asked for anything.

Not its job: single values (param_values.py), the PIN itself (web/guard.py). Imported where the section is there.
Source: ours. The page is not encrypted: on a network others share it belongs behind a proxy that is.
"""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def broken(config):
    """All broken rules: (path, got, allowed, hint)."""
    page = config.page
    errors = []
    if page.enabled and page.address not in LOOPBACK and page.pin is None:
        errors.append(("page.pin", None, "6 to 32 characters, with page.address %s" % page.address,
                       "only 127.0.0.1 goes without"))
    if page.enabled and page.port == config.local.query_port:
        errors.append(("page.port", page.port, "a port of its own: local.query_port has this one", ""))
    return errors
