"""Every transition of the session with one device: a row for each state and event, also where nothing happens.

Not its job: what states and events mean (modes.py), building and running the table (fsm_table.py, fsm.py).
Source: ours; "back off, no fight" from field reports of two masters on one charger.
"""

from edge.modes import (
    BACKED_OFF, BACKOFF_OVER, CONTENDED, CONTROLLING, CONTROL_LOST, CONTROL_NOT_WANTED, CONTROL_WANTED, GIVING,
    IDENTIFIED, IDENTIFYING, LINK_DOWN, LINK_UP, OBSERVING, OFFLINE, REFUSED, STEP_DONE, STILL_OURS, TAKING, WRONG_DEVICE,
)

STATES = (OFFLINE, IDENTIFYING, REFUSED, OBSERVING, TAKING, CONTROLLING, GIVING, BACKED_OFF)

EVENTS = (LINK_UP, LINK_DOWN, IDENTIFIED, WRONG_DEVICE, CONTROL_WANTED, CONTROL_NOT_WANTED, STEP_DONE, CONTENDED,
          CONTROL_LOST, STILL_OURS, BACKOFF_OVER)

# state       event               next         why
ROWS = (
    (OFFLINE,     LINK_UP,            IDENTIFYING, "a new link may lead to another device"),
    (OFFLINE,     LINK_DOWN,          OFFLINE,     "already down"),
    (OFFLINE,     IDENTIFIED,         OFFLINE,     "answer of a link that is gone"),
    (OFFLINE,     WRONG_DEVICE,       OFFLINE,     "answer of a link that is gone"),
    (OFFLINE,     CONTROL_WANTED,     OFFLINE,     "nothing to control yet"),
    (OFFLINE,     CONTROL_NOT_WANTED, OFFLINE,     "nothing to give back"),
    (OFFLINE,     STEP_DONE,          OFFLINE,     "answer of a link that is gone"),
    (OFFLINE,     CONTENDED,          OFFLINE,     "answer of a link that is gone"),
    (OFFLINE,     CONTROL_LOST,       OFFLINE,     "answer of a link that is gone"),
    (OFFLINE,     STILL_OURS,         OFFLINE,     "nothing can be given back without a link"),
    (OFFLINE,     BACKOFF_OVER,       OFFLINE,     "the link decides"),

    (IDENTIFYING, LINK_UP,            IDENTIFYING, "already up"),
    (IDENTIFYING, LINK_DOWN,          OFFLINE,     "link lost"),
    (IDENTIFYING, IDENTIFIED,         OBSERVING,   "the fingerprint fits the profile"),
    (IDENTIFYING, WRONG_DEVICE,       REFUSED,     "the fingerprint does not fit the profile"),
    (IDENTIFYING, CONTROL_WANTED,     IDENTIFYING, "first know the device"),
    (IDENTIFYING, CONTROL_NOT_WANTED, IDENTIFYING, "first know the device"),
    (IDENTIFYING, STEP_DONE,          IDENTIFYING, "no sequence runs"),
    (IDENTIFYING, CONTENDED,          IDENTIFYING, "nothing of ours to contend with"),
    (IDENTIFYING, CONTROL_LOST,       IDENTIFYING, "nothing taken yet"),
    (IDENTIFYING, STILL_OURS,         IDENTIFYING, "first know the device"),
    (IDENTIFYING, BACKOFF_OVER,       IDENTIFYING, "not backed off"),

    (REFUSED,     LINK_UP,            REFUSED,     "already up"),
    (REFUSED,     LINK_DOWN,          OFFLINE,     "link lost: the device may have been exchanged"),
    (REFUSED,     IDENTIFIED,         REFUSED,     "a refusal stands until the link is new"),
    (REFUSED,     WRONG_DEVICE,       REFUSED,     "already refused"),
    (REFUSED,     CONTROL_WANTED,     REFUSED,     "a wrong device is never written"),
    (REFUSED,     CONTROL_NOT_WANTED, REFUSED,     "nothing to give back"),
    (REFUSED,     STEP_DONE,          REFUSED,     "no sequence runs"),
    (REFUSED,     CONTENDED,          REFUSED,     "nothing of ours to contend with"),
    (REFUSED,     CONTROL_LOST,       REFUSED,     "nothing taken"),
    (REFUSED,     STILL_OURS,         REFUSED,     "this is not the device we took"),
    (REFUSED,     BACKOFF_OVER,       REFUSED,     "not backed off"),

    (OBSERVING,   LINK_UP,            OBSERVING,   "already up"),
    (OBSERVING,   LINK_DOWN,          OFFLINE,     "link lost"),
    (OBSERVING,   IDENTIFIED,         OBSERVING,   "already known"),
    (OBSERVING,   WRONG_DEVICE,       REFUSED,     "the device changed behind the link"),
    (OBSERVING,   CONTROL_WANTED,     TAKING,      "control is wanted and the device is known"),
    (OBSERVING,   CONTROL_NOT_WANTED, OBSERVING,   "reading is all that is wanted"),
    (OBSERVING,   STEP_DONE,          OBSERVING,   "no sequence runs"),
    (OBSERVING,   CONTENDED,          OBSERVING,   "others may write while we only read"),
    (OBSERVING,   CONTROL_LOST,       OBSERVING,   "it is not ours"),
    (OBSERVING,   STILL_OURS,         GIVING,      "taken before the link was lost, and nobody gave it back"),
    (OBSERVING,   BACKOFF_OVER,       OBSERVING,   "not backed off"),

    (TAKING,      LINK_UP,            TAKING,      "already up"),
    (TAKING,      LINK_DOWN,          OFFLINE,     "link lost"),
    (TAKING,      IDENTIFIED,         TAKING,      "already known"),
    (TAKING,      WRONG_DEVICE,       REFUSED,     "the device changed behind the link"),
    (TAKING,      CONTROL_WANTED,     TAKING,      "the sequence goes on"),
    (TAKING,      CONTROL_NOT_WANTED, GIVING,      "half taken is given back whole"),
    (TAKING,      STEP_DONE,          CONTROLLING, "the device obeys us"),
    (TAKING,      CONTENDED,          BACKED_OFF,  "another master holds it"),
    (TAKING,      CONTROL_LOST,       OBSERVING,   "it refuses to be taken: wait, then try again"),
    (TAKING,      STILL_OURS,         TAKING,      "it is being taken"),
    (TAKING,      BACKOFF_OVER,       TAKING,      "not backed off"),

    (CONTROLLING, LINK_UP,            CONTROLLING, "already up"),
    (CONTROLLING, LINK_DOWN,          OFFLINE,     "link lost: the device reverts by itself"),
    (CONTROLLING, IDENTIFIED,         CONTROLLING, "already known"),
    (CONTROLLING, WRONG_DEVICE,       REFUSED,     "the device changed behind the link"),
    (CONTROLLING, CONTROL_WANTED,     CONTROLLING, "as it is"),
    (CONTROLLING, CONTROL_NOT_WANTED, GIVING,      "control is no longer wanted"),
    (CONTROLLING, STEP_DONE,          CONTROLLING, "one setpoint written"),
    (CONTROLLING, CONTENDED,          BACKED_OFF,  "another master moves the setpoint: no fight"),
    (CONTROLLING, CONTROL_LOST,       OBSERVING,   "it obeys us no longer: take it anew, not at once"),
    (CONTROLLING, STILL_OURS,         CONTROLLING, "as it should be"),
    (CONTROLLING, BACKOFF_OVER,       CONTROLLING, "not backed off"),

    (GIVING,      LINK_UP,            GIVING,      "already up"),
    (GIVING,      LINK_DOWN,          OFFLINE,     "link lost: the device reverts by itself"),
    (GIVING,      IDENTIFIED,         GIVING,      "already known"),
    (GIVING,      WRONG_DEVICE,       REFUSED,     "the device changed behind the link"),
    (GIVING,      CONTROL_WANTED,     GIVING,      "first finish: half given is nobody's"),
    (GIVING,      CONTROL_NOT_WANTED, GIVING,      "the sequence goes on"),
    (GIVING,      STEP_DONE,          OBSERVING,   "given back"),
    (GIVING,      CONTENDED,          BACKED_OFF,  "the other master has it already"),
    (GIVING,      CONTROL_LOST,       OBSERVING,   "it refuses to be given back: wait, then try again"),
    (GIVING,      STILL_OURS,         GIVING,      "it is being given back"),
    (GIVING,      BACKOFF_OVER,       GIVING,      "not backed off"),

    (BACKED_OFF,  LINK_UP,            BACKED_OFF,  "already up"),
    (BACKED_OFF,  LINK_DOWN,          OFFLINE,     "link lost"),
    (BACKED_OFF,  IDENTIFIED,         BACKED_OFF,  "already known"),
    (BACKED_OFF,  WRONG_DEVICE,       REFUSED,     "the device changed behind the link"),
    (BACKED_OFF,  CONTROL_WANTED,     BACKED_OFF,  "the other master goes first"),
    (BACKED_OFF,  CONTROL_NOT_WANTED, OBSERVING,   "nothing of ours to give back"),
    (BACKED_OFF,  STEP_DONE,          BACKED_OFF,  "answer of before"),
    (BACKED_OFF,  CONTENDED,          BACKED_OFF,  "already backed off"),
    (BACKED_OFF,  CONTROL_LOST,       BACKED_OFF,  "already backed off"),
    (BACKED_OFF,  STILL_OURS,         BACKED_OFF,  "the other master's by now"),
    (BACKED_OFF,  BACKOFF_OVER,       OBSERVING,   "try again from the beginning"),
)
