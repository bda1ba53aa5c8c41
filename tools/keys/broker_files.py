"""The files of Mosquitto for one fleet: configuration, who may say and hear what, passwords of those who still enrol.

Not its job: certificates (fleet.py), running the broker.
Source: mosquitto.conf(5) of version 2.0: `require_certificate`, `use_identity_as_username`, `use_username_as_clientid`,
`crlfile`, `tls_version` (the least), `acl_file`. Two listeners: certificates only; and, for gateways that have none yet or
no valid one any more, passwords that open two topics.
"""

import getpass

from host_sim.broker.access import Access
from protocols import key_tree, topics
from tools.keys.names import DESK, SUPERVISOR

FOLDER = "mosquitto"
FILES = ("mosquitto.conf", "acl-gateways", "acl-claims", "passwords-claims", "ca.crt", "broker.crt", "broker.key", "crl.pem")

_CONF = """# Written by 'v2g keys': run it again instead of editing. Start: mosquitto -c %(at)s/mosquitto.conf
per_listener_settings true
%(user)sset_tcp_nodelay true
persistence false
max_packet_size 16384
log_type error
log_type warning
log_type notice

# Gateways and supervisor: no certificate, no connection. The certificate's name is user and client id.
listener %(listener)s
certfile %(at)s/broker.crt
keyfile %(at)s/broker.key
cafile %(at)s/ca.crt
crlfile %(at)s/crl.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file %(at)s/acl-gateways

# Gateways that enrol: a password that opens two topics.
listener %(claims)s
certfile %(at)s/broker.crt
keyfile %(at)s/broker.key
tls_version tlsv1.2
use_username_as_clientid true
allow_anonymous false
password_file %(at)s/passwords-claims
acl_file %(at)s/acl-claims
"""


def configuration(at, settings, user):
    """Text of mosquitto.conf; at: where the broker will find its files; settings: of the register; user: whose files they
    are, None where the service decides."""
    bind = " " + settings["bind"] if settings.get("bind") else ""
    return _CONF % {"at": at, "user": "user %s\n" % user if user else "", "listener": "%d%s" % (settings["port"], bind), "claims": "%d%s" % (settings["claim_port"], bind)}


def gateway_rules(gateways):
    """Access rows of the listener for certificates; gateways: of the register. Each gateway by its name, so that a
    certificate the register does not know opens nothing."""
    rows = [(SUPERVISOR, "write", topics.HOST_STATE), (SUPERVISOR, "read", topics.HOST_STATE)]
    for name in sorted(gateways):
        rows += [(SUPERVISOR, "write", topics.ROOT + name + "/dn/#"), (SUPERVISOR, "read", topics.ROOT + name + "/up/#")]
        rows += [(name, "write", topics.ROOT + name + "/up/#"), (name, "read", topics.ROOT + name + "/dn/#"),
                 (name, "read", topics.HOST_STATE)]
        rows += [(DESK, "read", topics.topic("enrol", name)), (DESK, "read", topics.topic("state", name)),
                 (DESK, "write", topics.topic("certificate", name))]
        group = gateways[name].get("group")
        if group:
            rows.append((name, "read", topics.topic("agc", group=group)))
    for group in sorted({row["group"] for row in gateways.values() if row.get("group")}):
        rows.append((SUPERVISOR, "write", topics.topic("agc", group=group)))
    return rows


def claim_rules(gateways):
    """Access rows of the listener for passwords: ask for a certificate, hear the answer."""
    rows = []
    for name in sorted(gateways):
        for user in _claim_users(name, gateways[name]):
            rows += [(user, "write", topics.topic("enrol", name)), (user, "read", topics.topic("certificate", name))]
    return rows


def _claim_users(name, row):
    # The way back is open from the beginning: nobody has to wake the broker when a gateway has enrolled.
    return [key_tree.RENEW_USER + name] + ([key_tree.CLAIM_USER + name] if row.get("claim") else [])


def claim_access(gateways, root_of):
    """Access of the listener for passwords; claims of tokens that were used are gone. root_of: function (name, row)."""
    users = {}
    for name, row in gateways.items():
        if row.get("claim"):
            users[key_tree.CLAIM_USER + name] = row["claim"]["password"]
        users[key_tree.RENEW_USER + name] = key_tree.password(root_of(name, row))
    return Access(users, claim_rules(gateways))


def write(fleet, at=None):
    """Writes all files into FOLDER of a Fleet's key folder; at: where the broker will find them, None for there. Returns
    the path."""
    folder = fleet.folder
    register = folder.register()
    gateways = {name: row for name, row in register["gateways"].items() if not row.get("is_revoked")}
    claims = claim_access(gateways, fleet.root)
    texts = {
        "mosquitto.conf": configuration(
            at or folder.path.resolve() / FOLDER, register["settings"],
            # Started by root it would become `mosquitto`, who may not read what lies here.
            None if at else getpass.getuser()),
        "acl-gateways": Access(rules=gateway_rules(gateways)).mosquitto_acl(),
        "acl-claims": claims.mosquitto_acl(), "passwords-claims": claims.mosquitto_passwords(),
    }
    for name in FILES:
        folder.write(FOLDER + "/" + name, texts[name] if name in texts else folder.read(name))
    return folder.path / FOLDER
