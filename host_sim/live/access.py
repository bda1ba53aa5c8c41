"""Who may do what at the broker of a live run, and with which passwords and keys.

Not its job: running the broker (host_sim/broker), the gateways' own checks of signed commands.
Source: topic tree of the project; with an external broker its owner's rules hold and its URL's user is used by all.
"""

import secrets

from host_sim.broker import Access
from host_sim.scenarios.parameters import BUSES, gateway_id

HOST_USER = "supervisor"
PASSWORD_BYTES = 16

RULES = (
    (None, "write", "v2g/1/%u/up/#"),
    (None, "read", "v2g/1/%u/dn/#"),
    (None, "read", "v2g/1/host/state"),
    (HOST_USER, "write", "v2g/1/host/state"),
    (HOST_USER, "write", "v2g/1/+/dn/#"),
    (HOST_USER, "write", "v2g/1/g/+/bcast"),
    (HOST_USER, "read", "v2g/1/+/up/#"),
)


def draw():
    """Access with a fresh password for the supervisor and each gateway."""
    users = {gateway_id(bus): secrets.token_hex(PASSWORD_BYTES) for bus in BUSES}
    users[HOST_USER] = secrets.token_hex(PASSWORD_BYTES)
    return Access(users, RULES)


def of_broker(broker, access):
    """What the processes of a run are told: host, port, tls, user, password of the supervisor, fleet_key in hex, and
    per gateway {user, password}. broker: from start_broker; access: the one it was started with."""
    told = {"host": broker.host, "port": broker.port, "tls": False, "fleet_key": secrets.token_hex(32)}
    if broker.kind == "external":
        login = {"user": broker.user, "password": broker.password}
        return {**told, **login, "tls": broker.tls, "gateways": {gateway_id(bus): login for bus in BUSES}}
    gateways = {name: {"password": password} for name, password in access.users.items()}
    return {**told, "user": HOST_USER, "password": access.users[HOST_USER], "gateways": gateways}
