"""Bench of target `device`: the emulated SunSpec inverter on an ideal source, configured through its registers.

Not its job: which points (device_settings.py), what the inverter does (host_sim/plant).
Source: ours. The inverter's own functions take 4 ms steps whatever step the bench takes; terminals are measured at the
plant, not in the registers.
"""

from host_sim.conformance import device_settings
from host_sim.conformance.harness import Refused
from host_sim.conformance.sunspec_client import SunSpecClient
from host_sim.plant.native.settings import CATEGORIES, NativeSettings, Ratings, RideThrough
from host_sim.plant.sunspec_der import SunSpecDer

REACTIVE_PU = 0.6            # of the VA rating, the most any code asks for
CAPACITY_WH = 2_000_000      # hours at full power leave the state of charge where it is
ADOPT_MS, PATIENCE_MS = 20, 2000
COMPLETED = 1
LOSSLESS = ()


class DeviceBench:
    """One case. See harness.py for the face."""

    fine_ms, coarse_ms, slow_ms = 4, 200, 500

    def __init__(self, code, eut, case):
        self.now_ms = 0
        self._code, self._eut = code, eut
        self._values = dict(code.values)
        self._written = {}
        self._v_pu, self._f_hz = (1.0,) * 3, float(code.f_nom_hz)
        self._der = SunSpecDer(settings=_build(code, eut), efficiency=LOSSLESS, in_service=False, storage={
            "capacity_wh": CAPACITY_WH, "p_charge_max_w": eut.p_rated_w, "p_discharge_max_w": eut.p_rated_w})
        self._client = SunSpecClient(self._der.bank, lambda: self.now_ms)
        self._client.write(704, {"WSetMod": 1, "WSetEna": 1})
        self.apply(case.settings)
        self.command(case.p_pu)

    def set_grid(self, v_pu, f_hz):
        """Ideal source from now on."""
        self._v_pu, self._f_hz = v_pu, f_hz

    def command(self, p_pu):
        """Setpoint of active power, model 704."""
        self._client.write(704, {"WSet": p_pu * self._eut.p_rated_w})

    def apply(self, settings):
        """Writes what has changed, adopts curves, reads everything back."""
        self._values.update(settings)
        sections = {name.split(".")[0] for name in settings}
        controls = device_settings.controls(self._values.get)
        # Time passes while curves are adopted: how it enters service is said before.
        self._write(703, controls[703])
        for model_id, points in device_settings.proposals(self._values.get, sections).items():
            if self._written.get(("curve", model_id)) != points:
                self._adopt(model_id, points)
                self._written["curve", model_id] = points
        for model_id, points in controls.items():
            self._write(model_id, points)
        for model_id, points in controls.items():
            self._read_back(model_id, points)

    def advance(self, dt_ms):
        """One step of the plant."""
        self.now_ms += dt_ms
        v_nom_v = self._code.v_nom_ln_v
        self._der.step(self.now_ms, dt_ms, tuple(v_nom_v * v_pu for v_pu in self._v_pu), self._f_hz)
        return self._der.p_w / self._eut.p_rated_w, self._der.q_var / self._eut.s_max_va

    # --- what the interface says, for IOP -----------------------------------------------------------------------

    def nameplate(self):
        """{rating: value} as model 702 tells it."""
        names = (("p_rated_w", "WMaxRtg"), ("s_max_va", "VAMaxRtg"), ("v_nom_ln_v", "VNomRtg"))
        return {name: self._client.read(702, point) for name, point in names}

    def rate(self, name, value):
        """Sets a rating below its nameplate; what is read back."""
        point = {"p_rated_w": "WMax", "s_max_va": "VAMax"}[name]
        self._client.write(702, {point: value})
        return self._client.read(702, point)

    def monitor(self):
        """{quantity: value} as model 701 reports it, pu and Hz."""
        w, var, v_ln_v, hz = (self._client.read(701, point) for point in ("W", "Var", "LNV", "Hz"))
        return {"p_pu": w / self._eut.p_rated_w, "q_pu": var / self._eut.s_max_va, "v_pu": v_ln_v / self._code.v_nom_ln_v,
                "f_hz": hz}

    def _write(self, model_id, points):
        before = self._written.get(model_id, {})
        self._client.write(model_id, {path: value for path, value in points.items() if before.get(path) != value})
        self._written[model_id] = points

    def _adopt(self, model_id, points):
        client, point = self._client, device_settings.ADOPTED[model_id]
        client.write(model_id, points)
        client.write(model_id, {point + "Req": device_settings.PROPOSED})
        waited_ms = 0
        while client.read(model_id, point + "Rslt") == 0 and waited_ms < PATIENCE_MS:
            self.advance(ADOPT_MS)
            waited_ms += ADOPT_MS
        if client.read(model_id, point + "Rslt") != COMPLETED:
            raise Refused("model %d did not adopt %s" % (model_id, points))
        active = ".%d." % device_settings.PROPOSED
        self._read_back(model_id, {path.replace(active, ".1.", 1): value for path, value in points.items()})

    def _read_back(self, model_id, points):
        for path, value in points.items():
            read = self._client.read(model_id, path)
            if not device_settings.same(value, read):
                raise Refused("%d %s: wrote %r, reads %r" % (model_id, path, value, read))


def _build(code, eut):
    """The inverter as it leaves the factory: ratings and category."""
    ratings = Ratings(
        s_max_va=float(eut.s_max_va), p_discharge_max_w=float(eut.p_rated_w), p_charge_max_w=float(eut.p_rated_w),
        q_inject_max_var=REACTIVE_PU * eut.s_max_va, q_absorb_max_var=REACTIVE_PU * eut.s_max_va,
        v_nom_v=float(code.v_nom_ln_v), f_nom_hz=float(code.f_nom_hz))
    category = code.ride_through if code.ride_through in CATEGORIES else "none"
    settings = NativeSettings(ratings=ratings, ride_through=RideThrough(category=category))
    trip = settings.trip
    if category != "iii":
        trip = trip._replace(momentary_lv_pu_s=(), momentary_hv_pu_s=())
    if code.f_nom_hz != settings.trip.must_lf_hz_s[0][0]:
        shift_hz = code.f_nom_hz - 60.0
        trip = trip._replace(must_lf_hz_s=tuple((f_hz + shift_hz, t_s) for f_hz, t_s in trip.must_lf_hz_s),
                             must_hf_hz_s=tuple((f_hz + shift_hz, t_s) for f_hz, t_s in trip.must_hf_hz_s))
        window = settings.enter_service
        settings = settings._replace(enter_service=window._replace(f_lo_hz=window.f_lo_hz + shift_hz,
                                                                   f_hi_hz=window.f_hi_hz + shift_hz))
    return settings._replace(trip=trip._replace(
        ov_10min_pu=code.value("trip.ov_10min_pu"), rocof_hz_s=code.value("trip.rocof_hz_s"),
        rocof_s=code.value("trip.rocof_s", 0.5)))
