"""PV inverter and its registers: injects what the sun series says, at unity power factor.

Not its job: curtailment and reactive power; the simulated PV is read only.
Source: ours.
"""

from host_sim.plant.device import Device


class PvDevice(Device):
    """p_rated_w is in its registers; `series` gives the share of it that the sun yields, 0..1, over time."""

    def __init__(self, profile, *, p_rated_w=None, series=None, **options):
        """p_rated_w: W, default as emulated; series: a Series of shares 0..1, None gives full sun."""
        super().__init__(profile, **options)
        if p_rated_w is not None:
            self.bank.set("p_rated_w", p_rated_w)
        self.p_rated_w = self.bank.get("p_rated_w")
        self.series = series
        self._e_export_mj = 0

    def advance(self, now_ms, dt_ms):
        """Injection of this step."""
        share = 1 if self.series is None else min(max(self.series.at(now_ms), 0), 1)
        self.inject(self.p_rated_w * share if self.alive() else 0, 0)
        self._e_export_mj += round(self.p_w * dt_ms)

    def measure(self, f_hz):
        """What the registers show."""
        self.measure_grid(f_hz, self.p_inj_w, self.q_inj_var)
        self.show("p_pv_w", self.p_w)
        self.show("q_pv_var", self.q_var)
        self.show("e_export_wh", self._e_export_mj // 3_600_000)
