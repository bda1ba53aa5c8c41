"""What people read of jobs: one line a change, and a sum at the end.

Not its job: the jobs (host_sim/supervisor/job_desk.py).
Source: ours.
"""

from protocols import refusals

WAITS = {
    "clock": "its clock is not set yet", "begin": "its beginning lies ahead", "window": "outside its window",
    "rest": "power still flows", "island": "an island or a contract holds it", "restart": "restarts",
    "configuration": "a changed configuration is on trial",
}
NEXT = {
    "downgrade": "build a newer version; an older one only goes in on site", "wrong_board": "build for its board: v2g build",
    "bad_signature": "build with --key and the key of its vpp.update_key", "no_space": "make room, then send the job again",
    "damaged": "build the bundle anew", "unhealthy": "the old release runs; read its log: v2g job logs",
    "clock_not_set": "set its clock, or say --any-time", "never_idle": "give a longer window or --wait",
    "same_version": "nothing to do", "unavailable": "see its log: v2g job logs",
}


def line(row):
    """One line about a gateway."""
    content = row.content
    text = "%-20s %s" % (row.gateway, row.state.replace("_", " "))
    if content.get("progress_pct") is not None and row.state == "downloading":
        text += " %d %%" % content["progress_pct"]
    if content.get("waits_for"):
        text += ": " + WAITS.get(content["waits_for"], content["waits_for"])
    if content.get("reason"):
        name = refusals.name_of(content["reason"])
        text += ": %s" % (content["words"] or refusals.text_of(content["reason"]))
        if name in NEXT:
            text += "; " + NEXT[name]
    return text


def total(desk):
    """The last line."""
    counts = desk.counts()
    text = ", ".join("%d %s" % (counts[state], state.replace("_", " ")) for state in sorted(counts))
    return text + ("; stopped: too many of a wave failed" if desk.is_stopped else "")
