"""Operating modes of a device as a table: a row for each mode and event, also where nothing happens.

Not its job: making events out of voltage and frequency (native_der.py), what each mode delivers (native_der.py).
Source: IEEE 1547-2018 6.4 and 4.10. "tripped" is any reason to be out of service, permission withdrawn included.
"""

CONTINUOUS, MANDATORY, PERMISSIVE = "continuous", "mandatory", "permissive"
MOMENTARY, CEASE, TRIPPED = "momentary_cessation", "cease", "tripped"
WAITING, RAMPING = "enter_service_wait", "enter_service_ramp"
MODES = (CONTINUOUS, MANDATORY, PERMISSIVE, MOMENTARY, CEASE, TRIPPED, WAITING, RAMPING)

# What the grid calls for while in service.
NORMAL, ABNORMAL_MANDATORY, ABNORMAL_PERMISSIVE = "normal", "abnormal_mandatory", "abnormal_permissive"
ABNORMAL_MOMENTARY, ABNORMAL_CEASE = "abnormal_momentary", "abnormal_cease"
MUST_TRIP, PERMIT_OFF = "must_trip", "permit_off"
# What it allows while out of service, and the two ends of coming back.
WINDOW_OPEN, WINDOW_CLOSED, DELAY_OVER, RAMP_OVER = "window_open", "window_closed", "delay_over", "ramp_over"
EVENTS = (NORMAL, ABNORMAL_MANDATORY, ABNORMAL_PERMISSIVE, ABNORMAL_MOMENTARY, ABNORMAL_CEASE, MUST_TRIP, PERMIT_OFF,
          WINDOW_OPEN, WINDOW_CLOSED, DELAY_OVER, RAMP_OVER)

IN_SERVICE = (CONTINUOUS, MANDATORY, PERMISSIVE, MOMENTARY, CEASE, RAMPING)
BLOCKED = (MOMENTARY, CEASE)             # gates off, relay closed, setpoints and filters kept

