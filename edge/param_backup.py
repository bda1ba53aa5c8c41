"""Parameter rows of the backup: supply of the house by a vehicle while the grid is away, its switch and its circuits.

Not its job: the sequence itself (backup/), look-up (params.py), rules across rows (config_rules_backup.py).
Source: stated per row; IEC 60364-8-2 and IEC 60947-6-1 from general knowledge, not read.
"""

from edge.param_devices import BOOL, CHOICE, FLOAT, INSTALLER, INT, NAME, OPERATOR, REQUIRED, TEXT

EARTHINGS = ("TN-S", "TN-C-S", "TT", "MEN", "US-service")

# name                             type    unit   base  min     max    default access     source  text
BACKUP_TABLE = (
    ("backup.mode",                CHOICE, None,  None, ("autonomous", "commanded"), None, "autonomous", INSTALLER, "ours", "autonomous: the vendor's transfer. commanded: sequenced from here."),
    ("backup.evse",                NAME,   None,  None, 1,      32,    None,  INSTALLER, "ours", "Charger that supplies the house; left out: the first."),
    ("backup.interlock_certified", BOOL,   None,  None, None,   None,  False, INSTALLER, "IEC 60947-6-1", "Its hardware interlock is certified; commanded needs it."),
    ("backup.checklist",           TEXT,   None,  None, 1,      64,    None,  INSTALLER, "ours", "Number of the signed one; commanded needs it."),
    ("backup.earthing",            CHOICE, None,  None, EARTHINGS, None, REQUIRED, INSTALLER, "IEC 60364-1 312.2", "System earthing of the house."),
    ("backup.neutral_switched",    BOOL,   None,  None, None,   None,  REQUIRED, INSTALLER, "IEC 60364-4-44", "The transfer switch opens the neutral too."),
    ("backup.bond",                BOOL,   None,  None, None,   None,  REQUIRED, INSTALLER, "IEC 60364-8-2", "A contactor bonds neutral to earth in an island."),
    ("backup.reserve_pct",         FLOAT,  "%",   "capacity", 0, 100,  30,    OPERATOR,  "ours", "Kept for an outage: no discharge below while the grid is there."),
    ("backup.driving_reserve_pct", FLOAT,  "%",   "capacity", 0, 100,  20,    OPERATOR,  "ours", "Kept for driving: the island ends here."),
    ("backup.warn_pct",            FLOAT,  "%",   "capacity", 0, 50,   5,     OPERATOR,  "ours", "Warning so far above the driving reserve."),
    ("backup.km_per_kwh",          FLOAT,  "km/kWh", None, 1,   15,    6,     OPERATOR,  "ours", "To show what the driving reserve is good for."),
    ("backup.loss_pu",             FLOAT,  "pu",  "v_nom", 0.01, 0.2,  0.05,  INSTALLER, "ours", "Grid is lost below this; a sag above is ridden through."),
    ("backup.loss_s",              FLOAT,  "s",   None, 0.2,    10,    1,     INSTALLER, "ours", "For so long."),
    ("backup.v_low_pu",            FLOAT,  "pu",  "v_nom", 0.8, 1,     0.9,   INSTALLER, "EN 50549-1 4.10", "Grid is back above this."),
    ("backup.v_high_pu",           FLOAT,  "pu",  "v_nom", 1,   1.2,   1.1,   INSTALLER, "EN 50549-1 4.10", "And below this."),
    ("backup.f_low_hz",            FLOAT,  "Hz",  None, 45,     60,    49.5,  INSTALLER, "EN 50549-1 4.10", "And its frequency above this."),
    ("backup.f_high_hz",           FLOAT,  "Hz",  None, 50,     65,    50.5,  INSTALLER, "EN 50549-1 4.10", "And below this."),
    ("backup.travel_s",            FLOAT,  "s",   None, 0.2,    10,    2,     INSTALLER, "data sheet", "Longest time of a contactor, its contacts and its reading."),
    ("backup.planned_lead_s",      FLOAT,  "s",   None, 0,      900,   None,  INSTALLER, "ours", "Island so long before an announced outage; left out: never ahead."),
    ("backup.retransfer_delay_s",  FLOAT,  "s",   None, 5,      3600,  60,    INSTALLER, "ours", "Grid good for so long before the house returns to it."),
    ("backup.enter_service_delay_s", FLOAT, "s",  None, 5,      900,   60,    INSTALLER, "EN 50549-1 4.10", "Then for so long before the vehicle's power returns."),
    ("backup.form_v_start_v",      FLOAT,  "V",   None, 30,     50,    40,    INSTALLER, "ours", "First voltage of the island; the grid side must not follow."),
    ("backup.form_probe_ms",       INT,    "ms",  None, 50,     200,   200,   INSTALLER, "ours", "At it for so long."),
    ("backup.form_i_a",            FLOAT,  "A",   None, 0.5,    10,    2,     INSTALLER, "ours", "Current limit meanwhile."),
    ("backup.stage_s",             FLOAT,  "s",   None, 0.2,    60,    1,     INSTALLER, "ours", "Between two circuits switched on."),
    ("backup.p_max_w",             FLOAT,  "W",   None, 100,    22000, None,  INSTALLER, "ours", "Most power of the island; left out: what the charger has."),
    ("backup.p_standby_w",         FLOAT,  "W",   None, 0,      500,   None,  INSTALLER, "ours", "What the charger takes; left out: what its profile says."),
    ("backup.pv",                  CHOICE, None,  None, ("none", "frequency", "open"), None, "none", INSTALLER, "ours", "AC-coupled PV: none, curtailed by frequency, circuit opened."),
    ("backup.pv_droop_hz",         FLOAT,  "Hz",  None, 0.5,    2,     1.5,   INSTALLER, "EN 50549-1 4.6.1", "Raise of frequency at which the PV feeds nothing any more."),
    ("switch.name",                NAME,   None,  None, 1,      32,    "switch", INSTALLER, "ours", "Name in telemetry."),
    ("switch.profile",             TEXT,   None,  None, 1,      64,    REQUIRED, INSTALLER, "ours", "Device profile."),
    ("switch.bus",                 NAME,   None,  None, 1,      32,    REQUIRED, INSTALLER, "ours", "Name of its bus."),
    ("switch.unit",                INT,    "1",   None, 0,      255,   1,     INSTALLER, "Modbus", "Unit id."),
    ("battery.name",               NAME,   None,  None, 1,      32,    "battery", INSTALLER, "ours", "Name in telemetry."),
    ("battery.profile",            TEXT,   None,  None, 1,      64,    REQUIRED, INSTALLER, "ours", "Device profile."),
    ("battery.bus",                NAME,   None,  None, 1,      32,    REQUIRED, INSTALLER, "ours", "Name of its bus."),
    ("battery.unit",               INT,    "1",   None, 0,      255,   1,     INSTALLER, "Modbus", "Unit id."),
    ("circuit.name",               NAME,   None,  None, 1,      32,    REQUIRED, INSTALLER, "ours", "Name people know."),
    ("circuit.relay",              INT,    "1",   None, 1,      16,    REQUIRED, INSTALLER, "ours", "Output of the transfer switch that switches it."),
    ("circuit.priority",           INT,    "1",   None, 1,      16,    REQUIRED, OPERATOR,  "ours", "1 is shed last and comes back first."),
    ("circuit.p_w",                FLOAT,  "W",   None, 0,      22000, REQUIRED, INSTALLER, "ours", "What it usually draws."),
    ("circuit.p_inrush_w",         FLOAT,  "W",   None, 0,      50000, 0,     INSTALLER, "ours", "More for a moment when it is switched on."),
    ("circuit.pv",                 BOOL,   None,  None, None,   None,  False, INSTALLER, "ours", "The PV feeds in here."),
)
