"""Rank 2: a vehicle discharges only with its owner's consent.

Not its job: asking for it (the household's page and configuration).
Source: ours; a stationary battery has no driver to ask.
"""

from edge import reasons


def discharge_consent(view, memory, p):
    """No discharge of a vehicle without view.v2g_consent."""
    if view.v2g_consent:
        return None, None
    return (None, 0, None, None, reasons.NO_CONSENT), None
