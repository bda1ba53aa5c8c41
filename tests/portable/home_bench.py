"""What tests of the household's use of energy need: a configured site, plain pictures of its devices, and its controller
stepped at a chosen period beside a house, a roof, a vehicle and, where asked, a home battery with a control of its own.

Not its job: physics beyond that balance (host_sim). Source: ours.
"""
from edge import config_loader, controller, modes
from edge.drivers.profile_loader import load_profile
from edge.efficiency import CHARGING, DISCHARGING, efficiency_ratio
from edge.snapshot import Snapshot

MIDNIGHT_S = 1790035200     # 2026-09-22 00:00 UTC, a Tuesday
HOUR_MS = 3600000
CAPACITY_WH = 60000
CHARGER = {"name": "evse1", "profile": "sim-v2h", "bus": "lan", "phases": 1, "p_charge_max_w": 7400,
           "p_discharge_max_w": 7400, "s_max_va": 7400, "e_capacity_wh": CAPACITY_WH, "v2g_consent": True}


def config(home, chargers=(CHARGER,), **sections):
    """A site with meter and PV; sections are added or replaced, those that are None left out."""
    document = {
        "gateway": {"id": "gw-home"}, "bus": [{"name": "lan", "host": "127.0.0.1", "port": 502}],
        "control": {"ramp_w_s": 50000}, "evse": [dict(row, unit=10 + i) for i, row in enumerate(chargers)],
        "meter": {"profile": "eastron-sdm630", "bus": "lan", "unit": 2},
        "pv": [{"name": "pv", "profile": "sim-pv", "bus": "lan", "unit": 3}], "home": dict(home, summer_time="none"),
    }
    document.update(sections)
    document = {name: part for name, part in document.items() if part is not None}
    made, errors = config_loader.load(document, load_profile)
    assert not errors, errors
    return made


class Picture:
    """A device that says just these values, always fresh."""

    def __init__(self, **values):
        self.values = values

    def fresh(self, name, now_ms):
        """Its value or None."""
        return self.values.get(name)

    def age_ms(self, name, now_ms):
        """Always new."""
        return 0


class Inputs:
    """What site_inputs.py would bring."""

    def __init__(self, unix_shift_s, values, battery):
        self.unix_shift_s, self.values, self.battery = unix_shift_s, values, battery


class Vehicle:
    """One charger with what hangs on it."""

    def __init__(self, soc_pct, efficiency):
        self.e_wh = soc_pct * CAPACITY_WH / 100
        self.efficiency = efficiency
        self.p_w = 0
        self.is_here = True
        self.changes = 0    # between power and none, while it is here

    def follow(self, p_w, dt_ms):
        """Takes a setpoint for dt_ms; a battery that is empty or full ends it."""
        p_w = p_w if self.is_here else 0
        if p_w > 0:
            rate_w = p_w / efficiency_ratio(self.efficiency, p_w, DISCHARGING)
        else:
            rate_w = p_w * efficiency_ratio(self.efficiency, -p_w, CHARGING)
        e_wh = self.e_wh - rate_w * dt_ms / HOUR_MS
        if self.is_here and (p_w == 0) != (self.p_w == 0):
            self.changes += 1
        self.p_w = p_w if 0 <= e_wh <= CAPACITY_WH else 0
        self.e_wh = min(max(e_wh, 0), CAPACITY_WH)


class HomeBattery:
    """Brings the meter to zero within its limits, once a step."""

    def __init__(self, e_wh=5000, p_max_w=5000, capacity_wh=10000):
        self.e_wh, self.p_max_w, self.capacity_wh, self.p_w = e_wh, p_max_w, capacity_wh, 0

    def follow(self, p_pcc_w, dt_ms):
        """p_pcc_w: at the meter with its own power in it, + export."""
        wanted_w = min(max(self.p_w - p_pcc_w, -self.p_max_w), self.p_max_w)
        if wanted_w > 0 and self.e_wh <= 0 or wanted_w < 0 and self.e_wh >= self.capacity_wh:
            wanted_w = 0
        self.p_w = wanted_w
        self.e_wh -= wanted_w * dt_ms / HOUR_MS


class Home:
    """A site and its controller; `run` lets time pass."""

    def __init__(self, made, *, soc_pct=50, dt_ms=1000, shift_s=MIDNIGHT_S, battery=None):
        profiles = [load_profile(der.profile) for der in made.ders]
        self.state = controller.initial_state(made, profiles)
        self.vehicles = [Vehicle(soc_pct, profile["dynamics"]["efficiency"]) for profile in profiles]
        self.battery, self.dt_ms, self.shift_s, self.now_ms = battery, dt_ms, shift_s, 0
        self.commands, self.events, self.values = [], [], {}
        self.load_w, self.pv_w = 500, 0
        self.is_metered = True
        self.says_soc = True

    @property
    def energy(self):
        """The part under test."""
        return self.state.household.energy_use

    def p_pcc_w(self):
        """What the meter shows, + export."""
        p_w = self.pv_w - self.load_w + sum([vehicle.p_w for vehicle in self.vehicles])
        return p_w if self.battery is None else p_w + self.battery.p_w

    def command(self, **command):
        """For the next tick."""
        self.commands.append(command)

    def tick(self):
        """One tick; returns the setpoints, W."""
        self.now_ms += self.dt_ms
        for der in self.state.ders:
            der.health.tick_ms = self.dt_ms
        snapshot = Snapshot(
            [self._picture(vehicle) for vehicle in self.vehicles],
            Picture(p_pcc_w=self.p_pcc_w(), v_an_v=230) if self.is_metered else Picture(), [Picture(p_pv_w=self.pv_w)],
            conditions=[(modes.CONTROLLING, False, False, False, False, None)] * len(self.vehicles), vpp_lost_ms=None,
            chance=0.5, inputs=Inputs(self.shift_s, self.values, self._battery_picture()))
        commands, self.commands = self.commands, []
        self.state, setpoints, events = controller.step(self.state, self.now_ms, snapshot, commands)
        self.events += events
        for vehicle, row in zip(self.vehicles, setpoints):
            vehicle.follow(row[0], self.dt_ms)
        if self.battery is not None:
            self.battery.follow(self.p_pcc_w(), self.dt_ms)
        return [row[0] for row in setpoints]

    def run(self, duration_s):
        """Time passes; returns the last setpoints, W."""
        setpoints = None
        for _ in range(duration_s * 1000 // self.dt_ms):
            setpoints = self.tick()
        return setpoints

    def why(self, number=0):
        """The sentence of `v2g why`."""
        return self.state.ders[number].why()

    def _picture(self, vehicle):
        return Picture(p_ac_w=vehicle.p_w, q_ac_var=0, v_an_v=230, f_hz=50.0, e_capacity_wh=CAPACITY_WH, s_rated_va=7400,
                       soc_pct=vehicle.e_wh * 100 / CAPACITY_WH if self.says_soc and vehicle.is_here else None,
                       p_charge_max_w=7400, p_discharge_max_w=7400, state="connected" if vehicle.is_here else "no_vehicle")

    def _battery_picture(self):
        return None if self.battery is None else Picture(p_battery_w=self.battery.p_w)


def day(*hours):
    """A command of prices from the midnight of MIDNIGHT_S on."""
    return {"kind": "prices", "start_unix_s": MIDNIGHT_S, "step_s": 3600, "import_per_kwh": list(hours),
            "export_per_kwh": None}
