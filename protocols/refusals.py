"""Why something is refused: one table of numbers for acknowledgements to the power plant and answers to the household.

Not its job: judging (edge/link, edge/requests.py). Constants are taken by name, so that a board never loads the table.
Source: ours; a published number never changes its meaning.
"""

NONE = 0
MALFORMED = 1
OVERSIZED = 2
BAD_SIGNATURE = 3
STALE = 4
DUPLICATE = 5
RETAINED = 6
LATE = 7
UNKNOWN_DEVICE = 8
NOT_PERMITTED = 9
PAUSED_BY_HOUSEHOLD = 10
NO_CONSENT = 11
UNAVAILABLE = 12
FROM_THE_FUTURE = 13
LEASE_TOO_LONG = 14
CLOCK_NOT_SET = 15
OBSERVE_MODE = 16
REVOKED = 17
VOLTAGE_GUARD = 18
TOO_MANY = 19
UNKNOWN_VERSION = 20
UNKNOWN_REF = 21
NOT_BIDIRECTIONAL = 22
NOT_OFFERED = 23
SOC_UNKNOWN = 24
GRID_CODE = 25
ISLANDED = 26
OUT_OF_RANGE = 27
IN_THE_PAST = 28
NO_VEHICLE = 29
SOC_LOW = 30
SERIES_GAP = 31
LOCKED_OUT = 32
NOT_LOCKED_OUT = 33
DOWNGRADE = 34
WRONG_BOARD = 35
DAMAGED = 36
NO_SPACE = 37
SAME_VERSION = 38
NEVER_IDLE = 39
UNHEALTHY = 40

# number, name, words for people
TABLE = (
    (NONE, "none", "nothing stood in the way"),
    (MALFORMED, "malformed", "not in the form of the table"),
    (OVERSIZED, "oversized", "longer than 8 KiB"),
    (BAD_SIGNATURE, "bad_signature", "unsigned, unknown key or wrong signature"),
    (STALE, "stale", "older than the last one"),
    (DUPLICATE, "duplicate", "this id was seen"),
    (RETAINED, "retained", "a command must never be retained"),
    (LATE, "late", "its end has passed"),
    (UNKNOWN_DEVICE, "unknown_device", "no such charger or battery here"),
    (NOT_PERMITTED, "not_permitted", "not allowed from there, by configuration or by profile"),
    (PAUSED_BY_HOUSEHOLD, "paused_by_household", "the household paused the power plant"),
    (NO_CONSENT, "no_consent", "the owner has not agreed to discharging"),
    (UNAVAILABLE, "unavailable", "the device cannot do this now"),
    (FROM_THE_FUTURE, "from_the_future", "issued more than 30 s ahead of this clock"),
    (LEASE_TOO_LONG, "lease_too_long", "ends more than 900 s after it was issued"),
    (CLOCK_NOT_SET, "clock_not_set", "a time of day needs a clock"),
    (OBSERVE_MODE, "observe_mode", "this gateway only observes"),
    (REVOKED, "revoked", "ended by a later command"),
    (VOLTAGE_GUARD, "voltage_guard", "the lift is suspended at low voltage"),
    (TOO_MANY, "too_many", "more commands than this gateway keeps"),
    (UNKNOWN_VERSION, "unknown_version", "payload version not spoken here"),
    (UNKNOWN_REF, "unknown_ref", "no such command holds"),
    (NOT_BIDIRECTIONAL, "not_bidirectional", "this charger or vehicle does not discharge"),
    (NOT_OFFERED, "not_offered", "not set up at this site"),
    (SOC_UNKNOWN, "soc_unknown", "the state of charge is unknown"),
    (GRID_CODE, "grid_code", "the grid code forbids it now"),
    (ISLANDED, "islanded", "the house is cut off from the grid"),
    (OUT_OF_RANGE, "out_of_range", "outside its range"),
    (IN_THE_PAST, "in_the_past", "that time has passed"),
    (NO_VEHICLE, "no_vehicle", "no vehicle is plugged in"),
    (SOC_LOW, "soc_low", "the battery is at what has to be kept"),
    (SERIES_GAP, "series_gap", "a series needs a number for every step"),
    (LOCKED_OUT, "locked_out", "the backup is locked out"),
    (NOT_LOCKED_OUT, "not_locked_out", "nothing is locked out"),
    (DOWNGRADE, "downgrade", "older than what runs, or than what it still allows"),
    (WRONG_BOARD, "wrong_board", "built for another board or runtime"),
    (DAMAGED, "damaged", "the file is not what its manifest says"),
    (NO_SPACE, "no_space", "too little space is left"),
    (SAME_VERSION, "same_version", "this version runs already"),
    (NEVER_IDLE, "never_idle", "power flowed as long as the job could wait"),
    (UNHEALTHY, "unhealthy", "the new release did not become healthy"),
)


def name_of(number):
    """Name of a number, 'unknown' for one that is not in the table."""
    return TABLE[number][1] if 0 <= number < len(TABLE) else "unknown"


def text_of(number):
    """What a number of the table means, for people."""
    return TABLE[number][2]


def number_of(name):
    """Number of a name of the table; ValueError when there is none."""
    return [row[1] for row in TABLE].index(name)
