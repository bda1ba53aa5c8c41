"""`v2g keys`: the keys and certificates of a fleet, and the files its broker needs.

Not its job: what is made and how (tools/keys), a gateway's own key (`v2g enrol`).
Source: ours. Nothing that is there is replaced without --force, and every step says what comes next.
"""

import getpass
import json
import os
import sys
import textwrap
import tomllib

from protocols import topics
from tools.keys.names import PASSPHRASE_VARIABLE, ROLES, KeyFolderError, Refused

ACTIONS = ("init", "gateway", "operator", "installer", "update", "device", "revoke", "mosquitto", "move", "desk")
NEEDS_ID = ("gateway", "device", "revoke", "move")
EPILOG = textwrap.dedent("""\
    what                   does
      init                 CA, broker's certificate, keys of operator, installer and releases, the fleet's master key
      gateway ID           admits a gateway: one-time claim token and the lines for its site file
      operator             the operator's key: lines for a site file; --force makes another one. So do installer and update
      device ID            the device key that signs its commands; with --next-kid the one after it, noted as in use:
                           the gateway follows by a signed job rotate_key that only names it
      revoke ID            revokes a gateway's certificates; with --kid only its device key of that name
      mosquitto            writes the broker's files anew: after each of the above
      move ID              a signed message that sends a gateway to another operator
      desk                 answers gateways that ask for a certificate, until Ctrl-C

    The pass phrase of private keys comes from %s, or is asked for with --passphrase.
    """ % PASSPHRASE_VARIABLE)


def add_arguments(parser):
    """Arguments of `v2g keys`."""
    parser.add_argument("action", choices=ACTIONS, help="what to do, see below")
    parser.add_argument("id", nargs="?", help="gateway, of: gateway, device, revoke, move")
    parser.add_argument("--dir", default="keys", metavar="DIR", help="the key folder (default: %(default)s)")
    parser.add_argument("--host", help="init: name or address under which gateways reach the broker; move: the new one")
    parser.add_argument("--port", type=int, help="init: port for certificates, 8883; move: of the new broker")
    parser.add_argument("--claim-port", type=int, help="init: port for claims, 8884; move: of the new broker")
    parser.add_argument("--bind", help="init: only this address of the broker's machine, all when left out")
    parser.add_argument("--group", help="gateway: feeder group whose broadcast it may hear")
    parser.add_argument("--board", action="store_true", help="gateway: make key and certificate here, for 'v2g flash' to write")
    parser.add_argument("--replace", action="store_true", help="gateway: new hardware; the old certificates are revoked")
    parser.add_argument("--moved", action="store_true", help="gateway: it comes from another operator by a move message")
    parser.add_argument("--kid", help="revoke: the device key to take back; device: this one instead of that in use")
    parser.add_argument("--next-kid", help="device, revoke --kid: the key that is used from now on")
    parser.add_argument("--ca", help="move: the new operator's ca.crt")
    parser.add_argument("--token", help="move: the claim token from the new operator")
    parser.add_argument("--lines", help="move: file with the new operator's lines for the site file (config_key and so on)")
    parser.add_argument("--at", help="where the broker will find its files, when not in DIR/mosquitto")
    parser.add_argument("--out", help="revoke --kid, move: file for the message (default: in DIR)")
    parser.add_argument("--passphrase", action="store_true", help="ask for a pass phrase; init: encrypt private keys with it")
    parser.add_argument("--force", action="store_true", help="replace what is there")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    """Does one action; 1 with the reason when it is refused, 2 for a missing argument."""
    if (args.action in NEEDS_ID) != (args.id is not None):
        print("v2g keys %s: %s" % (args.action, "name the gateway" if args.action in NEEDS_ID else "takes no name"), file=sys.stderr)
        return 2
    from tools.keys.fleet import Fleet      # needs cryptography; `v2g --help` does not
    from tools.keys.folder import KeyFolder

    try:
        fleet = Fleet(KeyFolder(args.dir, _passphrase(args)))
        lines, result = globals()["_" + (args.action if args.action not in ROLES else "role")](fleet, args)
    except (KeyFolderError, Refused, OSError, tomllib.TOMLDecodeError) as error:
        print("v2g keys %s: %s" % (args.action, error), file=sys.stderr)
        return 1
    print(json.dumps(result, indent=2) if args.json else "\n".join(lines), flush=True)
    return 0


def _passphrase(args):
    found = os.environ.get(PASSPHRASE_VARIABLE)
    if not found and args.passphrase:
        found = getpass.getpass("pass phrase of %s: " % args.dir)
        if args.action == "init" and getpass.getpass("again: ") != found:
            raise KeyFolderError("the two pass phrases differ; nothing was made")
    return found.encode() if found else None


def _write_broker_files(fleet, args):
    from tools.keys import broker_files

    return broker_files.write(fleet, args.at)


def _init(fleet, args):
    given = {"host": args.host, "port": args.port, "claim_port": args.claim_port, "bind": args.bind}
    made = fleet.begin({key: value for key, value in given.items() if value is not None}, args.force)
    path = _write_broker_files(fleet, args)
    lines = ["%-15s %s" % (name, "made" if is_new else "kept") for name, is_new in made]
    lines += ["", "Keep %s on a machine of its own and make a copy: who has it has the fleet." % fleet.folder.path.resolve(),
              "Next: mosquitto -c %s" % (path / "mosquitto.conf"),
              "      v2g keys gateway ID --dir %s" % args.dir]
    return lines, {"made": [name for name, is_new in made if is_new], "mosquitto": str(path / "mosquitto.conf")}


