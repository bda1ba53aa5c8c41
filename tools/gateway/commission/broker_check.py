"""Knocks at the power plant's broker: name, connection, TLS, user and password; then leaves.

Not its job: taking part (edge/link/vpp.py); the running gateway must be stopped, since one name can be there once.
Source: MQTT 3.1.1 §3.2 for the answers.
"""

import os
import socket
import ssl
from types import SimpleNamespace

from edge import hal
from edge.link import credentials, place
from protocols.mqtt import session as mqtt

TIMEOUT_S = 10
ANSWERS = {
    1: "it wants another version of MQTT", 2: "it refuses this client id", 3: "it is not available now",
    4: "it does not know this user and password", 5: "it does not let this gateway in",
}


def greeting(config, store):
    """(what was seen, None) when the broker lets us in, else (what was seen, what to change).

    store: FileStore of the gateway, for its certificate and its operator; None: as the site file says.
    """
    vpp = place.apply(config, store).vpp if store is not None else config.vpp
    ca_file, cert_file, key_file = credentials.tls_files(config, SimpleNamespace(store=store)) if vpp.tls else (None, "", "")
    if cert_file and not os.path.exists(cert_file):
        return "this gateway has no certificate yet", "enrol it: v2g enrol SITE with its claim token"
    try:
        link = socket.create_connection((vpp.host, vpp.port), TIMEOUT_S)
    except OSError as error:
        return "%s: %s" % (vpp.host, error), "check vpp.host, vpp.port, the way to the internet and its name server"
    try:
        if vpp.tls:
            link = hal.tls_context(ca_file, cert_file, key_file).wrap_socket(link, server_hostname=vpp.host)
        return _greet(link, config, bool(cert_file))
    except (ssl.SSLError, ssl.CertificateError) as error:
        return "TLS fails: %s" % error, "check the clock, vpp.ca_file and this gateway's certificate; v2g doctor says more"
    except (OSError, ValueError) as error:
        return "the connection fails: %s" % error, "check vpp.port, vpp.tls and vpp.ca_file"
    finally:
        link.close()


def _greet(link, config, is_enrolled):
    vpp = config.vpp
    session = mqtt.MqttSession(config.gateway.id, vpp.keep_alive_s, vpp.user or config.gateway.id, vpp.password, clean=True)
    link.sendall(session.connect(0))
    while True:
        data = link.recv(2048)
        if not data:
            return "the broker hangs up", "it may not know this gateway: enrol it, or check vpp.user and vpp.password"
        for event in session.receive(0, data):
            if event[0] == mqtt.CONNECTED:
                link.sendall(session.disconnect())
                return "greeted%s" % (", with this gateway's certificate" if is_enrolled else ""), None
            if event[0] in (mqtt.REFUSED, mqtt.PROTOCOL_ERROR):
                return ANSWERS.get(event[1], str(event[1])), "enrol this gateway, or check vpp.user and vpp.password"
