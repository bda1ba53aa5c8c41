"""The parts of a support bundle: each a function that gives texts and JSON, and none can stop the others.

Not its job: redaction (redaction.py), writing the file (dump.py), examining (doctor.py).
Source: ours. The layout is stable: names are only ever added, so that a script may read bundles of years.
"""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time

from edge import commissioning, hal_ports, journal, log_words, reasons
from edge.version import VERSION
from tools.gateway import doctor, journal_file

EVENTS_MAX = 1000
LOG_LINES = 500
AUDIT_LINES = 200
ASK_S = 3
PROGRAM_S = 10
SERVICE = "v2g-edge"
QUERIES = ("status", "why", "page", "commissioning")


class Site:
    """What a part may look at. text: of the site file or None; config: Config or None; problems: of its check."""

    def __init__(self, path, text, config, problems, store):
        self.path, self.text, self.config, self.problems, self.store = path, text, config, problems, store
        self.log_file = None


def versions(site):
    """Firmware, runtime, formats, releases that are installed."""
    releases = "/opt/v2g-edge/releases"
    return {"versions.json": {
        "firmware": VERSION, "python": sys.version, "journal_schema": journal_schema(), "dump_layout": 1,
        "configuration": site.config.hash if site.config else None,
        "releases": sorted(os.listdir(releases)) if os.path.isdir(releases) else [],
    }}


def journal_schema():
    """Number of the journal's format."""
    from edge import journal_head

    return journal_head.SCHEMA


def configuration(site):
    """The site file as it stands, what it compiles to, and its errors."""
    if site.text is None:
        return {"check.json": {"ok": False, "errors": ["%s can't be read" % site.path]}}
    made = {"check.json": {"ok": not site.problems, "errors": [problem["line_text"] for problem in site.problems]}, "site.toml": site.text}
    if site.config is not None:
        made["site.json"] = site.config.document
    return made


def examination(site):
    """What `v2g doctor` says."""
    return {"doctor.json": doctor.examine(site.config, site.problems, store=site.store)}


def answers(site):
    """What a running gateway says, and every device as it has read it."""
    port = site.config.local.query_port if site.config else None
    if not port:
        return {"gateway.json": {"running": None, "why": "no local.query_port, or no site file that can be read"}}
    made = {name: ask(port, {"ask": name}) for name in QUERIES}
    if made["status"] is None:
        return {"gateway.json": {"running": False, "why": "none answers on port %d" % port}}
    devices = [row["name"] for row in made["status"]["ders"] + made["status"]["others"]]
    return {"gateway.json": {"running": True}, **{name + ".json": answer for name, answer in made.items()},
            "devices.json": {name: ask(port, {"ask": "device", "name": name}) for name in devices},
            "buses.json": made["status"]["buses"]}


def ask(port, request):
    """The gateway's answer, None when there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), ASK_S) as link:
            link.sendall(json.dumps(request).encode() + b"\n")
            return json.loads(link.makefile("rb").readline())
    except (OSError, ValueError):
        return None


def events(site):
    """The last events of the journal, oldest first, one line of JSON each."""
    try:
        segments = journal_file.segments(site.store)
    except (OSError, ValueError) as error:
        return {"events.jsonl": json.dumps({"none": str(error)}) + "\n"}
    rows = []
    for name, data, _ in segments:
        for kind, payload in journal_file.records(data):
            if kind == journal.EVENT:
                rows.append(_event(name, payload))
    return {"events.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows[-EVENTS_MAX:])}


def _event(segment, payload):
    try:
        now_ms, code, subject, values = json.loads(payload)
        return {"segment": segment, "t_ms": now_ms, "code": code, "name": reasons.name_of(code), "subject": subject, "values": values,
                "line": log_words.event(code, subject, values)}
    except (ValueError, TypeError, LookupError) as error:
        return {"segment": segment, "damaged": str(error)}


def log(site):
    """The end of the service's log, or of the file that was named."""
    if site.log_file:
        with open(site.log_file, encoding="utf-8", errors="replace") as file:
            return {"log.txt": "".join(file.readlines()[-LOG_LINES:])}
    text = program("journalctl", "-u", SERVICE, "-n", str(LOG_LINES), "--no-pager", "-o", "short-iso")
    return {"log.txt": text if text is not None else "no log: journalctl is not there or says nothing; name a file with --log\n"}


