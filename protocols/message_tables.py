"""Every MQTT payload as a table: topic, direction, delivery, signature, fields with unit and range.

Not its job: checking and writing payloads (messages.py), the topic tree (topics.py), signatures (auth.py).
Source: fields follow IEEE 2030.5 DERControl and DefaultDERControl, OCPP 2.1 SetChargingProfile, Sparkplug B birth and
death; names, signs and limits are ours. Power is positive when injected into the grid.

A field is (name, type, unit, low, high, required, text). low and high of a text are lengths; of a CHOICE low is the
tuple of words; of a LIST low is the tuple of fields of an item, or one field for plain items, and high the most items.
"""

VERSION = 1

INT = "int"
FLOAT = "number"
BOOL = "bool"
TEXT = "text"
CHOICE = "choice"
LIST = "list"
TREE = "tree"  # nested object whose meaning another table gives: the configuration

UP = "up"          # gateway -> host
DOWN = "dn"        # host -> one gateway
BROADCAST = "bcast"  # host -> a group
HOST = "host"      # host -> everybody

UNSIGNED = None
HMAC = "hmac"
RSA = "rsa"

P_W = 1000000      # plausibility of one site or device, not a rating
UNIX_S = 4102444800  # the year 2100
COUNT = 900000000000000

_ID = ("id", TEXT, None, 1, 40, True, "Unique; a repeat has no second effect.")
_SEQ = ("seq", INT, "1", 0, COUNT, True, "Rises strictly per sender.")
_IAT = ("iat_ms", INT, "ms", 0, UNIX_S * 1000, True, "Issued at, Unix time.")
_BOOT = ("boot", TEXT, None, 1, 32, True, "Drawn at every start of the gateway.")
_T_MS = ("t_ms", INT, "ms", 0, UNIX_S * 1000, False, "Unix time; absent while the clock is not set.")
_MONO = ("mono_ms", INT, "ms", 0, COUNT, True, "Time since start; never goes back.")
_DEVICE = ("device", TEXT, None, 1, 32, False, "Name of a charger or battery; absent: all of the gateway.")
_WORD = ("", TEXT, None, 1, 40, True, "")
_EXP = ("exp_ms", INT, "ms", 0, UNIX_S * 1000, True, "Ends here, Unix time; at most 900 s after iat_ms.")

TELEMETRY = (
    ("boot", TEXT, None, 1, 32, True, "With seq: what makes a record unique."),
    ("seq", INT, "1", 0, COUNT, True, "Counts the records of a device since boot."),
    _T_MS,
    _MONO,
    ("p_w", FLOAT, "W", -P_W, P_W, False, "Active power at the AC terminals."),
    ("q_var", FLOAT, "var", -P_W, P_W, False, "Reactive power, over-excited positive."),
    ("v_an_v", FLOAT, "V", 0, 1000, False, "Phase a to neutral."),
    ("v_bn_v", FLOAT, "V", 0, 1000, False, "Phase b to neutral."),
    ("v_cn_v", FLOAT, "V", 0, 1000, False, "Phase c to neutral."),
    ("v_mean_pu", FLOAT, "pu", 0, 5, False, "Mean of the phases on the nominal voltage."),
    ("i_max_a", FLOAT, "A", 0, 2000, False, "Highest phase current."),
    ("f_hz", FLOAT, "Hz", 0, 100, False, "Frequency."),
    ("soc_pct", FLOAT, "%", 0, 100, False, "State of charge."),
    ("e_import_wh", FLOAT, "Wh", 0, COUNT, False, "Counter of energy drawn."),
    ("e_export_wh", FLOAT, "Wh", 0, COUNT, False, "Counter of energy fed in."),
    ("state", TEXT, None, 1, 32, False, "State of the device."),
    ("mode", TEXT, None, 1, 32, False, "Operating state of the gateway."),
    ("p_set_w", FLOAT, "W", -P_W, P_W, False, "Last setpoint of active power."),
    ("q_set_var", FLOAT, "var", -P_W, P_W, False, "Last setpoint of reactive power."),
    ("reason", INT, "1", 0, 999, False, "What bound the setpoint, by number."),
    ("why", TEXT, None, 1, 200, False, "The same for people."),
    ("lease", TEXT, None, 1, 40, False, "Id of the command that holds."),
    ("lease_rem_s", FLOAT, "s", 0, 86400, False, "Time it still holds."),
    ("flags", LIST, None, _WORD, 32, False, "Flags that are up."),
    ("p_pcc_w", FLOAT, "W", -P_W, P_W, False, "At the point of connection, export positive."),
    ("q_pcc_var", FLOAT, "var", -P_W, P_W, False, "At the point of connection."),
    ("pv_w", FLOAT, "W", 0, P_W, False, "PV production."),
    ("load_w", FLOAT, "W", 0, P_W, False, "Household load."),
)

