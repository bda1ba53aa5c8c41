"""Meter: shows what flows where it is mounted; it measures, nothing else.

Not its job: the power flow; whoever owns the feeder calls `observe`.
Source: ours; unused quantities read zero, as the manuals of such meters say.
"""

from host_sim.plant.device import Device

SINGLE_PHASE = 1
# No real meter shows the same voltage twice to the last digit; drivers tell a frozen one by that.
FLICKER_V = 0.0005


class MeterDevice(Device):
    """step() puts the latest observation into the registers once per window and counts energy."""

    def __init__(self, profile, *, wiring=None, **options):
        """wiring: the meter's wiring code, 1 for single phase; default as emulated."""
        super().__init__(profile, **options)
        if wiring is not None:
            self.bank.set("wiring", wiring)
        if self.bank.has("wiring") and self.bank.get("wiring") == SINGLE_PHASE:
            self.phases = self.phases[:1]
        self._p_w = self._q_var = (0.0, 0.0, 0.0)
        self._e_import_mj = self._e_export_mj = 0
        self._flicker_v = self.quirks.get("flicker_v", FLICKER_V)      # a coarse register needs more

    def observe(self, p_w, q_var):
        """What flows from now on, by phase: W and var, + towards the grid (export, over-excited)."""
        self._p_w, self._q_var = p_w, q_var

    def advance(self, now_ms, dt_ms):
        """Counts energy, all phases together; a meter injects nothing."""
        p_w = sum(self._p_w[phase] for phase in self.phases)
        self._e_import_mj += max(0, -round(p_w * dt_ms))
        self._e_export_mj += max(0, round(p_w * dt_ms))

    def measure(self, f_hz):
        """What the registers show; phases that the wiring does not use stay zero."""
        self._flicker_v = -self._flicker_v
        self.v_ln_v = tuple(v_v + self._flicker_v if v_v else v_v for v_v in self.v_ln_v)
        self.measure_grid(f_hz, self._p_w, self._q_var)
        for name, phase in zip("abc", self.phases):
            self.show(f"p_{name}_w", self._p_w[phase])
            self.show(f"q_{name}_var", self._q_var[phase])
        self.show("p_pcc_w", sum(self._p_w[phase] for phase in self.phases))
        self.show("q_pcc_var", sum(self._q_var[phase] for phase in self.phases))
        self.show("e_import_wh", self._e_import_mj / 3_600_000)
        self.show("e_export_wh", self._e_export_mj / 3_600_000)
