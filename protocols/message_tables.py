"""Every MQTT payload as a table: topic, direction, delivery, signature, fields with unit and range.

Not its job: checking and writing payloads (messages.py), what fields mean for people (message_texts.py, apart because
text is heap on a board), the topic tree (topics.py), signatures (auth.py). A board forgets the rows once compiled.
Source: fields follow IEEE 2030.5 DERControl and DefaultDERControl, OCPP 2.1 SetChargingProfile, Sparkplug B birth and
death; names, signs and limits are ours. Power is positive when injected into the grid.

A field is (name, type, unit, low, high, required). low and high of a text are lengths; of a CHOICE low is the
tuple of words; of a LIST low is the tuple of fields of an item, or one field for plain items, and high the most items.
"""

from protocols.message_words import (
    BOOL, BROADCAST, CHOICE, DOWN, FLOAT, HMAC, HOST, INT, LIST, RSA, TEXT, TREE, UNSIGNED, UP, VERSION,
)

P_W = 1000000      # plausibility of one site or device, not a rating
UNIX_S = 4102444800  # the year 2100
UNIX_MS = UNIX_S * 1000  # one object: a large number of its own in every field would cost heap
COUNT = 900000000000000

_ID = ("id", TEXT, None, 1, 40, True)
_SEQ = ("seq", INT, "1", 0, COUNT, True)
_IAT = ("iat_ms", INT, "ms", 0, UNIX_MS, True)
_BOOT = ("boot", TEXT, None, 1, 32, True)
_T_MS = ("t_ms", INT, "ms", 0, UNIX_MS, False)
_MONO = ("mono_ms", INT, "ms", 0, COUNT, True)
_DEVICE = ("device", TEXT, None, 1, 32, False)
_WORD = ("", TEXT, None, 1, 40, True)
_EXP = ("exp_ms", INT, "ms", 0, UNIX_MS, True)

TELEMETRY = (
    ("boot", TEXT, None, 1, 32, True),
    ("seq", INT, "1", 0, COUNT, True),
    _T_MS,
    _MONO,
    ("p_w", FLOAT, "W", -P_W, P_W, False),
    ("q_var", FLOAT, "var", -P_W, P_W, False),
    ("v_an_v", FLOAT, "V", 0, 1000, False),
    ("v_bn_v", FLOAT, "V", 0, 1000, False),
    ("v_cn_v", FLOAT, "V", 0, 1000, False),
    ("v_mean_pu", FLOAT, "pu", 0, 5, False),
    ("i_max_a", FLOAT, "A", 0, 2000, False),
    ("f_hz", FLOAT, "Hz", 0, 100, False),
    ("soc_pct", FLOAT, "%", 0, 100, False),
    ("e_import_wh", FLOAT, "Wh", 0, COUNT, False),
    ("e_export_wh", FLOAT, "Wh", 0, COUNT, False),
    ("state", TEXT, None, 1, 32, False),
    ("mode", TEXT, None, 1, 32, False),
    ("p_set_w", FLOAT, "W", -P_W, P_W, False),
    ("q_set_var", FLOAT, "var", -P_W, P_W, False),
    ("reason", INT, "1", 0, 999, False),
    ("why", TEXT, None, 1, 200, False),
    ("lease", TEXT, None, 1, 40, False),
    ("lease_rem_s", FLOAT, "s", 0, 86400, False),
    ("flags", LIST, None, _WORD, 32, False),
    ("p_pcc_w", FLOAT, "W", -P_W, P_W, False),
    ("q_pcc_var", FLOAT, "var", -P_W, P_W, False),
    ("pv_w", FLOAT, "W", 0, P_W, False),
    ("load_w", FLOAT, "W", 0, P_W, False),
)

_INFO_DER = (
    ("name", TEXT, None, 1, 32, True),
    ("kind", CHOICE, None, ("evse", "bes"), None, True),
    ("profile", TEXT, None, 1, 64, True),
    ("phases", INT, "1", 1, 3, True),
    ("p_charge_max_w", FLOAT, "W", 0, P_W, True),
    ("p_discharge_max_w", FLOAT, "W", 0, P_W, True),
    ("s_max_va", FLOAT, "VA", 0, P_W, True),
    ("e_capacity_wh", FLOAT, "Wh", 0, P_W, False),
    ("q_capable", BOOL, None, None, None, True),
    ("v2g_consent", BOOL, None, None, None, True),
    ("proc_delay_ms", INT, "ms", 0, 600000, False),
)