_INFO_DER = (
    ("name", TEXT, None, 1, 32, True, "As in its configuration."),
    ("kind", CHOICE, None, ("evse", "bes"), None, True, "Charger or stationary battery."),
    ("profile", TEXT, None, 1, 64, True, "Device profile."),
    ("phases", INT, "1", 1, 3, True, "Phases it uses."),
    ("p_charge_max_w", FLOAT, "W", 0, P_W, True, "Rating."),
    ("p_discharge_max_w", FLOAT, "W", 0, P_W, True, "Rating."),
    ("s_max_va", FLOAT, "VA", 0, P_W, True, "Rating."),
    ("e_capacity_wh", FLOAT, "Wh", 0, P_W, False, "Battery, when known."),
    ("q_capable", BOOL, None, None, None, True, "Takes a reactive setpoint."),
    ("v2g_consent", BOOL, None, None, None, True, "The owner agrees to discharging."),
    ("proc_delay_ms", INT, "ms", 0, 600000, False, "From command to power, as its profile says."),
)

CONFIG_ERROR = (
    ("path", TEXT, None, 0, 100, True, "Which key."),
    ("code", TEXT, None, 1, 32, True, "Kind of refusal."),
    ("got", TEXT, None, 0, 100, True, "What was asked for."),
    ("allowed", TEXT, None, 0, 300, True, "What is allowed."),
)

# kind -> its own fields in dn/cmd
KINDS = (
    ("setpoint", (
        ("p_w", FLOAT, "W", -P_W, P_W, True, "Target; clamped and said so where not possible."),
        ("ramp_w_s", FLOAT, "W/s", 1, P_W, False, "Fastest change; absent: the configured one."),
    )),
    ("limits", (
        ("p_charge_max_w", FLOAT, "W", 0, P_W, False, "Charge no faster; absent: no limit."),
        ("p_discharge_max_w", FLOAT, "W", 0, P_W, False, "Discharge no faster; absent: no limit."),
    )),
    ("wape_lift", ()),
    ("v2g_support", ()),
    ("agc_reservation", (
        ("p_cap_w", FLOAT, "W", 0, P_W, True, "Most the broadcast scalar may move."),
    )),
    ("revoke", (
        ("ref", TEXT, None, 1, 40, True, "Id of the command that ends now."),
    )),
    ("report", (
        ("section", TEXT, None, 1, 32, False, "Section of the configuration to report; absent: what differs from defaults."),
    )),
)

