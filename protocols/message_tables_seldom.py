"""MQTT payloads that come seldom, as rows like those of message_tables.py: once a connection, a day, a service.

Not its job: the others, what a row is (message_tables.py). A board compiles their fields when one comes or goes, and
forgets most of them again (messages.py).
Source: as message_tables.py; a series of prices as in the day-ahead markets' quarter hours.
"""

from protocols.message_tables import BOOT, COUNT, DEVICE, EVENT, EXP, IAT, ID, MONO, P_W, SEQ, TELEMETRY, T_MS, UNIX_MS, UNIX_S, WORD
from protocols.message_words import BOOL, CHOICE, DOWN, FLOAT, HMAC, INT, LIST, RSA, TEXT, TREE, UNSIGNED, UP

PRICE = ("", FLOAT, "1", -10, 10, True)

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

OF_DEVICE = (("device", TEXT, None, 1, 32, True),)

PERFORMANCE = (
    BOOT,
    ("batch", INT, "1", 1, COUNT, True),
    MONO, T_MS,
    ("records", LIST, None, (
        MONO,
        ("service", TEXT, None, 1, 16, True),
        ("f_hz", FLOAT, "Hz", 0, 100, False),
        ("p_w", FLOAT, "W", -P_W, P_W, False),
        ("p_base_w", FLOAT, "W", -P_W, P_W, True),
        ("p_response_w", FLOAT, "W", -P_W, P_W, False),
    ), 50, True),
)

# Compiled once and kept: they come in numbers while they come.
STAYS = ("perf", "fetch", "chunk", "upload")

