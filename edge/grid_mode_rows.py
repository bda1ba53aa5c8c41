"""Operating modes of a grid code as the gateway sees them: a row for each mode and event, also where nothing happens.

Not its job: making events of what is measured, and what each mode leaves of the power (laws/grid_mode.py); tripping,
riding through and blocking, which the device does by itself.
Source: IEEE 1547-2018 6.4.2 for the modes in service, 4.10 for the way back. "tripped" is any reason to be out of
service: the first moment of the gateway and a withdrawn permission are among them.
"""

CONTINUOUS = "continuous"
MANDATORY = "mandatory"
PERMISSIVE = "permissive"
MOMENTARY = "momentary_cessation"
CEASE = "cease"
TRIPPED = "tripped"
WAIT = "enter_service_wait"
RAMP = "enter_service_ramp"

# In this order they are numbers in a law's memory; those in service, the worse the later, come first.
STATES = (CONTINUOUS, MANDATORY, PERMISSIVE, MOMENTARY, CEASE, TRIPPED, WAIT, RAMP)

# What voltage and frequency call for while in service, in the order of the modes; edge/grid_regions.py numbers them.
NORMAL = "normal"
STAY = "stay"
MAY_LEAVE = "may_leave"
BLOCK = "block"
STOP = "stop"
# Beyond a trip setting for its time, dead, faulty, no permission, or nobody knows what it did.
OUT = "out"
WINDOW_OPEN = "window_open"
WINDOW_SHUT = "window_shut"
DELAY_OVER = "delay_over"
RAMP_OVER = "ramp_over"

EVENTS = (NORMAL, STAY, MAY_LEAVE, BLOCK, STOP, OUT, WINDOW_OPEN, WINDOW_SHUT, DELAY_OVER, RAMP_OVER)

