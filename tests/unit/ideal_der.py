"""An ideal DER behind the bench's face: exact curves, first-order responses, no meter, no bus. Proves the procedures.

Each entry of WRONG is one way to be wrong, by name; the procedures must notice.
Source: IEEE 1547-2018, written without a look at any controller or at the emulated inverter.
"""

import math

CATEGORY_OFF = {"iii": (0.5, 1.10), "ii": (0.30, 1.20), "i": (0.50, 1.20), "none": (0.0, 9.0)}
IN_SERVICE, TRIPPED = "in service", "tripped"


class IdealDer:
    """One bench. wrong: name of a mistake, or None."""

    slow_ms = 500

    def __init__(self, code, case, wrong=None, target="device"):
        self.now_ms = 0
        self.code = code
        self.wrong = wrong
        self.fine_ms, self.coarse_ms = (4, 200) if target == "device" else (20, 100)
        self.values = dict(code.values)
        self.p_set = case.p_pu
        self.mode = TRIPPED
        self.wait_s = self.ramp_s = 0.0
        self.drawn_s = None
        self.timers = {}
        self.p = self.q = 0.0
        self.lags = {}
        self.latched = None
        self.v_ref = None
        self.seconds = 0.0
        self.v = (1.0, 1.0, 1.0)
        self.f = code.f_nom_hz
        self.apply(case.settings)

    def apply(self, settings):
        self.values.update(settings)

    def get(self, name, otherwise=0):
        value = self.values.get(name)
        return otherwise if value is None else value

    def set_grid(self, v_pu, f_hz):
        self.v, self.f = v_pu, f_hz

    def command(self, p_pu):
        self.p_set = p_pu

    def nameplate(self):
        return {"p_rated_w": 6000, "s_max_va": 7360, "v_nom_ln_v": self.code.v_nom_ln_v}

    def rate(self, name, value):
        return value * (0.9 if self.wrong == "settings ignored" else 1)

    def monitor(self):
        shift = 0.1 if self.wrong == "reports wrong" else 0.0
        return {"p_pu": self.p + shift, "q_pu": self.q, "v_pu": sum(self.v) / 3, "f_hz": self.f}

    def advance(self, dt_ms):
        self.now_ms += dt_ms
        dt_s = dt_ms / 1000
        self._trips(dt_s)
        if self.mode == TRIPPED:
            self._enter(dt_s)
        if self.mode == TRIPPED or self._ceasing():
            self.p = self.q = 0.0
            self.lags = {name: lag for name, lag in self.lags.items() if name == "limit"}
            return 0.0, 0.0
        self.p = self._power(dt_s)
        self.q = self._vars(dt_s)
        return self.p, self.q

    # --- protection

    def _trips(self, dt_s):
        slow = {"late trip": 1.2, "early trip": 0.7}.get(self.wrong, 1.0)
        shift = 0.03 if self.wrong == "trip magnitude" else 0.0
        for trip in ("ov1", "ov2", "uv1", "uv2", "of1", "of2", "uf1", "uf2"):
            sign = 1 if trip[0] == "o" else -1
            is_v = "v" in trip
            limit = self.values.get(f"trip.{trip}_{'pu' if is_v else 'hz'}")
            if limit is None:
                continue
            value = (max if sign > 0 else min)(self.v) if is_v else self.f
            beyond = sign * (value - limit) > shift
            self.timers[trip] = self.timers.get(trip, 0.0) + dt_s if beyond else 0.0
            if self.timers[trip] >= slow * self.get(f"trip.{trip}_s") - dt_s / 2 and beyond:
                self._trip()

    def _trip(self):
        self.mode, self.wait_s, self.drawn_s = TRIPPED, 0.0, None
        self.latched = None
        self.lags = {}

    def _ceasing(self):
        low, high = CATEGORY_OFF[self.code.ride_through]
        if self.wrong == "trips in a dip" and min(self.v) < 0.6:
            self._trip()
        if self.wrong == "no cessation":
            return False
        return not low <= sum(self.v) / 3 <= high

    def _enter(self, dt_s):
        v, f = sum(self.v) / 3, self.f
        good = self.get("enter_service.v_lo_pu") <= v <= self.get("enter_service.v_hi_pu")
        good = good and self.get("enter_service.f_lo_hz") <= f <= self.get("enter_service.f_hi_hz")
        if not good or not self.get("enter_service.enabled", True):
            if self.wrong != "timer not restarted" or not self.get("enter_service.enabled", True):
                self.wait_s, self.drawn_s = 0.0, None
            return
        if self.drawn_s is None:
            self.drawn_s = 0.6 * self.get("enter_service.random_s")
        self.wait_s += dt_s
        if self.wait_s > self.get("enter_service.delay_s") + self.drawn_s:
            self.mode, self.ramp_s = IN_SERVICE, 0.0

    # --- functions

    def _lag(self, name, target, olrt_s, dt_s, start=None):
        olrt_s *= {"half as quick": 2.0, "twice as quick": 0.5}.get(self.wrong, 1.0)
        value = self.lags.get(name, target if start is None else start)
        value = target + (value - target) * math.exp(-dt_s * math.log(10) / olrt_s)
        self.lags[name] = value
        return value

    def _power(self, dt_s):
        if not self.get("enter_service.enabled", True):
            if self.wrong != "ignores permit":
                self._trip()
                return 0.0
        p = self.p_set
        if "reserve.service" in self.values:
            return self._service(dt_s)
        if self.get("p_limit.enabled") and self.wrong != "no limit":
            p = min(p, self._lag("limit", self.get("p_limit.p_max_pu"), 5, dt_s, 1.0))
        bound = 9.0
        if self.get("volt_watt.enabled"):
            bound = self._line(max(self.v), (("volt_watt.v1_pu", "volt_watt.p1_pu"), ("volt_watt.v2_pu", "volt_watt.p2_pu")))
            bound = 1 - 1.5 * (1 - bound) if self.wrong == "slope" else bound
            bound = self._lag("volt_watt", bound, self.get("volt_watt.olrt_s"), dt_s)
        p = min(p, bound)
        p = self._droop(p, dt_s)
        p = max(min(p, bound, 1.0), -1.0)
        self.ramp_s += dt_s
        ramp_s = max(self.get("enter_service.ramp_s"), 1e-9) * (0.5 if self.wrong == "quick ramp" else 1)
        return min(p, self.ramp_s / ramp_s) if p > 0 else p

    def _service(self, dt_s):
        """A contracted reserve: quick, along its line."""
        lines = {"gb-dc": (0.015, 0, 0.2, 0.05, 0.5, 1), "gb-dm": (0.015, 0, 0.1, 0.05, 0.2, 1), "gb-dr": (0.015, 0, 0.2, 1),
                 "fcr-n": (0, 0, 0.1, 1), "fcr-d": (0.1, 0, 0.5, 1)}[self.get("reserve.service")]
        off, points = abs(self.f - self.code.f_nom_hz), list(zip(lines[::2], lines[1::2]))
        share = 0.0
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            if off > x0:
                share = y0 + (y1 - y0) * min(1, (off - x0) / (x1 - x0))
        share = off / points[-1][0] if self.wrong == "no deadband" else share
        side = self.get("reserve.up_pu") if self.f < self.code.f_nom_hz else -self.get("reserve.down_pu")
        side = -side if self.wrong == "sign" else side
        return self._lag("service", self.get("reserve.base_pu") + side * min(share, 1), 12 if self.wrong == "slow" else 0.3, dt_s)

    def _droop(self, p, dt_s):
        f_nom = self.code.f_nom_hz
        over, under = self.f - f_nom - self.get("droop.of_hz", 9), f_nom - self.get("droop.uf_hz", 9) - self.f
        deadband = self.wrong == "no deadband"
        if deadband:
            over, under = over + 8 * self.get("droop.of_hz", 0), under + 8 * self.get("droop.uf_hz", 0)
        shift = 0.0
        active = over > 0 and self.get("droop.of_enabled") or under > 0 and self.get("droop.uf_enabled")
        if active and self.latched is None:
            self.latched = p
        if not active:
            self.latched = None
        pre = self.latched if self.latched is not None else p
        if over > 0 and self.get("droop.of_enabled"):
            end = self.values.get("droop.of_end_hz")
            if end:
                shift = -max(pre, 0) * min(over / (end - self.get("droop.of_hz")), 1)
            else:
                shift = -over / (f_nom * self.get("droop.k_of_pu")) * (abs(pre) if self.get("droop.p_base") == "pre" else 1)
        if under > 0 and self.get("droop.uf_enabled"):
            shift = under / (f_nom * self.get("droop.k_uf_pu"))
        if self.wrong == "sign":
            shift = -shift
        if self.wrong == "slope":
            shift *= 1.4
        if self.latched is not None and self.wrong == "latch forgotten":
            pre = p
        shift = self._lag("droop", max(min(shift, 1 - pre), -1 - pre), self.get("droop.olrt_s", 5), dt_s, 0.0)
        stop = self.values.get("droop.stop_charge_hz")
        if stop and self.f < f_nom - stop:
            return max(pre + shift, 0.0)
        return pre + shift

    def _vars(self, dt_s):
        mode = self.get("grid.q_mode")
        v = sum(self.v) / 3
        sign = -1 if self.wrong == "sign" else 1
        if mode == "crp":
            return self._lag("q", sign * self.get("crp.q_pu"), 9, dt_s, 0.0)
        if mode == "cpf":
            q = self.p * self.bases * math.tan(math.acos(self.get("cpf.pf")))
            return self._lag("q", sign * q * (1 if self.get("cpf.excitation") == "over" else -1), 9, dt_s, 0.0)
        if mode == "watt_var":
            names = ("3_abs", "2_abs", "1_abs", "1", "2", "3")
            keys = [(f"watt_var.p{name}_pu", f"watt_var.q{name}_pu") for name in names]
            return self._lag("q", sign * self._line(self.p, keys), 9, dt_s, 0.0)
        if mode == "volt_var":
            ref = self.get("volt_var.v_ref_pu", 1.0)
            if self.get("volt_var.vref_auto_enabled") and self.wrong != "no autonomous reference":
                self.v_ref = v if self.v_ref is None else self.v_ref
                self.v_ref += (v - self.v_ref) * (1 - math.exp(-dt_s / self.get("volt_var.vref_auto_s")))
                ref = min(max(self.v_ref, 0.95), 1.05)
            if self.wrong == "reference ignored":
                ref = 1.0
            keys = [(f"volt_var.v{n}_pu", f"volt_var.q{n}_pu") for n in range(1, 5)]
            q = self._line(v - ref + 1, keys)
            q *= 1.4 if self.wrong == "slope" else 1
            return self._lag("q", sign * q, self.get("volt_var.olrt_s"), dt_s, 0.0)
        return self._lag("q", 0.0, 9, dt_s, 0.0)

    bases = 6000 / 7360

    def _line(self, x, keys):
        points = [(self.get(a), self.get(b)) for a, b in keys]
        if x <= points[0][0]:
            return points[0][1]
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            if x <= x1 and x1 > x0:
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return points[-1][1]
