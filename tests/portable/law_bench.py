"""What tests of laws need: parameters with their table defaults, a DER that can do everything, a clock to step.

Not its job: tests. Source: edge/params.py for the defaults.
"""

from edge import grid_regions, params
from edge.der_view import DerView


class Part:
    """One parameter section."""


def section(name, **changes):
    """A section with the table's defaults and some changes; WAPE with the values a three-phase site gets."""
    part = Part()
    rows = params.defaults(name)
    if name == "wape":
        rows.update({"enabled": True, "tau_s": 4, "loop_gain": 8})
    rows.update(changes)
    for key in rows:
        setattr(part, key, rows[key])
    if name == "enter_service":
        grid_regions.attach(part, section("trip"), "iii", 60)
    return part


def config(**sections):
    """A configuration with the sections laws read; pass a section to replace it. Grid-code sections only when passed."""
    whole = Part()
    for row in params.SECTIONS:
        if row[1] == params.USED:
            setattr(whole, row[0], sections.get(row[0]))
    for name in ("undervoltage", "mobility", "wape", "support", "control", "site", "failsafe"):
        setattr(whole, name, sections.get(name) or section(name))
    return whole


def view(**changes):
    """A bidirectional charger of 6 kW and 7.36 kVA with a willing half-full vehicle at 415 V nominal."""
    values = {
        "plugged": True, "v_mean_pu": 1.0, "v_min_pu": 1.0, "v_max_pu": 1.0, "p_ac_w": 0, "q_ac_var": 0, "soc_pct": 50,
        "p_charge_max_w": 6000, "p_discharge_max_w": 6000, "s_max_va": 7360, "q_capable": True, "v2g_consent": True,
        "soc_min_pct": 20, "soc_max_pct": 100, "v_nom_ll_v": 415, "q_mode": "wape", "state": "connected",
    }
    values.update(changes)
    return DerView(**values)


def seconds(law, count_s, seen, p, memory=None):
    """Run a law for count_s seconds at 10 Hz on an unchanging view: (last opinion, memory)."""
    opinion = None
    for _ in range(int(count_s * 10 + 0.5)):
        opinion, memory = law(seen, memory, p)
    return opinion, memory


def is_close(a, b, tolerance=1e-3):
    """Whether two numbers agree within a relative tolerance that 32-bit floats keep."""
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
