"""SunSpec DER: a bidirectional charger or battery inverter with native grid functions behind a SunSpec register bank.

Not its job: the functions (plant/native), the models' registers (plant/sunspec), serving them (modbus_server.py).
Source: ours; SunSpec models 1, 701 to 715, 802. Settings live in the registers: what is in force is always what 702 to
712 show, read anew after each write. What a register cannot say (response times of some functions, rate of change of
frequency) stays as it was given.
"""

from host_sim.plant.battery import Battery
from host_sim.plant.device import Terminals
from host_sim.plant.efficiency import Efficiency
from host_sim.plant.native.native_der import NativeDer
from host_sim.plant.native.settings import ConstantQ, NativeSettings
from host_sim.plant.registers import ILLEGAL_VALUE
from host_sim.plant.sunspec import controls, image, showing
from host_sim.plant.sunspec.adoption import ADOPTED, CurveStore
from host_sim.plant.sunspec.bank import SunSpecBank
from host_sim.plant.sunspec.reversion import Reversions
from host_sim.plant.vehicle import Vehicle

MEASURE_MS = 20
MJ_PER_WH = 3_600_000
CONNECT, STARTED = 1, 3        # SetOp, SetInvState of 802
RESETS = ((715, "AlarmReset"), (802, "AlmRst"))
STORAGE = {
    "capacity_wh": 60000, "p_charge_max_w": 11000, "p_discharge_max_w": 11000, "soc_pct": 50, "soc_floor_pct": 5,
    "v_dc_v": 400,
}
EFFICIENCY = ((500, 0.90, 0.90), (2000, 0.95, 0.95), (10000, 0.96, 0.96))


