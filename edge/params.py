"""The parameter table: every setting of the control functions, and the way to look up any row.

Not its job: settings of links and devices (param_devices.py), of grid codes (param_grid.py), national duties
(param_duties.py), the household (param_home.py) and its backup (param_backup.py), field life (param_field.py), validation
(config.py).
Source: stated per row; "paper" is the WAPE paper's case study (415 V line to line), "ours" where no standard says.

A row is (name, type, unit, base, min, max, default, access, source, text).
min and max of a text are lengths; min of a CHOICE is the tuple of its words. default REQUIRED: must be given;
None: may be left out, the text says what then holds. base: what a pu or % value refers to.
A new control function adds its rows here; a new section also one row in SECTIONS.
"""

from edge import limits
from edge.param_devices import (
    BOOL, CHOICE, DEVICE_TABLE, FLOAT, HEX, INSTALLER, INT, KEY, NAME, OPERATOR, REQUIRED, SECRET, TEXT,
)

ONE = "one"            # the section is there once; left out, its defaults hold
OPTIONAL = "optional"  # left out, the site has no such device
MANY = "many"          # a list of tables
USED = "used"          # there where a site file or its grid code fills it

# section     how often  at most           rows of    text
SECTIONS = (
    ("gateway",      ONE,      1, "gateway",      "This gateway."),
    ("vpp",          ONE,      1, "vpp",          "Link to the virtual power plant."),
    ("grid",         ONE,      1, "grid",         "Grid connection and the owner of reactive power."),
    ("site",         ONE,      1, "site",         "Limits at the point of connection."),
    ("control",      ONE,      1, "control",      "What holds for every charger without a command."),
    ("wape",         ONE,      1, "wape",         "WAPE-style charging: power follows the voltage."),
    ("support",      ONE,      1, "support",      "V2G voltage support, only under a lease."),
    ("undervoltage", ONE,      1, "undervoltage", "Charge limit at low voltage, always on."),
    ("mobility",     ONE,      1, "mobility",     "Energy the driver needs by departure."),
    ("volt_var",     USED,     1, "volt_var",     "Reactive power by voltage, in q_mode volt_var."),
    ("watt_var",     USED,     1, "watt_var",     "Reactive power by active power, in q_mode watt_var."),
    ("cpf",          USED,     1, "cpf",          "Constant power factor, in q_mode cpf."),
    ("crp",          USED,     1, "crp",          "Constant reactive power, in q_mode crp."),
    ("volt_watt",    USED,     1, "volt_watt",    "Active power by voltage."),
    ("p_limit",      USED,     1, "p_limit",      "Limit of injected active power."),
    ("droop",        USED,     1, "droop",        "Active power by frequency."),
    ("enter_service", USED,    1, "enter_service", "When and how power may return."),
    ("dso",          USED,     1, "dso",          "Limit of the distribution network operator."),
    ("smart_charge", USED,     1, "smart_charge", "Duties of a charge point in Great Britain."),
    ("trip",         USED,     1, "trip",         "Trip settings: the device's business, configured and watched from here."),
    ("ride_through", USED,     1, "ride_through", "What the device has to ride through."),
    ("service",      USED,     1, "service",      "Frequency reserve sold to a system operator."),
    ("home",         USED,     1, "home",         "What the household does with its energy."),
    ("backup",       USED,     1, "backup",       "Supply of the house by a vehicle while the grid is away."),
    ("site_link",    USED,     1, "site_link",    "Second, local MQTT connection: values in, wishes in, states out."),
    ("shared_site",  USED,     1, "shared_site",  "Several gateways behind one fuse."),
    ("bounds",       USED,     1, "bounds",       "What others may ask of a battery, however well they sign; fixed on site."),
    ("page",         USED,     1, "page",         "The household's page."),
    ("enrol",        USED,     1, "enrol",        "The gateway gets and renews its certificate by itself."),
    ("update",       USED,     1, "update",       "Releases of the firmware, and jobs from afar."),
    ("history",      USED,     1, "history",      "What is kept while the broker is away; without the section its defaults hold."),
    ("failsafe",     ONE,      1, "failsafe",     "What happens when something goes silent."),
    ("journal",      ONE,      1, "journal",      "The bounded log on the gateway."),
    ("local",        ONE,      1, "local",        "Questions and wishes from this machine: status, why, wish."),
    ("bus",          MANY,     limits.BUSES_MAX, "bus",   "One Modbus link."),
    ("evse",         MANY,     limits.DERS_MAX,  "evse",  "One charger."),
    ("bes",          MANY,     limits.DERS_MAX,  "evse",  "One stationary battery; same columns as a charger."),
    ("meter",        OPTIONAL, 1, "meter",        "Meter at the point of connection."),
    ("pv",           MANY,     limits.PVS_MAX,   "pv",    "One PV inverter, read only."),
    ("battery",      OPTIONAL, 1, "battery",      "Home battery that controls itself, read only."),
    ("switch",       OPTIONAL, 1, "switch",       "Transfer switch of the backup."),
    ("circuit",      MANY,     limits.CIRCUITS_MAX, "circuit", "One circuit of the house that the backup can switch."),
    ("input",        MANY,     limits.INPUTS_MAX, "input", "One value that the site link listens to."),
    ("recovery",     MANY,     limits.DERS_MAX,  "recovery", "How a charger that hangs is got going by hardware."),
    ("member",       MANY,     limits.MEMBERS_MAX, "member", "One gateway of a shared site, as its master knows it."),
)

