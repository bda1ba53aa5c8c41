"""`v2g job`: signs a job, sends it to gateways over their broker in waves, and shows how far each of them is.

Not its job: waves and pieces of bundles (host_sim/supervisor/job_desk.py), MQTT (tools/jobs/carrier.py), what a gateway does.
"""

import argparse
import pathlib
import secrets
import sys

EPILOG = """\
examples:
  v2g job update gw-1 gw-2 --bundle v2g-edge-0.2.0-linux-generic.v2g --key update.pem --broker mqtts://jobs@broker
  v2g job update --gateways fleet.txt --bundle FILE --key FILE --broker URL --canary 2 --percent 20 --window 01:00-05:00
  v2g job logs gw-1 --lines 200 --out logs --key FILE --broker URL
A gateway takes a release only while power rests; see --wait. It answers for itself: this program may end before it does."""

OK, FAILED, USAGE, UNAVAILABLE = range(4)
KINDS = ("update", "restart", "logs", "journal", "rotate-key")
DAY_S = 86400
PATIENCE_S = 3600


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("kind", choices=KINDS, help="what to do")
    parser.add_argument("gateway", nargs="*", help="ids of the gateways")
    parser.add_argument("--gateways", metavar="FILE", help="more ids, one a line")
    parser.add_argument("--key", required=True, metavar="FILE", help="private RSA-3072 key of vpp.update_key (PEM)")
    parser.add_argument("--key-pass", metavar="NAME", help="environment variable with its pass phrase")
    parser.add_argument("--broker", required=True, metavar="URL", help="mqtt[s]://[user:password@]host[:port]")
    parser.add_argument("--ca", metavar="FILE", help="certificates to trust (default: the system's)")
    parser.add_argument("--cert", metavar="FILE", help="own certificate")
    parser.add_argument("--cert-key", metavar="FILE", help="its private key")
    parser.add_argument("--bundle", metavar="FILE", help="the release: update")
    parser.add_argument("--lines", type=int, metavar="N", help="of the log's end: logs")
    parser.add_argument("--segment", type=int, metavar="N", help="of the journal (default: the last full one)")
    parser.add_argument("--kid", metavar="NAME", help="of the new device key: rotate-key")
    parser.add_argument("--out", default=".", metavar="DIR", help="folder for what gateways send (default: here)")
    parser.add_argument("--window", type=_window, metavar="HH:MM-HH:MM", help="takes effect only then, UTC")
    parser.add_argument("--random", type=int, metavar="S", help="begin a random time up to this later")
    parser.add_argument("--wait", type=int, metavar="S", help="wait so long for power to rest, then ramp to zero (default: 600)")
    parser.add_argument("--valid", type=int, default=DAY_S, metavar="S", help="not begun by then: never (default: a day)")
    parser.add_argument("--any-time", action="store_true", help="also where the clock is not set")
    parser.add_argument("--canary", type=int, default=1, metavar="N", help="so many gateways first (default: 1)")
    parser.add_argument("--percent", type=float, default=100, metavar="P", help="then so many percent at a time (default: 100)")
    parser.add_argument("--fail-max", type=float, default=10, metavar="P", help="stop above so many percent of a wave (default: 10)")
    parser.add_argument("--patience", type=int, default=PATIENCE_S, metavar="S", help="watch so long (default: an hour)")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON; lines go to standard error")


