"""What a TLS library says when a connection fails, as an event with words people can act on.

Not its job: TLS (hal.py, the runtime's library), back-off (connection.py). Imported when a connection fails; a board forgets
it in between.
Source: texts of OpenSSL 1.1 and 3 (verification errors, alerts of RFC 8446 §6.2) and of mbed TLS as MicroPython shows them.
"""
from edge import field_reasons, reasons
from protocols.command_window import clock_or_none

# A part of the library's words -> (number of the event, what it means and what to do). The first that fits.
# "own": the alert came from the broker, about our certificate; the others are about the broker's.
WORDS = (
    ("key values mismatch", field_reasons.TLS_REFUSED, "own key and certificate do not belong together; enrol anew with a claim token"),
    ("alert certificate expired", field_reasons.CERTIFICATE_EXPIRED, "own: the broker refuses it; renewal goes by the claim connection, "
                                                                     "or ask for a new claim token"),
    ("alert certificate revoked", field_reasons.TLS_REFUSED, "own certificate is revoked; 'v2g keys gateway ID --replace' admits new hardware"),
    ("alert unknown ca", field_reasons.TLS_REFUSED, "the broker does not know the authority of our certificate; enrol there with a claim token"),
    ("alert certificate required", field_reasons.TLS_REFUSED, "the broker wants a certificate and there is none; enrol with a claim token"),
    ("alert handshake failure", field_reasons.TLS_REFUSED, "the broker wants a certificate, or no method in common; enrol with a claim token"),
    ("alert bad certificate", field_reasons.TLS_REFUSED, "the broker refuses our certificate; enrol anew with a claim token"),
    ("alert unsupported certificate", field_reasons.TLS_REFUSED, "our certificate is not one for clients; enrol anew with a claim token"),
    ("alert access denied", field_reasons.TLS_REFUSED, "the broker refuses us"),
    ("alert protocol version", field_reasons.TLS_REFUSED, "the broker speaks no TLS 1.2 or later"),
    ("not yet valid", field_reasons.CERTIFICATE_EXPIRED, "of the broker: not valid yet; is this clock behind?"),
    ("has expired", field_reasons.CERTIFICATE_EXPIRED, "of the broker: it has to be renewed there"),
    ("hostname mismatch", field_reasons.TLS_REFUSED, "the broker's certificate is for another name; is vpp.host the name it was made for?"),
    ("ip address mismatch", field_reasons.TLS_REFUSED, "the broker's certificate is for another address; is vpp.host what it was made for?"),
    ("self-signed", field_reasons.TLS_REFUSED, "the broker's certificate is from another authority; is vpp.ca_file the right one?"),
    ("self signed", field_reasons.TLS_REFUSED, "the broker's certificate is from another authority; is vpp.ca_file the right one?"),
    ("unable to get", field_reasons.TLS_REFUSED, "the broker's certificate is from another authority; is vpp.ca_file the right one?"),
    ("certificate verify failed", field_reasons.TLS_REFUSED, "the broker's certificate does not hold; is vpp.ca_file the right one?"),
    ("x509", field_reasons.TLS_REFUSED, "the broker's certificate does not hold; is vpp.ca_file the right one?"),
    ("wrong version number", field_reasons.TLS_REFUSED, "that port does not speak TLS; is vpp.port right?"),
)
# Of these, a clock that was never set is the likeliest cause.
_BY_TIME = ("not yet valid", "has expired", "x509", "certificate verify failed")
_WHICH_AUTHORITY = "is vpp.ca_file the right one?"
# Of a gateway that enrols and whose site file names no authority: it was handed over, or still has to be.
_CA_ENROLLED = "hand over the operator's: v2g enrol SITE --ca ca.crt, then restart the gateway"
CLOCK_WORDS = "certificates can't be judged until the clock is set; check the time service (NTP) of this machine"


def loss(reason, unix_ms, config=None):
    """(number, words) of the event for a lost connection, whatever it was; config: of the gateway."""
    if "ssl" in reason or "TLS" in reason:      # how either runtime's library calls itself
        return told(reason, unix_ms, config)
    return reasons.LINK_LOST, reason


def told(reason, unix_ms, config=None):
    """(number, words) of the event for a library's reason; unix_ms: the wall clock."""
    is_handed_over = config is not None and config.enrol is not None and not config.vpp.ca_file
    text = reason.lower()
    for part, number, words in WORDS:
        if part in text:
            if part in _BY_TIME and clock_or_none(unix_ms) is None:
                return field_reasons.CLOCK_NOT_SET, CLOCK_WORDS
            return number, words.replace(_WHICH_AUTHORITY, _CA_ENROLLED) if is_handed_over else words
    return field_reasons.TLS_REFUSED, reason
