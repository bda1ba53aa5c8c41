"""Chooses the MQTT broker of a run: the one named by URL, else Mosquitto, else our own.

Not its job: running them (mosquitto.py, server.py).
Source: none.
"""

from urllib.parse import unquote, urlsplit

from host_sim.broker import mosquitto
from host_sim.broker.mosquitto import Mosquitto
from host_sim.broker.server import OwnBroker

PORTS = {"mqtt": 1883, "mqtts": 8883}


class ExternalBroker:
    """A broker that somebody else runs. Attributes: kind, host, port, tls, user, password."""

    kind = "external"

    def __init__(self, url):
        """url: mqtt[s]://[user:password@]host[:port]. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("broker URL %r: write mqtt://host:1883 or mqtts://user:password@host" % url)
        self.host = parts.hostname
        self.port = parts.port or PORTS[parts.scheme]
        self.tls = parts.scheme == "mqtts"
        self.user = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None

    def stop(self):
        """Its owner stops it."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def start_broker(url=None, access=None, own=False):
    """A listening broker: `with start_broker() as broker: broker.host, broker.port, broker.kind`.

    url: use this one (`access` is its owner's business). access: Access, for the ones we start. own: never Mosquitto.
    Raises ValueError for a bad URL, OSError when a broker we start does not come up.
    """
    if url:
        return ExternalBroker(url)
    if not own and mosquitto.find():
        return Mosquitto(access)
    return OwnBroker(access)