CONFIG_ERROR = (
    ("path", TEXT, None, 0, 100, True),
    ("got", TEXT, None, 0, 100, True),
    ("allowed", TEXT, None, 0, 300, True),
    ("hint", TEXT, None, 0, 100, False),
)

# kind -> its own fields in dn/cmd
KINDS = (
    ("setpoint", (
        ("p_w", FLOAT, "W", -P_W, P_W, True),
        ("ramp_w_s", FLOAT, "W/s", 1, P_W, False),
    )),
    ("limits", (
        ("p_charge_max_w", FLOAT, "W", 0, P_W, False),
        ("p_discharge_max_w", FLOAT, "W", 0, P_W, False),
    )),
    ("wape_lift", ()),
    ("v2g_support", ()),
    ("agc_reservation", (
        ("p_cap_w", FLOAT, "W", 0, P_W, True),
    )),
    ("reserve", (
        ("service", CHOICE, None, ("gb-dc", "gb-dm", "gb-dr", "fcr-n", "fcr-d"), None, True),
        ("p_up_w", FLOAT, "W", 0, P_W, True),
        ("p_down_w", FLOAT, "W", 0, P_W, True),
        ("p_base_w", FLOAT, "W", -P_W, P_W, False),
    )),
    ("dso_limit", (
        ("p_import_max_w", FLOAT, "W", 0, P_W, False),
        ("p_export_max_w", FLOAT, "W", 0, P_W, False),
    )),
    ("revoke", (
        ("ref", TEXT, None, 1, 40, True),
    )),
)

# name, direction, topic suffix ({device}: one topic a device), QoS, retained, signature, fields
MESSAGES = (
    ("state", UP, "state", 1, True, UNSIGNED, (
        _BOOT,
        ("state", CHOICE, None, ("online", "offline", "degraded"), None, True),
        _T_MS,
        ("text", TEXT, None, 0, 200, False),
    )),
    ("info", UP, "info", 1, True, UNSIGNED, (
        _BOOT,
        ("fw", TEXT, None, 1, 32, True),
        ("runtime", TEXT, None, 1, 64, True),
        ("mode", CHOICE, None, ("observe", "control"), None, True),
        ("tick_ms", INT, "ms", 1, 10000, True),
        ("config_hash", TEXT, None, 32, 32, True),
        ("config_version", INT, "1", 0, COUNT, True),
        ("group", TEXT, None, 1, 32, False),
        ("ders", LIST, None, _INFO_DER, 8, True),
    )),
    ("tele", UP, "tele/{device}", 0, False, UNSIGNED, TELEMETRY),
    ("flex", UP, "flex/{device}", 1, False, UNSIGNED, (
        _BOOT, _MONO, _T_MS,
        ("p_charge_max_w", FLOAT, "W", 0, P_W, True),
        ("p_discharge_max_w", FLOAT, "W", 0, P_W, True),
        ("e_charge_wh", FLOAT, "Wh", 0, P_W, False),
        ("e_discharge_wh", FLOAT, "Wh", 0, P_W, False),
        ("e_needed_wh", FLOAT, "Wh", 0, P_W, False),
        ("departure_s", INT, "s", 0, UNIX_S, False),
        ("offers", LIST, None, _WORD, 8, False),
    )),
    ("ack", UP, "ack", 1, False, UNSIGNED, (
        _BOOT, _MONO, _T_MS,
        ("ref", TEXT, None, 0, 40, True),
        ("stage", CHOICE, None, ("received", "applied", "refused", "expired", "superseded"), None, True),
        ("reason", INT, "1", 0, 99, True),
        ("device", TEXT, None, 1, 32, False),
        ("applied_w", FLOAT, "W", -P_W, P_W, False),
        ("limited_by", TEXT, None, 1, 200, False),
        ("lease_rem_s", FLOAT, "s", 0, 86400, False),
        ("detail", TEXT, None, 0, 200, False),
    )),
    ("config_reported", UP, "config", 1, True, UNSIGNED, (
        ("version", INT, "1", 0, COUNT, True),
        ("hash", TEXT, None, 32, 32, True),
        ("pending", BOOL, None, None, None, True),
        ("values", TREE, None, None, None, False),
        ("refused_version", INT, "1", 0, COUNT, False),
        ("errors", LIST, None, CONFIG_ERROR, 20, False),
    )),
    ("event", UP, "event", 1, False, UNSIGNED, (
        _BOOT,
        ("seq", INT, "1", 0, COUNT, True),
        _MONO, _T_MS,
        ("code", INT, "1", 0, 9999, True),
        ("name", TEXT, None, 1, 40, True),
        ("severity", CHOICE, None, ("info", "warning", "alarm"), None, True),
        ("device", TEXT, None, 1, 32, False),
        ("text", TEXT, None, 0, 200, False),
    )),
    ("perf", UP, "perf/{device}", 1, False, UNSIGNED, (
        _BOOT,
        ("batch", INT, "1", 1, COUNT, True),
        _MONO, _T_MS,
        ("records", LIST, None, (
            _MONO,
            ("service", TEXT, None, 1, 16, True),
            ("f_hz", FLOAT, "Hz", 0, 100, False),
            ("p_w", FLOAT, "W", -P_W, P_W, False),
            ("p_base_w", FLOAT, "W", -P_W, P_W, True),
            ("p_response_w", FLOAT, "W", -P_W, P_W, False),
        ), 50, True),
    )),
    ("hist", UP, "hist", 1, False, UNSIGNED, (
        _BOOT,
        ("batch", INT, "1", 0, COUNT, True),
        ("records", LIST, None, (("device", TEXT, None, 1, 32, True),) + TELEMETRY, 50, True),
    )),
    ("cmd", DOWN, "cmd", 1, False, HMAC, (
        _ID, _SEQ, _IAT,
        ("nbf_ms", INT, "ms", 0, UNIX_MS, False),
        _EXP,
        ("priority", INT, "1", 0, 255, True),
        _DEVICE,
        ("offline_s", FLOAT, "s", 0, 900, False),
        ("kind", CHOICE, None, tuple([kind for kind, _ in KINDS]), None, True),
    )),
    ("plan", DOWN, "plan", 1, True, HMAC, (
        _ID, _SEQ, _IAT,
        _DEVICE,
        ("p_default_w", FLOAT, "W", -P_W, P_W, False),
    )),
    ("config_desired", DOWN, "config", 1, True, RSA, (
        _ID, _IAT,
        ("version", INT, "1", 1, COUNT, True),
        ("base_version", INT, "1", 0, COUNT, True),
        ("access", CHOICE, None, ("operator", "installer"), None, True),
        ("deadline_s", INT, "s", 10, 3600, False),
        ("set", TREE, None, None, None, True),
    )),
    ("agc", BROADCAST, "bcast", 0, False, UNSIGNED, (
        _SEQ, _IAT,
        ("scalar", FLOAT, "1", -1, 1, True),
    )),
    ("host_state", HOST, "state", 1, True, UNSIGNED, (
        ("state", CHOICE, None, ("online", "offline"), None, True),
        ("session", TEXT, None, 1, 40, True),
        ("t_ms", INT, "ms", 0, UNIX_MS, False),
    )),
)