# mode        event                next         why
ROWS = (
    (CONTINUOUS, NORMAL,              CONTINUOUS, "nothing to do"),
    (CONTINUOUS, ABNORMAL_MANDATORY,  MANDATORY,  "has to stay and deliver"),
    (CONTINUOUS, ABNORMAL_PERMISSIVE, PERMISSIVE, "may stay or block; this one stays"),
    (CONTINUOUS, ABNORMAL_MOMENTARY,  MOMENTARY,  "blocks within 0.083 s, stays connected"),
    (CONTINUOUS, ABNORMAL_CEASE,      CEASE,      "blocks within 0.16 s"),
    (CONTINUOUS, MUST_TRIP,           TRIPPED,    "a must-trip row's time is over, or it need not stay longer"),
    (CONTINUOUS, PERMIT_OFF,          TRIPPED,    "the operator withdrew permission: out within 2 s"),
    (CONTINUOUS, WINDOW_OPEN,         CONTINUOUS, "in service already"),
    (CONTINUOUS, WINDOW_CLOSED,       CONTINUOUS, "in service already"),
    (CONTINUOUS, DELAY_OVER,          CONTINUOUS, "in service already"),
    (CONTINUOUS, RAMP_OVER,           CONTINUOUS, "in service already"),

    (MANDATORY,  NORMAL,              CONTINUOUS, "ridden through"),
    (MANDATORY,  ABNORMAL_MANDATORY,  MANDATORY,  "still so"),
    (MANDATORY,  ABNORMAL_PERMISSIVE, PERMISSIVE, "may stay or block; this one stays"),
    (MANDATORY,  ABNORMAL_MOMENTARY,  MOMENTARY,  "blocks within 0.083 s, stays connected"),
    (MANDATORY,  ABNORMAL_CEASE,      CEASE,      "blocks within 0.16 s"),
    (MANDATORY,  MUST_TRIP,           TRIPPED,    "a must-trip row's time is over, or it need not stay longer"),
    (MANDATORY,  PERMIT_OFF,          TRIPPED,    "the operator withdrew permission: out within 2 s"),
    (MANDATORY,  WINDOW_OPEN,         MANDATORY,  "in service already"),
    (MANDATORY,  WINDOW_CLOSED,       MANDATORY,  "in service already"),
    (MANDATORY,  DELAY_OVER,          MANDATORY,  "in service already"),
    (MANDATORY,  RAMP_OVER,           MANDATORY,  "in service already"),

    (PERMISSIVE, NORMAL,              CONTINUOUS, "ridden through: full output again"),
    (PERMISSIVE, ABNORMAL_MANDATORY,  MANDATORY,  "has to stay and deliver"),
    (PERMISSIVE, ABNORMAL_PERMISSIVE, PERMISSIVE, "still so"),
    (PERMISSIVE, ABNORMAL_MOMENTARY,  MOMENTARY,  "blocks within 0.083 s, stays connected"),
    (PERMISSIVE, ABNORMAL_CEASE,      CEASE,      "blocks within 0.16 s"),
    (PERMISSIVE, MUST_TRIP,           TRIPPED,    "a must-trip row's time is over, or it need not stay longer"),
    (PERMISSIVE, PERMIT_OFF,          TRIPPED,    "the operator withdrew permission: out within 2 s"),
    (PERMISSIVE, WINDOW_OPEN,         PERMISSIVE, "in service already"),
    (PERMISSIVE, WINDOW_CLOSED,       PERMISSIVE, "in service already"),
    (PERMISSIVE, DELAY_OVER,          PERMISSIVE, "in service already"),
    (PERMISSIVE, RAMP_OVER,           PERMISSIVE, "in service already"),

    (MOMENTARY,  NORMAL,              CONTINUOUS, "ridden through: output restored within 0.4 s"),
    (MOMENTARY,  ABNORMAL_MANDATORY,  MANDATORY,  "has to stay and deliver"),
    (MOMENTARY,  ABNORMAL_PERMISSIVE, PERMISSIVE, "may stay or block; this one stays"),
    (MOMENTARY,  ABNORMAL_MOMENTARY,  MOMENTARY,  "still so"),
    (MOMENTARY,  ABNORMAL_CEASE,      CEASE,      "blocks within 0.16 s"),
    (MOMENTARY,  MUST_TRIP,           TRIPPED,    "a must-trip row's time is over, or it need not stay longer"),
    (MOMENTARY,  PERMIT_OFF,          TRIPPED,    "the operator withdrew permission: out within 2 s"),
    (MOMENTARY,  WINDOW_OPEN,         MOMENTARY,  "in service already"),
    (MOMENTARY,  WINDOW_CLOSED,       MOMENTARY,  "in service already"),
    (MOMENTARY,  DELAY_OVER,          MOMENTARY,  "in service already"),
    (MOMENTARY,  RAMP_OVER,           MOMENTARY,  "in service already"),

    (CEASE,      NORMAL,              CONTINUOUS, "back before a trip: output restored within 0.4 s"),
    (CEASE,      ABNORMAL_MANDATORY,  MANDATORY,  "has to stay and deliver"),
    (CEASE,      ABNORMAL_PERMISSIVE, PERMISSIVE, "may stay or block; this one stays"),
    (CEASE,      ABNORMAL_MOMENTARY,  MOMENTARY,  "blocks within 0.083 s, stays connected"),
    (CEASE,      ABNORMAL_CEASE,      CEASE,      "still so"),
    (CEASE,      MUST_TRIP,           TRIPPED,    "a must-trip row's time is over, or it need not stay longer"),
    (CEASE,      PERMIT_OFF,          TRIPPED,    "the operator withdrew permission: out within 2 s"),
    (CEASE,      WINDOW_OPEN,         CEASE,      "in service already"),
    (CEASE,      WINDOW_CLOSED,       CEASE,      "in service already"),
    (CEASE,      DELAY_OVER,          CEASE,      "in service already"),
    (CEASE,      RAMP_OVER,           CEASE,      "in service already"),

    (TRIPPED,    NORMAL,              TRIPPED,    "nothing to ride through: it is out"),
    (TRIPPED,    ABNORMAL_MANDATORY,  TRIPPED,    "nothing to ride through: it is out"),
    (TRIPPED,    ABNORMAL_PERMISSIVE, TRIPPED,    "nothing to ride through: it is out"),
    (TRIPPED,    ABNORMAL_MOMENTARY,  TRIPPED,    "nothing to ride through: it is out"),
    (TRIPPED,    ABNORMAL_CEASE,      TRIPPED,    "nothing to ride through: it is out"),
    (TRIPPED,    MUST_TRIP,           TRIPPED,    "already out"),
    (TRIPPED,    PERMIT_OFF,          TRIPPED,    "nobody asked for it"),
    (TRIPPED,    WINDOW_OPEN,         WAITING,    "voltage and frequency allow it: the delay starts"),
    (TRIPPED,    WINDOW_CLOSED,       TRIPPED,    "voltage or frequency do not allow it"),
    (TRIPPED,    DELAY_OVER,          TRIPPED,    "no delay runs"),
    (TRIPPED,    RAMP_OVER,           TRIPPED,    "no ramp runs"),

    (WAITING,    NORMAL,              WAITING,    "the window decides, not ride-through"),
    (WAITING,    ABNORMAL_MANDATORY,  WAITING,    "the window decides, not ride-through"),
    (WAITING,    ABNORMAL_PERMISSIVE, WAITING,    "the window decides, not ride-through"),
    (WAITING,    ABNORMAL_MOMENTARY,  WAITING,    "the window decides, not ride-through"),
    (WAITING,    ABNORMAL_CEASE,      WAITING,    "the window decides, not ride-through"),
    (WAITING,    MUST_TRIP,           TRIPPED,    "not a grid to enter"),
    (WAITING,    PERMIT_OFF,          TRIPPED,    "permission withdrawn: the delay starts from nothing afterwards"),
    (WAITING,    WINDOW_OPEN,         WAITING,    "the delay goes on"),
    (WAITING,    WINDOW_CLOSED,       TRIPPED,    "an excursion: the delay starts from nothing afterwards"),
    (WAITING,    DELAY_OVER,          RAMPING,    "the grid was good for the whole delay"),
    (WAITING,    RAMP_OVER,           WAITING,    "no ramp runs"),

    (RAMPING,    NORMAL,              RAMPING,    "the ramp goes on"),
    (RAMPING,    ABNORMAL_MANDATORY,  RAMPING,    "delivers what the ramp has reached, and stays"),
    (RAMPING,    ABNORMAL_PERMISSIVE, TRIPPED,    "entering service is given up"),
    (RAMPING,    ABNORMAL_MOMENTARY,  TRIPPED,    "entering service is given up"),
    (RAMPING,    ABNORMAL_CEASE,      TRIPPED,    "entering service is given up"),
    (RAMPING,    MUST_TRIP,           TRIPPED,    "a must-trip row's time is over, or it need not stay longer"),
    (RAMPING,    PERMIT_OFF,          TRIPPED,    "the operator withdrew permission: out within 2 s"),
    (RAMPING,    WINDOW_OPEN,         RAMPING,    "the window counts before service only"),
    (RAMPING,    WINDOW_CLOSED,       RAMPING,    "the window counts before service only"),
    (RAMPING,    DELAY_OVER,          RAMPING,    "it is over already"),
    (RAMPING,    RAMP_OVER,           CONTINUOUS, "full power is allowed"),
)

NEXT = {mode: {event: after for before, event, after, _ in ROWS if before == mode} for mode in MODES}
