"""`v2g config` from afar: reads, signs, sends, and waits for what the gateway says to it.

Not its job: the same on the gateway (tools/gateway/config.py, whose arguments these are), the talk (tools/config/desk.py).
"""

import binascii
import json
import secrets
import sys
import time

from edge import config_loader, params
from edge.version import CONFIG_SCHEMA
from host_sim.broker.start import ExternalBroker
from protocols import auth, messages, topics
from tools.build import signing_key
from tools.config.desk import ConfigDesk
from tools.gateway import config as local
from tools.gateway import config_values, toml_compiler
from tools.jobs import carrier, host_sign
from tools.keys import signing

HISTORY = "history"


def run(args):
    """0 done, 1 refused or a wrong value, 2 usage, 3 no broker, no answer, or a key is missing for what is asked."""
    changes, wrong = (None, [])
    if args.action == "set":
        changes, wrong = config_values.changes_of(args.words)
        if not args.words:
            wrong = ["v2g config set: write what to change as path=value"]
        elif not args.key and not args.dry_run:
            wrong = ["v2g config set: --key FILE signs the change; or --dry-run"]
    elif args.action == "diff":
        wrong = ["v2g config diff compares files; what differs from the defaults: v2g config get --broker … --gateway …"]
    elif args.action == HISTORY and not args.device_key:
        wrong = ["v2g config history: --device-key FILE asks the gateway for it"]
    if wrong:
        return _say("\n".join(wrong), 2)
    try:
        desk = _desk(args, changes)
        broker = ExternalBroker(args.broker)
    except (ValueError, signing_key.BadKey) as error:
        return _say("v2g config: %s" % error, 2)
    access = {"host": broker.host, "port": broker.port, "tls": broker.tls, "user": broker.user, "password": broker.password,
              "ca": args.ca, "cert": args.cert, "key": args.cert_key}
    try:
        _carry(args, desk, access)
    except (OSError, carrier.Refused) as error:
        return _say("v2g config: no broker at %s:%d: %s; look at --broker, --ca and --cert" % (broker.host, broker.port, error), 3)
    if desk.reported is None:
        return _say("%s has reported no configuration: is it online, does its site file have vpp.config_key or vpp.installer_key, "
                    "and may you read v2g/1/%s/up/#?" % (args.gateway, args.gateway), 3)
    return _told(args, desk) if changes is None else _set_told(args, desk, changes)


def _carry(args, desk, access):
    """Until the desk has what it wants; a change waits for more than its gateway."""
    if args.action != "set" or args.dry_run:
        carrier.Carrier(desk, access, None).run(args.wait)
        return
    watch = host_sign.HostWatch(desk, lambda text: print(text, file=sys.stderr, flush=True),
                                (lambda: host_sign.SignOfLife(access)) if args.alone else None)
    try:
        carrier.Carrier(watch, access, None).run(args.wait)
    finally:
        watch.end()


def _desk(args, changes):
    if changes is not None:
        key = signing_key.read(args.key, args.key_pass) if args.key and not args.dry_run else None
        return ConfigDesk(args.gateway, _id, change=lambda reported: _change(args, changes, key, reported))
    wanted = [HISTORY] if args.action == HISTORY else None
    return ConfigDesk(args.gateway, _id, request=_requester(args), wanted=wanted)


def _requester(args):
    """Signs `config_request` with the gateway's command key; None without one."""
    if not args.device_key:
        return None
    with open(args.device_key, encoding="ascii") as file:
        key = binascii.unhexlify(file.read().strip())

    def request(content):
        topic = topics.topic("config_request", args.gateway)
        return topic, auth.sign(topic, messages.encode("config_request", dict(content, iat_ms=_now_ms())), args.kid, key)

    return request


def _change(args, changes, key, reported):
    """(content of `config_desired`, its (topic, payload) or None for a dry run)."""
    version = max(reported["version"], reported["refused_version"] or 0) + 1
    content = {"id": _id(), "iat_ms": _now_ms(), "version": version, "base_version": reported["version"], "access": args.role,
               "schema": min(CONFIG_SCHEMA, reported["schema"] or 1), "set": changes}
    if args.deadline:
        content["deadline_s"] = args.deadline
    return content, None if key is None else signing.signed("config_desired", args.gateway, content, args.role, key)


