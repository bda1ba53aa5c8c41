"""Where a gateway keeps its state: the folder named, else `v2g-store` beside the site file.

Not its job: what lies there (edge/hal.py).
"""

import fcntl

NAME = "v2g-store"


def add_argument(parser):
    """The argument that names another folder."""
    parser.add_argument("--store", default=None, help="folder with the gateway's state (default: %s beside SITE)" % NAME)


def of(site, store=None):
    """The folder of the gateway with that site file; store: the one named, or None."""
    if store:
        return store
    folder = str(site).rpartition("/")[0]
    return (folder + "/" if folder else "") + NAME


def runner(store):
    """Who runs a gateway on a store, the number of its process as text, or None. Nothing is written, nothing held."""
    try:
        with open("%s/lock" % store, encoding="ascii") as file:
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(20).strip() or "unknown"
    except OSError:
        pass    # no store yet, or not ours to look into
    return None
