"""What the gateway has promised: leases of the VPP and wishes of the household, and how a DER's view shows them.

Not its job: authenticating (link/command_gate.py), ranking (law_table.py), acknowledging (link/vpp.py).
Commands are dicts with "kind": "lease", "revoke", "agc", "wish", "observe", "permit_service",
"pause_vpp", "plan", "stop"; the others belong to parts.py. Times are monotonic ms already. Lost supervisor: a lease of
the VPP holds to min(its end, last seen + offline_s).
Source: ours; offline hold as OCPP 2.1 maxOfflineDuration.
"""
from edge import reasons
from edge.der_view import vpp_paused
from edge.leases import LeaseBook
from edge.limits import SYSTEM_PRIORITY_MAX

# A broadcast scalar that was not renewed for this long counts as zero.
AGC_STALE_MS = 10000


class Standing:
    """What holds for one DER besides leases: the household's wishes and the VPP's default."""

    def __init__(self):
        self.wish = ("none", None)
        self.wish_until_ms = 0
        self.p_default_w = None     # the VPP's plan: target without a lease


class Commitments:
    """Everything that was commanded and still holds."""

    def __init__(self, der_count):
        self.book = LeaseBook()
        self.standing = [Standing() for _ in range(der_count)]
        self.is_observing = False
        self.is_permitted = True        # to serve, in the sense of a grid code
        self.is_stopping = False
        self.pause_until_ms = 0
        self.agc_scalar = 0
        self.agc_ms = None

    # -- commands ----------------------------------------------------------------------------------------

    def take(self, now_ms, commands, events):
        """Enter commands; what can't be entered is refused by an event (reason, subject, values).

        Returns the commands that are not for here, in order.
        """
        others = []
        for command in commands:
            kind = command["kind"]
            if kind == "lease":
                if not self.book.add(tuple(command["row"])):
                    events.append((reasons.LEASE_BOOK_FULL, command["row"][0], []))
            elif kind == "revoke":
                was_there = self.book.revoke(command["ref"])
                events.append((reasons.LEASE_REVOKED if was_there else reasons.LEASE_UNKNOWN, command["ref"], []))
            elif kind == "agc":
                self.agc_scalar, self.agc_ms = command["scalar"], now_ms
            elif kind == "stop":
                self.is_stopping = True
            elif kind == "observe":
                self.is_observing = command["on"]
            elif kind == "permit_service":
                self.is_permitted = command["on"]
            elif kind == "pause_vpp":
                self.pause_until_ms = command["until_ms"]
            elif kind == "plan" or kind == "wish":
                self._take_standing(command)
            else:
                others.append(command)
        return others

    def _take_standing(self, command):
        numbers = range(len(self.standing)) if command["der"] == -1 else (command["der"],)
        for number in numbers:
            standing = self.standing[number]
            if command["kind"] == "plan":
                standing.p_default_w = command["p_default_w"]
            else:
                standing.wish = (command["wish"], command["p_w"])
                standing.wish_until_ms = command["until_ms"]

    def lapse(self, now_ms, vpp_lost_ms, offline_ms, events):
        """Drop what has ended; without a sign of the supervisor the VPP's leases end early."""
        for lease in self.book.expire(now_ms):
            events.append((reasons.LEASE_EXPIRED, lease.id, []))
        for lease in self.book.leases if vpp_lost_ms is not None else ():
            kept_ms = offline_ms if lease.offline_ms is None else lease.offline_ms
            # A system operator's limit stands to its end: losing the cloud must not raise the power.
            if lease.priority > SYSTEM_PRIORITY_MAX and now_ms - vpp_lost_ms > kept_ms:
                self.book.revoke(lease.id)
                events.append((reasons.LEASE_LAPSED, lease.id, []))
        for standing in self.standing:
            if standing.wish[0] != "none" and now_ms >= standing.wish_until_ms:
                standing.wish = ("none", None)

    # -- view --------------------------------------------------------------------------------------------

    def show(self, now_ms, number, view):
        """Fill the lease and wish attributes of DER `number`'s view."""
        standing = self.standing[number]
        view.wish = standing.wish
        view.p_default_w = standing.p_default_w
        view.observe = self.is_observing
        view.permit_service = self.is_permitted
        view.pause_vpp = now_ms < self.pause_until_ms
        if not self.book.leases:
            view.lease_setpoint = view.lease_limits_sys = view.lease_limits_vpp = view.agc = view.reserve = None
            view.lift = view.support = False
            view.lease = None
            return
        best = self.book.best
        setpoint = best(now_ms, "setpoint", number)
        view.lease_setpoint = (setpoint.values[0], setpoint.id, setpoint.priority) if setpoint else None
        view.lease_ramp_w_s = setpoint.values[1] if setpoint else None
        view.lease_limits_sys = _limits(best(now_ms, "limits", number, high_priority=SYSTEM_PRIORITY_MAX))
        view.lease_limits_vpp = _limits(best(now_ms, "limits", number, low_priority=SYSTEM_PRIORITY_MAX + 1))
        lift = best(now_ms, "wape_lift", number)
        support = best(now_ms, "v2g_support", number)
        view.lift, view.support = lift is not None, support is not None
        contract = best(now_ms, "reserve", number)
        view.reserve = tuple(contract.values[:3]) if contract else None
        view.p_base_w = _baseline_w(contract, setpoint, vpp_paused(view)) if contract else 0
        view.lease = setpoint or support or lift or contract
        reserved = best(now_ms, "agc_reservation", number)
        is_fresh = self.agc_ms is not None and now_ms - self.agc_ms <= AGC_STALE_MS
        view.agc = (reserved.values[0], self.agc_scalar if is_fresh else 0) if reserved else None


def _baseline_w(contract, setpoint, is_paused):
    """What is done without a deviation, W: the contract's own, else the setpoint lease's, else nothing.

    is_paused: the household has set the VPP's leases aside; what it has sold in advance stands on its own then.
    """
    if contract.values[3] is not None:
        return contract.values[3]
    return setpoint.values[0] if setpoint and not is_paused else 0


def _limits(lease):
    """(p_charge_max_w, p_discharge_max_w) of a limits lease, or None."""
    return (lease.values[0], lease.values[1]) if lease else None
