"""The real gateway drives every controllable profile's simulated device: take, set, hold, revert, give back.

Not its job: wire format (tests/conformance drives the same devices with pymodbus), the feeder.
Source: each profile's own guards and reversion time.
"""

import pytest

from host_sim.plant.devices import make_device
from tests.portable import fake_site

STEP_MS = 20
V_LN_V = (230.0, 230.0, 230.0)

# profile, kind, phases, how long until it carries power, W tolerance
CONTROLLABLE = (
    ("sim-four-quadrant", "evse", 3, 15000, 20),
    ("sim-bes", "bes", 3, 15000, 20),
    ("wallbox-quasar-1", "evse", 1, 70000, 60),
    ("sim-v2h", "evse", 1, 15000, 60),
    ("sim-v2h-auto", "evse", 1, 15000, 60),
)


class Bench:
    """One device on one gateway, beside a meter that sees what it draws."""

    def __init__(self, profile, kind, phases, **settings):
        self.device = make_device(profile)
        self.meter = make_device("eastron-sdm630")
        row = {"name": "der1", "profile": profile, "bus": "lan", "phases": phases, "p_charge_max_w": 3000,
               "p_discharge_max_w": 3000, "v2g_consent": True}
        document = fake_site.document(
            bus=[{"name": "lan", "host": "127.0.0.1"}, {"name": "meter", "host": "127.0.0.2"}],
            meter={"profile": "eastron-sdm630", "bus": "meter"}, site={"i_fuse_a": 63}, control={"p_default_w": -2500, **settings})
        del document["evse"]
        document[kind] = [row]
        self.site = fake_site.FakeSite(document, {"bus:lan": {1: self.device.bank}, "bus:meter": {1: self.meter.bank}})

    def run(self, duration_ms, is_gateway_alive=True):
        """Plant and gateway together."""
        for _ in range(duration_ms // STEP_MS):
            now_ms = self.site.now_ms
            self.device.step(now_ms, STEP_MS, V_LN_V, 50.0)
            self.meter.observe(self.device.p_inj_w, self.device.q_inj_var)
            self.meter.step(now_ms, STEP_MS, V_LN_V, 50.0)
            if is_gateway_alive:
                self.site.run(STEP_MS)
            else:
                self.site.now_ms += STEP_MS

    def p_w(self):
        """Power at the terminals, W, positive when injected."""
        return sum(self.device.p_inj_w)


@pytest.mark.parametrize("profile, kind, phases, settle_ms, tolerance_w", CONTROLLABLE)
def test_setpoint_reaches_the_terminals_with_our_sign(profile, kind, phases, settle_ms, tolerance_w):
    bench = Bench(profile, kind, phases)
    bench.run(settle_ms)
    assert bench.p_w() == pytest.approx(-2500, abs=tolerance_w)
    assert bench.site.gateway.fleet.actuators[0].session.state == "controlling"
    assert bench.site.gateway.state.ders[0].view.p_ac_w == pytest.approx(-2500, abs=tolerance_w)


@pytest.mark.parametrize("profile, kind, phases, settle_ms, tolerance_w", CONTROLLABLE)
def test_a_dead_gateway_leaves_the_device_at_zero_within_its_reversion_time(profile, kind, phases, settle_ms,
                                                                            tolerance_w):
    bench = Bench(profile, kind, phases)
    bench.run(settle_ms)
    reversion_ms = int(bench.site.gateway.config.failsafe.device_reversion_s * 1000)
    bench.run(reversion_ms + 5000, is_gateway_alive=False)
    assert bench.p_w() == pytest.approx(0, abs=tolerance_w)


@pytest.mark.parametrize("profile, kind, phases, settle_ms, tolerance_w", CONTROLLABLE)
def test_a_clean_stop_gives_the_device_back_at_zero(profile, kind, phases, settle_ms, tolerance_w):
    bench = Bench(profile, kind, phases)
    bench.run(settle_ms)
    bench.site.stop()
    bench.run(10000)
    assert bench.site.exit_code == 0
    assert bench.device.bank.get("owner") == 0
    bench.run(5000, is_gateway_alive=False)
    assert bench.p_w() == pytest.approx(0, abs=tolerance_w)


def test_the_quasar_is_written_no_faster_than_its_guards_allow():
    bench = Bench("wallbox-quasar-1", "evse", 1, ramp_w_s=50000)
    changes_ms = []
    last = None
    for tick in range(2000):
        bench.site.gateway.state.commitments.standing[0].p_default_w = -2500 if tick // 100 % 2 else -1500
        bench.run(100)
        value = bench.device.bank.get("p_set_w")
        if value != last and value:
            changes_ms.append(bench.site.now_ms)
        last = value
    gaps_ms = [later - earlier for earlier, later in zip(changes_ms, changes_ms[1:])]
    assert len(gaps_ms) >= 5
    assert gaps_ms[0] >= 22000, "nothing moves while it starts"
    assert min(gaps_ms[1:]) >= 11000, gaps_ms


def test_the_quasar_charges_only_while_a_meter_guards_the_fuse():
    bench = Bench("wallbox-quasar-1", "evse", 1)
    bench.run(70000)
    assert bench.p_w() < -2000
    bench.site.close("bus:meter")
    bench.site.gateway.fleet.buses[1].backoff.due_ms = None     # it stays away
    bench.run(20000)
    assert bench.p_w() == pytest.approx(0, abs=60)
    assert "meter silent" in bench.site.gateway.state.ders[0].why()
