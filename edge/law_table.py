"""The control laws in rank order, and which of them apply to one DER.

Not its job: what a law says (laws/), running them (law_pass.py), weighing what they say (arbiter.py).
Source: ARCHITECTURE.md, ranks. A new control function is a file in laws/ that is named after its function, its
parameter rows and one row here. Only laws that apply are imported: a board has no room for the others.
"""

BOTH = ("evse", "bes")
EVSE = ("evse",)

# `needs`: the attribute of the view that must be known. While it is not, the law is unavailable and `without`, a
# function beside the law, speaks for it: (view, memory, p) -> (opinion, memory), its declared safe opinion. A section
# that a site does not use, or whose `enabled` is false, leaves its law out; so does a device that does it by itself.
# A law of rank 1 is never switched off: enter_service.enabled = false is what it has to enforce.
# rank name                 section             needs        without                        kinds
LAWS = (
    # First of all: an island has no grid that any other could answer.
    (1, "island",            "backup",           None,        None,                          BOTH),
    (1, "protection",        None,               None,        None,                          BOTH),
    (1, "grid_mode",         "enter_service",    "v_min_pu",  "grid_mode_blind",             BOTH),
    (2, "equipment",         None,               None,        None,                          BOTH),
    (2, "soc_window",        None,               None,        None,                          BOTH),
    (2, "discharge_consent", None,               None,        None,                          EVSE),
    (2, "site_share",        None,               None,        None,                          BOTH),
    # First of its rank: what a grid-code function forces must fit into the network operator's limit too.
    (3, "dso_limit",         "dso",              None,        None,                          BOTH),
    (3, "undervoltage",      "undervoltage",     "v_min_pu",  "undervoltage_unknown",        BOTH),
    (3, "volt_watt",         "volt_watt",        "v_max_pu",  "volt_watt_without_voltage",   BOTH),
    (3, "droop",             "droop",            "f_hz",      "droop_without_frequency",     BOTH),
    (3, "p_limit",           "p_limit",          None,        None,                          BOTH),
    (3, "volt_var",          "volt_var",         "v_mean_pu", "volt_var_without_voltage",    BOTH),
    (3, "watt_var",          "watt_var",         "p_ac_w",    "watt_var_without_power",      BOTH),
    (3, "cpf",               "cpf",              "p_ac_w",    "cpf_without_power",           BOTH),
    (3, "crp",               "crp",              None,        None,                          BOTH),
    (4, "system_limits",     None,               None,        None,                          BOTH),
    (5, "mobility",          "mobility",         None,        None,                          EVSE),
    (6, "wape",              "wape",             "v_mean_pu", "wape_without_voltage",        BOTH),
    (7, "commanded_bounds",  "bounds",           None,        None,                          BOTH),
    (7, "reserve",           "service",          "f_hz",      "reserve_without_frequency",   BOTH),
    (7, "v2g_support",       "support",          "v_mean_pu", "v2g_support_without_voltage", BOTH),
    (7, "vpp_limits",        None,               None,        None,                          BOTH),
    (7, "dispatch",          None,               None,        None,                          BOTH),
    (8, "smart_charge",      "smart_charge",     None,        None,                          EVSE),
    (8, "site_energy",       "home",             None,        None,                          EVSE),
    (8, "local_wishes",      "control",          None,        None,                          BOTH),
)

# columns of a row
RANK, NAME, SECTION, NEEDS, WITHOUT, KINDS = range(6)

# The first rows are safety: their bounds hold at once, without the ramp.
SAFETY_RANK_MAX = 3


def select(kind, config, native):
    """What law_pass.py needs of the rows that apply: (names, rows, safety count, tellers).

    kind: "evse" or "bes". config: an object with one attribute per parameter section. native: names of the laws that
    the device runs by itself. A row: (law, its section, what it needs, its opinion without that).
    """
    names, rows, tellers = [], [], []
    safety_count = 0
    for row in LAWS:
        section = None if row[SECTION] is None else getattr(config, row[SECTION])
        is_off = row[SECTION] is not None and (section is None or (row[RANK] > 1 and not _is_on(section)))
        if is_off or kind not in row[KINDS] or row[NAME] in native or row[SECTION] in native:
            continue
        if section is not None:
            tell = _function(row[NAME], row[NAME] + "_tell")
            if tell is not None:
                tellers.append((len(names), tell))
        names.append(row[NAME])
        rows.append((_function(row[NAME], row[NAME]), section, row[NEEDS], _function(row[NAME], row[WITHOUT])))
        if row[RANK] <= SAFETY_RANK_MAX:
            safety_count += 1
    return names, rows, safety_count, tellers


def _is_on(section):
    """Whether a section wants its law: `is_on` where several of its rows say so together, else `enabled`."""
    return getattr(section, "is_on", getattr(section, "enabled", True))


def _function(law, name):
    """The function of that name in the law's module; None where there is none."""
    return None if name is None else getattr(__import__("edge.laws." + law, None, None, [name]), name, None)
