"""Parameter rows of national duties: the network operator's limit (Germany) and smart charge points (Great Britain).

Not its job: grid-code functions (param_grid.py), look-up (params.py), rules across rows (config_rules_grid.py).
Source: stated per row. The texts of law were not read; EEBUS is known from public descriptions.
"""

from edge.param_devices import BOOL, CHOICE, FLOAT, INSTALLER, INT, NAME, OPERATOR, TEXT

# name                             type   unit   base  min     max    default access     source  text
DUTY_TABLE = (
    ("dso.enabled",                BOOL,  None,  None, None,   None,  True,  INSTALLER, "EnWG 14a", "Follow limits of the distribution network operator."),
    ("dso.input",                  CHOICE, None, None, ("contact", "mqtt", "modbus"), None, "contact", INSTALLER, "ours", "How they come in."),
    ("dso.contact",                TEXT,  None,  None, 1,      255,   None,  INSTALLER, "ours", "A pin, GPIO5 (on a board its number), or a file with 0 or 1."),
    ("dso.contact_closed",         CHOICE, None, None, (0, 1), None,  1,     INSTALLER, "ours", "What it reads while closed: 0 with a pull-up."),
    ("dso.name",                   NAME,  None,  None, 1,      32,    "dso", INSTALLER, "ours", "Name of the control box, for input modbus."),
    ("dso.profile",                TEXT,  None,  None, 1,      64,    None,  INSTALLER, "ours", "Its device profile."),
    ("dso.bus",                    NAME,  None,  None, 1,      32,    None,  INSTALLER, "ours", "Name of its bus."),
    ("dso.unit",                   INT,   "1",   None, 0,      255,   1,     INSTALLER, "Modbus", "Its unit id."),
    ("dso.counts",                 CHOICE, None, None, ("devices", "house"), None, "devices", INSTALLER, "ours", "What the limit is for: these devices, or with the house."),
    ("dso.p_import_max_w",         FLOAT, "W",   None, 0,      1000000, None, INSTALLER, "EnWG 14a", "While the contact is closed; left out: the floor."),
    ("dso.p_import_floor_w",       FLOAT, "W",   "device", 0,  22000, 4200,  INSTALLER, "BK6-22-300 Annex 1", "No limit goes below; several devices share by its table."),
    ("dso.p_export_max_w",         FLOAT, "W",   None, 0,      1000000, None, INSTALLER, "ours", "While the contact is closed; left out: no limit."),
    ("dso.failsafe_import_w",      FLOAT, "W",   None, 0,      1000000, None, INSTALLER, "EEBUS LPC, not read", "While the input is silent; left out: the floor."),
    ("dso.failsafe_export_w",      FLOAT, "W",   None, 0,      1000000, None, INSTALLER, "EEBUS LPP, not read", "While the input is silent; left out: no limit."),
    ("dso.failsafe_after_s",       FLOAT, "s",   None, 1,      3600,  120,   INSTALLER, "EEBUS LPC, not read", "Silent for so long: two heartbeats of a minute."),
    ("dso.hold_max_s",             FLOAT, "s",   None, 0,      86400, 7200,  INSTALLER, "EEBUS LPC, not read", "Failsafe values for so long, then normal operation."),
    ("smart_charge.enabled",       BOOL,  None,  None, None,   None,  True,  OPERATOR,  "SI 2021/1467", "Delay by chance and default hours of a charge point."),
    ("smart_charge.delay_max_s",   FLOAT, "s",   None, 0,      1800,  600,   OPERATOR,  "SI 2021/1467 reg. 11", "Longest drawn delay of a start or an increase."),
    ("smart_charge.hours_enabled", BOOL,  None,  None, None,   None,  True,  OPERATOR,  "SI 2021/1467 reg. 10", "No charging in the peak hours; false: the owner chose otherwise."),
    ("smart_charge.peak1_start_min", INT, "min", "local day", 0, 1440, 480,  OPERATOR,  "SI 2021/1467 reg. 10", "Weekdays from 08:00."),
    ("smart_charge.peak1_end_min", INT,   "min", "local day", 0, 1440, 660,  OPERATOR,  "SI 2021/1467 reg. 10", "To 11:00."),
    ("smart_charge.peak2_start_min", INT, "min", "local day", 0, 1440, 960,  OPERATOR,  "SI 2021/1467 reg. 10", "Weekdays from 16:00."),
    ("smart_charge.peak2_end_min", INT,   "min", "local day", 0, 1440, 1320, OPERATOR,  "SI 2021/1467 reg. 10", "To 22:00."),
    ("smart_charge.utc_offset_min", INT,  "min", None, -720,   840,   0,     OPERATOR,  "ours", "Local winter time, east of Greenwich positive."),
    ("smart_charge.summer_time",   CHOICE, None, None, ("none", "eu"), None, "eu", OPERATOR, "Directive 2000/84/EC", "Rule of summer time; Great Britain keeps the same days."),
)
