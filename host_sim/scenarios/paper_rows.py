"""The rows paper / ours: what the study reports, where we measure it, how near is near enough.

Not its job: running scenarios; drawing.
Source: section 4 of the WAPE study for the figures. Every value of a case is the mean of an interval's last second.
Tolerances by unit; what we do not expect to reproduce says so in its note and stays as it comes out.
"""

from typing import NamedTuple

TOLERANCE = {"kW": 0.3, "kvar": 0.5, "V": 2.0, "s": 0.2, "h": 0.1, "1": 0.03}
DECIMALS = {"kW": 3, "kvar": 3, "V": 2, "s": 2, "h": 3, "1": 4}
LAST_S = 1.0
PLAIN = 1               # of (clipped, plain)
BES_STEP_KW = 6.0
EDGE_RATIO = 0.1        # an edge is when power has moved this share of its step


class Row(NamedTuple):
    """One number of the paper. how: key of MEASURES. where: scenario and bus. begin_s, end_s: its interval."""

    id: str
    unit: str
    paper: float
    how: str
    scenario: str
    bus: str
    begin_s: float
    end_s: float
    text: str
    note: str = ""
    tolerance: float | None = None


CLIPPED = "plain product of the branch indices; with each index clipped at 1 it is %.3f"
NOT_WAPE = ("not expected: vars of 3 kW-class stations lift this feeder's margin to about 0.82; "
            "0.67 would need another network or law than the paper prints")
NOT_OFF_PEAK = ("not expected: at off-peak load WAPE hardly limits; so slow it gets only at a load level of about 1.6 %%, "
                "where it takes %.2f h, and that is above the evening peak")
HEAVY = "652_wape_1.6"  # charging run that the note quotes

ROWS = (
    # id               unit    paper  how          scenario  bus    from  to
    Row("646_low_pv_p", "kW", 3.0, "charge_kw", "case_1", "646", 0, 4.2, "charging at low PV, WAPE"),
    Row("646_low_pv_q", "kvar", 6.0, "q_kvar", "case_1", "646", 0, 4.2, "reactive power at low PV"),
    Row("646_low_pv_v", "V", 404.0, "v_v", "case_1", "646", 0, 4.2, "voltage at low PV"),
    Row("646_high_pv_p", "kW", 6.0, "charge_kw", "case_1", "646", 4.2, 6.8, "charging at high PV, lifted"),
    Row("646_high_pv_q", "kvar", 0.0, "q_kvar", "case_1", "646", 4.2, 6.8, "reactive power at high PV"),
    Row("646_high_pv_v", "V", 401.0, "v_v", "case_1", "646", 4.2, 6.8, "voltage at high PV"),
    Row("611_peak_p", "kW", 3.4, "charge_kw", "case_2", "611", 5.0, 9.0, "charging at peak load, WAPE",
        "load level 1.42 % of the published loads; the paper prints none"),
    Row("611_peak_q", "kvar", 6.5, "q_kvar", "case_2", "611", 5.0, 9.0, "reactive power at peak load"),
    Row("611_peak_v", "V", 404.0, "v_v", "case_2", "611", 5.0, 9.0, "voltage at peak load"),
    Row("611_off_peak_p", "kW", 6.0, "charge_kw", "case_2", "611", 0, 4.9, "charging off-peak, lifted"),
    Row("611_off_peak_q", "kvar", 0.0, "q_kvar", "case_2", "611", 0, 4.9, "reactive power off-peak"),
    Row("611_off_peak_v_min", "V", 401.0, "v_v", "case_2", "611", 0, 4.9, "voltage at the heaviest off-peak load"),
    Row("611_off_peak_v_max", "V", 408.0, "v_v", "case_2", "611", 0, 1.5, "voltage at the lightest off-peak load"),
    Row("646_bes_p", "kW", 6.0, "bes_kw", "case_3", "646", 4.2, 6.8, "battery charging at the PV peak"),
    Row("646_bes_start", "s", 4.2, "bes_start_s", "case_3", "646", 0, 10, "battery starts charging"),
    Row("646_bes_end", "s", 6.8, "bes_end_s", "case_3", "646", 0, 10, "battery stops charging"),
    Row("646_bes_v", "V", 401.0, "v_v", "case_3", "646", 4.2, 6.8, "voltage while the battery charges"),
    Row("634_v2g_v_before", "V", 396.0, "v_v", "case_4", "634", 0, 3.0, "voltage before the vehicle arrives"),
    Row("634_v2g_v_after", "V", 402.0, "v_v", "case_4", "634", 3.0, 10, "voltage with support",
        "vars alone lift it nearly as far (401.8 V), 6 kW alone to 398.2 V"),
    Row("634_v2g_p", "kW", 6.0, "discharge_kw", "case_4", "634", 3.0, 10, "discharging"),
    Row("vsm_base_margin", "1", 0.34, "margin", "vsm_base", "", 0, 1, "six vehicles at a fixed 6 kW", CLIPPED, 0.02),
    Row("vsm_wape_margin", "1", 0.67, "margin", "vsm_wape", "", 0, 1, "WAPE alone", NOT_WAPE + "; " + CLIPPED),
    Row("vsm_vpp_margin", "1", 0.84, "margin", "vsm_vpp", "", 0, 1, "WAPE, PV and supervisor",
        CLIPPED + "; one station lifted: lifting all six would lower it to 0.51"),
    Row("652_wape_time", "h", 8.46, "hours", "652_wape", "", 0, 0, "20 kWh off-peak, WAPE alone", NOT_OFF_PEAK),
    Row("652_vpp_time", "h", 3.33, "hours", "652_vpp", "", 0, 0, "20 kWh off-peak, lifted by the supervisor"),
)


