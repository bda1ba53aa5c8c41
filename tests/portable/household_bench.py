"""A household on views that a test fills itself: one vehicle, a clock to step, what was told.

Not its job: tests; measuring and laws (test_gateway.py has whole gateways). Source: edge/household.
"""

from edge import config_loader, modes, reasons
from edge.arbiter import Decision
from edge.drivers.profile_loader import load_profile
from edge.household.household import make
from tests.portable.fake_site import CHARGER, document
from tests.portable.law_bench import view

UNIX_S = 1789970400     # 21 September 2026, 06:00 UTC


class Der:
    """One DER between two ticks, as far as a household looks."""

    def __init__(self, device, seen):
        self.device = device
        self.view = seen
        self.session = modes.CONTROLLING
        self.decision = Decision()
        self.bound = 0

    def reason(self):
        """What bound it."""
        return self.bound


class Picture:
    """Points that only some chargers have."""

    def __init__(self):
        self.values = {}

    def fresh(self, name, now_ms):
        """As given."""
        return self.values.get(name)


class Inputs:
    """The clock is set."""

    def __init__(self, unix_shift_s):
        self.unix_shift_s = unix_shift_s
        self.values = {}


class Snapshot:
    """What a household reads of it."""

    def __init__(self, unix_shift_s):
        self.ders = [Picture()]
        self.inputs = None if unix_shift_s is None else Inputs(unix_shift_s)


class State:
    """One DER."""

    def __init__(self, ders):
        self.ders = ders


class Bench:
    """Steps one household; `view` is what a test changes between steps, `events` what was told."""

    def __init__(self, profile="sim-four-quadrant", unix_shift_s=None, sections=None, **evse):
        charger = dict(CHARGER)
        charger.update({"profile": profile, "e_capacity_wh": 60000})
        charger.update(evse)
        if profile == "wallbox-quasar-1":
            charger["phases"] = 1
        self.config, errors = config_loader.load(document(evse=[charger], failsafe={"device_reversion_s": 10}, **(sections or {})),
                                                 load_profile)
        assert not errors, errors
        self.household = make(self.config)
        self.household.energy_use = None    # it has tests of its own
        self.view = view(plugged=False, e_capacity_wh=60000, q_mode="unity", now_ms=0, dt_ms=1000)
        self.state = State([Der(self.config.ders[0], self.view)])
        self.snapshot = Snapshot(unix_shift_s)
        self.events = []
        self.soc_pct = 50       # what the charger says, None: nothing
        self.p_ac_w = 0

    def run(self, seconds, dt_ms=1000):
        """Let time pass."""
        for _ in range(seconds * 1000 // dt_ms):
            seen = self.view
            seen.now_ms += dt_ms
            seen.dt_ms = dt_ms
            seen.soc_pct, seen.p_ac_w = self.soc_pct, self.p_ac_w
            # as the controller does it each tick
            seen.v2g_consent, seen.soc_min_pct = self.config.ders[0].v2g_consent, self.config.ders[0].soc_min_pct
            self.household.step(self.state, seen.now_ms, self.snapshot, self.events)
        return self

    def command(self, **command):
        """A command for the vehicle."""
        command["der"] = 0
        self.household.take(self.state, self.view.now_ms, command, self.events)

    def depart(self, hours, e_needed_wh=None, soc_pct=None):
        """A promise from now on."""
        self.command(kind="departure", t_departure_ms=self.view.now_ms + int(hours * 3600000), e_needed_wh=e_needed_wh, soc_pct=soc_pct)

    def told(self, name):
        """Values of the events of that name since the last call for it."""
        told = [event for event in self.events if reasons.name_of(event[0]).upper() == name]
        found = [values for _, _, values in told]
        self.events = [event for event in self.events if event not in told]
        return found
