"""Which files prove to the broker who this gateway is, and to the gateway who the broker is.

Not its job: making them (edge/enrol; for a board the host), TLS itself (hal.py). Imported once; a board forgets it.
Source: ours.
"""
from edge.link import place

CA, CERTIFICATE, KEY = "ca.crt", "gateway.crt", "gateway.key"


def tls_files(config, ports):
    """(CA, certificate, key) for the connection to the power plant; a file that is not there is None or ""."""
    vpp, store = config.vpp, ports.store
    if vpp.cert_file:
        return vpp.ca_file, vpp.cert_file, vpp.key_file
    prefix = place.slot(config)
    has_own = config.enrol is not None or store.read(prefix + CERTIFICATE)
    ca = vpp.ca_file or (place.path(store, prefix + CA) if has_own else None)
    if not has_own:
        return ca, "", ""
    return ca, place.path(store, prefix + CERTIFICATE), place.path(store, prefix + KEY)
