"""Limit of the distribution network operator: from its input to bounds of each DER, and the record of every change.

Not its job: reading the contact (site_inputs.py) or the control box (drivers), enforcing the bounds (laws/dso_limit.py).
Only a site with such an input has this module.
Source: EnWG 14a for the duty; the way into and out of the failsafe value follows EEBUS LPC (VDE-AR-E 2829-6-1: heartbeat,
failsafe value, minimum duration, then on its own), known from public descriptions and not read. Sharing is ours.
"""
from edge import grid_reasons, modes, site_rooms
from edge.limits import SYSTEM_PRIORITY_MAX

FREE, LIMITED, FAILSAFE, RELEASED = range(4)
WORDS = ("free", "limited", "failsafe", "released")

# A contact that bounces must not let go in between.
RELEASE_MS = 1000
# A device takes its time to give up what another one gets: a share falls at once and rises slowly.
SHARE_RISE_MS = 10000

HOUSE = "house"


def follow(memory, reading, dt_ms, p):
    """The limit one tick on.

    memory and answer: (phase, import W or None, export W or None, ms without a sign of the input, ms without a limit).
    reading: (is a limit asked for, import W or None, export W or None), or None while the input is silent. p: the dso
    section. A silent input: what it said last holds for failsafe_after_s, then the failsafe value for hold_max_s, then
    nothing, until it speaks again.
    """
    phase, import_w, export_w, silent_ms, calm_ms = memory
    if reading is None:
        silent_ms += dt_ms
        if silent_ms < p.failsafe_after_s * 1000:
            return phase, import_w, export_w, silent_ms, 0
        if silent_ms < (p.failsafe_after_s + p.hold_max_s) * 1000:
            return FAILSAFE, p.failsafe_import_w, p.failsafe_export_w, silent_ms, 0
        return RELEASED, None, None, silent_ms, 0
    is_asked, asked_import_w, asked_export_w = reading
    if is_asked:
        return LIMITED, asked_import_w, asked_export_w, 0, 0
    calm_ms += dt_ms
    if phase == LIMITED and calm_ms < RELEASE_MS:
        return LIMITED, import_w, export_w, 0, calm_ms
    return FREE, None, None, 0, 0


class DsoControl:
    """The network operator's limit at one site. memory: of `follow`; shares: charging and discharging power of each
    DER, W, None without a limit. Both are all there is to keep."""

    def __init__(self, p):
        """p: the dso section."""
        self._p = p
        # What it said before a restart nobody knows: until the input speaks, as if it had been silent for long enough.
        self.memory = (FREE, None, None, int(p.failsafe_after_s * 1000), 0)
        self.shares = (None, None)

    def step(self, state, now_ms, snapshot, events):
        """Reads the input and gives every DER's view its bounds; a change of the limit becomes an event."""
        before = self.memory
        dt_ms = state.ders[0].view.dt_ms
        reading = _READINGS[self._p.input](self._p, now_ms, snapshot, state.commitments.book)
        self.memory = follow(tuple(before), reading, dt_ms, self._p)
        if self.memory[:3] != tuple(before[:3]):
            events.append(self._event())
        self._share(state, dt_ms)

    def unfit(self, lease):
        """Why a dso_limit lease is not followed; "" when it is: it is for all devices, and nothing a market may say."""
        if self._p.input != "mqtt":
            return "limits come in by %s" % self._p.input
        if lease.der != -1:
            return "a limit is for all devices together"
        return "" if lease.priority <= SYSTEM_PRIORITY_MAX else "not with a system operator's priority"

    def _reason(self):
        return grid_reasons.DSO_FAILSAFE if self.memory[0] in (FAILSAFE, RELEASED) else grid_reasons.DSO_LIMIT

    def _event(self):
        phase, import_w, export_w = self.memory[:3]
        values = [WORDS[phase], self._p.input, "import %s" % _text(import_w), "export %s" % _text(export_w)]
        if import_w is not None and import_w < self._p.floor_w:
            values.append("floor %s" % _text(self._p.floor_w))
        return self._reason(), "site", values

    def _share(self, state, dt_ms):
        import_w, export_w = self._left_w(state.site)
        if import_w is None and export_w is None:
            self.shares = (None, None)
            for der in state.ders:
                der.view.dso_bounds = None
            return
        rows = [_row(der) for der in state.ders]
        charge_w = _shares(import_w, rows, 2, before=self.shares[0], dt_ms=dt_ms)
        discharge_w = _shares(export_w, rows, 3, before=self.shares[1], dt_ms=dt_ms)
        self.shares = (charge_w, discharge_w)
        for number, der in enumerate(state.ders):
            der.view.dso_bounds = (None if charge_w is None else -charge_w[number],
                                   None if discharge_w is None else discharge_w[number], self._reason())

    def _left_w(self, site):
        """(import, export) that is left for the DERs together, W or None; where the house counts, after it."""
        import_w, export_w = self.memory[1:3]
        others_w = 0
        if self._p.counts == HOUSE:
            others_w = None if site.load_w is None else site.pv_w - site.load_w
        if import_w is not None:
            floor_w = self._p.floor_w
            import_w = floor_w if others_w is None else max(import_w + others_w, floor_w)
        if export_w is not None:
            export_w = 0 if others_w is None else max(export_w - others_w, 0)
        return import_w, export_w


def _text(power_w):
    return "unlimited" if power_w is None else "%d W" % power_w


def _row(der):
    """(weights, power of a DER that is not ours to move, what ours could charge and discharge with)."""
    view = der.view
    is_seen = view.p_ac_w is not None and (view.kind == "bes" or view.plugged is not None)
    if is_seen and (der.session == modes.CONTROLLING or view.observe):
        is_there = view.kind == "bes" or view.plugged
        return der.weights, 0, view.p_charge_max_w if is_there else 0, view.p_discharge_max_w if is_there else 0
    # Nobody knows what a silent one does; a limit has to hold all the same.
    return der.weights, -view.p_charge_max_w if view.p_ac_w is None else view.p_ac_w, 0, 0


def _shares(limit_w, rows, column, *, before, dt_ms):
    """Power of each DER, W >= 0; None without a limit. column: 2 charging, 3 discharging; before: those a tick ago."""
    if limit_w is None:
        return None
    rise_w = limit_w * dt_ms / SHARE_RISE_MS
    for row in rows:
        limit_w -= max(-row[1] if column == 2 else row[1], 0)
    rooms = [site_rooms.NO_LIMIT_W] * 3 + [max(limit_w, 0)]
    shares_w = site_rooms.fill_together(rooms, [row[0] for row in rows], [row[column] for row in rows])
    if before is not None:
        shares_w = [min(share_w, before_w + rise_w) for share_w, before_w in zip(shares_w, before)]
    return shares_w


def _contact(p, now_ms, snapshot, book):
    is_closed = snapshot.inputs.contact
    return None if is_closed is None else (is_closed, p.p_import_max_w, p.p_export_max_w)


def _mqtt(p, now_ms, snapshot, book):
    if snapshot.vpp_lost_ms is not None:
        return None
    lease = book.best(now_ms, "dso_limit", -1, high_priority=SYSTEM_PRIORITY_MAX)
    return (False, None, None) if lease is None else (True, lease.values[0], lease.values[1])


def _modbus(p, now_ms, snapshot, book):
    box = snapshot.inputs.box
    is_active = box.fresh("is_active", now_ms)
    if is_active is None:
        return None
    return is_active != 0, box.fresh("p_import_max_w", now_ms), box.fresh("p_export_max_w", now_ms)


_READINGS = {"contact": _contact, "mqtt": _mqtt, "modbus": _modbus}
