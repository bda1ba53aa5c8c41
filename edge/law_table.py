"""The control laws in rank order, and one pass over them for one DER.

Not its job: what a law says (laws/), weighing what they say (arbiter.py).
Source: ARCHITECTURE.md, ranks. A new control function is a file in laws/, its parameter rows and one row here.
"""

from edge.laws.discharge_consent import discharge_consent
from edge.laws.dispatch import dispatch
from edge.laws.equipment import equipment
from edge.laws.local_wishes import local_wishes
from edge.laws.mobility import mobility
from edge.laws.protection import protection
from edge.laws.site_share import site_share
from edge.laws.soc_window import soc_window
from edge.laws.system_limits import system_limits
from edge.laws.undervoltage import undervoltage, undervoltage_unknown
from edge.laws.v2g_support import v2g_support, v2g_support_without_voltage
from edge.laws.vpp_limits import vpp_limits
from edge.laws.wape import wape, wape_without_voltage

BOTH = ("evse", "bes")
EVSE = ("evse",)

# `needs`: attributes of the view that must be known. Where one is not, the law is unavailable and `without` speaks
# for it: (view, memory, p) -> (opinion, memory), its declared safe opinion. A section with `enabled` can be off.
# rank name                 law                section         needs            without
LAWS = (
    (1, "protection",        protection,        None,           (),              None,                        BOTH),
    (2, "equipment",         equipment,         None,           (),              None,                        BOTH),
    (2, "soc_window",        soc_window,        None,           (),              None,                        BOTH),
    (2, "discharge_consent", discharge_consent, None,           (),              None,                        EVSE),
    (2, "site_share",        site_share,        None,           (),              None,                        BOTH),
    (3, "undervoltage",      undervoltage,      "undervoltage", ("v_min_pu",),   undervoltage_unknown,        BOTH),
    (4, "system_limits",     system_limits,     None,           (),              None,                        BOTH),
    (5, "mobility",          mobility,          "mobility",     (),              None,                        EVSE),
    (6, "wape",              wape,              "wape",         ("v_mean_pu",),  wape_without_voltage,        BOTH),
    (7, "v2g_support",       v2g_support,       "support",      ("v_mean_pu",),  v2g_support_without_voltage, BOTH),
    (7, "vpp_limits",        vpp_limits,        None,           (),              None,                        BOTH),
    (7, "dispatch",          dispatch,          None,           (),              None,                        BOTH),
    (8, "local_wishes",      local_wishes,      "control",      (),              None,                        BOTH),
)

# columns of a row
RANK, NAME, LAW, SECTION, NEEDS, WITHOUT, KINDS = range(7)

# The first rows are safety: their bounds hold at once, without the ramp.
SAFETY_RANK_MAX = 3
SAFETY_COUNT = len([row for row in LAWS if row[RANK] <= SAFETY_RANK_MAX])


class LawPass:
    """The rows that apply to one kind of DER under one configuration."""

    def __init__(self, kind, config):
        """kind: "evse" or "bes". config: an object with one attribute per parameter section."""
        self._rows = []
        for number, row in enumerate(LAWS):
            section = None if row[SECTION] is None else getattr(config, row[SECTION])
            if kind in row[KINDS] and getattr(section, "enabled", True):
                need = row[NEEDS][0] if row[NEEDS] else None
                self._rows.append((number, row[LAW], section, need, row[WITHOUT]))

    def run(self, view, memories):
        """(opinions, memories), both lists in table order; memories None on the first tick."""
        opinions = [None] * len(LAWS)
        after = [None] * len(LAWS)
        if memories is None:
            memories = after
        for number, law, section, need, without in self._rows:
            if need is not None and getattr(view, need) is None:
                law = without
            opinions[number], after[number] = law(view, memories[number], section)
        return opinions, after

    def unavailable(self, view):
        """[(law, what is unknown)] of the laws that cannot work now; for status and telemetry."""
        missing = []
        for number, _, _, need, _ in self._rows:
            if need is not None and getattr(view, need) is None:
                missing.append((LAWS[number][NAME], need))
        return missing
