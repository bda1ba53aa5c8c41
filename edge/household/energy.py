"""The household's use of energy: house, outlook and plans become what laws/site_energy.py sees of each vehicle.

Not its job: the power of a tick (the law), sessions and promise (session.py), telling people (energy_report.py).
Source: ours. Everything from outside arrives in the snapshot or as a command, and everything kept is whole numbers, so
that a replay from a keyframe plans the same. Plans are made in slices of a few quarter-hours a tick.
"""
from edge.der_view import ev_present
from edge.drivers.profile_loader import load_profile
from edge.household.energy_view import EnergyView
from edge.household.house import House
from edge.household.other_battery import OtherBattery
from edge.household.outlook import DISCHARGING, Outlook
from edge.household.prices import micro
from edge.household.vehicle_plan import VehiclePlan

# Quarter-hours planned in a tick of 100 ms, in proportion in longer ones: a study of weeks plans as fast as a gateway.
SLICE_STEPS, SLICE_MS = 4, 100
# A start or stop has to be worth hold_s of this power at the usual price.
CHANGE_W = 100
S_PER_H = 3600


class Energy:
    """The use of energy of one site. outlook: what lies ahead; views, plans: one per DER, in order."""

    def __init__(self, config):
        """config: Config with a home section."""
        self._p = config.home
        self._change_nano = int(self._p.hold_s / S_PER_H * CHANGE_W * abs(micro(self._p.import_per_kwh)))
        self.outlook = Outlook(config.home)
        self.house = House(config)
        self.battery = OtherBattery(config.site.other_battery)
        self.views = [_view(config, device) for device in config.ders]
        margin_ms = int(config.mobility.margin_s * 1000)
        self.plans = [VehiclePlan(view, margin_ms, config.home.departure_soc_pct) for view in self.views]

    def take(self, state, now_ms, command, events):
        """A command of the household, checked before (requests.py), or what it had learned before a restart (learned.py)."""
        if command["kind"] == "learned":
            self.outlook.forecast.recall(command["forecast"])
            for plan, habits in zip(self.plans, command["habits"]):
                if habits is not None:
                    plan.habits.load(habits)
            return
        self.outlook.take(now_ms, command, events)

    def step(self, state, now_ms, snapshot, events):
        """Fills view.home of every vehicle and goes on with the plans."""
        inputs, outlook, dt_ms = snapshot.inputs, self.outlook, state.ders[0].view.dt_ms
        begun = outlook.step(now_ms, inputs.unix_shift_s, events)
        self.house.step(state, now_ms, inputs)
        ders_w = [der.view.p_ac_w for der in state.ders]
        lacking_w, surplus_w = self.battery.step(self.house.net_w, self.house.battery_w,
                                                 None if None in ders_w else sum(ders_w), dt_ms)
        outlook.see(lacking_w, surplus_w, dt_ms)
        is_held = surplus_w == 0 and self.house.net_w < 0
        turn_up = outlook.turn_up(now_ms)
        prices = outlook.prices_now(inputs.values, turn_up)
        count = max(len([der for der in state.ders if _takes_part(der.view)]), 1)
        steps = SLICE_STEPS * max(dt_ms // SLICE_MS, 1)
        for view, plan, der in zip(self.views, self.plans, state.ders):
            seen = der.view
            seen.home, is_here = view, _takes_part(seen)
            plan.see(seen, is_here, begun)
            view.mode, view.share_count, view.turn_up_w = outlook.mode, count, None
            if view.mode in ("charge", "grid") or not is_here:
                plan.forget()
                view.value_below_micro = view.value_above_micro = None
                continue
            view.lacking_w, view.surplus_w, view.is_surplus_held = lacking_w, surplus_w, is_held
            if lacking_w is not None:
                # The next one gets what this one leaves.
                lacking_w, surplus_w = max(lacking_w - max(der.p_set_w, 0), 0), max(surplus_w + min(der.p_set_w, 0), 0)
            self._allow(view, seen, prices, turn_up)
            if steps and plan.work(seen, view, outlook, now_ms, steps):
                steps = 0
            view.value_below_micro, view.value_above_micro = plan.value(seen, outlook.number) or (None, None)

    def _allow(self, view, seen, prices, turn_up):
        """What one vehicle may do now, and at which prices."""
        outlook = self.outlook
        view.import_micro, view.export_micro = prices
        view.premium_micro = 0 if turn_up is not None else outlook.premium_micro(outlook.number)
        view.change_nano, view.day = self._change_nano, outlook.day()
        # Never one from the other; a promise that can wait no longer is charged by its own law.
        view.may_draw = self.battery.may_draw()
        view.may_discharge = outlook.mode in DISCHARGING and seen.v2g_consent and seen.soc_pct is not None
        view.may_export = outlook.mode == "all" and self._p.export_allowed
        if turn_up is not None:
            view.turn_up_w = seen.p_charge_max_w if turn_up[3] is None else min(abs(turn_up[3]), seen.p_charge_max_w)

    def status(self, state, now_ms):
        """What people are told (energy_report.py), JSON-able."""
        from edge.household import energy_report    # when somebody asks

        return energy_report.status(self, state, now_ms)

    def kept(self):
        """Commands that bring it back after a restart."""
        return self.outlook.kept()

    def dump(self):
        """What a keyframe keeps."""
        return [self.outlook.dump(), self.house.dump(), self.battery.dump(), [plan.dump() for plan in self.plans]]

    def load(self, content):
        """Put a dump back."""
        outlook, house, battery, plans = content
        self.outlook.load(outlook)
        self.house.load(house)
        self.battery.load(battery)
        for plan, kept in zip(self.plans, plans):
            plan.load(kept)


def _view(config, device):
    """What the device's profile and the configuration say once."""
    dynamics = load_profile(device.profile)["dynamics"]
    view, p, ratio = EnergyView(), config.home, config.mobility.efficiency_pct / 100
    view.efficiency = dynamics["efficiency"] or ((1000, ratio, ratio),)
    view.p_min_w = p.p_min_w if p.p_min_w is not None else dynamics["p_min_useful_w"]
    view.p_standby_w = dynamics["standby_w"]
    view.hold_ms = int(p.hold_s * 1000)
    view.wear_micro = micro(p.wear_per_kwh)
    return view


def _takes_part(seen):
    """Whether the mode has a vehicle there."""
    return seen.kind == "evse" and ev_present(seen)
