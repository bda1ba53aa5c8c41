"""An event's record as words: the terminal's summary and the cells of the report's table.

Not its job: numbers (study.py), the page (page.py).
Source: ours. People read directions and marks, never a bare sign.
"""

from host_sim.grid_frequency.events import MODELLED, RECORDED, SYNTHETIC

MARKS = {
    RECORDED: "RECORDED frequency; the fleet on it is modelled",
    SYNTHETIC: "SYNTHETIC: a model on published milestones, no recording",
    MODELLED: "MODELLED throughout, made-up area",
}


def fleet_sentence(record):
    """Who answers, and what stands for what."""
    return ("%s chargers, %s before the event. %d gateways run the real control code, each stands for %s chargers; "
            "everything between is scaling." % (grouped(record["fleet"]), power(record["base_mw"]), record["gateways"],
                                                grouped(record["chargers_per_gateway"])))


def lines(record):
    """The summary in the terminal."""
    rows = ["%s: %s" % (record["title"], MARKS[record["kind"]]), fleet_sentence(record), ""]
    table = [HEADINGS] + [cells(record, row) for row in record["runs"]]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    rows += ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in table]
    rows += [""] + [found for row in record["runs"] for found in _tripped(row)]
    for row in record["counterfactual"]:
        rows.append("if Iberia was one mass of %.0f GW s: %s missing at most, the fleet would have gained %.0f mHz by the last "
                    "reading" % (row["e_kinetic_gws"], power(abs(row["imbalance_mw"]), ""), 1000 * row["gained_hz"]))
    rows += ["%s: %.3f on paper, %.3f modelled" % (row["what"], row["expected"], row["modelled"])
             for row in record["closed_forms"]]
    for row in record["runs"]:
        rows += score_lines(row)
    return [row for number, row in enumerate(rows) if row or rows[number - 1]]


HEADINGS = ("", "lowest", "steepest 0.5 s", "above 49.5 Hz", "above 49.8 Hz", "fleet gave at most", "energy")


def cells(record, row):
    """One run as texts below HEADINGS."""
    # On a recording the fleet changes nothing but its own columns.
    return (
        row["label"], "%.2f Hz at %.0f s" % (row["nadir_hz"], row["nadir_s"]), slope(row["steepest_hz_s"]),
        *(_recovered(seconds, record) for seconds in row["recovered_s"].values()),
        power(row["fleet_peak_mw"], "", "nothing"), energy(row["given_mwh"]),
    )


def score_lines(row):
    """What the buyer of a service would see of single chargers; [] for a run without a service."""
    contract = ["%s: %s upwards contracted" % (row["label"], power(row["contract_mw"], ""))] if row["scores"] else []
    return contract + ["%s, %s: %s, %.0f %% of the time inside its envelope" % (
        row["label"], score["charger"], _delivered(score["delivered_share"]), 100 * score["within_share"])
        for score in row["scores"]]


def _delivered(share):
    return "nothing was due" if share is None else "delivered %.1f %% of what was due" % (100 * share)


def power(p_mw, verb=None, zero="idle"):
    """A power with its direction as words; verb "": the amount alone."""
    if abs(p_mw) < 0.05:
        return zero
    amount = "%s MW" % (grouped(abs(p_mw)) if abs(p_mw) >= 10 else "%.1f" % abs(p_mw))
    return amount if verb == "" else ("charging " if p_mw < 0 else "discharging ") + amount


def slope(rate_hz_s):
    """A rate of change as words."""
    return "%.2f Hz/s %s" % (abs(rate_hz_s), "down" if rate_hz_s < 0 else "up")


def energy(e_mwh):
    """Energy given to the grid or not drawn from it, as words."""
    if abs(e_mwh) < 0.005:
        return "none"
    return "%.2f MWh %s" % (abs(e_mwh), "given" if e_mwh > 0 else "taken")


def grouped(number):
    """A whole number with its thousands apart."""
    return "{:,.0f}".format(number)


def _recovered(seconds, record):
    if seconds is None:
        return "recording ends" if record["kind"] == RECORDED else "not in time shown"
    return "throughout" if seconds == 0 else "from %.0f s" % seconds


def _tripped(row):
    if not row["tripped_s"]:
        return ["%s: nothing was disconnected" % row["label"]] if row["has_stages"] else []
    return ["%s: disconnected %s" % (row["label"], disconnected(row))]


def disconnected(row):
    """What the frequency disconnected, and when; "" for nothing."""
    return ", ".join("%s at %.0f s" % item for item in row["tripped_s"].items())
