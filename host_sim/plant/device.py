"""Device: what all simulated devices share: a register bank, phases, the measuring window and the beat.

Not its job: what a charger, PV or meter does in a step (charger.py, pv.py, meter.py).
Source: ours. Measurements reach the registers as a real meter's do: once per window, as integers.
"""

from host_sim.plant.registers import ILLEGAL_ADDRESS, RegisterBank

V_ALIVE_V = 20   # below this the device has no supply and injects nothing


class Terminals:
    """Where a device hangs on the grid: voltages of the last step, what it injects by phase."""

    def __init__(self, phases):
        """phases: those it is connected to, of 0, 1, 2."""
        self.phases = phases
        self.v_ln_v = (0.0, 0.0, 0.0)
        self.p_w = self.q_var = 0.0
        self.p_inj_w = (0.0, 0.0, 0.0)
        self.q_inj_var = (0.0, 0.0, 0.0)

    def alive(self):
        """True while the device's own phases have voltage."""
        return min(self.v_ln_v[phase] for phase in self.phases) >= V_ALIVE_V

    def inject(self, p_w, q_var):
        """Total injection, W and var, spread evenly over the device's phases."""
        self.p_w, self.q_var = p_w, q_var
        count = len(self.phases)
        self.p_inj_w = tuple(p_w / count if phase in self.phases else 0.0 for phase in range(3))
        self.q_inj_var = tuple(q_var / count if phase in self.phases else 0.0 for phase in range(3))


class Device(Terminals):
    """step() runs one plant step: power first, then registers when the window has passed."""

    def __init__(self, profile, *, instance=1, phase=0):
        """profile: the PROFILE literal. phase: 0, 1 or 2, where a single-phase device is connected."""
        super().__init__((0, 1, 2) if profile["phases"] == 3 else (phase,))
        self.profile = profile
        self.quirks = profile["emulate"]
        self.bank = RegisterBank(profile, instance)
        self.bank.on_write = self.written
        self.now_ms = 0
        self.f_hz = None
        self._window_ms = self.quirks.get("measure_ms", profile["dynamics"]["meter_window_ms"])
        self._measure_due_ms = 0
        self.beats = 0
        # A current is a magnitude, except where its register is signed: there it goes with the power.
        self._signed_current = self.bank.has("i_a_a") and self.bank.points["i_a_a"].kind == "int16"
        for point, value in self.quirks["constants"]:
            self.bank.set(point, value)

    def written(self, point, value):
        """A master wants to write a point; returns an exception code, or 0 to let it. This one is read only."""
        return ILLEGAL_ADDRESS

    def step(self, now_ms, dt_ms, v_ln_v, f_hz):
        """One step of dt_ms that ends at now_ms, at these three line-to-neutral voltages, V, and this frequency.
        Afterwards p_inj_w and q_inj_var hold the injection of each phase, W and var."""
        self.now_ms = now_ms
        self.v_ln_v = v_ln_v
        self.f_hz = f_hz
        self.advance(now_ms, dt_ms)
        if now_ms >= self._measure_due_ms:
            self._measure_due_ms = now_ms + self._window_ms
            self.beats = self.beats + 1 & 0xFFFF
            self.show("heartbeat", self.beats)
            self.measure(f_hz)

    def show(self, point, value):
        """Puts a value into the registers when the device has that point."""
        row = self.bank.points.get(point)
        if row:
            row.put(value)

    def measure_grid(self, f_hz, p_w, q_var):
        """Voltage, current and frequency at the terminals, from the power by phase (W, var, + injected).
        A single-phase device calls its own phase A."""
        for name, phase in zip("abc", self.phases):
            v_v = self.v_ln_v[phase]
            i_a = (p_w[phase] ** 2 + q_var[phase] ** 2) ** 0.5 / v_v if v_v > 0 else 0.0
            self.show(f"v_{name}n_v", v_v)
            self.show(f"i_{name}_a", -i_a if self._signed_current and p_w[phase] < 0 else i_a)
        self.show("f_hz", f_hz)
