"""Takes a freshly installed release into service on a system that runs: user, folders, units, restart, and whether it lives.

Not its job: installing it (installer.py), what healthy means (the gateway's own health check).
Source: systemctl(1), systemd-sysusers(8), systemd-tmpfiles(8).
"""

import os
import subprocess
import time

from tools.flash import gateway_files
from tools.flash.problem import Problem

STEPS = (
    ("systemd-sysusers", "v2g-edge.conf"),
    ("systemd-tmpfiles", "--create", "v2g-edge.conf"),
    ("systemctl", "daemon-reload"),
    ("systemctl", "restart", "v2g-edge.service"),
)
TIMEOUT_S = 120
POLL_S = 1


def take_over(root, wait_s):
    """Restarts the gateway with what the record says and watches it; yields lines. Problem when it was rolled back.

    wait_s: so long for the release to be confirmed; that needs charger and broker, so it may well take longer.
    """
    store = os.path.join(root, "var/lib/v2g-edge")
    wanted = gateway_files.record(store)
    version = wanted["trial"] or wanted["good"]
    for step in STEPS:
        done = subprocess.run(step, capture_output=True, text=True, timeout=TIMEOUT_S)
        if done.returncode:
            raise Problem("'%s' failed: %s" % (" ".join(step), (done.stderr or done.stdout).strip()))
    yield "v2g-edge.service restarted"
    end_s = time.monotonic() + wait_s
    while True:
        record = gateway_files.record(store)
        if record["good"] == version and record["trial"] is None:
            yield "release %s runs and is confirmed" % version
            return
        if record["trial"] != version:
            raise Problem("release %s was given up (%s) and the one before runs again; 'journalctl -u v2g-edge' says more" % (
                version, record["failed"][1] if record["failed"] else "no reason kept"))
        if time.monotonic() >= end_s:
            break
        time.sleep(POLL_S)
    state = subprocess.run(("systemctl", "is-active", "v2g-edge.service"), capture_output=True, text=True, timeout=TIMEOUT_S)
    if state.stdout.strip() not in ("active", "activating"):
        raise Problem("v2g-edge.service is %s; 'journalctl -u v2g-edge' says why" % (state.stdout.strip() or "unknown"))
    yield "release %s runs on trial: it is kept once charger and broker answered, else the one before returns; see 'v2g status'" % version
