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
    if name == "smart_charge":
        part.p_default_w = None
    if name == "enter_service":
        grid_regions.attach(part, section("trip"), "iii", 60)
    elif name == "volt_watt":
        part.is_on = part.enabled or part.charge_enabled
    elif name == "droop":
        part.enabled = part.of_enabled or part.uf_enabled or part.stop_charge_hz is not None
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


def grid_config(q_mode="unity"):
    """A configuration with every grid-code function on, and the one owner of Q that q_mode names."""
    sections = {
        "volt_watt": section("volt_watt", enabled=True, charge_enabled=True), "p_limit": section("p_limit", enabled=True),
        "droop": section("droop", of_enabled=True, uf_enabled=True, stop_charge_hz=0.5, delay_s=0.2, return_s=0.5),
        "enter_service": section("enter_service"), "dso": section("dso"), "smart_charge": section("smart_charge"),
    }
    if q_mode in ("volt_var", "watt_var", "cpf", "crp"):
        sections[q_mode] = section(q_mode)
    return config(**sections)


def view(**changes):
    """A bidirectional charger of 6 kW and 7.36 kVA with a willing half-full vehicle at 415 V nominal."""
    values = {
        "plugged": True, "v_mean_pu": 1.0, "v_min_pu": 1.0, "v_max_pu": 1.0, "p_ac_w": 0, "q_ac_var": 0, "soc_pct": 50,
        "p_charge_max_w": 6000, "p_discharge_max_w": 6000, "s_max_va": 7360, "q_capable": True, "v2g_consent": True,
        "soc_min_pct": 20, "soc_max_pct": 100, "v_nom_ll_v": 415, "q_mode": "wape", "state": "connected",
        "p_rated_w": 6000, "s_rated_va": 7360, "f_hz": 50,
    }
    values.update(changes)
    return DerView(**values)


class Promised:
    """A promise that leaves p_hi_w, and wants p_probe_w of charging to read the state of charge."""

    def __init__(self, p_hi_w, p_probe_w=0):
        self._p_hi_w = p_hi_w
        self.p_probe_w = p_probe_w

    def p_hi_w(self, seen):
        """As given."""
        return self._p_hi_w


def seconds(law, count_s, seen, p, memory=None):
    """Run a law for count_s seconds at 10 Hz on an unchanging view: (last opinion, memory)."""
    opinion = None
    for _ in range(int(count_s * 10 + 0.5)):
        opinion, memory = law(seen, memory, p)
    return opinion, memory


def delivered(law, count_s, seen, p, memory=None):
    """Run a law for count_s seconds at 10 Hz while the device delivers at once what the law leaves of view.p_asked_w,
    and the vars it asks for; the view moves along. Returns the law's memory."""
    for _ in range(int(count_s * 10 + 0.5)):
        opinion, memory = law(seen, memory, p)
        lo_w, hi_w, _, q_var, _ = opinion or (None, None, None, 0, 0)
        p_w = seen.p_asked_w or 0
        p_w = p_w if lo_w is None or p_w > lo_w else lo_w
        seen.p_ac_w = seen.p_set_w = p_w if hi_w is None or p_w < hi_w else hi_w
        seen.q_ac_var = seen.q_set_var = q_var or 0
    return memory


def is_close(a, b, tolerance=1e-3):
    """Whether two numbers agree within a relative tolerance that 32-bit floats keep."""
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