# state      event         next         why
ROWS = (
    (CONTINUOUS, NORMAL,      CONTINUOUS, "nothing to do"),
    (CONTINUOUS, STAY,        MANDATORY,  "it has to stay and deliver"),
    (CONTINUOUS, MAY_LEAVE,   PERMISSIVE, "it may stay or block"),
    (CONTINUOUS, BLOCK,       MOMENTARY,  "it blocks and comes back by itself"),
    (CONTINUOUS, STOP,        CEASE,      "it stops before it trips"),
    (CONTINUOUS, OUT,         TRIPPED,    "the device will have tripped, or permission is gone"),
    (CONTINUOUS, WINDOW_OPEN, CONTINUOUS, "in service already"),
    (CONTINUOUS, WINDOW_SHUT, CONTINUOUS, "in service: ride-through decides"),
    (CONTINUOUS, DELAY_OVER,  CONTINUOUS, "it is over already"),
    (CONTINUOUS, RAMP_OVER,   CONTINUOUS, "no ramp runs"),

    (MANDATORY,  NORMAL,      CONTINUOUS, "ridden through"),
    (MANDATORY,  STAY,        MANDATORY,  "still so"),
    (MANDATORY,  MAY_LEAVE,   PERMISSIVE, "it may stay or block"),
    (MANDATORY,  BLOCK,       MOMENTARY,  "it blocks and comes back by itself"),
    (MANDATORY,  STOP,        CEASE,      "it stops before it trips"),
    (MANDATORY,  OUT,         TRIPPED,    "the device will have tripped, or permission is gone"),
    (MANDATORY,  WINDOW_OPEN, MANDATORY,  "in service already"),
    (MANDATORY,  WINDOW_SHUT, MANDATORY,  "in service: ride-through decides"),
    (MANDATORY,  DELAY_OVER,  MANDATORY,  "it is over already"),
    (MANDATORY,  RAMP_OVER,   MANDATORY,  "no ramp runs"),

    (PERMISSIVE, NORMAL,      CONTINUOUS, "ridden through"),
    (PERMISSIVE, STAY,        MANDATORY,  "it has to stay and deliver"),
    (PERMISSIVE, MAY_LEAVE,   PERMISSIVE, "still so"),
    (PERMISSIVE, BLOCK,       MOMENTARY,  "it blocks and comes back by itself"),
    (PERMISSIVE, STOP,        CEASE,      "it stops before it trips"),
    (PERMISSIVE, OUT,         TRIPPED,    "the device will have tripped, or permission is gone"),
    (PERMISSIVE, WINDOW_OPEN, PERMISSIVE, "in service already"),
    (PERMISSIVE, WINDOW_SHUT, PERMISSIVE, "in service: ride-through decides"),
    (PERMISSIVE, DELAY_OVER,  PERMISSIVE, "it is over already"),
    (PERMISSIVE, RAMP_OVER,   PERMISSIVE, "no ramp runs"),

    (MOMENTARY,  NORMAL,      CONTINUOUS, "ridden through"),
    (MOMENTARY,  STAY,        MANDATORY,  "it has to stay and deliver"),
    (MOMENTARY,  MAY_LEAVE,   PERMISSIVE, "it may stay or block"),
    (MOMENTARY,  BLOCK,       MOMENTARY,  "still so"),
    (MOMENTARY,  STOP,        CEASE,      "it stops before it trips"),
    (MOMENTARY,  OUT,         TRIPPED,    "the device will have tripped, or permission is gone"),
    (MOMENTARY,  WINDOW_OPEN, MOMENTARY,  "in service already"),
    (MOMENTARY,  WINDOW_SHUT, MOMENTARY,  "in service: ride-through decides"),
    (MOMENTARY,  DELAY_OVER,  MOMENTARY,  "it is over already"),
    (MOMENTARY,  RAMP_OVER,   MOMENTARY,  "no ramp runs"),

    (CEASE,      NORMAL,      CONTINUOUS, "ridden through"),
    (CEASE,      STAY,        MANDATORY,  "it has to stay and deliver"),
    (CEASE,      MAY_LEAVE,   PERMISSIVE, "it may stay or block"),
    (CEASE,      BLOCK,       MOMENTARY,  "it blocks and comes back by itself"),
    (CEASE,      STOP,        CEASE,      "still so"),
    (CEASE,      OUT,         TRIPPED,    "the device will have tripped, or permission is gone"),
    (CEASE,      WINDOW_OPEN, CEASE,      "in service already"),
    (CEASE,      WINDOW_SHUT, CEASE,      "in service: ride-through decides"),
    (CEASE,      DELAY_OVER,  CEASE,      "it is over already"),
    (CEASE,      RAMP_OVER,   CEASE,      "no ramp runs"),

    (TRIPPED,    NORMAL,      TRIPPED,    "the window decides, not ride-through"),
    (TRIPPED,    STAY,        TRIPPED,    "the window decides, not ride-through"),
    (TRIPPED,    MAY_LEAVE,   TRIPPED,    "the window decides, not ride-through"),
    (TRIPPED,    BLOCK,       TRIPPED,    "the window decides, not ride-through"),
    (TRIPPED,    STOP,        TRIPPED,    "the window decides, not ride-through"),
    (TRIPPED,    OUT,         TRIPPED,    "already out"),
    (TRIPPED,    WINDOW_OPEN, WAIT,       "voltage and frequency allow it: the delay starts"),
    (TRIPPED,    WINDOW_SHUT, TRIPPED,    "voltage or frequency do not allow it"),
    (TRIPPED,    DELAY_OVER,  TRIPPED,    "no delay runs"),
    (TRIPPED,    RAMP_OVER,   TRIPPED,    "no ramp runs"),

    (WAIT,       NORMAL,      WAIT,       "the window decides, not ride-through"),
    (WAIT,       STAY,        WAIT,       "the window decides, not ride-through"),
    (WAIT,       MAY_LEAVE,   WAIT,       "the window decides, not ride-through"),
    (WAIT,       BLOCK,       WAIT,       "the window decides, not ride-through"),
    (WAIT,       STOP,        WAIT,       "the window decides, not ride-through"),
    (WAIT,       OUT,         TRIPPED,    "no grid to enter, or no permission"),
    (WAIT,       WINDOW_OPEN, WAIT,       "the delay goes on"),
    (WAIT,       WINDOW_SHUT, TRIPPED,    "an excursion: the delay starts anew afterwards"),
    (WAIT,       DELAY_OVER,  RAMP,       "good for the whole delay"),
    (WAIT,       RAMP_OVER,   WAIT,       "no ramp runs"),

    (RAMP,       NORMAL,      RAMP,       "the ramp goes on"),
    (RAMP,       STAY,        RAMP,       "the ramp stands still, nothing is taken back"),
    (RAMP,       MAY_LEAVE,   RAMP,       "the ramp stands still, nothing is taken back"),
    (RAMP,       BLOCK,       RAMP,       "the ramp stands still, nothing is taken back"),
    (RAMP,       STOP,        RAMP,       "the ramp stands still, nothing is taken back"),
    (RAMP,       OUT,         TRIPPED,    "the device will have tripped, or permission is gone"),
    (RAMP,       WINDOW_OPEN, RAMP,       "in service already"),
    (RAMP,       WINDOW_SHUT, RAMP,       "in service: ride-through decides"),
    (RAMP,       DELAY_OVER,  RAMP,       "it is over already"),
    (RAMP,       RAMP_OVER,   CONTINUOUS, "all of the rating is allowed"),
)
