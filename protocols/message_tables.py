"""MQTT payloads as a table: topic, direction, delivery, signature, fields with unit and range. Here those of every hour.

Not its job: messages that come seldom (message_tables_seldom.py), checking and writing payloads (messages.py), what
fields mean for people (message_texts.py, apart because text is heap on a board), the topic tree (topics.py), signatures
(auth.py), numbers of refusals (refusals.py). A board forgets the rows once compiled.
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

ID = ("id", TEXT, None, 1, 40, True)
SEQ = ("seq", INT, "1", 0, COUNT, True)
IAT = ("iat_ms", INT, "ms", 0, UNIX_MS, True)
BOOT = ("boot", TEXT, None, 1, 32, True)
T_MS = ("t_ms", INT, "ms", 0, UNIX_MS, False)
MONO = ("mono_ms", INT, "ms", 0, COUNT, True)
DEVICE = ("device", TEXT, None, 1, 32, False)
WORD = ("", TEXT, None, 1, 40, True)
EXP = ("exp_ms", INT, "ms", 0, UNIX_MS, True)

TELEMETRY = (
    ("boot", TEXT, None, 1, 32, True),
    ("seq", INT, "1", 0, COUNT, True),
    T_MS,
    MONO,
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
    ("flags", LIST, None, WORD, 32, False),
    ("p_pcc_w", FLOAT, "W", -P_W, P_W, False),
    ("q_pcc_var", FLOAT, "var", -P_W, P_W, False),
    ("pv_w", FLOAT, "W", 0, P_W, False),
    ("load_w", FLOAT, "W", 0, P_W, False),
)

EVENT = (
    BOOT,
    ("seq", INT, "1", 0, COUNT, True),
    MONO, T_MS,
    ("code", INT, "1", 0, 9999, True),
    ("name", TEXT, None, 1, 40, True),
    ("severity", CHOICE, None, ("info", "warning", "alarm"), None, True),
    ("device", TEXT, None, 1, 32, False),
    ("text", TEXT, None, 0, 200, False),
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
        BOOT,
        ("state", CHOICE, None, ("online", "offline", "degraded"), None, True),
        T_MS,
        ("text", TEXT, None, 0, 200, False),
    )),
    ("tele", UP, "tele/{device}", 1, False, UNSIGNED, TELEMETRY),
    ("flex", UP, "flex/{device}", 1, False, UNSIGNED, (
        BOOT, MONO, T_MS,
        ("p_charge_max_w", FLOAT, "W", 0, P_W, True),
        ("p_discharge_max_w", FLOAT, "W", 0, P_W, True),
        ("e_charge_wh", FLOAT, "Wh", 0, P_W, False),
        ("e_discharge_wh", FLOAT, "Wh", 0, P_W, False),
        ("e_needed_wh", FLOAT, "Wh", 0, P_W, False),
        ("departure_s", INT, "s", 0, UNIX_S, False),
        ("offers", LIST, None, WORD, 8, False),
    )),
    ("ack", UP, "ack", 1, False, UNSIGNED, (
        BOOT, MONO, T_MS,
        ("ref", TEXT, None, 0, 40, True),
        ("stage", CHOICE, None, ("received", "applied", "refused", "expired", "superseded"), None, True),
        ("reason", INT, "1", 0, 99, True),
        ("device", TEXT, None, 1, 32, False),
        ("applied_w", FLOAT, "W", -P_W, P_W, False),
        ("limited_by", TEXT, None, 1, 200, False),
        ("lease_rem_s", FLOAT, "s", 0, 86400, False),
        ("detail", TEXT, None, 0, 200, False),
    )),
    ("event", UP, "event", 1, False, UNSIGNED, EVENT),
    ("cmd", DOWN, "cmd", 1, False, HMAC, (
        ID, SEQ, IAT,
        ("nbf_ms", INT, "ms", 0, UNIX_MS, False),
        EXP,
        ("priority", INT, "1", 0, 255, True),
        DEVICE,
        ("offline_s", FLOAT, "s", 0, 900, False),
        ("kind", CHOICE, None, tuple([kind for kind, _ in KINDS]), None, True),
    )),
    ("agc", BROADCAST, "bcast", 0, False, UNSIGNED, (
        SEQ, IAT,
        ("scalar", FLOAT, "1", -1, 1, True),
    )),
    ("host_state", HOST, "state", 1, True, UNSIGNED, (
        ("state", CHOICE, None, ("online", "offline"), None, True),
        ("session", TEXT, None, 1, 40, True),
        ("t_ms", INT, "ms", 0, UNIX_MS, False),
    )),
)

def is_plain(field):
    """Whether a LIST holds plain values: its item is one field, not a tuple of fields."""
    return isinstance(field[3][0], str)


def compiled():
    """(messages, kinds) as messages.py uses them, a third of the rows' size.

    messages: {name: its row, with compiled fields}; kinds: {kind: compiled fields}. Compiled fields are one flat tuple (name, spec, name, spec, …) with spec (type, unit, low, high, required), where
    equal specs are one object. low of a LIST: the spec of a plain item, or the compiled fields of an object.
    """
    known = {}
    rows, kinds = {}, {}
    for row in MESSAGES:
        rows[row[0]] = row[:6] + (compiled_fields(row[6], known),)
    for kind, fields in KINDS:
        kinds[kind] = compiled_fields(fields, known)
    return rows, kinds


def compiled_fields(fields, known):
    """Fields as one flat tuple; known: {spec: the one object for all equal ones}, filled as they come."""
    flat = []
    for field in fields:
        flat += [field[0], _spec(field, known)]
    return tuple(flat)


def _spec(field, known):
    _, kind, unit, low, high, required = field
    if kind == LIST:
        low = _spec(low, known) if is_plain(field) else compiled_fields(low, known)
    spec = (kind, unit, low, high, required)
    return known.setdefault(spec, spec)
