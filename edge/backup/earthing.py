"""Which earthing of a house goes with which poles and which bond in an island.

Not its job: switching the bond (sequence_rows.py), refusing a configuration (config_rules_backup.py).
Source: IEC 60364-1 312.2 for the systems; BS 7671 551.4.3.2.1 (the supplier's earth is not relied on in an island, phase
and neutral are switched) as an open design quotes it; AS/NZS 3000 (one MEN link, neutral never switched) and NEC 250.30
(a switched neutral makes a separately derived system, which has its own bond) from general knowledge: check with the
network operator.
"""

# earthing,   neutral_switched, bond,  why
FITTING = (
    ("TN-S",       True,  True,  "cut off from the supplier's earth, the neutral needs one of the house"),
    ("TN-C-S",     True,  True,  "a PEN that is broken outside must not be the island's earth"),
    ("TT",         True,  True,  "the neutral is earthed only at the transformer; the bond goes to the house's electrode"),
    ("MEN",        False, False, "the MEN link of the house stays, a second one would carry load current"),
    ("US-service", False, False, "the bond at the service disconnect stays"),
    ("US-service", True,  True,  "a separately derived system has its own bond"),
)

EARTHING, NEUTRAL_SWITCHED, BOND, WHY = range(4)


def rows_of(earthing):
    """The rows of FITTING for one earthing."""
    return [row for row in FITTING if row[EARTHING] == earthing]


def fits(earthing, neutral_switched, bond):
    """Whether the three go together."""
    return bool([row for row in rows_of(earthing) if (row[NEUTRAL_SWITCHED], row[BOND]) == (neutral_switched, bond)])
