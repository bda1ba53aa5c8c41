"""Asks a running gateway over its loopback query port: one JSON line there, one back.

Not its job: what is asked (status.py, why.py, wish.py) and how it is shown.
"""

import json
import socket
import sys
import tomllib

TIMEOUT_S = 5
DEFAULT_SITE = "site.toml"


def add_target(parser):
    """The arguments that say which gateway is meant."""
    parser.add_argument("site", nargs="?", default=DEFAULT_SITE,
                        help="site file of the gateway, whose local.query_port is used (default: %(default)s)")
    parser.add_argument("--port", type=int, help="query port, when no site file is at hand")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def ask(args, request, words=None):
    """The gateway's answer as a dict, or None when none answers; why, also of a refusal, is said on stderr.

    words: function (answer) -> the text of a refusal; None: as the gateway says it.
    """
    port = args.port or _port_of(args.site)
    if not port:
        print("which gateway? give its site file or --port; the file needs [local] query_port", file=sys.stderr)
        return None
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as link:
            link.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(link.makefile("rb").readline())
    except (OSError, ValueError) as error:
        print("no gateway answers on port %d (%s); is it running?" % (port, error), file=sys.stderr)
        return None
    if "error" in answer:
        print(words(answer) if words else answer["error"], file=sys.stderr)
    return answer


def _port_of(site):
    try:
        with open(site, "rb") as file:
            local = tomllib.load(file).get("local")
    except (OSError, ValueError) as error:      # ValueError: no TOML, or no text at all
        print("%s: %s" % (site, getattr(error, "strerror", None) or error), file=sys.stderr)
        return None
    port = local.get("query_port") if isinstance(local, dict) else None
    return port if isinstance(port, int) else None