def run(args):
    """0 when every gateway confirmed, 1 when one did not, 2 for arguments that can't be, 3 without a broker."""
    from host_sim.broker.start import ExternalBroker
    from host_sim.supervisor import job_desk
    from tools.build import signing_key
    from tools.jobs import carrier, words
    from tools.keys import signing

    try:
        gateways = _gateways(args)
        content, bundle = _content(args)
        broker = ExternalBroker(args.broker)
        key = signing_key.read(args.key, args.key_pass)
    except (ValueError, signing_key.BadKey) as error:
        return _say("v2g job: %s" % error, USAGE)
    desk = job_desk.JobDesk(lambda gateway, fields: signing.signed("job", gateway, fields, "update", key),
                            lambda: secrets.token_hex(8), job_desk.waves_of(gateways, args.canary, args.percent), content,
                            fail_pct_max=args.fail_max, bundle=bundle)
    access = {"host": broker.host, "port": broker.port, "tls": broker.tls, "user": broker.user, "password": broker.password,
              "ca": args.ca, "cert": args.cert, "key": args.cert_key}
    told = sys.stderr if args.json else sys.stdout
    try:
        carrier.Carrier(desk, access, lambda row: print(words.line(row), file=told, flush=True)).run(args.patience)
    except (OSError, carrier.Refused) as error:
        return _say("v2g job: no broker at %s:%d: %s; look at --broker, --ca and --cert" % (broker.host, broker.port, error),
                    UNAVAILABLE)
    _write(pathlib.Path(args.out), desk, told)
    print(desk.as_json().decode() if args.json else words.total(desk), flush=True)
    return OK if set(desk.counts()) == {job_desk.GOOD} else FAILED


def _gateways(args):
    from protocols import topics

    found = list(args.gateway)
    if args.gateways:
        found += pathlib.Path(args.gateways).read_text(encoding="utf-8").split()
    found = list(dict.fromkeys(found))
    wrong = [name for name in found if not topics.valid_gateway(name)]
    if wrong:
        raise ValueError("no gateway can be called %s" % wrong[0])
    if not found:
        raise ValueError("name at least one gateway, or --gateways FILE")
    return found


def _content(args):
    """(fields of the job, bundle or None)."""
    content = {"kind": args.kind.replace("-", "_"), "valid_ms": 1000 * args.valid, "any_time": args.any_time or None,
               "rand_s": args.random, "wait_s": args.wait}
    if args.window:
        content["window_from_min"], content["window_to_min"] = args.window
    if args.kind == "update":
        content["version"], bundle = _bundle(args.bundle)
        return content, bundle
    if args.kind == "rotate-key":
        if not args.kid:
            raise ValueError("rotate-key needs --kid, the name of the new key")
        content["kid"] = args.kid
    elif args.kind == "logs":
        content["lines"] = args.lines
    elif args.kind == "journal":
        content["segment"] = args.segment
    return content, None


def _bundle(path):
    """(version, bytes) of a bundle that gateways could take."""
    from protocols import bundle, strict_json

    if path is None:
        raise ValueError("update needs --bundle, a file that 'v2g build' made")
    data = pathlib.Path(path).read_bytes()
    line, signature_line, at = bundle.split_head(data)
    manifest, error = (None, "no head") if at <= 0 else strict_json.decode(line, bundle.HEAD_MAX_BYTES)
    if error is not None or bundle.check_manifest(manifest) is not None:
        raise ValueError("%s is no bundle; 'v2g build' makes one" % path)
    if signature_line == bundle.UNSIGNED:
        raise ValueError("%s is unsigned, and gateways that take jobs refuse it; build it with --key" % path)
    return manifest["version"], data


def _window(text):
    """(minute, minute) of HH:MM-HH:MM."""
    try:
        hours = [part.split(":") for part in text.split("-")]
        (first, last) = [60 * int(hour) + int(minute) for hour, minute in hours]
    except ValueError:
        first = last = -1
    if not (0 <= first < 1440 and 0 <= last < 1440):
        raise argparse.ArgumentTypeError("%r: write 01:00-05:00, UTC" % text)
    return first, last


def _write(out, desk, told):
    """What gateways sent, a file each."""
    for row in desk.rows.values():
        for name, data in row.files.items():
            out.mkdir(parents=True, exist_ok=True)
            path = out / ("%s-%s" % (row.gateway, name if name.startswith("journal") else name + ".txt"))
            path.write_bytes(data)
            print("written: %s" % path, file=told, flush=True)


def _say(text, code):
    print(text, file=sys.stderr)
    return code
