"""The words the message tables are written in: types, directions, signatures, and the version of the payloads.

Not its job: the tables (message_tables.py).
Source: ours.
"""

VERSION = 1

INT = "int"
FLOAT = "number"
BOOL = "bool"
TEXT = "text"
CHOICE = "choice"
LIST = "list"
TREE = "tree"  # nested object whose meaning another table gives: the configuration

UP = "up"          # gateway -> host
DOWN = "dn"        # host -> one gateway
BROADCAST = "bcast"  # host -> a group
HOST = "host"      # host -> everybody

UNSIGNED = None
HMAC = "hmac"
RSA = "rsa"
