"""Parameter rows of field life: updates, bounds on what others may ask, stored history, recovery.

Not its job: links and devices (param_devices.py), look-up (params.py), rules across rows (config_rules_*.py).
Source: stated per row.
"""

from edge.param_devices import INSTALLER, INT

# name                             type    unit    base  min     max    default access     source  text
FIELD_TABLE = (
    ("update.confirm_s",           INT,    "s",    None, 30,     3600,  300,  INSTALLER, "ours", "A new release has to be healthy within this time."),
)
