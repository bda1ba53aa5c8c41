"""The page CONTROL.md: laws by rank, failsafe rows, the session with a device, operating modes, all reasons.

Not its job: the tables (edge/law_table.py, failsafe.py, session_rows.py, grid_mode_rows.py, reasons.py, reason_texts.py).
Source: those tables; the page is ours.
"""

from edge import failsafe, fsm_table, grid_mode_rows, law_table, modes, reasons, session_rows
from edge.reason_texts import REASON_TEXTS

HEAD = """# Control

Generated from the tables of `edge/` by `v2g docs`; don't edit.

Every law answers with an interval of power, perhaps a target, perhaps reactive power if it owns it, and a reason. The
arbiter intersects the intervals from the first rank down; an interval that leaves nothing collapses to the end nearest
to the lower rank's wish. The target is the highest-ranked one, clipped. `v2g why` prints the outcome.
"""

GRID_MODES = """Only where a site has the section `enter_service` and the device does not enter service by itself. The device trips,
rides through and blocks; the gateway follows what it must have done. In service the law `grid mode` leaves everything
alone, in a disturbance too. Out of service it holds 0 W and 0 var; where `enter_service.applies_to` is `export`, charging is
a load and goes on, except without permission (`v2g wish --permit-service off`, or `enter_service.enabled = false`). A
gateway that starts takes a device that feeds in for one that has been in service; every other one waits. On the ramp the
limit rises from 0 to the W rating and stands still during a disturbance."""

RANKS = {
    1: "protection and mode", 2: "equipment", 3: "mandated grid-code functions", 4: "system-operator limits",
    5: "mobility", 6: "WAPE", 7: "leases of the VPP", 8: "local wishes",
}
ACTIONS = {
    failsafe.REPORT: "report", failsafe.STOP_DISCHARGING: "no discharging",
    failsafe.HOLD_LIMITED: "charge at most p_static_safe_w", failsafe.ZERO: "0 W and 0 var",
    failsafe.STOP_REFRESHING: "write nothing, the device reverts",
}
SEVERITIES = ("info", "notice", "warning", "alarm")


def page():
    """The whole page, Markdown."""
    return "\n".join([HEAD, _laws(), _failsafe(), _session(), _grid_modes(), _reasons()])


def _laws():
    lines = ["## Laws", "", "| rank | | law | file | needs | for | settings |", "|---|---|---|---|---|---|---|"]
    for row in law_table.LAWS:
        name = row[law_table.NAME]
        section = row[law_table.SECTION]
        lines.append("| %d | %s | %s | `edge/laws/%s.py` | %s | %s | %s |" % (
            row[law_table.RANK], RANKS[row[law_table.RANK]], name.replace("_", " "), name,
            row[law_table.NEEDS] or "", " and ".join(row[law_table.KINDS]),
            "[%s](PARAMETERS.md)" % section if section else ""))
    return "\n".join(lines) + "\n"


def _failsafe():
    lines = ["## Failsafe", "", "The worst action in force wins; a row clears after `failsafe.clear_s` without its flag.",
             "", "| condition | after | action | reason |", "|---|---|---|---|"]
    for row in failsafe.FAILSAFE:
        delay = row[failsafe.DELAY]
        after = "`failsafe.%s`" % delay if isinstance(delay, str) else "%g s" % (delay / 1000)
        lines.append("| %s | %s | %s | %s |" % (
            row[failsafe.CHECK].replace("_", " "), after, ACTIONS[row[failsafe.ACTION]],
            reasons.text_of(row[failsafe.REASON])))
    return "\n".join(lines) + "\n"


def _session():
    lines = ["## Session with a device", "",
             "Only transitions are listed; every other pair of state and event stays where it is.", ""]
    return "\n".join(lines + _diagram(session_rows.ROWS, modes.OFFLINE))


def _diagram(rows, start):
    """Lines of a diagram of the rows that lead somewhere else."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> %s" % start]
    for row in rows:
        if row[fsm_table.STATE] != row[fsm_table.NEXT]:
            lines.append("    %s --> %s: %s" % (row[fsm_table.STATE], row[fsm_table.NEXT],
                                                row[fsm_table.EVENT].replace("_", " ")))
    return lines + ["```", ""]


def _grid_modes():
    lines = ["## Operating modes of a grid code", "", GRID_MODES, ""]
    return "\n".join(lines + _diagram(grid_mode_rows.ROWS, grid_mode_rows.TRIPPED))


def _reasons():
    lines = ["## Reasons", "", "| number | name | as people read it | severity | what happened |", "|---|---|---|---|---|"]
    texts = dict(REASON_TEXTS)
    for code, severity, name, words in reasons.rows():
        lines.append("| %d | %s | %s | %s | %s |" % (code, name, words, SEVERITIES[severity], texts[name]))
    return "\n".join(lines) + "\n"
