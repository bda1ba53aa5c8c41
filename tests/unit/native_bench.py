"""A bench for one NativeDer: an ideal grid whose voltage and frequency a test holds, steps and watches."""

from host_sim.plant.native.native_der import NativeDer
from host_sim.plant.native.settings import NativeSettings, SetActivePower
from host_sim.plant.native.step import STEP_MS

S_VA = 10000.0


def settings(p_w=S_VA, **functions):
    """10 kVA, 10 kW both ways, delivering p_w, everything else at its default or as given."""
    functions.setdefault("set_power", SetActivePower(enabled=True, p_w=p_w))
    return NativeSettings()._replace(**functions)


class Bench:
    """Time in ms; the device delivers what it was set to from the beginning."""

    def __init__(self, chosen=None, v_pu=1.0, f_hz=60.0, warm_s=2, phases=3, **options):
        self.der = NativeDer(chosen or settings(), **options)
        self.now_ms = 0
        self.v_pu, self.f_hz, self.phases = v_pu, f_hz, phases
        self.window_w = (-S_VA, S_VA)
        if warm_s:
            self.hold(warm_s)

    def step(self):
        self.now_ms += STEP_MS
        v_pu = self.v_pu if isinstance(self.v_pu, tuple) else (self.v_pu,) * self.phases
        self.der.step(self.now_ms, v_pu, self.f_hz, *self.window_w)
        return self.der

    def hold(self, seconds, v_pu=None, f_hz=None):
        """Keeps this grid for so long; returns the device."""
        self.v_pu = self.v_pu if v_pu is None else v_pu
        self.f_hz = self.f_hz if f_hz is None else f_hz
        for _ in range(round(seconds * 1000 / STEP_MS)):
            self.step()
        return self.der

    def until(self, condition, limit_s, v_pu=None, f_hz=None):
        """Seconds until condition(device) holds; None when it doesn't within limit_s."""
        begun_ms = self.now_ms
        self.hold(0, v_pu, f_hz)
        while self.now_ms - begun_ms < limit_s * 1000:
            if condition(self.step()):
                return (self.now_ms - begun_ms) / 1000
        return None

    def trip_s(self, limit_s, v_pu=None, f_hz=None):
        """Seconds until current has ended for good: tripped."""
        return self.until(lambda der: der.mode == "tripped" and der.p_w == 0, limit_s, v_pu, f_hz)
