"""The house without its vehicles: what it lacks and what it has left over, W, from meters or the site link.

Not its job: deciding by it (laws/site_energy.py), shares among vehicles (energy.py), the rights of a home battery
(other_battery.py).
Source: the balance of the sign convention, p_pcc = sum(p_ev) + p_bes + pv - load, solved for load - pv. The vehicles' own
power is taken out of it, so nothing here feeds back on itself; a filter hides that meters are not read at one moment.
"""

# Meter and charger are read up to this far apart; a shorter filter would follow the difference.
FILTER_MS = 2000
QUANTITIES = ("p_pcc_w", "pv_w", "load_w", "battery_w")


class House:
    """net_w: load less PV, filtered, + lacking; battery_w: of a home battery, + discharging; pv_w, 0 without PV; p_pcc_w; None
    = unknown. has_pv: PV is there, as a device or as a value of the site link."""

    def __init__(self, config):
        self._has_meter = config.meter is not None
        self._has_pv = bool(config.pvs)
        self._has_battery = config.battery is not None
        # Quantities the site link was asked to bring: one that is silent is unknown, not absent.
        self._asked = [row.quantity for row in config.inputs if row.quantity in QUANTITIES]
        self.has_pv = self._has_pv or "pv_w" in self._asked
        self._net_mw = None
        self.net_w = self.battery_w = self.pv_w = self.p_pcc_w = None

    def step(self, state, now_ms, inputs):
        """Takes this tick's measurements. inputs: site_inputs.Inputs."""
        values = inputs.values
        self.pv_w = self._pv_w(state.site, values)
        self.battery_w = self._battery_w(now_ms, inputs)
        self.p_pcc_w = state.site.meter.p_pcc_w if self._has_meter else values.get("p_pcc_w")
        raw_w = self._raw_w(state, values)
        if raw_w is None:
            self._net_mw = self.net_w = None
            return
        raw_mw = int(raw_w * 1000)
        if self._net_mw is None:
            self._net_mw = raw_mw
        else:
            dt_ms = state.ders[0].view.dt_ms
            self._net_mw += (raw_mw - self._net_mw) * dt_ms // (FILTER_MS + dt_ms)
        self.net_w = self._net_mw / 1000

    def _raw_w(self, state, values):
        """Load less PV by the values that need the fewest others."""
        if self.pv_w is None:
            return None
        if "load_w" in self._asked:
            load_w = values.get("load_w")
            return None if load_w is None else load_w - self.pv_w
        if self.p_pcc_w is None or self.battery_w is None:
            return None
        ders_w = [der.view.p_ac_w for der in state.ders]
        return None if None in ders_w else sum(ders_w) + self.battery_w - self.p_pcc_w

    def _pv_w(self, site, values):
        if self._has_pv:
            return site.pv_w
        return values.get("pv_w") if "pv_w" in self._asked else 0

    def _battery_w(self, now_ms, inputs):
        if self._has_battery:
            return inputs.battery.fresh("p_battery_w", now_ms)
        return inputs.values.get("battery_w") if "battery_w" in self._asked else 0

    def dump(self):
        """What a keyframe keeps."""
        return self._net_mw

    def load(self, content):
        """Put a dump back."""
        self._net_mw = content