# name, direction, topic suffix ({device}: one topic a device), QoS, retained, signature, fields, text
MESSAGES = (
    ("state", UP, "state", 1, True, UNSIGNED, (
        _BOOT,
        ("state", CHOICE, None, ("online", "offline", "degraded"), None, True, "offline: last will, or a clean stop."),
        _T_MS,
        ("text", TEXT, None, 0, 200, False, "Why it is degraded."),
    ), "Birth and last will."),
    ("info", UP, "info", 1, True, UNSIGNED, (
        _BOOT,
        ("fw", TEXT, None, 1, 32, True, "Version of the firmware."),
        ("runtime", TEXT, None, 1, 64, True, "Python it runs on."),
        ("mode", CHOICE, None, ("observe", "control"), None, True, "observe: never writes."),
        ("tick_ms", INT, "ms", 1, 10000, True, "Control period."),
        ("config_hash", TEXT, None, 32, 32, True, "Of the configuration in force."),
        ("config_version", INT, "1", 0, COUNT, True, "Of the configuration in force."),
        ("group", TEXT, None, 1, 32, False, "Feeder group."),
        ("ders", LIST, None, _INFO_DER, 8, True, "Chargers and batteries."),
    ), "What this gateway is and can."),
    ("tele", UP, "tele/{device}", 0, False, UNSIGNED, TELEMETRY, "Measurements, setpoint and its reason; device site: the whole site."),
    ("flex", UP, "flex/{device}", 1, False, UNSIGNED, (
        _BOOT, _MONO, _T_MS,
        ("p_charge_max_w", FLOAT, "W", 0, P_W, True, "Could charge with, now."),
        ("p_discharge_max_w", FLOAT, "W", 0, P_W, True, "Could discharge with, now."),
        ("e_charge_wh", FLOAT, "Wh", 0, P_W, False, "Could still take."),
        ("e_discharge_wh", FLOAT, "Wh", 0, P_W, False, "Could give above its floor."),
        ("e_needed_wh", FLOAT, "Wh", 0, P_W, False, "Still needed by departure."),
        ("departure_s", INT, "s", 0, UNIX_S, False, "Unix time, rounded to a quarter of an hour."),
        ("offers", LIST, None, _WORD, 8, False, "Kinds of command it would follow now."),
    ), "What this device could do."),
    ("ack", UP, "ack", 1, False, UNSIGNED, (
        _BOOT, _MONO, _T_MS,
        ("ref", TEXT, None, 0, 40, True, "Id of the command; empty when unreadable."),
        ("stage", CHOICE, None, ("received", "applied", "refused", "expired", "superseded"), None, True, "How far it came."),
        ("reason", INT, "1", 0, 99, True, "0 or the numbered reason of a refusal."),
        ("device", TEXT, None, 1, 32, False, "Which device."),
        ("applied_w", FLOAT, "W", -P_W, P_W, False, "What was applied."),
        ("limited_by", TEXT, None, 1, 200, False, "What kept it from all that was asked."),
        ("lease_rem_s", FLOAT, "s", 0, 86400, False, "Time it still holds."),
        ("detail", TEXT, None, 0, 200, False, "For people: path, got, allowed."),
    ), "Answer to a command: received, then what became of it."),
    ("config_reported", UP, "config", 1, True, UNSIGNED, (
        ("version", INT, "1", 0, COUNT, True, "In force."),
        ("hash", TEXT, None, 32, 32, True, "Of the whole configuration in force."),
        ("pending", BOOL, None, None, None, True, "On trial: rolls back unless the host is heard."),
        ("values", TREE, None, None, None, False, "What differs from defaults, without secrets."),
        ("refused_version", INT, "1", 0, COUNT, False, "Desired but refused or rolled back."),
        ("errors", LIST, None, CONFIG_ERROR, 20, False, "Why."),
    ), "The configuration in force."),
    ("event", UP, "event", 1, False, UNSIGNED, (
        _BOOT,
        ("seq", INT, "1", 0, COUNT, True, "Counts the events since boot."),
        _MONO, _T_MS,
        ("code", INT, "1", 0, 9999, True, "Number of the event."),
        ("name", TEXT, None, 1, 40, True, "Name of the event."),
        ("severity", CHOICE, None, ("info", "warning", "alarm"), None, True, "How urgent."),
        ("device", TEXT, None, 1, 32, False, "Which device."),
        ("text", TEXT, None, 0, 200, False, "For people."),
    ), "Something happened."),
    ("hist", UP, "hist", 1, False, UNSIGNED, (
        _BOOT,
        ("batch", INT, "1", 0, COUNT, True, "Counts the batches; a repeat is dropped by the host."),
        ("records", LIST, None, (("device", TEXT, None, 1, 32, True, "Which device."),) + TELEMETRY, 50, True, "Oldest first."),
    ), "Telemetry of an outage, sent later."),
    ("cmd", DOWN, "cmd", 1, False, HMAC, (
        _ID, _SEQ, _IAT,
        ("nbf_ms", INT, "ms", 0, UNIX_S * 1000, False, "Not before, Unix time; absent: at once."),
        _EXP,
        ("priority", INT, "1", 0, 255, True, "0 highest; 0–9 system operator, 10 and above market."),
        _DEVICE,
        ("offline_s", FLOAT, "s", 0, 900, False, "Outlives the supervisor by this; absent: as configured."),
        ("kind", CHOICE, None, tuple([kind for kind, _ in KINDS]), None, True, "What is asked; its fields follow."),
    ), "One command, a lease that lapses."),
    ("plan", DOWN, "plan", 1, True, HMAC, (
        _ID, _SEQ, _IAT,
        _DEVICE,
        ("p_default_w", FLOAT, "W", -P_W, P_W, False, "Target without a lease; absent: charge as fast as allowed."),
        ("ramp_w_s", FLOAT, "W/s", 1, P_W, False, "On the way there; absent: as configured."),
    ), "The default control, in force when no lease is."),
    ("config_desired", DOWN, "config", 1, True, RSA, (
        _ID, _IAT,
        ("version", INT, "1", 1, COUNT, True, "Of the configuration wanted."),
        ("base_version", INT, "1", 0, COUNT, True, "Version it was made from; another one in force: refused."),
        ("access", CHOICE, None, ("operator", "installer"), None, True, "On whose behalf."),
        ("deadline_s", INT, "s", 10, 3600, False, "Rolls back without a sign of the host; absent: 120."),
        ("set", TREE, None, None, None, True, "Keys to change; null: back to the default."),
    ), "A change of configuration, all or nothing."),
    ("agc", BROADCAST, "bcast", 0, False, UNSIGNED, (
        _SEQ, _IAT,
        ("scalar", FLOAT, "1", -1, 1, True, "Share of each reservation, discharge positive."),
    ), "Regulation signal; bounded by each gateway's signed reservation."),
    ("host_state", HOST, "state", 1, True, UNSIGNED, (
        ("state", CHOICE, None, ("online", "offline"), None, True, "offline: last will."),
        ("session", TEXT, None, 1, 40, True, "Drawn at every start of the supervisor."),
        ("t_ms", INT, "ms", 0, UNIX_S * 1000, False, "Unix time."),
    ), "Birth and last will of the supervisor."),
)

