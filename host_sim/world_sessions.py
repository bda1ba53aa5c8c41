"""One recorded charging session on the real controller, without registers and MQTT, while rivals want the vehicle's energy.

Not its job: what is drawn (sessions/cases.py), the vehicle (sessions/vehicle.py), counting (sessions/tally.py).
Source: ours. The firmware's own controller steps at a stated period on plain readings; what it hears of meter, voltage,
leases, wishes and prices is made here.
"""

import functools
import math
import random

from edge import controller, home_reasons, modes, reasons
from edge.config_loader import load
from edge.drivers.profile_loader import load_profile
from edge.snapshot import Snapshot
from host_sim.sessions.cases import MODES
from host_sim.sessions.vehicle import VehicleAtCharger

V_LN_V = 230.0
LOW_V_PU = 0.9625       # WAPE leaves no charging, the under-voltage limit all of it
DIPPED_V_PU = 0.918     # the under-voltage limit leaves some
UNIX_SHIFT_S = 1_790_000_000
LEASE_MS = 900_000
TURN_MS = 660_000
RENEW_MS = 600_000
HOUSE_W = 300           # by phase
APPLIANCE_MS, APPLIANCE_MAX_MS = 1_200_000, 5_400_000


class Said:
    """What a device says now; everything is fresh."""

    def __init__(self, values):
        self.values = values

    def fresh(self, name, now_ms):
        """The value, None where there is none."""
        return self.values.get(name)

    def age_ms(self, name, now_ms):
        """Never old."""
        return 0


class Surroundings:
    """Inputs of the site: the clock is right, and nothing else is there."""

    contact = box = switch = battery = None
    values = {}
    unix_shift_s = UNIX_SHIFT_S


@functools.cache
def _config(charger, capacity_wh, i_fuse_a, has_wape, mode):
    phases = 3 if charger == "sim-four-quadrant" else 1
    document = {
        "gateway": {"id": "gw-session", "mode": "control", "tick_ms": 1000},
        "bus": [{"name": "lan", "host": "127.0.0.1"}],
        "evse": [{"name": "evse1", "profile": charger, "bus": "lan", "phases": phases, "p_charge_max_w": 7360,
                  "p_discharge_max_w": 6000, "e_capacity_wh": capacity_wh, "v2g_consent": True, "soc_min_pct": 5}],
        "meter": {"profile": "eastron-sdm630", "bus": "lan", "unit": 2},
        "site": {"i_fuse_a": i_fuse_a},
        "wape": {"enabled": has_wape, "tau_s": 60},
        "failsafe": {"device_reversion_s": 10},
    }
    if mode is not None:
        document["home"] = {"mode": mode, "export_allowed": True}
    config, errors = load(document, load_profile)
    if errors:
        raise ValueError(f"site configuration: {errors}")
    return config