class Energy:
    """Counters in integer millijoules, shown in Wh and varh."""

    def __init__(self):
        self._inject_mj = self._absorb_mj = self._dc_out_mj = self._dc_in_mj = 0
        self._inject_mvars = self._absorb_mvars = 0

    def add(self, p_w, q_var, p_dc_w, dt_ms):
        """Power of one step: AC W and var, + injected; DC W, + out of the battery."""
        self._inject_mj += max(0, round(p_w * dt_ms))
        self._absorb_mj += max(0, -round(p_w * dt_ms))
        self._inject_mvars += max(0, round(q_var * dt_ms))
        self._absorb_mvars += max(0, -round(q_var * dt_ms))
        self._dc_out_mj += max(0, round(p_dc_w * dt_ms))
        self._dc_in_mj += max(0, -round(p_dc_w * dt_ms))

    inject_wh = property(lambda self: self._inject_mj // MJ_PER_WH)
    absorb_wh = property(lambda self: self._absorb_mj // MJ_PER_WH)
    inject_varh = property(lambda self: self._inject_mvars // MJ_PER_WH)
    absorb_varh = property(lambda self: self._absorb_mvars // MJ_PER_WH)
    dc_out_wh = property(lambda self: self._dc_out_mj // MJ_PER_WH)
    dc_in_wh = property(lambda self: self._dc_in_mj // MJ_PER_WH)


class SunSpecDer(Terminals):
    """Same face as Device: `step`, `bank`, p_inj_w, q_inj_var, p_w, q_var, `battery`, `plug`, `unplug`."""

    def __init__(self, *, settings=None, storage=None, efficiency=EFFICIENCY, plugged=True, phases=3, phase=0,
                 in_service=True, chance=None):
        """settings: NativeSettings, ValueError when the device cannot take them. storage: replaces entries of STORAGE
        (keywords of Battery). efficiency: rows of Efficiency, () is lossless. phases: 1 or 3; phase: 0, 1 or 2 of a
        single-phase device. in_service, chance: as NativeDer."""
        super().__init__((0, 1, 2) if phases == 3 else (phase,))
        self._initial = settings or NativeSettings()
        self.vehicle = Vehicle(Battery(**{**STORAGE, **(storage or {})}))
        self.battery = self.vehicle.battery if plugged else None
        self.efficiency = Efficiency(efficiency)
        self.energy = Energy()
        self.native = NativeDer(self._initial, in_service=in_service, chance=chance)
        self.now_ms = 0
        self._measure_due_ms = 0
        ratings = self._initial.ratings
        self.bank = SunSpecBank(image.MODELS, image.scales(ratings.s_max_va, self.vehicle.battery.capacity_wh))
        self._curves = [CurveStore(self.bank, row) for row in ADOPTED]
        self._reversions = Reversions(self.bank)
        self._fill()
        self.bank.on_write = self._written

    def _fill(self):
        bank, settings = self.bank, self._initial
        showing.show_static(bank, len(self.phases))
        controls.show_capacity(bank, settings, len(self.phases))
        controls.show_enter_service(bank, settings.enter_service)
        controls.show_controls(bank, settings)
        of = controls.bases(bank, settings.ratings)
        for store in self._curves:
            store.fill(settings, of)
        image.bound(bank)

    # --- what masters write -------------------------------------------------------------------------------------

    def _written(self, fields):
        """A master has written these points; 0, or an exception code when the device cannot take them."""
        others = controls.one_owner_of_q(self.bank, fields)
        settings = self.settings_in_registers()
        if settings is None or self.native.configure(settings):
            for model_id, point in others:
                self.bank.put(model_id, point, 1)
            return ILLEGAL_VALUE
        self._reversions.written(self.now_ms, fields)
        for store in self._curves:
            store.written(self.now_ms, fields)
        for model_id, point in RESETS:
            self.bank.put(model_id, point, 0)    # alarms here last as long as their cause; nothing is latched
        return 0

    def settings_in_registers(self, replacing=None, number=1):
        """NativeSettings that registers 702 to 712 ask for; None when they make no sense together.
        replacing: a CurveStore whose stored curve `number` stands in for the one in force."""
        bank, settings = self.bank, self._initial
        enter_service = controls.read_enter_service(bank)
        if enter_service is None:
            return None
        ratings = controls.read_ratings(bank, settings.ratings)
        of = controls.bases(bank, ratings)
        settings = controls.read_controls(bank, settings._replace(ratings=ratings, enter_service=enter_service), of)
        for store in self._curves:
            if settings is None:
                return None
            settings = store.read(number if store is replacing else 1, settings, of)
        return settings

    def _takes(self, store, number):
        """Whether the device takes a stored curve; then it is in force."""
        settings = self.settings_in_registers(store, number)
        return settings is not None and not self.native.configure(settings)

    # --- one step -----------------------------------------------------------------------------------------------

    def step(self, now_ms, dt_ms, v_ln_v, f_hz):
        """One step of dt_ms that ends at now_ms, at these three line-to-neutral voltages, V, and this frequency; the
        native functions take it in steps of 4 ms."""
        self.now_ms = now_ms
        self.v_ln_v = v_ln_v
        self._fall_back(now_ms)
        v_nom_v = self._initial.ratings.v_nom_v
        charge_w, discharge_w = self.limits_w()
        self.native.step(now_ms, tuple(v_ln_v[phase] / v_nom_v for phase in self.phases), f_hz, -charge_w, discharge_w)
        self.inject(self.native.p_w, self.native.q_var)
        if self.battery:
            self.battery.move(self.p_dc_w, dt_ms)
        self.energy.add(self.p_w, self.q_var, self.p_dc_w, dt_ms)
        if now_ms >= self._measure_due_ms:
            self._measure_due_ms = now_ms + MEASURE_MS
            showing.show_ac(self.bank, self, f_hz)
            showing.show_storage(self.bank, self)
            showing.show_beat(self.bank, now_ms, self.native)

    def _fall_back(self, now_ms):
        """Requested adoptions and timers that are over."""
        changed = self._reversions.expire(now_ms)
        for store in self._curves:
            changed = store.on_time(now_ms, self._takes) or changed
        if changed:
            self.native.configure(self.settings_in_registers())

    @property
    def p_dc_w(self):
        """Power at the battery, W, + out of it."""
        return self.efficiency.p_dc_w(self.p_w)

    @property
    def connected(self):
        """True while a battery is there and nobody has taken it off: 802 SetOp and SetInvState."""
        return (self.battery is not None and self.bank.get(802, "SetOp") == CONNECT
                and self.bank.get(802, "SetInvState") == STARTED)

    def limits_w(self):
        """(charging, discharging) in W >= 0 at the AC terminals: battery, losses and the reserves of model 802."""
        if not self.connected:
            return 0, 0
        soc_pct = self.battery.soc_pct
        charge_dc_w = self.battery.charge_limit_w() if soc_pct < self.bank.get(802, "SocRsvMax") else 0
        discharge_dc_w = self.battery.discharge_limit_w() if soc_pct > self.bank.get(802, "SoCRsvMin") else 0
        return (int(charge_dc_w / self.efficiency.factor(charge_dc_w, True)),
                int(discharge_dc_w * self.efficiency.factor(discharge_dc_w, False)))

    # --- the vehicle --------------------------------------------------------------------------------------------

    def plug(self, vehicle=None):
        """A Vehicle arrives; None brings back the one that was here."""
        self.vehicle = vehicle or self.vehicle
        self.battery = self.vehicle.battery

    def unplug(self):
        """The vehicle leaves."""
        self.battery = None


def nominal_settings(f_nom_hz):
    """Default settings of a device for a 60 Hz grid of 240 V, or of the same device for 50 Hz and 230 V: frequencies
    keep their distance from nominal. A var setpoint is followed within half a second, as one of watts is."""
    settings = NativeSettings(crp=ConstantQ(olrt_s=0.5))
    shift_hz = f_nom_hz - settings.ratings.f_nom_hz
    if not shift_hz:
        return settings
    trip, window = settings.trip, settings.enter_service
    return settings._replace(
        ratings=settings.ratings._replace(f_nom_hz=float(f_nom_hz), v_nom_v=230.0),
        enter_service=window._replace(f_lo_hz=window.f_lo_hz + shift_hz, f_hi_hz=window.f_hi_hz + shift_hz),
        trip=trip._replace(must_lf_hz_s=tuple((f_hz + shift_hz, time_s) for f_hz, time_s in trip.must_lf_hz_s),
                           must_hf_hz_s=tuple((f_hz + shift_hz, time_s) for f_hz, time_s in trip.must_hf_hz_s)))
