"""Whether power flows: a release is changed only while it does not.

Not its job: ramping down (the clean stop of gateway.py).
Source: ours.
"""

P_REST_W = 100      # what a charger takes for itself

FLOWS = "rest"      # its word is what a job then waits for
RESTS = None
BARRED = "island"


def of(state):
    """RESTS, FLOWS, or BARRED: also a ramp to zero is out of the question. state: of the controller.

    A power that nobody knows may flow.
    """
    found = RESTS
    for der in state.ders:
        view = der.view
        if view.island or view.reserve is not None:
            return BARRED       # the house hangs on it; a contract is being delivered
        if view.p_ac_w is None or abs(view.p_ac_w) > P_REST_W or abs(der.p_set_w) > P_REST_W:
            found = FLOWS
    return found
