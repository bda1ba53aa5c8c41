"""Which files prove to the broker who this gateway is, and to the gateway who the broker is.

Not its job: making them (edge/enrol; for a board the host), TLS itself (hal.py). Imported once; a board forgets it then.
Source: ours.
"""
from edge.link import place
from protocols.forgetting import forget

CA, CERTIFICATE, KEY = "ca.crt", "gateway.crt", "gateway.key"


def tls_files(config, ports):
    """(CA, certificate, key) for the connection to the power plant; a file that is not there is None or ""."""
    files = _files(config, ports.store)
    forget("edge.link.credentials", "edge.link.place")
    return files


def _files(config, store):
    vpp = config.vpp
    if vpp.cert_file:
        return authority(config, store), vpp.cert_file, vpp.key_file
    prefix = place.slot(config)
    if config.enrol is None and not store.read(prefix + CERTIFICATE):
        return authority(config, store), "", ""
    return authority(config, store), place.path(store, prefix + CERTIFICATE), place.path(store, prefix + KEY)


def authority(config, store):
    """File of the authority that the broker's certificate has to come from: as configured, else the one handed over with
    `v2g enrol` or over the cable, None for those of the system. No answer to a request ever changes it."""
    if config.vpp.ca_file:
        return config.vpp.ca_file
    name = place.slot(config) + CA
    return place.path(store, name) if store.read(name) else None
