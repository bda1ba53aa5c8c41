"""The parameter table's other half: gateway, links, grid connection, devices; and the words rows are made of.

Not its job: settings of the control functions and look-up (params.py), validation (config.py).
Source: stated per row.
"""

from edge import limits

INT = "int"
FLOAT = "float"
BOOL = "bool"
CHOICE = "choice"
TEXT = "text"
NAME = "name"      # lower-case letters, digits, hyphen: it becomes part of a topic
HEX = "hex"        # hexadecimal digits, public
KEY = "key"        # hexadecimal digits, never reported
SECRET = "secret"  # text, never reported

OPERATOR = "operator"    # also over MQTT
INSTALLER = "installer"  # on the gateway, or with the installer's signature

REQUIRED = "(required)"

# name                    type    unit  base  min    max    default  access     source  text
DEVICE_TABLE = (
    ("gateway.id",            NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Name on the broker; also user and client id."),
    ("gateway.mode",          CHOICE, None, None, ("observe", "control"), None, "observe", INSTALLER, "ours", "observe: read and decide, never write."),
    ("gateway.tick_ms",       INT,    "ms", None, limits.TICK_MIN_MS, limits.TICK_MAX_MS, 100, INSTALLER, "ours", "Control period."),
    ("gateway.read_deadline_ms", INT, "ms", None, 10,    500,   40,    INSTALLER, "ours", "Later answers count in the next tick."),
    ("vpp.enabled",           BOOL,   None, None, None,  None,  False, INSTALLER, "ours", "Connect to the broker."),
    ("vpp.host",              TEXT,   None, None, 1,     255,   None,  INSTALLER, "ours", "Broker; needed when enabled."),
    ("vpp.port",              INT,    "1",  None, 1,     65535, 8883,  INSTALLER, "IANA secure-mqtt", "Broker's port."),
    ("vpp.tls",               BOOL,   None, None, None,  None,  True,  INSTALLER, "ours", "Encrypted link; off only on a trusted network."),
    ("vpp.ca_file",           TEXT,   None, None, 1,     255,   None,  INSTALLER, "ours", "Certificates to trust; left out: the system's."),
    ("vpp.user",              TEXT,   None, None, 1,     64,    None,  INSTALLER, "ours", "Left out: gateway.id."),
    ("vpp.password",          SECRET, None, None, 16,    128,   None,  INSTALLER, "OCPP security profile 2", "At least 16 characters."),
    ("vpp.key",               KEY,    None, None, 32,    128,   None,  INSTALLER, "RFC 2104", "Device key of signed commands, 16 bytes or more."),
    ("vpp.kid",               NAME,   None, None, 1,     16,    "k1",  INSTALLER, "ours", "Name of that key."),
    ("vpp.root_key",          KEY,    None, None, 64,    64,    None,  INSTALLER, "RFC 2104", "Derives the key of a new kid; left out: only vpp.key."),
    ("vpp.cert_file",         TEXT,   None, None, 1,     255,   None,  INSTALLER, "RFC 8446", "Own certificate; left out: the enrolled one, if any."),
    ("vpp.key_file",          TEXT,   None, None, 1,     255,   None,  INSTALLER, "RFC 8446", "Its private key."),
    ("vpp.config_key",        HEX,    None, None, 768,   768,   None,  INSTALLER, "RFC 8017", "Operator's RSA-3072 modulus; left out: its rows not from afar."),
    ("vpp.installer_key",     HEX,    None, None, 768,   768,   None,  INSTALLER, "RFC 8017", "Installer's RSA-3072 modulus; left out: its rows only on site."),
    ("vpp.update_key",        HEX,    None, None, 768,   768,   None,  INSTALLER, "RFC 8017", "RSA-3072 modulus of releases and jobs; left out: no jobs."),
    ("vpp.group",             NAME,   None, None, 1,     32,    None,  INSTALLER, "ours", "Feeder group whose broadcast is followed."),
    ("vpp.keep_alive_s",      INT,    "s",  None, 5,     600,   30,    OPERATOR,  "MQTT 3.1.1 3.1.2.10", "Silence before the broker sends the last will."),
    ("vpp.telemetry_s",       FLOAT,  "s",  None, 1,     3600,  10,    OPERATOR,  "ours", "Period of telemetry."),
    ("vpp.telemetry_service_s", FLOAT, "s", None, 0.1,   60,    1,     OPERATOR,  "ours", "Period while a lease runs."),
    ("vpp.offline_s",         FLOAT,  "s",  None, 0,     limits.LEASE_MAX_S, 60, OPERATOR, "OCPP 2.1 maxOfflineDuration", "Leases outlive the supervisor by this."),
    ("grid.code",             NAME,   None, None, 1,     32,    None,  INSTALLER, "ours", "Grid code that fills the functions; left out: none."),
    ("grid.f_nom_hz",         CHOICE, None, None, (50, 60), None, 50,  INSTALLER, "EN 50160", "Nominal frequency, Hz."),
    ("grid.v_nom_ln_v",       FLOAT,  "V",  None, 100,   300,   230,   INSTALLER, "EN 50160", "Nominal, line to neutral."),
    ("grid.voltage_from",     CHOICE, None, None, ("terminal", "pcc"), None, "terminal", INSTALLER, "IEEE 1547 4.2", "Voltage the laws act on: the charger's own or the meter's."),
    ("grid.q_mode",           CHOICE, None, None, ("unity", "wape", "cpf", "crp", "volt_var", "watt_var"), None, "unity", INSTALLER, "IEEE 1547 5.3", "Owner of reactive power."),
    ("grid.q_priority",       BOOL,   None, None, None,  None,  False, INSTALLER, "IEEE 1547 5.4", "At the kVA limit keep vars, not watts."),
    ("site.i_fuse_a",         FLOAT,  "A",  "per phase", 6, 400, None, INSTALLER, "IEC 60364", "Main fuse; left out: no fuse limit."),
    ("site.p_import_max_w",   FLOAT,  "W",  None, 0,     1000000, None, INSTALLER, "ours", "Most the site may draw; left out: no limit."),
    ("site.p_export_max_w",   FLOAT,  "W",  None, 0,     1000000, None, INSTALLER, "ours", "Most the site may feed in; left out: no limit."),
    ("site.share",            CHOICE, None, None, ("equal", "priority", "laxity"), None, "equal", OPERATOR, "ours", "priority: as in this file. laxity: who can wait least goes first."),
    ("site.other_battery",    CHOICE, None, None, ("none", "ev_first", "battery_first"), None, "none", OPERATOR, "ours", "Who takes surplus first beside a self-controlled home battery."),
    ("journal.segment_bytes", INT,    "B",  None, 4096,  4194304, 262144, INSTALLER, "ours", "Size of one file."),
    ("journal.segments",      INT,    "1",  None, 2,     1000,  8,     INSTALLER, "ours", "Files kept; the oldest goes first."),
    ("local.query_port",      INT,    "1",  None, 0,     65535, 0,     INSTALLER, "ours", "Loopback port for v2g status and why; 0: none."),
    ("bus.name",              NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Devices refer to it."),
    ("bus.transport",         CHOICE, None, None, ("tcp", "rtu_over_tcp", "serial"), None, "tcp", INSTALLER, "Modbus", "serial: RTU on a port of this machine."),
    ("bus.baud",              INT,    "1",  None, 1200,  1000000, 9600, INSTALLER, "Modbus", "Speed of the line, also of one behind a converter."),
    ("bus.host",              TEXT,   None, None, 1,     255,   None,  INSTALLER, "ours", "Address of the device or converter; none with serial."),
    ("bus.port",              INT,    "1",  None, 1,     65535, 502,   INSTALLER, "IANA mbap", "Its port."),
    ("bus.device",            TEXT,   None, None, 1,     255,   None,  INSTALLER, "ours", "Serial port: /dev/ttyUSB0; on a board uart1."),
    ("bus.parity",            CHOICE, None, None, ("none", "even", "odd"), None, "none", INSTALLER, "Modbus", "As the devices are set."),
    ("bus.stop_bits",         CHOICE, None, None, (1, 2), None, 1,     INSTALLER, "Modbus", "As the devices are set."),
    ("bus.direction",         TEXT,   None, None, 1,     64,    "none", INSTALLER, "ours", "Turns RS-485 to send: none, rts, rs485 (by the driver), or a pin."),
    ("bus.proxy_port",        INT,    "1",  None, 0,     65535, 0,     INSTALLER, "ours", "Others may read this bus's devices here by Modbus TCP; 0: nobody."),
    ("bus.proxy_address",     TEXT,   None, None, 1,     64,    "127.0.0.1", INSTALLER, "ours", "Address it listens on; on a network anybody there can read."),
    ("evse.name",             NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Name in topics, telemetry and commands."),
    ("evse.profile",          TEXT,   None, None, 1,     64,    REQUIRED, INSTALLER, "ours", "Device profile."),
    ("evse.bus",              NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Name of its bus."),
    ("evse.unit",             INT,    "1",  None, 0,     255,   1,     INSTALLER, "Modbus", "Unit id."),
    ("evse.instance",         INT,    "1",  None, 1,     32,    1,     INSTALLER, "ours", "Which outlet of the device."),
    ("evse.phases",           CHOICE, None, None, (1, 3), None, 3,     INSTALLER, "IEC 61851", "Phases it uses."),
    ("evse.phase",            CHOICE, None, None, ("a", "b", "c"), None, "a", INSTALLER, "ours", "Where a single-phase charger sits."),
    ("evse.p_charge_max_w",   FLOAT,  "W",  None, 0,     22000, REQUIRED, INSTALLER, "nameplate", "Most it may charge with."),
    ("evse.p_discharge_max_w", FLOAT, "W",  None, 0,     22000, 0,     INSTALLER, "nameplate", "Most it may discharge with."),
    ("evse.p_rated_w",        FLOAT,  "W",  None, 100,   22000, None,  INSTALLER, "nameplate", "Base of pu power; left out: of discharging, else of charging."),
    ("evse.s_max_va",         FLOAT,  "VA", None, 0,     25000, None,  INSTALLER, "nameplate", "Apparent power; left out: the larger of both powers."),
    ("evse.i_max_a",          FLOAT,  "A",  "per phase", 6, 125, 32,   INSTALLER, "IEC 61851", "Current of its circuit."),
    ("evse.soc_min_pct",      FLOAT,  "%",  "capacity", 0, 100, 20,    OPERATOR,  "ours", "No discharge below."),
    ("evse.soc_max_pct",      FLOAT,  "%",  "capacity", 0, 100, 100,   OPERATOR,  "ours", "No charge above."),
    ("evse.e_capacity_wh",    FLOAT,  "Wh", None, 500,   250000, None, OPERATOR,  "nameplate", "Battery; left out: what the device says."),
    ("evse.v2g_consent",      BOOL,   None, None, None,  None,  False, INSTALLER, "ours", "The owner agrees to discharging."),
    ("evse.trip_declared",    BOOL,   None, None, None,  None,  False, INSTALLER, "VDE-AR-N 4105 8.3, EN 50549-1", "Certificate or relay of its own trips it, unknown to its profile."),
    ("evse.exclusive",        NAME,   None, None, 1,     32,    None,  INSTALLER, "ours", "Of those with the same word only one runs at a time."),
    ("evse.wape",             BOOL,   None, None, None,  None,  True,  OPERATOR,  "ours", "WAPE applies here when enabled."),
    ("meter.name",            NAME,   None, None, 1,     32,    "meter",  INSTALLER, "ours", "Name in telemetry."),
    ("meter.profile",         TEXT,   None, None, 1,     64,    REQUIRED, INSTALLER, "ours", "Device profile."),
    ("meter.bus",             NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Name of its bus."),
    ("meter.unit",            INT,    "1",  None, 0,     255,   1,     INSTALLER, "Modbus", "Unit id."),
    ("pv.name",               NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Name in telemetry."),
    ("pv.profile",            TEXT,   None, None, 1,     64,    REQUIRED, INSTALLER, "ours", "Device profile."),
    ("pv.bus",                NAME,   None, None, 1,     32,    REQUIRED, INSTALLER, "ours", "Name of its bus."),
    ("pv.unit",               INT,    "1",  None, 0,     255,   1,     INSTALLER, "Modbus", "Unit id."),
)
