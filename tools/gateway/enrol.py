"""`v2g enrol SITE.toml`: hands a claim token to the gateway of this machine, and says how far its enrolment is.

Not its job: enrolling (edge/enrol: the running gateway does), making tokens (`v2g keys gateway`).
Source: ours. The token waits in the store, readable by its owner only, and is wiped once the certificate works.
"""

import json
import os
import pathlib
import sys
import time

from edge.enrol import identity
from edge.link import credentials
from protocols import key_tree, strict_json, x509
from tools.gateway import enrol_key, store_folder, toml_compiler

TOKEN_CHARS = 26
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DAY_S = 86400


def add_arguments(parser):
    """Arguments of `v2g enrol`."""
    parser.add_argument("site", help="site configuration (TOML; compiled JSON also works)")
    parser.add_argument("--token", help="claim token of 'v2g keys gateway', or the text of its QR code; '-' reads it from standard input")
    parser.add_argument("--ca", metavar="FILE", help="the operator's ca.crt: whom the broker's certificate has to come from, where "
                        "vpp.ca_file does not say it")
    parser.add_argument("--store", default=None, help="folder of journal and state (default: v2g-store beside SITE)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Stores the token, makes the key and its request, tells the state; 1 for a bad token, 2 for a wrong site file."""
    document, errors = toml_compiler.compile_file(args.site)
    if errors:
        print("\n".join(errors), file=sys.stderr)
        return 2
    if "enrol" not in document:
        print("v2g enrol: %s has no [enrol] section; add one (it may be empty)" % args.site, file=sys.stderr)
        return 1
    store = pathlib.Path(args.store) if args.store else pathlib.Path(args.site).parent / "v2g-store"
    gateway = document["gateway"]["id"]
    if args.token is not None:
        token = _token(sys.stdin.readline() if args.token == "-" else args.token, gateway)
        if token is None:
            print("v2g enrol: a claim token has %d characters of A-Z and 2-7, and a QR code names its gateway; "
                  "get another one with 'v2g keys gateway %s --force'" % (TOKEN_CHARS, gateway), file=sys.stderr)
            return 1
        keep_token(store, token)
        enrol_key.prepare(store, "", gateway)
    if args.ca is not None and not keep_authority(store, args.ca):
        print("v2g enrol: %s holds no certificate; it is ca.crt of the operator's key folder" % args.ca, file=sys.stderr)
        return 1
    result = state(store, gateway, document["enrol"].get("token"))
    print(json.dumps(result) if args.json else "\n".join(_words(result, args.site, args.ca is not None)))
    return 0


def _token(text, gateway):
    """The token in what somebody typed or scanned, or None."""
    text = text.strip().upper()
    if ":" in text:
        head, name, text = (text.split(":") + ["", ""])[:3]
        if head != "V2G1" or name != gateway.upper():
            return None
    return text if len(text) == TOKEN_CHARS and not set(text) - set(ALPHABET) else None


def keep_token(store, token):
    """Put a claim token where the gateway looks for it at its next start."""
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(store / identity.CLAIM_FILE, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(token + "\n")


def keep_authority(store, path):
    """Put the operator's authority where the gateway looks for it; False when the file is no certificate."""
    text = pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    try:
        x509.from_pem(text)
    except ValueError:
        return False
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    (store / credentials.CA).write_text(text)
    return True


def state(store, gateway, site_token=None):
    """{"gateway", "token_waits", "site_token_waits", "certificate": None or {"ends_s", "days_left"}, "step", "runs_as": process
    number as text or None} of a store, JSON-able. site_token: claim token of the site file, or None."""
    certificate = None
    try:
        read = x509.from_pem((store / credentials.CERTIFICATE).read_text())
        certificate = {"ends_s": read.ends_s, "days_left": round((read.ends_s - time.time()) / DAY_S, 1)}
    except (OSError, ValueError):
        pass    # none yet
    try:
        record = strict_json.decode((store / identity.RECORD_FILE).read_bytes())[0]
    except OSError:
        record = None   # nothing was tried yet
    record = record if isinstance(record, dict) else {}
    claim = store / identity.CLAIM_FILE
    is_unused = bool(site_token) and key_tree.mark(site_token) not in (record.get("spent") or [])
    return {"gateway": gateway, "token_waits": claim.exists() and claim.stat().st_size > 0, "site_token_waits": is_unused,
            "certificate": certificate, "step": record.get("step", identity.NONE), "runs_as": store_folder.runner(store)}


def _words(result, site, has_new_authority):
    lines = []
    start = "start the gateway: v2g run %s" % site
    if result["runs_as"]:
        start = "restart the gateway, which runs as process %s: it looks when it starts" % result["runs_as"]
    if result["certificate"]:
        lines.append("%s has a certificate, good for %g days%s" % (
            result["gateway"], result["certificate"]["days_left"], ", on trial" if result["step"] == identity.TRIAL else ""))
    else:
        lines.append("%s has no certificate yet" % result["gateway"])
    if result["token_waits"]:
        lines.append("a claim token waits; next: " + start)
    elif result["site_token_waits"] and not (result["certificate"] or result["runs_as"]):
        lines.append("the token stands in the site file; next: " + start)
    elif has_new_authority and result["runs_as"]:
        lines.append("the operator's ca.crt is in place; next: " + start)
    elif result["site_token_waits"] and not result["certificate"]:
        lines.append("the token stands in the site file, and the gateway runs as process %s: its log says how far it is" % result["runs_as"])
    elif not result["certificate"]:
        lines.append("next: v2g keys gateway %s on the host, then v2g enrol %s --token TOKEN --ca ca.crt" % (result["gateway"], site))
    return lines