def _mean(name, factor):
    """A measure: mean of a quantity over the interval's last second, times factor."""
    return lambda run, row: factor * run.mean(row.bus, name, max(row.begin_s, row.end_s - LAST_S), row.end_s)


def _bes_start_s(run, row):
    return run.first_time(row.bus, "bes_w", lambda p_w: p_w < -BES_STEP_KW * 1000 * EDGE_RATIO, row.begin_s)


def _bes_end_s(run, row):
    full_w = -BES_STEP_KW * 1000 * (1 - EDGE_RATIO)
    reached_s = run.first_time(row.bus, "bes_w", lambda p_w: p_w <= full_w, row.begin_s)
    return None if reached_s is None else run.first_time(row.bus, "bes_w", lambda p_w: p_w > full_w, reached_s)


MEASURES = {
    "charge_kw": _mean("p_w", -0.001),
    "discharge_kw": _mean("p_w", 0.001),
    "q_kvar": _mean("q_var", 0.001),
    "v_v": _mean("v_v", 1),
    "bes_kw": _mean("bes_w", -0.001),
    "bes_start_s": _bes_start_s,
    "bes_end_s": _bes_end_s,
    "margin": lambda run, row: run.mean_margin(row.begin_s, row.end_s, PLAIN),
}


def evaluate(recordings, hours=None):
    """Rows as they stand in paper.json, for the scenarios that were run.

    recordings: {scenario name: Recording}. hours: {scenario name: charging time, h, or None when it never ends}.
    """
    hours = hours or {}
    rows = []
    for row in ROWS:
        if row.how == "hours":
            if row.scenario in hours:
                note = row.note % hours[HEAVY] if "%" in row.note else row.note
                rows.append(judged(row, hours[row.scenario], note))
            continue
        run = recordings.get(row.scenario)
        if run is None:
            continue
        note = row.note
        if row.how == "margin":
            note = note % run.mean_margin(row.begin_s, row.end_s, 0)
        rows.append(judged(row, MEASURES[row.how](run, row), note))
    return rows


def judged(row, ours, note):
    """One row of paper.json; an unknown value is null and not reproduced."""
    tolerance = TOLERANCE[row.unit] if row.tolerance is None else row.tolerance
    if ours is not None:
        ours = round(ours, DECIMALS[row.unit]) + 0.0    # + 0.0: never -0
    # The published and the allowed figure are decimal: a deviation equal to the tolerance must not fail by a last bit.
    reproduced = ours is not None and abs(ours - row.paper) <= tolerance + 1e-9
    return {"id": row.id, "unit": row.unit, "paper": row.paper, "ours": ours, "tolerance": tolerance,
            "reproduced": reproduced, "note": "; ".join(part for part in (row.text, note) if part)}