# name                        type    unit     base          min    max     default  access     source    text
FUNCTION_TABLE = (
    ("control.ramp_w_s",          FLOAT, "W/s",   None,       10,    50000,  1000,  OPERATOR,  "ours",    "Fastest change of active power."),
    ("control.ramp_var_s",        FLOAT, "var/s", None,       10,    50000,  2000,  OPERATOR,  "ours",    "Fastest change of reactive power."),
    ("control.p_default_w",       FLOAT, "W",     None,       -22000, 22000, None,  OPERATOR,  "IEEE 2030.5 DefaultDERControl", "Target without a lease; left out: charge as fast as allowed."),
    ("wape.enabled",              BOOL,  None,    None,       None,  None,   False, OPERATOR,  "paper",   "Cap charging by voltage."),
    ("wape.v0_pu",                FLOAT, "pu",    "v_nom",    0.85,  1.1,    0.9639, OPERATOR, "paper: 400 V", "No charging at or below."),
    ("wape.v1_pu",                FLOAT, "pu",    "v_nom",    0.85,  1.1,    0.9831, OPERATOR, "paper: 408 V", "Full charging at or above."),
    ("wape.v_ref_pu",             FLOAT, "pu",    "v_nom",    0.9,   1.1,    1.0,   OPERATOR,  "paper",   "Zero reactive power here."),
    ("wape.kq_var_per_v",         FLOAT, "var/V", "line to line", 0, 5000,   570,   OPERATOR,  "paper: 0.57 kvar/V", "Reactive power per volt below v_ref."),
    ("wape.tau_s",                FLOAT, "s",     None,       0.1,   600,    None,  OPERATOR,  "ours",    "Voltage filter; left out: 4, single-phase 10, slow bus 7."),
    ("wape.loop_gain",            FLOAT, "1",     None,       0.1,   100,    None,  INSTALLER, "ours",    "Loop gain at this site; left out: 8, single-phase 20."),
    ("wape.k_urgency",            FLOAT, "1",     None,       0,     1,      0,     OPERATOR,  "paper: 0", "How far an urgent departure opens the cap."),
    ("wape.k_surplus",            FLOAT, "1",     None,       0,     1,      0,     OPERATOR,  "paper: 0", "How far surplus PV opens the cap."),
    ("wape.guard_low_pu",         FLOAT, "pu",    "v_nom",    0.85,  1.1,    0.966, OPERATOR,  "ours",    "Below this a lift is suspended."),
    ("wape.guard_high_pu",        FLOAT, "pu",    "v_nom",    0.85,  1.1,    0.975, OPERATOR,  "ours",    "Above this a lift is offered again."),
    ("wape.guard_low_s",          FLOAT, "s",     None,       0.1,   60,     2,     OPERATOR,  "ours",    "For so long below guard_low."),
    ("wape.guard_high_s",         FLOAT, "s",     None,       1,     3600,   60,    OPERATOR,  "ours",    "For so long above guard_high."),
    ("support.enabled",           BOOL,  None,    None,       None,  None,   True,  OPERATOR,  "paper",   "Follow leases of voltage support."),
    ("support.v_arm_low_pu",      FLOAT, "pu",    "v_nom",    0.85,  1.0,    0.9398, OPERATOR, "paper: 390 V", "Below: still support, but alarm and no new session."),
    ("support.v_arm_high_pu",     FLOAT, "pu",    "v_nom",    0.85,  1.0,    0.9639, OPERATOR, "paper: 400 V", "Arm at or below."),
    ("support.v_full_pu",         FLOAT, "pu",    "v_nom",    0.85,  1.1,    0.9687, OPERATOR, "paper: 402 V", "Full support up to here."),
    ("support.v_zero_pu",         FLOAT, "pu",    "v_nom",    0.85,  1.1,    0.9831, OPERATOR, "paper: 408 V", "No support at or above."),
    ("support.p_w",               FLOAT, "W",     None,       0,     22000,  6000,  OPERATOR,  "paper",   "Discharging power of full support."),
    ("support.arm_s",             FLOAT, "s",     None,       0.1,   60,     1,     OPERATOR,  "ours",    "For so long in the arming band."),
    ("support.disarm_min_s",      FLOAT, "s",     None,       1,     3600,   30,    OPERATOR,  "ours",    "Shortest wait at zero before disarming."),
    ("support.disarm_max_s",      FLOAT, "s",     None,       1,     3600,   90,    OPERATOR,  "ours",    "Longest wait; drawn between both."),
    ("support.idle_s",            FLOAT, "s",     None,       0,     3600,   60,    OPERATOR,  "ours",    "Idle after support."),
    ("undervoltage.v_full_pu",    FLOAT, "pu",    "v_nom",    0.85,  1.0,    0.94,  INSTALLER, "ours",    "Full charging at or above, lowest phase."),
    ("undervoltage.v_zero_pu",    FLOAT, "pu",    "v_nom",    0.8,   1.0,    0.9,   INSTALLER, "ours",    "No charging at or below, lowest phase."),
    ("mobility.enabled",          BOOL,  None,    None,       None,  None,   True,  OPERATOR,  "ours",    "Charge in time for the departure."),
    ("mobility.efficiency_pct",   FLOAT, "%",     "AC energy", 50,   100,    90,    OPERATOR,  "ours",    "Of charging, AC to battery, where the profile has no rows."),
    ("mobility.margin_s",         FLOAT, "s",     None,       0,     7200,   600,   OPERATOR,  "ours",    "Ready so long before departure."),
    ("mobility.e_margin_pct",     FLOAT, "%",     "energy counted", 0, 20,   3,     OPERATOR,  "ours",    "Meter and efficiency may be wrong by so much together."),
    ("mobility.taper_from_pct",   FLOAT, "%",     "capacity", 50,    100,    80,    OPERATOR,  "ours",    "Above it a vehicle may take less and less; 100: never."),
    ("mobility.taper_end_pct",    FLOAT, "%",     "full power", 1,   100,    3,     OPERATOR,  "ours",    "What it still takes when nearly full."),
    ("failsafe.charger_lost_s",   FLOAT, "s",     None,       limits.FAILSAFE_MIN_S, limits.FAILSAFE_MAX_S, 2, INSTALLER, "ours", "Charger silent: no setpoint is refreshed."),
    ("failsafe.meter_lost_s",     FLOAT, "s",     None,       limits.FAILSAFE_MIN_S, limits.FAILSAFE_MAX_S, 3, INSTALLER, "ours", "Meter silent: p_static_safe_w holds."),
    ("failsafe.ev_lost_s",        FLOAT, "s",     None,       1,     600,    10,    INSTALLER, "ours",    "SoC unknown while charging: no discharge."),
    ("failsafe.cloud_lost_s",     FLOAT, "s",     None,       5,     900,    60,    OPERATOR,  "ours",    "No sign of the supervisor: reported as lost."),
    ("failsafe.clear_s",          FLOAT, "s",     None,       0,     600,    5,     INSTALLER, "ours",    "Healthy for so long before a fault is over."),
    ("failsafe.device_reversion_s", FLOAT, "s",   None,       limits.REVERSION_MIN_S, limits.REVERSION_MAX_S, 5, INSTALLER, "IEEE 1547 / SunSpec 704 WSetRvrtTms", "Gateway silent: the device falls back to zero."),
    ("failsafe.p_static_safe_w",  FLOAT, "W",     None,       0,     22000,  0,     INSTALLER, "ours",    "Charging allowed each device without meter or device watchdog."),
)