def _told(args, desk):
    """Prints what was read."""
    if args.action == HISTORY:
        if HISTORY not in desk.sections:
            return _say("%s does not answer the request: is the device key the right one, and its kid %s?" % (args.gateway, args.kid), 3)
        local.print_history(args, desk.sections[HISTORY])
        return 0
    if desk.reported["values"] is None and not args.device_key:
        return _say("its configuration does not fit into one message; --device-key FILE asks for the sections: %s"
                    % ", ".join(desk.reported["sections"]), 3)
    origin = "version %d%s" % (desk.reported["version"], ", on trial" if desk.reported["pending"] else "")
    rows, wrong = local.select([(path, value, origin) for path, value in sorted(config_values.flat(desk.sections).items())], args.words)
    if wrong:
        return _say("\n".join(line + " that differs from its default" for line in wrong), 1)
    if args.json:
        head = {key: desk.reported[key] for key in ("version", "hash", "pending", "refused_version", "errors")}
        print(json.dumps(dict(head, values={path: value for path, value, _ in rows}), indent=2))
    else:
        print(local.table(rows))
    return 0


def _set_told(args, desk, changes):
    """Says what became of a change, or what would."""
    reported = desk.reported
    if desk.outcome == "read":      # dry run
        errors = judged(reported["values"] or {}, changes, args.role)
        if errors:
            return _say("\n".join(config_values.error_text(*error) for error in errors) + "\nit would be refused", 1)
        print("version %d would go to %s, made for version %d" % (reported["version"] + 1, args.gateway, reported["version"]))
        return 0
    if args.json:
        print(json.dumps({"outcome": desk.outcome or "no answer", "version": reported["version"],
                          "refused_version": reported["refused_version"], "errors": reported["errors"]}, indent=2))
    if desk.outcome == "in force":
        print("version %d is in force" % reported["version"], file=sys.stderr if args.json else sys.stdout)
        return 0
    if desk.outcome == "refused":
        lines = [config_values.error_text(row["path"], row["got"], row["allowed"], row["hint"] or "") for row in reported["errors"] or ()]
        return _say("\n".join(lines + ["%s refused it; version %d goes on" % (args.gateway, reported["version"])]), 1)
    if desk.outcome == "not taken":
        return _say("refused: %s%s" % (desk.refusal, _key_words(args, desk.refusal)), 1)
    if desk.outcome == "on trial":
        return _say("version %d is on trial still; the gateway decides by itself: v2g config get … shows how" % reported["version"], 3)
    return _say("%s has not answered; the broker keeps the change for it" % args.gateway, 3)


def _key_words(args, refusal):
    if refusal.partition(",")[0] not in ("bad_signature", "unknown_key"):
        return ""
    return "; is --key the %s's key of this gateway (vpp.%s_key)?" % (
        args.role, "config" if args.role == "operator" else args.role)


def judged(values, changes, access):
    """The errors a gateway would answer, as far as its reported values show: without secrets some rules can't be judged."""
    before = config_loader.load(dict(values), toml_compiler.profile_of, CONFIG_SCHEMA)[1]
    _, errors = config_values.changed(dict(values), changes, access, toml_compiler.profile_of)
    known = [(error[0], error[2]) for error in before]
    return [error for error in errors if (error[0], error[2]) not in known and not _is_secret(error[0])]


def _is_secret(path):
    """Whether a row is missing in what is reported only because it is secret."""
    section, _, key = path.rpartition(".")
    rows = dict(params.rows_of(section.partition("[")[0].partition(".")[0]))
    return key in rows and rows[key][1] in (params.KEY, params.SECRET)


def _id():
    return secrets.token_hex(8)


def _now_ms():
    return time.time_ns() // 1_000_000


def _say(text, code):
    print(text, file=sys.stderr)
    return code
