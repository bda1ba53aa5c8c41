"""Why the gateway does what it does: every reason as a number for the wire and as words for people.

Not its job: deciding (laws, arbiter, limiter, failsafe), refusing messages (protocols/messages.py has those
numbers, below 100), putting the words together (explain.py).
Source: ours; a published number never changes its meaning.
"""

from edge import limiter

INFO = 0      # the normal course of things
NOTICE = 1    # worth knowing, nobody has to act
WARNING = 2   # service is reduced
ALARM = 3     # somebody should look

NONE = 0

CHARGER_LOST = 110
METER_LOST = 111
EV_LOST = 112
CLOUD_LOST = 113
TICK_STALLED = 114
CONTENDED = 115
WRONG_DEVICE = 116
VALUES_FROZEN = 117
WRITES_FAIL = 118
NO_WATCHDOG = 119
FUSE_UNGUARDED = 120
NO_EFFECT = 121

NAMEPLATE = 130
NO_EV = 131
EV_FULL = 132
BATTERY_FULL = 133
SOC_FLOOR = 134
SOC_UNKNOWN = 135
NO_CONSENT = 136
SITE_SHARE = 137

UNDERVOLTAGE = 150
VOLTAGE_UNKNOWN = 151
SYSTEM_SETPOINT = 160
SYSTEM_LIMIT = 161
DEPARTURE = 170

WAPE = 180
WAPE_NO_VARS = 181
WAPE_LIFTED = 182
WAPE_LIFT_SUSPENDED = 183
WAPE_NO_VOLTAGE = 184

SUPPORT = 190
SUPPORT_DEEP = 191
SUPPORT_REST = 192
DISPATCH = 193
VPP_LIMIT = 194
AGC = 195

CHARGE_NOW = 200
DISCHARGE_NOW = 201
IDLE_WISH = 202
DEFAULT_CHARGE = 203
DEFAULT_IDLE = 204
DEFAULT_TARGET = 205

RAMP = 210
CONVERTER_LIMIT = 211

LINK_LOST = 230
STOPPING = 231
COMMAND_REFUSED = 232

# What became of a lease; told as its acknowledgement, not as an event.
LEASE_FIRST = 240
LEASE_APPLIED = 240
LEASE_EXPIRED = 241
LEASE_LAPSED = 242
LEASE_REVOKED = 243
LEASE_SUPERSEDED = 244
LEASE_BOOK_FULL = 245
LEASE_PAUSED = 246
LEASE_NO_CONSENT = 247
LEASE_LAST = 249

