"""The commissioning record: what was tested, by whom, signed; and the page that is printed.

Not its job: reading it back (edge/commissioning.py), the key (tools/gateway/signing.py).
Source: ours. It goes into the store, and as JSON or text wherever the installer wants it.
"""

import time

from edge import commissioning
from edge.version import VERSION
from protocols import auth, strict_json


def content(run, who, unix_ms):
    """The record as a dictionary. run: steps.Run that has ended."""
    rows = [{key: row[key] for key in ("step", "test", "device", "result", "measured", "allowed", "change")} for row in run.results.rows]
    return {
        "format": 1, "gateway": run.site_config.gateway.id, "config": run.site_config.hash, "version": VERSION,
        "when": utc(unix_ms), "unix_ms": unix_ms, "who": who, "ok": not run.results.failed() and bool(rows), "rows": rows,
        "devices": [_device(row) for row in run.results.devices],
    }


def _device(row):
    """Values as words: numbers of a once-read register are labels, and JSON of ours knows no other floats than finite ones."""
    return {**row, "values": {name: "%g" % value if isinstance(value, (int, float)) else str(value)
                              for name, value in row["values"].items()}}


def sealed(record, signer=None):
    """Bytes for the store: JSON, newline, `installer:signature`, or the word unsigned. signer: function (bytes) -> signature."""
    json_bytes = strict_json.encode(record)
    if signer is None:
        return json_bytes + b"\n" + commissioning.UNSIGNED
    covered = auth.covered(commissioning.topic(record["gateway"]), json_bytes)
    return auth.attach(json_bytes, commissioning.KEY_ID, signer(covered))


def page(record, is_signed):
    """The record on one page."""
    failed = [row for row in record["rows"] if row["result"] == "fail"]
    skipped = [row for row in record["rows"] if row["result"] == "skipped"]
    lines = ["Commissioning of gateway %s" % record["gateway"],
             "%s, by %s, firmware %s, configuration %s" % (record["when"], record["who"] or "nobody named", record["version"],
                                                            record["config"][:8]),
             "Result: %s; %d tests passed, %d failed, %d skipped; %s" % (
                 "PASSED" if record["ok"] else "NOT PASSED", len(record["rows"]) - len(failed) - len(skipped), len(failed), len(skipped),
                 "signed" if is_signed else "not signed"), "", "Devices"]
    for row in record["devices"]:
        values = ", ".join("%s %s" % pair for pair in sorted(row["values"].items()))
        lines.append("  %-12s %s on %s, unit %d%s" % (row["name"], row["profile"], row["bus"], row["unit"], values and ": " + values))
    lines += ["", "Tests"]
    for row in record["rows"]:
        lines.append("  %-7s %-10s %-20s %s%s" % (row["result"], row["device"], row["test"], row["measured"],
                                                   row["allowed"] and " (allowed: %s)" % row["allowed"]))
    if failed:
        lines += ["", "To do"] + ["  %s: %s" % (row["device"], row["change"]) for row in failed if row["change"]]
    return "\n".join(lines) + "\n"


def utc(unix_ms):
    """2026-11-21T08:00:00Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix_ms // 1000))
