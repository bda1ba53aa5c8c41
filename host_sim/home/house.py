"""The house of a home week: charger with vehicle, PV, meter and, where there is one, a home battery that goes its own way.

Not its job: deciding (the gateway), the series (week.py). No feeder: every phase has 230 V at 50 Hz.
Source: ours. In a step the vehicle comes or goes first; the home battery acts on what the meter saw the step before, as
its own control does.
"""

from host_sim.home import trips
from host_sim.home.week import CAPACITY_WH, LOAD_BY_PHASE, START_SOC_PCT
from host_sim.plant.battery import MJ_PER_WH
from host_sim.plant.devices import make_device

V_LN_V = (230.0, 230.0, 230.0)
F_HZ = 50.0
MIN_MS = 60_000
CHARGER_AT, METER_AT, PV_AT, BATTERY_AT = ("garage", 1), ("board", 1), ("board", 2), ("board", 3)


class House:
    """State: devices and time. now_ms: of the gateway's clock; week_ms: since the week began, both at the end of the
    step just made. load_w, p_pcc_w: of that step, our signs; the other powers are the devices' p_w."""

    def __init__(self, week, *, has_battery=False):
        """week: Week that begins now; has_battery: with a home battery. The plug is free."""
        self.week = week
        self.now_ms = self._began_ms = 0
        self.charger = make_device("sim-v2h", plugged=False,
                                   storage={"capacity_wh": CAPACITY_WH, "soc_pct": START_SOC_PCT})
        self.pv = make_device("sim-pv", p_rated_w=week.roof.p_ac_w, series=_Roof(week, 0))
        self.meter = make_device("eastron-sdm630")
        self.battery = make_device("sim-home-battery") if has_battery else None
        self.p_pcc_w = 0.0
        self.load_w = self._load_w()
        self._measure(0)

    def banks(self):
        """{(link, unit): RegisterBank} of what the gateway can reach."""
        placed = ((CHARGER_AT, self.charger), (METER_AT, self.meter), (PV_AT, self.pv), (BATTERY_AT, self.battery))
        return {place: device.bank for place, device in placed if device is not None}

    def begin(self, week):
        """Another week begins now; the vehicle, which is away, comes back with what each week begins with."""
        self.week, self._began_ms = week, self.now_ms
        self.charger.vehicle.battery.e_mj = round(CAPACITY_WH * MJ_PER_WH * START_SOC_PCT / 100)
        self.pv.series = _Roof(week, self.now_ms)

    @property
    def week_ms(self):
        """Time since the week began, ms."""
        return self.now_ms - self._began_ms

    @property
    def is_plugged(self):
        """Whether the vehicle is there."""
        return self.charger.battery is not None

    @property
    def e_vehicle_wh(self):
        """Energy in the vehicle's battery, wherever it is, Wh."""
        return self.charger.vehicle.battery.e_mj / MJ_PER_WH

    def drive(self):
        """The vehicle leaves or returns as the calendar says for the beginning of the next step. Returns the Trip that
        begins now, or None."""
        trip = trips.away(self.week.trips, self.week_ms // MIN_MS)
        if (trip is None) == self.is_plugged:
            return None
        if trip is None:
            self.charger.plug()
            return None
        self.charger.unplug()
        battery = self.charger.vehicle.battery
        battery.e_mj = max(battery.e_mj - round(trip.driven_wh * MJ_PER_WH), 0)
        return trip

    def step(self, dt_ms):
        """One step of dt_ms."""
        self.load_w = self._load_w()
        self.now_ms += dt_ms
        for device in (self.charger, self.pv, self.battery):
            if device is not None:
                device.step(self.now_ms, dt_ms, V_LN_V, F_HZ)
        self._measure(dt_ms)

    def _measure(self, dt_ms):
        p_w = [-share * self.load_w for share in LOAD_BY_PHASE]
        for device in (self.charger, self.pv, self.battery):
            if device is not None:
                p_w = [total + own for total, own in zip(p_w, device.p_inj_w)]
        self.p_pcc_w = sum(p_w)
        self.meter.observe(tuple(p_w), (0.0, 0.0, 0.0))
        self.meter.step(self.now_ms, dt_ms, V_LN_V, F_HZ)
        if self.battery is not None:
            self.battery.observe((self.p_pcc_w,), (0.0,))

    def _load_w(self):
        return float(self.week.load_w[self.week_ms // MIN_MS])


class _Roof:
    """What PvDevice asks of a series: its share of the rated power, linear between minutes."""

    def __init__(self, week, began_ms):
        self._share = (week.pv_w / week.roof.p_ac_w).tolist()
        self._began_ms = began_ms

    def at(self, now_ms):
        minute, rest_ms = divmod(now_ms - self._began_ms, MIN_MS)
        first, second = self._share[minute:minute + 2]
        return first + (second - first) * rest_ms / MIN_MS