def program(*arguments):
    """What a program of this machine prints, None when it can't."""
    if shutil.which(arguments[0]) is None:
        return None
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=PROGRAM_S, check=False, errors="replace")
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


# A Raspberry Pi tells its own in /proc/cpuinfo; it helps nobody, and names one machine.
SERIAL_NUMBER = "Serial"


def machine(site):
    """Facts of the machine: kernel, memory, load, disk, clock, ports, service."""
    facts = {"uname": " ".join(platform.uname()), "utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load": os.getloadavg(),
             "serial_ports": hal_ports.ports(), "clock": program("timedatectl", "show"),
             "service": program("systemctl", "show", SERVICE, "--property=ActiveState,SubState,NRestarts,ExecMainStatus")}
    for name in ("/proc/meminfo", "/proc/uptime", "/proc/cpuinfo", "/proc/device-tree/model"):
        try:
            with open(name, encoding="utf-8", errors="replace") as file:
                facts[name] = "".join(line for line in file.read(4000).splitlines(True) if not line.startswith(SERIAL_NUMBER))
        except OSError:
            facts[name] = None
    folder = site.store if os.path.isdir(site.store) else "."
    facts["disk"] = dict(zip(("total_bytes", "used_bytes", "free_bytes"), shutil.disk_usage(folder)))
    return {"machine.json": facts}


def store(site):
    """Names, sizes and ages of the store's files; none of their contents."""
    if not os.path.isdir(site.store):
        return {"store.json": {"folder": site.store, "files": None}}
    rows = []
    for entry in sorted(os.scandir(site.store), key=lambda entry: entry.name):
        facts = entry.stat()
        rows.append({"name": entry.name, "bytes": facts.st_size, "changed_s_ago": round(time.time() - facts.st_mtime),
                     "mode": "%o" % (facts.st_mode & 0o777)})
    return {"store.json": {"folder": site.store, "files": rows}}


def records(site):
    """The commissioning record and the end of the audit log."""
    made = {}
    data = _file(site, commissioning.FILE)
    if data is not None:
        record, state = commissioning.opened(data, site.config.gateway.id if site.config else "",
                                             getattr(site.config.vpp, "installer_key", None) if site.config else None)
        made["commissioning-record.json"] = {"state": state, "record": record}
    lines = ((_file(site, "audit-old") or b"") + (_file(site, "audit") or b"")).decode("utf-8", "replace").splitlines()
    made["audit.jsonl"] = "".join(line + "\n" for line in lines[-AUDIT_LINES:])
    return made


def _file(site, name):
    try:
        with open(os.path.join(site.store, name), "rb") as file:
            return file.read()
    except OSError:
        return None


def journal_segments(site):
    """Every segment of the journal, as it is: bytes, with secrets replaced when it was written."""
    names = [name for name in sorted(os.listdir(site.store)) if journal_file.is_segment(name)] if os.path.isdir(site.store) else []
    return {"journal/" + name: _file(site, name) for name in names}


# function, what it is for
PARTS = (
    (versions, "versions.json: firmware, Python, formats, installed releases"),
    (configuration, "check.json, site.toml, site.json: the site file without secrets, what it compiles to, its errors"),
    (examination, "doctor.json: what v2g doctor says"),
    (answers, "gateway.json, status.json, why.json, page.json, devices.json, buses.json: what the running gateway says"),
    (events, "events.jsonl: the last 1,000 events of the journal, oldest first"),
    (log, "log.txt: the last 500 lines of the service's log"),
    (machine, "machine.json: kernel, memory, disk, clock, ports"),
    (store, "store.json: names, sizes and ages of the gateway's files"),
    (records, "commissioning-record.json, audit.jsonl: what was proven on site, what touched security"),
)