TABLE = DEVICE_TABLE + FUNCTION_TABLE


def rows_of(section, figures=None):
    """The rows of one section as (key, row) pairs in table order; [] when there is no such section.

    figures: of the site's grid code (grid_code.py), {name: (default, min, max, …)}; they replace those of the rows.
    """
    row = section_row(section)
    if row is None:
        return []
    prefix = row[3] + "."
    found = _rows_with(TABLE, prefix) or _rows_with(_seldom(), prefix)
    return [(key, _filled(row, figures[row[0]]) if row[0] in figures else row) for key, row in found] if figures else found


def _rows_with(table, prefix):
    return [(row[0][len(prefix):], row) for row in table if row[0].startswith(prefix)]


def _seldom():
    from edge import param_backup, param_duties, param_field, param_grid, param_home     # most sites never need them

    return (param_grid.GRID_TABLE + param_duties.DUTY_TABLE + param_home.HOME_TABLE + param_backup.BACKUP_TABLE
            + param_field.FIELD_TABLE)


def _filled(row, figure):
    """A row with the default and the range of a grid code."""
    default, low, high, source = figure[:4]
    return row[:4] + (row[4] if low is None else low, row[5] if high is None else high, default, row[7], source, row[9])


def all_rows():
    """Every row of every section, for pages and tests."""
    return TABLE + _seldom()


def section_row(section):
    """The row of SECTIONS with that name, or None."""
    for row in SECTIONS:
        if row[0] == section:
            return row
    return None


def defaults(section):
    """{key: default} of a section, for tests and laws; a REQUIRED or optional key is None."""
    return {key: None if row[6] == REQUIRED else row[6] for key, row in rows_of(section)}
