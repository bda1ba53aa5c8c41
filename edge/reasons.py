"""Why the gateway does what it does: every reason as a number for the wire and as words for people.

Not its job: deciding (laws, arbiter, limiter, failsafe), refusing messages (protocols/messages.py has those
numbers, below 100), putting the words together (explain.py), reasons of the grid-code functions (grid_reasons.py) and of
the household (home_reasons.py), of field life (field_reasons.py); names and words of the others (reason_table.py).
220 to 229 are the limiter's own numbers (limiter.py).
Source: ours; a published number never changes its meaning.
"""
from protocols.forgetting import forget

INFO = 0      # the normal course of things
NOTICE = 1    # worth knowing, nobody has to act
WARNING = 2   # service is reduced
ALARM = 3     # somebody should look

NONE = 0

HOME_FIRST = 300        # from here on: home_reasons.py
FIELD_FIRST = 400       # from here on: field_reasons.py

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
SLOW_RETURN = 152
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
RESERVE = 196
RESERVE_NO_FREQUENCY = 197

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
CONFIG_REFUSED = 233
STORE_FAILED = 234

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
LEASE_UNKNOWN = 248
LEASE_UNAVAILABLE = 249
LEASE_LAST = 249

_SEVERITIES = "INWA"
_KNOWN_MAX = 8       # a site says the same few things over and over
_known = {}         # code -> its row


def rows():
    """Every reason as [code, severity, name, words]; the first three as name_of and severity_of give them."""
    from edge import field_reasons, grid_reasons, home_reasons, reason_table

    tables = (reason_table.TABLE, grid_reasons.TABLE, home_reasons.TABLE, field_reasons.TABLE)
    return [_split(line) for table in tables for line in table.strip().split("\n")]


def _split(line):
    code, letter, name, words = line.split(" ", 3)
    return [int(code), _SEVERITIES.find(letter), name, words]


def _row_of(code):
    row = _known.get(code)
    if row is None:
        if len(_known) >= _KNOWN_MAX:
            _known.clear()
        row = _known[code] = _looked_up(code) or [code, NOTICE, "unknown", "reason %d" % code]
    return row


def _looked_up(code):
    from edge import reason_table

    row = _found(reason_table.TABLE, code)
    forget("edge.reason_table")
    return row or _found(_table_of(code), code)


def _table_of(code):
    if code < HOME_FIRST:
        from edge import grid_reasons   # a site with such a function has it already

        return grid_reasons.TABLE
    if code < FIELD_FIRST:
        from edge import home_reasons       # the same

        return home_reasons.TABLE
    from edge import field_reasons      # seldom

    return field_reasons.TABLE


def _found(table, code):
    start = table.find("\n%d " % code) + 1
    return _split(table[start:table.find("\n", start)]) if start else None


def name_of(code):
    """Identifier of a reason; "unknown" for a number from another version."""
    return _row_of(code)[2]


def text_of(code):
    """Words for people; the number itself where it is from another version."""
    return _row_of(code)[3]


def severity_of(code):
    """INFO, NOTICE, WARNING or ALARM; unknown numbers are a NOTICE."""
    return _row_of(code)[1]
