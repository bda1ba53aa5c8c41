"""Every transition of the session with one device: a row for each state and event, also where nothing happens.

Not its job: what states and events mean (modes.py), running the table (fsm.py).
Source: ours; "back off, no fight" from field reports of two masters on one charger.
"""

from edge.modes import (
    BACKED_OFF, BACKOFF_OVER, CONTENDED, CONTROLLING, CONTROL_NOT_WANTED, CONTROL_WANTED, GIVING, IDENTIFIED,
    IDENTIFYING, LINK_DOWN, LINK_UP, OBSERVING, OFFLINE, REFUSED, STEP_DONE, TAKING, WRONG_DEVICE,
)

# state       event               guard next         action      why
ROWS = (
    (OFFLINE,     LINK_UP,            None, IDENTIFYING, "identify", "a new link may lead to another device"),
    (OFFLINE,     LINK_DOWN,          None, OFFLINE,     None,       "already down"),
    (OFFLINE,     IDENTIFIED,         None, OFFLINE,     None,       "answer of a link that is gone"),
    (OFFLINE,     WRONG_DEVICE,       None, OFFLINE,     None,       "answer of a link that is gone"),
    (OFFLINE,     CONTROL_WANTED,     None, OFFLINE,     None,       "nothing to control yet"),
    (OFFLINE,     CONTROL_NOT_WANTED, None, OFFLINE,     None,       "nothing to give back"),
    (OFFLINE,     STEP_DONE,          None, OFFLINE,     None,       "answer of a link that is gone"),
    (OFFLINE,     CONTENDED,          None, OFFLINE,     None,       "answer of a link that is gone"),
    (OFFLINE,     BACKOFF_OVER,       None, OFFLINE,     None,       "the link decides"),

    (IDENTIFYING, LINK_UP,            None, IDENTIFYING, None,       "already up"),
    (IDENTIFYING, LINK_DOWN,          None, OFFLINE,     None,       "link lost"),
    (IDENTIFYING, IDENTIFIED,         None, OBSERVING,   None,       "the fingerprint fits the profile"),
    (IDENTIFYING, WRONG_DEVICE,       None, REFUSED,     "report",   "the fingerprint does not fit the profile"),
    (IDENTIFYING, CONTROL_WANTED,     None, IDENTIFYING, None,       "first know the device"),
    (IDENTIFYING, CONTROL_NOT_WANTED, None, IDENTIFYING, None,       "first know the device"),
    (IDENTIFYING, STEP_DONE,          None, IDENTIFYING, None,       "no sequence runs"),
    (IDENTIFYING, CONTENDED,          None, IDENTIFYING, None,       "nothing of ours to contend with"),
    (IDENTIFYING, BACKOFF_OVER,       None, IDENTIFYING, None,       "not backed off"),

    (REFUSED,     LINK_UP,            None, REFUSED,     None,       "already up"),
    (REFUSED,     LINK_DOWN,          None, OFFLINE,     None,       "link lost: the device may have been exchanged"),
    (REFUSED,     IDENTIFIED,         None, REFUSED,     None,       "a refusal stands until the link is new"),
    (REFUSED,     WRONG_DEVICE,       None, REFUSED,     None,       "already refused"),
    (REFUSED,     CONTROL_WANTED,     None, REFUSED,     None,       "a wrong device is never written"),
    (REFUSED,     CONTROL_NOT_WANTED, None, REFUSED,     None,       "nothing to give back"),
    (REFUSED,     STEP_DONE,          None, REFUSED,     None,       "no sequence runs"),
    (REFUSED,     CONTENDED,          None, REFUSED,     None,       "nothing of ours to contend with"),
    (REFUSED,     BACKOFF_OVER,       None, REFUSED,     None,       "not backed off"),

    (OBSERVING,   LINK_UP,            None, OBSERVING,   None,       "already up"),
    (OBSERVING,   LINK_DOWN,          None, OFFLINE,     None,       "link lost"),
    (OBSERVING,   IDENTIFIED,         None, OBSERVING,   None,       "already known"),
    (OBSERVING,   WRONG_DEVICE,       None, REFUSED,     "report",   "the device changed behind the link"),
    (OBSERVING,   CONTROL_WANTED,     None, TAKING,      "take",     "control is wanted and the device is known"),
    (OBSERVING,   CONTROL_NOT_WANTED, None, OBSERVING,   None,       "reading is all that is wanted"),
    (OBSERVING,   STEP_DONE,          None, OBSERVING,   None,       "no sequence runs"),
    (OBSERVING,   CONTENDED,          None, OBSERVING,   None,       "others may write while we only read"),
    (OBSERVING,   BACKOFF_OVER,       None, OBSERVING,   None,       "not backed off"),

    (TAKING,      LINK_UP,            None, TAKING,      None,       "already up"),
    (TAKING,      LINK_DOWN,          None, OFFLINE,     None,       "link lost"),
    (TAKING,      IDENTIFIED,         None, TAKING,      None,       "already known"),
    (TAKING,      WRONG_DEVICE,       None, REFUSED,     "report",   "the device changed behind the link"),
    (TAKING,      CONTROL_WANTED,     None, TAKING,      None,       "the sequence goes on"),
    (TAKING,      CONTROL_NOT_WANTED, None, GIVING,      "give",     "half taken is given back whole"),
    (TAKING,      STEP_DONE,          None, CONTROLLING, None,       "the device obeys us"),
    (TAKING,      CONTENDED,          None, BACKED_OFF,  "report",   "another master holds it"),
    (TAKING,      BACKOFF_OVER,       None, TAKING,      None,       "not backed off"),

    (CONTROLLING, LINK_UP,            None, CONTROLLING, None,       "already up"),
    (CONTROLLING, LINK_DOWN,          None, OFFLINE,     None,       "link lost: the device reverts by itself"),
    (CONTROLLING, IDENTIFIED,         None, CONTROLLING, None,       "already known"),
    (CONTROLLING, WRONG_DEVICE,       None, REFUSED,     "report",   "the device changed behind the link"),
    (CONTROLLING, CONTROL_WANTED,     None, CONTROLLING, None,       "as it is"),
    (CONTROLLING, CONTROL_NOT_WANTED, None, GIVING,      "give",     "control is no longer wanted"),
    (CONTROLLING, STEP_DONE,          None, CONTROLLING, None,       "one setpoint written"),
    (CONTROLLING, CONTENDED,          None, BACKED_OFF,  "report",   "another master moves the setpoint: no fight"),
    (CONTROLLING, BACKOFF_OVER,       None, CONTROLLING, None,       "not backed off"),

    (GIVING,      LINK_UP,            None, GIVING,      None,       "already up"),
    (GIVING,      LINK_DOWN,          None, OFFLINE,     None,       "link lost: the device reverts by itself"),
    (GIVING,      IDENTIFIED,         None, GIVING,      None,       "already known"),
    (GIVING,      WRONG_DEVICE,       None, REFUSED,     "report",   "the device changed behind the link"),
    (GIVING,      CONTROL_WANTED,     None, GIVING,      None,       "first finish: half given is nobody's"),
    (GIVING,      CONTROL_NOT_WANTED, None, GIVING,      None,       "the sequence goes on"),
    (GIVING,      STEP_DONE,          None, OBSERVING,   None,       "given back"),
    (GIVING,      CONTENDED,          None, BACKED_OFF,  "report",   "the other master has it already"),
    (GIVING,      BACKOFF_OVER,       None, GIVING,      None,       "not backed off"),

    (BACKED_OFF,  LINK_UP,            None, BACKED_OFF,  None,       "already up"),
    (BACKED_OFF,  LINK_DOWN,          None, OFFLINE,     None,       "link lost"),
    (BACKED_OFF,  IDENTIFIED,         None, BACKED_OFF,  None,       "already known"),
    (BACKED_OFF,  WRONG_DEVICE,       None, REFUSED,     "report",   "the device changed behind the link"),
    (BACKED_OFF,  CONTROL_WANTED,     None, BACKED_OFF,  None,       "the other master goes first"),
    (BACKED_OFF,  CONTROL_NOT_WANTED, None, OBSERVING,   None,       "nothing of ours to give back"),
    (BACKED_OFF,  STEP_DONE,          None, BACKED_OFF,  None,       "answer of before"),
    (BACKED_OFF,  CONTENDED,          None, BACKED_OFF,  None,       "already backed off"),
    (BACKED_OFF,  BACKOFF_OVER,       None, OBSERVING,   None,       "try again from the beginning"),
)
