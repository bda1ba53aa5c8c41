"""The version of firmware and package: one number for the wheel, the boards and the messages.

Not its job: versions of payloads (protocols/messages.py), what changed in the configuration (config_migrate.py).
Source: Semantic Versioning 2.0.0.
"""

VERSION = "0.1.0"
# Of the parameter table: one more with every row that is renamed, moved, given another unit or default, or taken away.
CONFIG_SCHEMA = 2
