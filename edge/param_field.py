"""Parameter rows of field life: updates, bounds on what others may ask, stored history, recovery.

Not its job: links and devices (param_devices.py), look-up (params.py), rules across rows (config_rules_*.py).
Source: stated per row.
"""

from edge.param_devices import INSTALLER, INT, OPERATOR

# name                             type    unit    base  min     max    default access     source  text
FIELD_TABLE = (
    ("update.confirm_s",           INT,    "s",    None, 30,     3600,  300,  INSTALLER, "ours", "A new release has to be healthy within this time."),
    ("history.kept_bytes",         INT,    "B",    None, 65536,  1073741824, 16777216, INSTALLER, "ours", "Kept on disk while the broker is away, the oldest goes first; a quarter of the free space at most. An hour with a service takes some 12 MB, a day without one 9 MB."),
    ("history.flush_s",            INT,    "s",    None, 1,      3600,  10,   INSTALLER, "ours", "Written this often while the broker is away: a power cut costs as much. At 10 s a card of 16 GB lasts 11 years of outage, a board's flash 2.7."),
    ("history.drain_bytes_s",      INT,    "B/s",  None, 1024,   1048576, 16384, OPERATOR, "ours", "How fast it is sent afterwards, beside what is live."),
)
