"""Parameter rows of field life: updates, bounds on what others may ask, stored history, recovery.

Not its job: links and devices (param_devices.py), look-up (params.py), rules across rows (config_rules_*.py).
Source: stated per row.
"""

from edge.param_devices import BOOL, CHOICE, FLOAT, INSTALLER, INT, NAME, OPERATOR, REQUIRED, TEXT, SECRET

# name                             type    unit    base  min     max    default access     source  text
FIELD_TABLE = (
    ("enrol.token",                SECRET, None,   None, 26,     26,    None, INSTALLER, "ours", "One-time claim token; left out: given with 'v2g enrol', or enrolled."),
    ("enrol.port",                 INT,    "1",    None, 1,      65535, 8884, INSTALLER, "ours", "The broker's port for gateways without a valid certificate."),
    ("bounds.ramp_w_s",            FLOAT,  "W/s",  None, 10,     50000, 1000, INSTALLER, "ours", "Fastest change of power by setpoint or regulation signal."),
    ("bounds.reversals_per_h",     INT,    "1",    None, 1,      3600,  60,   INSTALLER, "ours", "Between charging and discharging by command; a sixth in a burst."),
    ("bounds.e_day_wh",            FLOAT,  "Wh",   None, 1000,   1000000, None, INSTALLER, "ours", "In and out by command in 24 h; left out: 1.25 × capacity, bes 2 ×."),
    ("bounds.system_setpoints",    BOOL,   None,   None, None,   None,  True, INSTALLER, "ours", "Follow setpoints of priority 0 to 9, which stand above these bounds."),
    ("update.confirm_s",           INT,    "s",    None, 30,     3600,  300,  INSTALLER, "ours", "A new release has to be healthy within this time."),
    ("history.kept_bytes",         INT,    "B",    None, 65536,  1073741824, 16777216, INSTALLER, "ours", "Kept while the broker is away, or a quarter of the free space."),
    ("history.flush_s",            INT,    "s",    None, 1,      3600,  10,   INSTALLER, "ours", "While it is away; a power cut costs as much. Wear: archive/ring.py."),
    ("history.drain_bytes_s",      INT,    "B/s",  None, 1024,   1048576, 16384, OPERATOR, "ours", "How fast it is sent afterwards, beside what is live."),
    ("recovery.evse",              NAME,   None,   None, 1,      32,    REQUIRED, INSTALLER, "ours", "Name of the charger."),
    ("recovery.hook",              BOOL,   None,   None, None,   None,  False, INSTALLER, "ours", "Write the file recover-NAME for a unit or script of the house."),
    ("recovery.power_relay",       TEXT,   None,   None, 1,      255,   None, INSTALLER, "ours", "Relay that cuts its supply: a pin, GPIO26, or a file with 0 or 1."),
    ("recovery.relay_off",         CHOICE, None,   None, (0, 1), None,  1,    INSTALLER, "ours", "Level that cuts the supply; at rest the relay has to supply."),
    ("recovery.off_s",             INT,    "s",    None, 5,      300,   15,   INSTALLER, "ours", "The supply stays away so long."),
)
