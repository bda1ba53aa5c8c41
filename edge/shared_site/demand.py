"""What this gateway's chargers draw and could use, as currents; and what a limit in amperes leaves them, in watts.

Not its job: which limit holds (member.py, master.py), who of the chargers gets it (site.py).
Source: ours. Volts are the lowest that is known, so that neither watts nor amperes come out too small a load.
"""
from edge.site_rooms import NO_LIMIT_W
from edge.site_sharing import is_ours

PHASES = (0, 1, 2)
SQRT_3 = 1.7320508075688772
# Assumed without a voltage: lower than any grid code allows to stay.
UNKNOWN_VOLTAGE_PU = 0.85
IDLE_W = 50
# A wish that went is lent out only after this time: a charger between two states wants again at once.
HOLD_MS = 10000
# What is allowed and wished for, but not drawn for so long, is left to others but for what a vehicle needs to begin:
# a full one, or one that is late, whose charger does not say so.
UNUSED_MS = 30000
BEGIN_MA = 6000         # IEC 61851-1: least current of a charging vehicle
NEAR_MA = 1000          # so close to the limit it is used


class Demand:
    """draw_ma, want_ma: of the three phases; v_ln_v: what both are reckoned with."""

    def __init__(self, config):
        self.v_ln_v = config.grid.v_nom_ln_v * UNKNOWN_VOLTAGE_PU
        self.draw_ma = [0, 0, 0]
        self.want_ma = [0, 0, 0]
        self._held_ms = 0
        self._used_ms = 0                   # when the chargers last drew what they may
        self._foreign_w = [0.0, 0.0, 0.0]   # charging by those that are not ours to set
        self._q_var = [0.0, 0.0, 0.0]

    def observe(self, state, now_ms, limit_ma):
        """Looks at all DERs of a tick. limit_ma: what the last one allowed, mA per phase."""
        volts_pu = [der.view.v_min_pu for der in state.ders if der.view.v_min_pu]
        nominal_v = state.ders[0].view.v_nom_ll_v / SQRT_3
        self.v_ln_v = (min(volts_pu) if volts_pu else UNKNOWN_VOLTAGE_PU) * nominal_v
        drawn_va, wanted_w = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
        self._foreign_w, self._q_var = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
        for der in state.ders:
            view, ours = der.view, is_ours(der)
            p_w, q_var = _power(der)
            s_va = (p_w * p_w + q_var * q_var) ** 0.5
            for k in PHASES:
                drawn_va[k] += der.weights[k] * s_va
                self._q_var[k] += der.weights[k] * q_var
                wanted_w[k] += der.weights[k] * (_wish_w(view) if ours else max(-p_w, 0))
                if not ours:
                    self._foreign_w[k] += der.weights[k] * max(-p_w, 0)
        self.draw_ma = [int(va / self.v_ln_v * 1000) for va in drawn_va]
        # Vars of what is wanted come on top, as they flow now.
        wanted_ma = [int((wanted_w[k] ** 2 + self._q_var[k] ** 2) ** 0.5 / self.v_ln_v * 1000) + 1 if wanted_w[k] else 0
                     for k in PHASES]
        self._keep(now_ms, self._used(now_ms, wanted_ma, limit_ma))

    def _used(self, now_ms, wanted_ma, limit_ma):
        """What is wanted, without what has not been made use of for long."""
        lacks_ma = [min(wanted_ma[k], limit_ma[k]) - self.draw_ma[k] for k in PHASES if wanted_ma[k]]
        if not lacks_ma or min(lacks_ma) <= NEAR_MA:
            self._used_ms = now_ms
        if now_ms - self._used_ms < UNUSED_MS:
            return wanted_ma
        return [min(wanted_ma[k], self.draw_ma[k] + BEGIN_MA) for k in PHASES]

    def _keep(self, now_ms, wanted_ma):
        falls = min([wanted - held for wanted, held in zip(wanted_ma, self.want_ma)]) < 0
        if falls and now_ms - self._held_ms < HOLD_MS:
            self.want_ma = [max(wanted, held) for wanted, held in zip(wanted_ma, self.want_ma)]
        else:
            self.want_ma, self._held_ms = wanted_ma, now_ms

    def rooms_w(self, charge_ma, discharge_ma):
        """Rooms as of site_sharing.share: what these currents leave for the chargers that are ours, W >= 0.

        charge_ma: per phase, mA; discharge_ma: of every phase, mA.
        """
        rooms = [NO_LIMIT_W] * 8
        for k in PHASES:
            rooms[k] = max(self._watts(charge_ma[k], k) - self._foreign_w[k], 0)
            rooms[4 + k] = self._watts(discharge_ma, k)
        return rooms

    def _watts(self, i_ma, k):
        s_va = i_ma * self.v_ln_v / 1000
        return max(s_va * s_va - self._q_var[k] * self._q_var[k], 0) ** 0.5

    def dump(self):
        """What decides the next tick, JSON-able."""
        return [self.want_ma, self._held_ms, self._used_ms]

    def load(self, content):
        """Put a dump back."""
        self.want_ma, self._held_ms, self._used_ms = content


def _power(der):
    """(W, var) that flow; as much as the device could draw where nobody knows."""
    view = der.view
    if view.p_ac_w is None:
        is_empty = view.kind == "evse" and view.plugged is False
        return (0, 0) if is_empty else (-(der.device.s_max_va or 0), 0)
    return view.p_ac_w, view.q_ac_var or 0


def _wish_w(view):
    """Charging that is wished for and possible, W >= 0, whatever limits hold."""
    if view.waits_turn:
        return 0
    if view.p_asked_w is None:
        return view.p_charge_max_w
    return min(-view.p_asked_w, view.p_charge_max_w) if view.p_asked_w < -IDLE_W else 0
