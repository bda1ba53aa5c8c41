"""What a live run looks like now, in words: one row per charger and battery, the feeder, what the supervisor did last.

Not its job: drawing (screen.py, lines.py), collecting (live_case.py).
Source: ours; power and vars never with a bare sign, unknown is a dash.
"""

from typing import NamedTuple

from host_sim.supervisor import words

UNKNOWN = "–"
BATTERY = "bes"
IDLE_VAR = 50
SESSION_WORDS = {
    "offline": "offline", "identifying": "who is there", "observing": "observing", "taking": "taking over",
    "controlling": "in control", "giving": "giving back", "backed_off": "backed off", "refused": "wrong device",
}


class Row(NamedTuple):
    """One charger or battery. All texts."""

    place: str
    voltage: str
    power: str
    vars: str
    pv: str
    soc: str
    session: str
    why: str
    is_focus: bool


def rows(case):
    """Rows of a LiveCase, in the order of its stations."""
    found = []
    for bus, answer in case.answers.items():
        sample = case.newest["sample"][bus] if case.newest else None
        ders = answer["ders"] if answer else [None]
        for number, der in enumerate(ders):
            found.append(_row(bus, sample, der, number == 0, bus == case.scenario.focus))
    return found


def _row(bus, sample, der, is_first, is_focus):
    name = der["name"] if der else ""
    voltage = "%.1f V" % sample[0] if sample and is_first else "" if sample else UNKNOWN
    pv = "%.1f kW" % (sample[3] / 1000) if sample and is_first and sample[3] else ""
    place = bus if is_first else bus + " battery" if name == BATTERY else bus + " " + name
    if der is None:
        return Row(place, voltage, "starting", "", pv, "", "", "", is_focus)
    does = "no vehicle" if der["state"] == "no_vehicle" else power(der["p_ac_w"])
    return Row(
        place, voltage, does, reactive(der["q_ac_var"]), pv, soc(der["soc_pct"]),
        SESSION_WORDS.get(der["session"], der["session"]), der["why"], is_focus)


def power(p_w):
    """Power in words; W, positive when injected, None unknown."""
    return UNKNOWN if p_w is None else words.power(p_w)


def reactive(q_var):
    """Reactive power in words; var, positive when over-excited, None unknown."""
    if q_var is None:
        return UNKNOWN
    if abs(q_var) < IDLE_VAR:
        return "no vars"
    return "%s %.1f kvar" % ("gives" if q_var > 0 else "takes", abs(q_var) / 1000)


def soc(soc_pct):
    """State of charge, %; None unknown."""
    return UNKNOWN if soc_pct is None else "%.0f %%" % soc_pct


def time_text(case):
    """Where in its window the case is."""
    t_s = case.t_s
    if t_s is None:
        return "starting"
    if t_s < 0:
        return "settling, window in %.0f s" % -t_s
    return "%.1f of %.0f s" % (min(t_s, case.scenario.duration_s), case.scenario.duration_s)


def share(case):
    """How much of lead-in and window has passed, 0..1."""
    whole_s = case.scenario.settle_s + case.scenario.duration_s
    return 0 if case.t_s is None else min(max((case.t_s + case.scenario.settle_s) / whole_s, 0), 1)


def feeder_text(case):
    """The feeder in one line."""
    if case.newest is None:
        return UNKNOWN
    sample = case.newest["sample"]
    lowest = min(sample, key=lambda bus: sample[bus][0])
    margin = case.newest["margins"][1]
    return "load %.2f %% of published   lowest %.0f V at %s   stability margin %.2f" % (
        100 * case.newest["level"], sample[lowest][0], lowest, margin)


def said(case, count):
    """The supervisor's last `count` lines, as (time, text)."""
    return [("" if t_s is None else "%.1f s" % t_s, text) for t_s, text in case.said[-count:]]