def _role(fleet, args):
    is_new = fleet.make_role(args.action, args.force)
    line = '%s = "%s"' % (ROLES[args.action], fleet.modulus(args.action))
    head = "# %s: %s; line for [vpp] of each site file" % (args.action, "made" if is_new else "there")
    return [head, line], {"role": args.action, "made": is_new, ROLES[args.action]: fleet.modulus(args.action)}


def _gateway(fleet, args):
    admitted = fleet.admit(args.id, group=args.group, board=args.board, replace=args.replace, force=args.force, moved=args.moved)
    _write_broker_files(fleet, args)
    lines = ["# %s: lines for its site file" % args.id] + site_lines(fleet, admitted)
    if admitted["token"]:
        lines += ["", "# The token works once and is shown only now. As text of a QR code: V2G1:%s:%s" % (
            args.id.upper(), admitted["token"])]
    lines += ["# %s" % line for line in ("%s was made here; 'v2g flash' writes it over the cable" % name for name in admitted["files"])]
    lines += ["# Next: kill -HUP the broker, so that it reads its files again",
              "#       copy %s to the gateway, and there: v2g enrol site.toml --ca ca.crt, then start it" % (fleet.folder.path / "ca.crt")]
    return lines, {**admitted, "site": "\n".join(site_lines(fleet, admitted)), "ca": str(fleet.folder.path / "ca.crt")}


def site_lines(fleet, admitted):
    """Lines of a site file for an admitted gateway."""
    settings = fleet.folder.register()["settings"]
    lines = ["[gateway]", 'id = "%s"' % admitted["gateway"], "", "[vpp]", "enabled = true", 'host = "%s"' % settings["host"],
             "port = %d" % settings["port"], 'kid = "%s"' % admitted["kid"]]
    if admitted["root_key"]:
        lines.append('root_key = "%s"' % admitted["root_key"])
    lines += ['%s = "%s"' % (row, fleet.modulus(role)) for role, row in ROLES.items()]
    if admitted["group"]:
        lines.append('group = "%s"' % admitted["group"])
    lines += ["", "[enrol]", "port = %d" % settings["claim_port"]]
    return lines + (['token = "%s"' % admitted["token"]] if admitted["token"] else [])


def _device(fleet, args):
    kid, key = fleet.device_key(args.id, args.kid, args.next_kid)
    return [key.hex()], {"gateway": args.id, "kid": kid, "key": key.hex()}


def _revoke(fleet, args):
    if args.kid:
        return _revoke_kid(fleet, args)
    serials = fleet.revoke(args.id)
    _write_broker_files(fleet, args)
    lines = ["%s: %d certificate(s) revoked, its rules and claims are gone" % (args.id, len(serials)),
             "Next: kill -HUP the broker: it reads list and rules anew. A connection that stands can say and hear nothing more"]
    return lines, {"gateway": args.id, "revoked": serials}


def _revoke_kid(fleet, args):
    if not args.next_kid:
        raise Refused("name the key that is used instead with --next-kid")
    message = fleet.revoke_kid(args.id, args.kid, args.next_kid)
    return _message(args, message, "revocation", "-r ", ["%s: key %s is revoked, %s takes its place" % (args.id, args.kid, args.next_kid)])


def _move(fleet, args):
    missing = [name for name in ("host", "ca", "token") if not getattr(args, name)]
    if missing:
        raise Refused("needs --" + " --".join(missing))
    with open(args.ca, encoding="utf-8") as file:
        content = {"host": args.host, "port": args.port or 8883, "claim_port": args.claim_port or 8884, "ca": file.read(),
                   "token": args.token, **_new_keys(args.lines)}
    message = fleet.move(args.id, content)
    return _message(args, message, "move", "", ["%s: sent to %s" % (args.id, args.host)])


def _new_keys(path):
    """Keys of the new operator's roles, from the lines that operator's `v2g keys gateway` printed."""
    if path is None:
        return {}
    with open(path, "rb") as file:
        section = tomllib.load(file).get("vpp", {})
    return {key: section[key] for key in ("config_key", "group") if key in section}


def _message(args, message, name, flag, lines):
    topic, payload = message
    path = args.out or os.path.join(args.dir, "%s-%s.msg" % (name, args.id))
    with open(path, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(payload)
    lines += ["wrote %s" % path, "Next: mosquitto_pub … -q 1 %s-t %s -f %s" % (flag, topic, path)]
    return lines, {"topic": topic, "file": path, "retain": bool(flag)}


def _mosquitto(fleet, args):
    path = _write_broker_files(fleet, args)
    return (["wrote %s" % name for name in sorted(path.iterdir())] + ["Next: mosquitto -c %s" % (path / "mosquitto.conf")],
            {"folder": str(path), "topics": topics.ROOT})


def _desk(fleet, args):
    from tools.keys import desk     # needs paho-mqtt, the rest does not

    return desk.serve(fleet, args.host, args.port)
