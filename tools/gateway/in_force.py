"""Which configuration a gateway goes by: its site file's, as changed over MQTT, at the operator it was moved to.

Not its job: taking changes (edge/link/config_link.py) and moves (edge/enrol/move.py). Reads only.
Source: the records of config_store.py and edge/link/place.py in the gateway's store.
"""

import os

from edge import config_loader, config_store
from edge.link import config_link, place
from tools.gateway import store_folder, toml_compiler


class StoreFiles:
    """A store that is looked at only: what edge/link/place.py and credentials.py want of one."""

    def __init__(self, folder):
        self._folder = str(folder)

    def path(self, name):
        """Where a file lies."""
        return os.path.join(self._folder, name)

    def read(self, name):
        """Its content, or None."""
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except OSError:
            return None


def stored(folder, config):
    """(ConfigStore that the gateway started with, or None; whether the site file was edited since: it holds from the next start
    on). config: of the site file."""
    if config.origin is None:
        return None, False      # nobody may change it
    files = StoreFiles(folder)
    for name in (config_link.RECORD_FILE, config_link.BEFORE_FILE):
        site_hash, _, content = (files.read(name) or b"").partition(b"\n")
        store = config_store.restore(content, 0, toml_compiler.profile_of)
        if store is not None:
            return store, site_hash.decode("latin-1") not in (config.origin, config.hash)
    return None, False


def of(folder, config):
    """(Config in force, version of the last change over MQTT or 0). config: of the site file, which is left as it is."""
    store, is_edited = stored(folder, config)
    is_changed = store is not None and (not is_edited or store_folder.runner(folder) is not None)
    document, version = (store.document, store.version) if is_changed else (config.document, 0)
    return place.apply(config_loader.build(document), StoreFiles(folder)), version
