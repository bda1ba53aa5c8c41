"""The page RUNBOOK.md: one entry for every event number, what it means, what the gateway does, what to do.

Not its job: the tables (edge/reasons.py, reason_texts.py), the advice (runbook_steps.py).
Source: those tables; the page is ours.
"""

from edge import reasons
from edge.reason_texts import REASON_TEXTS
from tools.commands.runbook_steps import STEPS

HEAD = """# Runbook

Generated from the tables of `edge/` and from `tools/commands/runbook_steps.py` by `v2g docs`; don't edit.

Every line of the log about an event has its number: `2026-11-21T08:31:15Z E110 alarm   left  charger silent, raised`. The
same number stands in telemetry, in `v2g why` and in the journal. `raised` is the beginning, `cleared` the end.

| where to look | |
|---|---|
| `v2g status`, `v2g why` | what is going on now, and what decided it |
| `v2g doctor` | this machine, its links and its devices, one finding a line with the next step |
| `v2g dump --out FILE` | everything a supporter needs, without secrets |
| `v2g replay` | what the gateway saw and did, computed again |

Severity: **alarm** somebody should look today, **warning** service is reduced, **notice** worth knowing. Information that
is part of the normal course stands at the end.
"""
SEVERITIES = ("information", "notice", "warning", "alarm")


def page():
    """The whole page, Markdown."""
    steps = {name: (does, do) for name, does, do in STEPS}
    texts = dict(REASON_TEXTS)
    lines = [HEAD, "## Events", ""]
    for code, severity, name, words in sorted(reasons.rows()):
        if severity > reasons.INFO:
            does, do = steps.get(name, ("", ""))
            lines += ["### E%03d %s" % (code, words), "", "%s · `%s`" % (SEVERITIES[severity], name), "", texts[name], "",
                      "- The gateway: " + does, "- You: " + do, ""]
    lines += ["## Information", "", "Part of the normal course: nobody has to act.", "", "| number | words | what happened |", "|---|---|---|"]
    lines += ["| E%03d | %s | %s |" % (code, words, texts[name]) for code, severity, name, words in sorted(reasons.rows())
              if severity == reasons.INFO]
    return "\n".join(lines) + "\n"
