"""Parameter rows of the household: what it does with its energy, its local links, several gateways behind one fuse.

Not its job: the backup (param_backup.py), look-up (params.py), rules across rows (config_rules_home.py).
Source: stated per row. Prices are in any currency, always the same one.
"""

from edge.param_devices import BOOL, CHOICE, FLOAT, INSTALLER, INT, KEY, NAME, OPERATOR, REQUIRED, SECRET, TEXT

MODES = ("charge", "timed", "tariff", "pv", "v2h", "all", "grid")

# name                             type    unit    base  min     max    default access     source  text
HOME_TABLE = (
    ("home.mode",                  CHOICE, None,   None, MODES,  None,  "charge", OPERATOR, "ours", "What charging follows; v2h also feeds the house, all the grid."),
    ("home.start_min",             INT,    "min",  "local day", 0, 1440, 0,   OPERATOR,  "ours", "Mode timed: charging from, after midnight."),
    ("home.end_min",               INT,    "min",  "local day", 0, 1440, 360, OPERATOR,  "ours", "Mode timed: to; before start_min: over midnight."),
    ("home.utc_offset_min",        INT,    "min",  None, -720,   840,   0,    OPERATOR,  "ours", "Local winter time, east of Greenwich positive."),
    ("home.summer_time",           CHOICE, None,   None, ("none", "eu"), None, "eu", OPERATOR, "Directive 2000/84/EC", "Rule of summer time."),
    ("home.departure_min",         INT,    "min",  "local day", 0, 1440, None, OPERATOR, "ours", "Usual departure, while nobody says another; left out: none."),
    ("home.departure_soc_pct",     FLOAT,  "%",    "capacity", 0, 100, 80,    OPERATOR,  "ours", "State of charge wanted at the usual departure."),
    ("home.import_per_kwh",        FLOAT,  "1/kWh", "currency", -10, 10, 0.3, OPERATOR,  "ours", "Price of a kWh drawn, while no series says another."),
    ("home.export_per_kwh",        FLOAT,  "1/kWh", "currency", -10, 10, 0.08, OPERATOR, "ours", "Price of a kWh fed in, while no series says another."),
    ("home.prices_file",           TEXT,   None,   None, 1,      255,   None, INSTALLER, "ours", "JSON series in the gateway's folder, read at start."),
    ("home.wear_per_kwh",          FLOAT,  "1/kWh", "currency", 0, 2, 0.05,   OPERATOR,  "price / (2 cycles capacity)", "Cost of wear of a kWh that the battery takes or gives."),
    ("home.export_allowed",        BOOL,   None,   None, None,   None,  False, INSTALLER, "ours", "The vehicle may feed the grid, not only the house."),
    ("home.p_min_w",               FLOAT,  "W",    None, 0,      22000, None, OPERATOR,  "ours", "Least power worth running; left out: what the device's profile says."),
    ("home.hold_s",                FLOAT,  "s",    None, 0,      7200,  300,  OPERATOR,  "ours", "Between switching on and off: spares the contactor."),
    ("home.consent_once",          BOOL,   None,   None, None,   None,  False, OPERATOR, "ours", "A consent to discharging ends when the vehicle leaves."),
    ("site_link.enabled",          BOOL,   None,   None, None,   None,  True,  INSTALLER, "ours", "Connect to the local broker."),
    ("site_link.host",             TEXT,   None,   None, 1,      255,   REQUIRED, INSTALLER, "ours", "Local broker."),
    ("site_link.port",             INT,    "1",    None, 1,      65535, 1883,  INSTALLER, "IANA mqtt", "Its port."),
    ("site_link.tls",              BOOL,   None,   None, None,   None,  False, INSTALLER, "ours", "Encrypted; a local broker often is not."),
    ("site_link.ca_file",          TEXT,   None,   None, 1,      255,   None,  INSTALLER, "ours", "Certificates to trust; left out: the system's."),
    ("site_link.user",             TEXT,   None,   None, 1,      64,    None,  INSTALLER, "ours", "Left out: gateway.id."),
    ("site_link.password",         SECRET, None,   None, 1,      128,   None,  INSTALLER, "ours", "Of the local broker."),
    ("site_link.prefix",           TEXT,   None,   None, 1,      64,    "v2g-edge", INSTALLER, "ours", "First part of its topics."),
    ("site_link.wishes",           BOOL,   None,   None, None,   None,  True,  INSTALLER, "ours", "Take the household's wishes from there."),
    ("site_link.discovery",        BOOL,   None,   None, None,   None,  True,  INSTALLER, "Home Assistant", "Describe chargers and site, so that it finds them by itself."),
    ("site_link.discovery_prefix", TEXT,   None,   None, 1,      64,    "homeassistant", INSTALLER, "Home Assistant", "First part of its discovery topics."),
    ("input.quantity",             CHOICE, None,   None, ("p_pcc_w", "pv_w", "load_w", "battery_w", "soc_pct", "import_per_kwh", "export_per_kwh"), None, REQUIRED, INSTALLER, "ours", "What it says; battery_w is positive when discharging."),
    ("input.evse",                 NAME,   None,   None, 1,      32,    None,  INSTALLER, "ours", "Whose soc_pct; left out: the first."),
    ("input.topic",                TEXT,   None,   None, 1,      128,   REQUIRED, INSTALLER, "MQTT 3.1.1 4.7", "Where it is published; no wildcards."),
    ("input.path",                 TEXT,   None,   None, 0,      64,    "",    INSTALLER, "ours", "Keys into the JSON, with dots; empty: the payload is the number."),
    ("input.scale",                FLOAT,  "1",    None, -1000000, 1000000, 1, INSTALLER, "ours", "Factor to our unit and sign: -1000 for kW drawn."),
    ("input.max_age_s",            FLOAT,  "s",    None, 1,      86400, 30,    INSTALLER, "ours", "Older counts as unknown."),
    ("shared_site.name",           NAME,   None,   None, 1,      32,    "site", INSTALLER, "ours", "Name of the site in its topics."),
    ("shared_site.role",           CHOICE, None,   None, ("master", "member"), None, REQUIRED, INSTALLER, "ours", "master: has the meter and lends what the others leave."),
    ("shared_site.key",            KEY,    None,   None, 32,     128,   REQUIRED, INSTALLER, "RFC 2104", "Same key in every gateway of the site."),
    ("shared_site.i_guaranteed_a", FLOAT,  "A",    "per phase", 0, 400, REQUIRED, INSTALLER, "ours", "This gateway's own share of the fuse, always its own."),
    ("shared_site.i_house_a",      FLOAT,  "A",    "per phase", 0, 400, None,   INSTALLER, "ours", "Master: kept for everything but the chargers."),
    ("shared_site.lease_s",        FLOAT,  "s",    None, 2,      60,    5,     INSTALLER, "ours", "Borrowed share ends so long after the master's last word."),
    ("member.gateway",             NAME,   None,   None, 1,      32,    REQUIRED, INSTALLER, "ours", "Id of the gateway."),
    ("member.i_guaranteed_a",      FLOAT,  "A",    "per phase", 0, 400, REQUIRED, INSTALLER, "ours", "Its own share."),
    ("page.enabled",               BOOL,   None,   None, None,   None,  True,  INSTALLER, "ours", "Serve the household's page."),
    ("page.port",                  INT,    "1",    None, 1,      65535, 8080,  INSTALLER, "ours", "Its port."),
    ("page.address",               TEXT,   None,   None, 1,      64,    "127.0.0.1", INSTALLER, "ours", "Address to listen on; other than loopback needs a PIN."),
    ("page.pin",                   SECRET, None,   None, 6,      32,    None,  INSTALLER, "ours", "Asked for before anything is shown or changed."),
)
