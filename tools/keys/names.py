"""Words of the key folder that are needed without any library: roles, services, the variable with the pass phrase.

Not its job: anything that makes or reads a key.
Source: ours.
"""

PASSPHRASE_VARIABLE = "V2G_KEYS_PASSPHRASE"
# role -> row of a site file that holds its modulus
ROLES = {"operator": "config_key", "installer": "installer_key", "update": "update_key"}
# Services with a certificate of their own at the broker; no gateway may bear these names.
SUPERVISOR, DESK = SERVICES = ("supervisor", "enrol-desk")


class KeyFolderError(Exception):
    """What is wrong with a key folder, and what to do."""


class Refused(ValueError):
    """A request that gets no certificate; its text says why."""
