"""Why the gateway does what it does: every reason as a number for the wire and as words for people.

Not its job: deciding (laws, arbiter, limiter, failsafe), refusing messages (protocols/messages.py has those
numbers, below 100), putting the words together (explain.py), reasons of the grid-code functions (grid_reasons.py) and of
the household (home_reasons.py), of field life (field_reasons.py).
220 to 229 are the limiter's own numbers (limiter.py).
Source: ours; a published number never changes its meaning.
"""

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

# Code, severity (I, N, W, A), name, words people read. One text and not rows of tuples: as objects the same table
# takes 8 kB more of a board's heap, and it is read only when somebody asks. What happened stands in reason_texts.py.
TABLE = """
0 I none nothing limits
110 A charger_lost charger silent
111 W meter_lost meter silent
112 W ev_lost EV silent
113 N cloud_lost supervisor silent
114 A tick_stalled control loop stalled
115 A contended another master writes
116 A wrong_device wrong device
117 W values_frozen frozen measurements
118 W writes_fail writes fail
121 N no_effect setpoint without effect
119 N no_watchdog no device watchdog
120 W fuse_unguarded fuse without a meter
130 I nameplate nameplate
131 I no_ev no EV
132 I ev_full EV full
133 I battery_full battery full
134 I soc_floor SoC floor
135 N soc_unknown SoC unknown
136 I no_consent no consent to V2G
137 I site_share fuse share
150 N undervoltage under-voltage charge limit
151 W voltage_unknown voltage unknown
152 I slow_return slow return of charging
160 N system_setpoint system operator
161 N system_limit system-operator limit
170 I departure needed by departure
180 I wape WAPE
181 I wape_no_vars WAPE without vars
182 I wape_lifted WAPE lifted
183 N wape_lift_suspended WAPE, lift suspended
184 W wape_no_voltage WAPE without voltage
190 N support voltage support
191 A support_deep voltage support, voltage very low
192 I support_rest rest after voltage support
193 I dispatch dispatch
194 I vpp_limit VPP limit
195 I agc AGC
196 I reserve frequency reserve
197 W reserve_no_frequency frequency reserve without frequency
200 I charge_now charge now
201 I discharge_now discharge now
202 I idle_wish idle wish
203 I default_charge default
204 I default_idle default
205 I default_target default
210 I ramp ramp
211 I converter_limit converter limit
220 A limiter_not_finite limiter: no number
221 A limiter_interlock limiter: interlock
222 A limiter_nameplate limiter: nameplate
223 A limiter_soc limiter: SoC window
224 A limiter_site limiter: fuse share
225 W limiter_converter limiter: kVA or current
230 W link_lost link lost
231 N stopping stopping
232 N command_refused command refused
233 N config_refused configuration refused
234 W store_failed file not written
240 I lease_applied lease in force
241 I lease_expired lease over
242 N lease_lapsed lease lapsed
243 I lease_revoked lease revoked
244 I lease_superseded lease superseded
245 N lease_book_full too many leases
246 I lease_paused paused by the household
247 I lease_no_consent no consent
248 I lease_unknown no such lease
249 N lease_unavailable lease not possible here
"""

_SEVERITIES = "INWA"


def rows():
    """Every reason as [code, severity, name, words]; the first three as name_of and severity_of give them."""
    from edge import field_reasons, grid_reasons, home_reasons

    tables = (TABLE, grid_reasons.TABLE, home_reasons.TABLE, field_reasons.TABLE)
    return [_split(line) for table in tables for line in table.strip().split("\n")]


def _split(line):
    code, letter, name, words = line.split(" ", 3)
    return [int(code), _SEVERITIES.find(letter), name, words]


def _row_of(code):
    return _found(TABLE, code) or _found(_table_of(code), code) or [code, NOTICE, "unknown", "reason %d" % code]


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
