"""SunSpec meter: model 203 or 213 behind a common block, showing what flows where it is mounted.

Not its job: other meters (meter.py), the models' registers (plant/sunspec), serving them (modbus_server.py).
Source: ours; SunSpec models 1, 203, 213. Which way its power counts, the profile says, as the makers differ.
"""

from host_sim.plant.device import Terminals
from host_sim.plant.sunspec.bank import SunSpecBank

MJ_PER_WH = 3_600_000
FLICKER_V = 0.06        # no real meter shows the same voltage twice to the last digit
SCALES = {"A_SF": -2, "V_SF": -1, "Hz_SF": -2, "W_SF": 0, "VAR_SF": 0, "TotWh_SF": 0}
PHASES = "ABC"


class SunSpecMeter(Terminals):
    """Same face as MeterDevice: `observe`, `step`, `bank`."""

    def __init__(self, profile):
        """profile: one whose only model is 203 or 213."""
        super().__init__((0, 1, 2))
        (_, self._model), = profile["sunspec"]["models"]
        self._sign = next(row[6] for row in profile["points"] if row[0] == "p_pcc_w")
        scales = {(self._model, name): digits for name, digits in SCALES.items() if self._model == 203}
        self.bank = SunSpecBank([(1, None), (self._model, None)], scales)
        for path, text in (("Mn", "V2G Edge"), ("Md", "emulated meter"), ("SN", "1")):
            self.bank.put(1, path, text)
        self._window_ms = profile["emulate"]["measure_ms"]
        self._due_ms = 0
        self._p_w = self._q_var = (0.0, 0.0, 0.0)
        self._import_mj = self._export_mj = 0
        self._flicker_v = FLICKER_V

    def observe(self, p_w, q_var):
        """What flows from now on, by phase: W and var, + towards the grid (export, over-excited)."""
        self._p_w, self._q_var = p_w, q_var

    def step(self, now_ms, dt_ms, v_ln_v, f_hz):
        """One step of dt_ms that ends at now_ms."""
        self.v_ln_v = v_ln_v
        p_w = sum(self._p_w)
        self._import_mj += max(0, -round(p_w * dt_ms))
        self._export_mj += max(0, round(p_w * dt_ms))
        if now_ms >= self._due_ms:
            self._due_ms = now_ms + self._window_ms
            self._measure(f_hz)

    def _measure(self, f_hz):
        self._flicker_v = -self._flicker_v
        show = self._show
        for place, phase in enumerate(PHASES):
            v_v, p_w, q_var = self.v_ln_v[place], self._p_w[place], self._q_var[place]
            show("PhVph" + phase, v_v + self._flicker_v)
            show("Aph" + phase, (p_w ** 2 + q_var ** 2) ** 0.5 / v_v if v_v > 0 else 0.0)
            show("Wph" + phase, self._sign * p_w)
            show("VARph" + phase, self._sign * q_var)
        show("W", self._sign * sum(self._p_w))
        show("VAR", self._sign * sum(self._q_var))
        show("Hz", f_hz)
        show("TotWhImp", self._import_mj // MJ_PER_WH)
        show("TotWhExp", self._export_mj // MJ_PER_WH)

    def _show(self, path, value):
        self.bank.put(self._model, path, value)
