"""Why a charger or battery can't discharge at this moment, as a numbered refusal, for the household and for leases.

Not its job: holding it back (laws): whatever is asked, they decide again each tick.
Source: ours; a discharge that can't come is refused by number instead of idling in silence, a defect seen in the field
(V2G Liberty, pull request 497).
"""
from edge import modes
from protocols.refusals import (
    GRID_CODE, ISLANDED, NO_CONSENT, NO_VEHICLE, NOT_BIDIRECTIONAL, SOC_LOW, SOC_UNKNOWN,
)

# What a lease is not refused for: it waits for a vehicle, and the window of the battery only limits it.
PASSING = (NO_VEHICLE, SOC_LOW)
UNSEEN = (modes.OFFLINE, modes.IDENTIFYING)


def refusal(device, der):
    """(number of refusals.TABLE, what would allow it) of a DER that can't discharge now; None when it can.

    device: its rows of the configuration; der: DerState.
    """
    view = der.view
    is_evse = view.kind == "evse"
    if not device.p_discharge_max_w:
        return NOT_BIDIRECTIONAL, "a charger whose p_discharge_max_w is above 0 W"
    if der.session in UNSEEN:
        return None     # nothing is known of it yet: the wish waits, as one for charging does
    if is_islanded(view):
        return ISLANDED, "when the grid is back"
    if not view.permit_service:
        return GRID_CODE, "with the permission to serve"
    if not der.health.is_trip_confirmed:
        return GRID_CODE, "once the trip settings of the device are confirmed"
    if is_evse and not view.v2g_consent:
        return NO_CONSENT, "with the owner's consent"
    if is_evse and view.plugged is not True:
        return NO_VEHICLE, "with a vehicle plugged in"
    if view.p_discharge_max_w <= 0:
        return NOT_BIDIRECTIONAL, "a session in which the device offers discharging"
    if view.soc_pct is None and not view.soc_is_awaited:
        return SOC_UNKNOWN, "once charger, site link or household tell it"
    if view.soc_pct is not None and view.soc_pct <= view.soc_min_pct:
        return SOC_LOW, "above %d %%" % view.soc_min_pct
    return None


def is_islanded(view):
    """Whether nothing that belongs to the grid may act, and not only for the delay after its return: what is asked for then
    takes effect when the delay is over."""
    told = getattr(view, "island", 0)
    if not told:
        return False
    from edge import home_reasons   # only a house with a backup has it

    return told != home_reasons.RETURN_DELAY