# number, name, text: in acks; a number keeps its meaning for ever
ACK_REASONS = (
    (0, "none", "nothing stood in the way"),
    (1, "malformed", "not a message of this table"),
    (2, "oversized", "longer than 8 KiB"),
    (3, "bad_signature", "unsigned, unknown key or wrong signature"),
    (4, "stale", "sequence number not above the last one"),
    (5, "duplicate", "this id was seen"),
    (6, "retained", "a command must never be retained"),
    (7, "late", "its end has passed"),
    (8, "unknown_device", "no such charger or battery here"),
    (9, "not_permitted", "not allowed by configuration or profile"),
    (10, "paused_by_household", "the household paused the power plant"),
    (11, "no_consent", "the owner has not agreed to discharging"),
    (12, "unavailable", "the device cannot do this now"),
    (13, "from_the_future", "issued more than 30 s ahead of this clock"),
    (14, "lease_too_long", "ends more than 900 s after it was issued"),
    (15, "clock_not_set", "a start time needs a clock"),
    (16, "observe_mode", "this gateway only observes"),
    (17, "revoked", "ended by a later command"),
    (18, "voltage_guard", "the lift is suspended at low voltage"),
    (19, "too_many", "more commands than this gateway keeps"),
    (20, "unknown_version", "payload version not spoken here"),
    (21, "unknown_ref", "no such command holds"),
)