# As message_tables.MESSAGES.
MESSAGES = (
    ("info", UP, "info", 1, True, UNSIGNED, (
        BOOT,
        ("fw", TEXT, None, 1, 32, True),
        ("runtime", TEXT, None, 1, 64, True),
        ("mode", CHOICE, None, ("observe", "control"), None, True),
        ("tick_ms", INT, "ms", 1, 10000, True),
        ("config_hash", TEXT, None, 32, 32, True),
        ("config_version", INT, "1", 0, COUNT, True),
        ("group", TEXT, None, 1, 32, False),
        ("audit", TEXT, None, 34, 60, False),
        ("ders", LIST, None, _INFO_DER, 8, True),
    )),
    ("config_reported", UP, "config", 1, True, UNSIGNED, (
        ("version", INT, "1", 0, COUNT, True),
        ("hash", TEXT, None, 32, 32, True),
        ("pending", BOOL, None, None, None, True),
        ("schema", INT, "1", 1, COUNT, False),
        ("values", TREE, None, None, None, False),
        ("sections", LIST, None, WORD, 64, False),
        ("refused_version", INT, "1", 0, COUNT, False),
        ("errors", LIST, None, CONFIG_ERROR, 20, False),
    )),
    ("config_section", UP, "config-section", 1, False, UNSIGNED, (
        ("ref", TEXT, None, 1, 40, True),
        ("section", TEXT, None, 1, 40, True),
        ("part", INT, "1", 1, 64, True),
        ("parts", INT, "1", 1, 64, True),
        ("version", INT, "1", 0, COUNT, True),
        ("values", TREE, None, None, None, True),
    )),
    ("perf", UP, "perf/{device}", 1, False, UNSIGNED, PERFORMANCE),
    ("hist", UP, "hist", 1, False, UNSIGNED, (
        BOOT,
        ("batch", INT, "1", 0, COUNT, True),
        ("event", LIST, None, EVENT, 50, False),
        ("perf", LIST, None, OF_DEVICE + PERFORMANCE, 50, False),
        ("tele", LIST, None, OF_DEVICE + TELEMETRY, 50, False),
    )),
    ("plan", DOWN, "plan", 1, True, HMAC, (
        ID, SEQ, IAT,
        DEVICE,
        ("p_default_w", FLOAT, "W", -P_W, P_W, False),
    )),
    ("config_desired", DOWN, "config", 1, True, RSA, (
        ID, IAT,
        ("version", INT, "1", 1, COUNT, True),
        ("base_version", INT, "1", 0, COUNT, True),
        ("access", CHOICE, None, ("operator", "installer"), None, True),
        ("deadline_s", INT, "s", 10, 3600, False),
        ("schema", INT, "1", 1, COUNT, False),
        ("set", TREE, None, None, None, True),
    )),
    ("config_request", DOWN, "config-request", 1, False, HMAC, (
        ID, IAT,
        ("sections", LIST, None, WORD, 12, True),
    )),
    ("prices", DOWN, "prices", 1, True, HMAC, (
        ID, IAT,
        ("start_unix_s", INT, "s", 0, UNIX_S, True),
        ("step_s", INT, "s", 300, 86400, True),
        ("import_per_kwh", LIST, None, PRICE, 200, True),
        ("export_per_kwh", LIST, None, PRICE, 200, False),
    )),
    ("announce", DOWN, "announce", 1, False, HMAC, (
        ID, SEQ, IAT, EXP,
        ("event", TEXT, None, 1, 40, True),
        ("what", CHOICE, None, ("outage", "turn_up", "notice"), None, True),
        ("start_ms", INT, "ms", 0, UNIX_MS, True),
        ("end_ms", INT, "ms", 0, UNIX_MS, True),
        ("text", TEXT, None, 0, 100, False),
        ("p_w", FLOAT, "W", -P_W, P_W, False),
        ("withdrawn", BOOL, None, None, None, False),
    )),
    ("job", DOWN, "job", 1, True, RSA, (
        ID, IAT, EXP,
        ("nbf_ms", INT, "ms", 0, UNIX_MS, False),
        ("kind", CHOICE, None, ("update", "restart", "logs", "journal", "rotate_key"), None, True),
        ("window_from_min", INT, "min", 0, 1439, False),
        ("window_to_min", INT, "min", 0, 1439, False),
        ("any_time", BOOL, None, None, None, False),
        ("rand_s", INT, "s", 0, 86400, False),
        ("wait_s", INT, "s", 0, 86400, False),
        ("version", TEXT, None, 1, 24, False),
        ("size_bytes", INT, "bytes", 1, 4194304, False),
        ("sha256", TEXT, None, 64, 64, False),
        ("lines", INT, "1", 1, 1000, False),
        ("segment", INT, "1", 0, COUNT, False),
        ("kid", TEXT, None, 1, 16, False),
    )),
    ("job_state", UP, "job", 1, True, UNSIGNED, (
        BOOT, T_MS,
        ("job", TEXT, None, 0, 40, True),
        ("kind", TEXT, None, 1, 16, False),
        ("state", CHOICE, None, ("queued", "downloading", "verified", "applied", "confirmed", "rolled_back", "refused", "failed"),
         None, True),
        ("reason", INT, "1", 0, 99, True),
        ("words", TEXT, None, 0, 200, False),
        ("waits_for", TEXT, None, 1, 40, False),
        ("progress_pct", INT, "%", 0, 100, False),
        ("version", TEXT, None, 1, 24, True),
    )),
    ("fetch", UP, "fetch", 0, False, UNSIGNED, (
        ("job", TEXT, None, 1, 40, True),
        ("sha256", TEXT, None, 64, 64, True),
        ("offset_bytes", INT, "bytes", 0, 4194304, True),
        ("chunk_bytes", INT, "bytes", 1, 4500, True),
        ("chunks", INT, "1", 1, 16, True),
    )),
    ("chunk", DOWN, "chunk", 0, False, UNSIGNED, (
        ("job", TEXT, None, 1, 40, True),
        ("offset_bytes", INT, "bytes", 0, 4194304, True),
        ("data", TEXT, None, 4, 6000, True),
    )),
    ("upload", UP, "upload", 1, False, UNSIGNED, (
        BOOT,
        ("job", TEXT, None, 1, 40, True),
        ("name", TEXT, None, 1, 32, True),
        ("part", INT, "1", 0, COUNT, True),
        ("parts", INT, "1", 1, COUNT, False),
        ("data", TEXT, None, 0, 6000, True),
    )),
    ("enrol", UP, "enrol", 1, False, HMAC, (
        ID, IAT,
        ("kind", CHOICE, None, ("claim", "renew"), None, True),
        ("request", TEXT, None, 100, 1200, True),
    )),
    ("certificate", DOWN, "certificate", 1, False, HMAC, (
        ID, IAT,
        ("ref", TEXT, None, 1, 40, True),
        ("certificate", TEXT, None, 1, 3000, False),
        ("ca", TEXT, None, 1, 3000, False),
        ("refused", TEXT, None, 1, 200, False),
    )),
    ("revocation", DOWN, "revocation", 1, True, RSA, (
        ID, IAT,
        ("kids", LIST, None, ("", TEXT, None, 1, 16, True), 32, True),
        ("kid", TEXT, None, 1, 16, True),
    )),
    ("move", DOWN, "move", 1, False, RSA, (
        ID, IAT,
        ("host", TEXT, None, 1, 255, True),
        ("port", INT, "1", 1, 65535, True),
        ("claim_port", INT, "1", 1, 65535, True),
        ("ca", TEXT, None, 1, 3000, True),
        ("token", TEXT, None, 26, 26, True),
        ("group", TEXT, None, 1, 32, False),
        ("config_key", TEXT, None, 768, 768, False),
    )),
)
