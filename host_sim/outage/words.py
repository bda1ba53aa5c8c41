"""What an outage came to, for people: a title, a summary of one run, a table of a campaign.

Not its job: the numbers (verdict.py, campaign.py).
Source: ours.
"""

from host_sim.outage import faults

CIRCUIT_LINES = 12      # a house at its limit sheds and returns for as long as the outage lasts
PV = {"frequency": "behind the switch, held back by the frequency of the island", "open": "behind the switch, its circuit is opened in an island"}


def title(result):
    """One line for the figure."""
    if result["pv"] == "open":
        return "Outage, seed %d: AC-coupled PV, its circuit open in the island" % result["seed"]
    return "Outage, seed %d: %s" % (result["seed"], faults.FAULTS[result["fault"]][1].split(":")[0])


def lines(plan, result):
    """Summary of one run."""
    out = [title(result), "site: %s, neutral %s, %s; %d circuits, vehicle %g kWh at %g %%" % (
        plan.earthing, "switched" if plan.neutral_switched else "not switched", "bond in the island" if plan.bond else "no bond",
        len(plan.circuits), plan.capacity_wh / 1000, plan.soc_pct)]
    if plan.pv_w:
        out.append("PV: %g kW, %s" % (plan.pv_w / 1000, PV[plan.pv_mode]))
    transfer = "never" if result["transfer_ms"] is None else "after %.2f s" % (result["transfer_ms"] / 1000)
    out.append("grid away for %.1f s; critical load supplied %s, %.1f s as an island, %.1f s dark, %.1f Wh not served" % (
        (plan.back_ms - plan.loss_ms) / 1000, transfer, result["islanded_s"], result["dark_s"], result["unserved_wh"]))
    if result["autonomy"]:
        outcome_h = result["autonomy"]["outcome_h"]
        drawn = "nothing was drawn" if outcome_h is None else "%.1f h by what was drawn" % outcome_h
        out.append("autonomy: %.1f h forecast, %s" % (result["autonomy"]["forecast_h"], drawn))
    out += _timeline(result)
    if result["lockout"]:
        out.append("locked out: %s" % result["lockout"])
    if result["unexpected"]:
        out.append("not what this fault calls for: %s" % result["unexpected"])
    for row in result["violations"]:
        out.append("VIOLATION at %.2f s: %s" % (row["t_s"], row["text"]))
    out.append("at the end: %s; interlock violations: %d" % (
        {"grid": "supplied by the grid", "island": "an island", "dark": "dark"}[result["end"]], result["interlock_violations"]))
    return out


def _timeline(result):
    """States and switched circuits, one after the other."""
    rows = [(row["t_s"], row["state"].replace("_", " ") + (": " + row["reason"] if row["reason"] else "")) for row in result["states"]]
    for row in result["circuits"][:CIRCUIT_LINES]:
        told = [words + ", ".join(row[key]) for key, words in (("off", "circuits off: "), ("on", "circuits on again: ")) if row[key]]
        rows.append((row["t_s"], "  " + "; ".join(told)))
    left = len(result["circuits"]) - CIRCUIT_LINES
    more = ["%d more times circuits were switched: result.json" % left] if left > 0 else []
    return ["%9.2f s  %s" % row for row in sorted(rows, key=lambda row: row[0])] + more


def campaign_lines(found):
    """Table of a campaign."""
    out = ["%-18s %6s %11s %11s %10s %10s" % ("fault", "runs", "violations", "transferred", "locked out", "unexpected")]
    for name, row in found["faults"].items():
        out.append("%-18s %6d %11d %11d %10d %10d" % (
            name, row["runs"], row["violations"], row["transferred"], row["locked_out"], row["unexpected"]))
    out.append("transfer on healthy hardware, ms: " + _spread(found["transfer_ms"]))
    out.append("error of the autonomy forecast, %: " + _spread(found["forecast_error_pct"]))
    out.append("%d runs, interlock violations: %d%s" % (found["runs"], found["interlock_violations"], "".join(
        [", seed %d" % seed for seed in found["violating_seeds"][:10]])))
    return out


def _spread(percentiles):
    return ", ".join("%s %s" % ("largest" if name == "p100" else name, "-" if value is None else "%.4g" % value)
                     for name, value in percentiles.items())