class SessionWorld:
    """Steps one Case from plug to plug. dt_ms: period. is_plain: at the same voltage and house, but nobody interferes."""

    def __init__(self, case, dt_ms=10_000, is_plain=False):
        self.case, self.dt_ms, self._is_plain = case, dt_ms, is_plain
        home_modes = [] if is_plain else [rival for rival in case.rivals if rival in MODES]
        self.config = _config(case.charger, case.capacity_wh, case.i_fuse_a, not is_plain and "wape" in case.rivals,
                              home_modes[0] if home_modes else None)
        self.state = controller.initial_state(self.config, [load_profile(case.charger)])
        self.state.ders[0].health.tick_ms = dt_ms      # a study's period is no stalled loop
        self.vehicle = VehicleAtCharger(case)
        self.events = []
        self.e_given_wh = 0.0       # out of the battery
        self.e_held_wh = 0.0        # that a mandate took, or kept from the battery while the promise wanted it
        self.e_fuse_wh = 0.0        # the same of the fuse
        self._chance = random.Random(case.seed)
        self._house_chance = random.Random(case.seed + 1)
        self._house_w = self._house_left_ms = 0.0
        self._stay_ms = case.stay_s * 1000

    def run(self):
        """The whole stay and the vehicle's leaving."""
        # A second before it drives off the promise is due.
        start_ms, now_ms = self.dt_ms, self.dt_ms
        departure_ms = start_ms + self._stay_ms
        commands = [{"kind": "departure", "der": 0, "t_departure_ms": departure_ms,
                     "e_needed_wh": self.case.e_wanted_wh, "soc_pct": self.case.soc_target_pct}]
        while now_ms < departure_ms:
            e_before_mj = self.vehicle.battery.e_mj
            p_set_w = self._decide(now_ms, now_ms - start_ms, commands)
            dt_ms = min(self.dt_ms, departure_ms - now_ms)
            self.vehicle.step(now_ms, dt_ms, p_set_w)
            self.e_given_wh += max(e_before_mj - self.vehicle.battery.e_mj, 0) / 3_600_000
            now_ms += dt_ms
            commands = self._rival_commands(now_ms, now_ms - start_ms)
        for _ in range(2):      # gone, for longer than a contact chatters
            self._decide(now_ms, self._stay_ms, [], is_plugged=False)
            now_ms += self.dt_ms
        return self

    def _decide(self, now_ms, passed_ms, commands, is_plugged=True):
        v_pu = self._v_pu(passed_ms)
        said = self.vehicle.said() if is_plugged else {"state": "no_vehicle", "p_ac_w": 0, "q_ac_var": 0}
        said.update({name: v_pu * V_LN_V for name in ("v_an_v", "v_bn_v", "v_cn_v")})
        said["f_hz"] = 50.0
        snapshot = Snapshot([Said(said)], Said(self._meter(v_pu, said["p_ac_w"])), [],
                            conditions=[(modes.CONTROLLING, False, False, False, False, None)], vpp_lost_ms=None,
                            chance=0.5, inputs=Surroundings)
        self.state, setpoints, events = controller.step(self.state, now_ms, snapshot, commands)
        self.events += [(now_ms, *event) for event in events]
        self._watch(self.mandate(passed_ms) is not None)
        return setpoints[0][0]

    def _watch(self, is_mandated):
        """Energy that a mandate or the fuse takes, at the terminals."""
        der = self.state.ders[0]
        promise = der.view.promise
        wanted_w = 0 if promise is None else min(promise.p_hi_w(der.view) or 0, 0)
        held_wh = max(der.p_set_w - wanted_w, 0) * self.dt_ms / 3_600_000
        if is_mandated:
            self.e_held_wh += held_wh
        elif der.reason() == reasons.SITE_SHARE:
            self.e_fuse_wh += held_wh

    # -- what is heard -----------------------------------------------------------------------------------

    def rival(self, passed_ms):
        """Who interferes now."""
        return self.case.rivals[0 if 2 * passed_ms < self._stay_ms else 1]

    def mandate(self, passed_ms):
        """What is mandated now, or None."""
        mandate = self.case.mandate
        return mandate[0] if mandate is not None and mandate[1] <= passed_ms / 1000 < mandate[2] else None

    def _v_pu(self, passed_ms):
        if self.mandate(passed_ms) == "low_voltage":
            return DIPPED_V_PU
        return LOW_V_PU if self.rival(passed_ms) == "wape" else 1.0

    def _house(self):
        """The house by phase, W: a base, and now and then a large appliance."""
        self._house_left_ms -= self.dt_ms
        if self._house_left_ms <= 0:
            chance = self._house_chance
            self._house_w = 0.0 if self._house_w else chance.uniform(500, 3500)
            self._house_left_ms = min(chance.expovariate(1 / APPLIANCE_MS), APPLIANCE_MAX_MS)
        return HOUSE_W + self._house_w

    def _meter(self, v_pu, p_ac_w):
        phases = 3 if self.case.charger == "sim-four-quadrant" else 1
        house_w = self._house()
        p_w = [(p_ac_w / phases if k < phases else 0) - house_w for k in range(3)]
        values = {"p_pcc_w": sum(p_w)}
        for k, name in enumerate("abc"):
            values[f"p_{name}_w"] = p_w[k]
            values[f"i_{name}_a"] = abs(p_w[k]) / (v_pu * V_LN_V)
            values[f"v_{name}n_v"] = v_pu * V_LN_V
        return values

    # -- who interferes ----------------------------------------------------------------------------------

    def _rival_commands(self, now_ms, passed_ms):
        """Commands of this step: rivals renew what they want before it ends."""
        found = []
        mandate = self.mandate(passed_ms)
        if mandate == "limit":
            found.append(_lease(now_ms, "limits", 5, (1400 if self.case.seed % 2 else 0, None), lasts_ms=self.dt_ms))
        elif mandate == "setpoint":
            found.append(_lease(now_ms, "setpoint", 5, (3000 if self.case.seed % 2 else 0, None), lasts_ms=self.dt_ms,
                                name="system"))
        if self._is_plain:
            return found
        renew = passed_ms % RENEW_MS < self.dt_ms
        rival = self.rival(passed_ms)
        if rival == "agc":
            scalar = math.sin(passed_ms / 400_000) + self._chance.uniform(-0.3, 0.3)
            found.append({"kind": "agc", "scalar": max(-1, min(1, scalar))})
        if rival == "turns":
            if passed_ms % TURN_MS < self.dt_ms:
                p_w = 6000 if passed_ms // TURN_MS % 2 == 0 else -3000
                found.append(_lease(now_ms, "setpoint", 100, (p_w, None)))
        elif renew:
            found += _wants(rival, now_ms)
        return found


def _wants(rival, now_ms):
    if rival in ("discharge", "idle"):
        return [_lease(now_ms, "setpoint", 100, (6000 if rival == "discharge" else 0, None))]
    if rival == "no_charging":
        return [_lease(now_ms, "limits", 100, (0, None))]
    if rival == "agc":
        return [_lease(now_ms, "agc_reservation", 100, (5000,))]
    if rival in ("discharge_now", "idle_now"):
        return [{"kind": "wish", "der": 0, "wish": rival[:-4] if rival == "idle_now" else rival, "p_w": None,
                 "until_ms": now_ms + LEASE_MS}]
    if rival in MODES:
        # Always dear now and cheap a little later, and well paid to feed in.
        start_unix_s = UNIX_SHIFT_S + now_ms // 1000
        import_per_kwh = [0.9, 0.9] + [0.05] * 40
        return [{"kind": "prices", "start_unix_s": start_unix_s - start_unix_s % 900, "step_s": 900,
                 "import_per_kwh": import_per_kwh, "export_per_kwh": [0.8, 0.8] + [0.04] * 40},
                {"kind": "energy_mode", "mode": rival}]
    return []


def _lease(now_ms, kind, priority, values, *, lasts_ms=LEASE_MS, name="rival"):
    return {"kind": "lease", "row": [name + kind, kind, 0, priority, now_ms, now_ms, now_ms + lasts_ms, None, values]}


def plainly(case, dt_ms=10_000):
    """The same session where nobody wants anything else than charging."""
    return SessionWorld(case, dt_ms, is_plain=True).run()


def told(world, reason):
    """[(time ms, values)] of one kind of event, of home_reasons."""
    return [(now_ms, values) for now_ms, code, _, values in world.events if code == getattr(home_reasons, reason)]
