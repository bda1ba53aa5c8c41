"""Rules across rows about enrolment.

Not its job: single values (param_values.py), enrolling (edge/enrol).
Source: ours.
"""


def broken(config):
    """Errors (path, got, allowed, hint) of a configuration with an `enrol` section."""
    vpp = config.vpp
    errors = []
    if not vpp.enabled:
        errors.append(("enrol", "a section", "only with vpp.enabled", ""))
    if not vpp.tls:
        errors.append(("vpp.tls", False, "true with an [enrol] section", "a certificate is of no use without"))
    if vpp.cert_file is not None:
        errors.append(("vpp.cert_file", vpp.cert_file, "not with an [enrol] section", "the gateway keeps its own in the store"))
    if vpp.password is not None:
        errors.append(("vpp.password", "a password", "not with an [enrol] section", "the certificate says who this is"))
    if config.enrol.port == vpp.port:
        errors.append(("enrol.port", config.enrol.port, "another port than vpp.port", ""))
    return errors