# number, name: in acks; a number keeps its meaning for ever
ACK_REASONS = (
    (0, "none"),
    (1, "malformed"),
    (2, "oversized"),
    (3, "bad_signature"),
    (4, "stale"),
    (5, "duplicate"),
    (6, "retained"),
    (7, "late"),
    (8, "unknown_device"),
    (9, "not_permitted"),
    (10, "paused_by_household"),
    (11, "no_consent"),
    (12, "unavailable"),
    (13, "from_the_future"),
    (14, "lease_too_long"),
    (15, "clock_not_set"),
    (16, "observe_mode"),
    (17, "revoked"),
    (18, "voltage_guard"),
    (19, "too_many"),
    (20, "unknown_version"),
    (21, "unknown_ref"),
)


def is_plain(field):
    """Whether a LIST holds plain values: its item is one field, not a tuple of fields."""
    return isinstance(field[3][0], str)


def compiled():
    """(messages, kinds, reasons) as messages.py uses them, a third of the rows' size.

    messages: {name: its row, with compiled fields}; kinds: {kind: compiled fields}; reasons: {name: number}.
    Compiled fields are one flat tuple (name, spec, name, spec, …) with spec (type, unit, low, high, required), where
    equal specs are one object. low of a LIST: the spec of a plain item, or the compiled fields of an object.
    """
    known = {}
    rows, kinds = {}, {}
    for row in MESSAGES:
        rows[row[0]] = row[:6] + (_fields(row[6], known),)
    for kind, fields in KINDS:
        kinds[kind] = _fields(fields, known)
    return rows, kinds, {name: number for number, name in ACK_REASONS}


def _fields(fields, known):
    flat = []
    for field in fields:
        flat += [field[0], _spec(field, known)]
    return tuple(flat)


def _spec(field, known):
    _, kind, unit, low, high, required = field
    if kind == LIST:
        low = _spec(low, known) if is_plain(field) else _fields(low, known)
    spec = (kind, unit, low, high, required)
    return known.setdefault(spec, spec)