# code              name                   words people read         severity  what happened
REASONS = (
    (NONE,          "none",                "",                       INFO,     "Nothing limits, nobody asked."),
    (CHARGER_LOST,  "charger_lost",        "charger silent",         ALARM,    "The device stopped answering; it falls back to zero by itself."),
    (METER_LOST,    "meter_lost",          "meter silent",           WARNING,  "The site meter stopped answering."),
    (EV_LOST,       "ev_lost",             "EV silent",              WARNING,  "The state of charge is unknown during a session."),
    (CLOUD_LOST,    "cloud_lost",          "supervisor silent",      NOTICE,   "No sign of the supervisor; leases lapse as promised."),
    (TICK_STALLED,  "tick_stalled",        "control loop stalled",   ALARM,    "The control loop runs far too slowly."),
    (CONTENDED,     "contended",           "another master writes",  ALARM,    "Somebody else moves the setpoint; the gateway backs off."),
    (WRONG_DEVICE,  "wrong_device",        "wrong device",           ALARM,    "The device does not match its profile; nothing is written."),
    (VALUES_FROZEN, "values_frozen",       "frozen measurements",    WARNING,  "The device repeats itself to the last bit while it works."),
    (WRITES_FAIL,   "writes_fail",         "writes fail",            WARNING,  "The device does not confirm setpoints."),
    (NO_EFFECT,     "no_effect",           "setpoint without effect", NOTICE,  "The device confirmed the setpoint but its power does not follow."),
    (NO_WATCHDOG,   "no_watchdog",         "no device watchdog",     NOTICE,   "The device would not notice a dead gateway."),
    (FUSE_UNGUARDED, "fuse_unguarded",     "fuse without a meter",   WARNING,  "Control disables the device's fuse protection and no meter replaces it."),
    (NAMEPLATE,     "nameplate",           "nameplate",              INFO,     "Live rating or configured maximum."),
    (NO_EV,         "no_ev",               "no EV",                  INFO,     "No vehicle, or its presence is unknown."),
    (EV_FULL,       "ev_full",             "EV full",                INFO,     "State of charge at its upper limit."),
    (BATTERY_FULL,  "battery_full",        "battery full",           INFO,     "State of charge at its upper limit."),
    (SOC_FLOOR,     "soc_floor",           "SoC floor",              INFO,     "No discharge below the floor."),
    (SOC_UNKNOWN,   "soc_unknown",         "SoC unknown",            NOTICE,   "No discharge while the state of charge is unknown."),
    (NO_CONSENT,    "no_consent",          "no consent to V2G",      INFO,     "The owner has not agreed to discharging."),
    (SITE_SHARE,    "site_share",          "fuse share",             INFO,     "Share of the fuse or of the site's import or export limit."),
    (UNDERVOLTAGE,  "undervoltage",        "under-voltage charge limit", NOTICE, "The lowest phase is low; charging makes it worse."),
    (VOLTAGE_UNKNOWN, "voltage_unknown",   "voltage unknown",        WARNING,  "Charging is held to what is safe unseen."),
    (SYSTEM_SETPOINT, "system_setpoint",   "system operator",        NOTICE,   "Setpoint with a system operator's priority."),
    (SYSTEM_LIMIT,  "system_limit",        "system-operator limit",  NOTICE,   "Operating limits with a system operator's priority."),
    (DEPARTURE,     "departure",           "needed by departure",    INFO,     "The energy of the next trip leaves no more slack."),
    (WAPE,          "wape",                "WAPE",                   INFO,     "Charging follows the voltage."),
    (WAPE_NO_VARS,  "wape_no_vars",        "WAPE without vars",      INFO,     "Degraded form: the device takes no reactive setpoint."),
    (WAPE_LIFTED,   "wape_lifted",         "WAPE lifted",            INFO,     "The supervisor lifted the constraint."),
    (WAPE_LIFT_SUSPENDED, "wape_lift_suspended", "WAPE, lift suspended", NOTICE, "A lift is in force but the voltage is too low for it."),
    (WAPE_NO_VOLTAGE, "wape_no_voltage",   "WAPE without voltage",   WARNING,  "Unavailable: the voltage is unknown."),
    (SUPPORT,       "support",             "voltage support",        NOTICE,   "The vehicle supports a low voltage."),
    (SUPPORT_DEEP,  "support_deep",        "voltage support, voltage very low", ALARM, "Still supporting below the arming band."),
    (SUPPORT_REST,  "support_rest",        "rest after voltage support", INFO, "No charging for a while after support."),
    (DISPATCH,      "dispatch",            "dispatch",               INFO,     "Setpoint lease of the VPP."),
    (VPP_LIMIT,     "vpp_limit",           "VPP limit",              INFO,     "Operating limits of the VPP."),
    (AGC,           "agc",                 "AGC",                    INFO,     "Share of the group's regulation signal."),
    (CHARGE_NOW,    "charge_now",          "charge now",             INFO,     "The household wants to charge."),
    (DISCHARGE_NOW, "discharge_now",       "discharge now",          INFO,     "The household wants to discharge."),
    (IDLE_WISH,     "idle_wish",           "idle wish",              INFO,     "The household wants it idle."),
    (DEFAULT_CHARGE, "default_charge",     "default",                INFO,     "Without other wishes a charger charges."),
    (DEFAULT_IDLE,  "default_idle",        "default",                INFO,     "Without other wishes a stationary battery rests."),
    (DEFAULT_TARGET, "default_target",     "default",                INFO,     "Configured default control."),
    (RAMP,          "ramp",                "ramp",                   INFO,     "On the way to the new setpoint."),
    (CONVERTER_LIMIT, "converter_limit",   "converter limit",        INFO,     "Watts and vars share one apparent power."),
    (limiter.NOT_FINITE, "limiter_not_finite", "limiter: no number", ALARM,    "A law produced something that is no number."),
    (limiter.INTERLOCK, "limiter_interlock", "limiter: interlock",   ALARM,    "An interlock is open."),
    (limiter.NAMEPLATE, "limiter_nameplate", "limiter: nameplate",   ALARM,    "The decision exceeded the nameplate."),
    (limiter.SOC_WINDOW, "limiter_soc",    "limiter: SoC window",    ALARM,    "The decision left the SoC window."),
    (limiter.SITE,  "limiter_site",        "limiter: fuse share",    ALARM,    "The decision exceeded the site's share."),
    (limiter.CONVERTER, "limiter_converter", "limiter: kVA or current", WARNING, "The decision exceeded current or apparent power."),
    (LINK_LOST,     "link_lost",           "link lost",              WARNING,  "A connection was lost or could not be opened."),
    (STOPPING,      "stopping",            "stopping",               NOTICE,   "Clean stop of the gateway."),
    (COMMAND_REFUSED, "command_refused",   "command refused",        NOTICE,   "The values name the number of the refusal."),
    (LEASE_APPLIED, "lease_applied",       "lease in force",         INFO,     "The command has begun."),
    (LEASE_EXPIRED, "lease_expired",       "lease over",             INFO,     "The command reached its end."),
    (LEASE_LAPSED,  "lease_lapsed",        "lease lapsed",           NOTICE,   "The supervisor was silent for longer than agreed."),
    (LEASE_REVOKED, "lease_revoked",       "lease revoked",          INFO,     "The supervisor took the command back."),
    (LEASE_SUPERSEDED, "lease_superseded", "lease superseded",       INFO,     "A newer or higher command of the same kind holds."),
    (LEASE_BOOK_FULL, "lease_book_full",   "too many leases",        NOTICE,   "The book of leases is bounded."),
    (LEASE_PAUSED,  "lease_paused",        "paused by the household", INFO,    "The household set the power plant aside."),
    (LEASE_NO_CONSENT, "lease_no_consent", "no consent",             INFO,     "The owner has not agreed to discharging."),
)


def _row_of(code):
    # A search, not a dictionary: asked when somebody reads, and a board has little memory to spare.
    for row in REASONS:
        if row[0] == code:
            return row
    return None


def name_of(code):
    """Identifier of a reason; "unknown" for a number from another version."""
    row = _row_of(code)
    return row[1] if row else "unknown"


def text_of(code):
    """Words for people; "" for no reason."""
    row = _row_of(code)
    return row[2] if row else "reason %d" % code


def severity_of(code):
    """INFO, NOTICE, WARNING or ALARM; unknown numbers are a NOTICE."""
    row = _row_of(code)
    return row[3] if row else NOTICE
