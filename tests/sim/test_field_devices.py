"""The real gateway and the simulated chargers and meters of other makers, each with its own habits.

Not its job: registers against hand-worked vectors (unit/test_field_registers.py), the devices of our own
(test_profiles_under_gateway.py).
Source: habits as the profiles state them.
"""

import pytest

from host_sim.plant.devices import make_device
from tests.portable import fake_site

STEP_MS = 100
V_LN_V = (230.0, 230.0, 230.0)
METERS = ("eastron-sdm630", "carlo-gavazzi-em24-e1", "carlo-gavazzi-em340", "sunspec-meter", "sunspec-meter-export",
          "sunspec-meter-float")


class SeenBank:
    """A device's registers that remember when they were asked, and what was written."""

    def __init__(self, bench, device):
        self._bench, self._bank = bench, device.bank
        self.asked_ms, self.written = [], []

    def read(self, function, address, count):
        self.asked_ms.append(self._bench.site.now_ms)
        return self._bank.read(function, address, count)

    def write(self, function, address, values):
        self.asked_ms.append(self._bench.site.now_ms)
        self.written.append((function, address, list(values)))
        return self._bank.write(function, address, values)


class Bench:
    """One charger and one meter on one gateway; a charger that shows no voltage gets the meter's."""

    def __init__(self, profile, *, instance=1, discharge_w=0, default_w=-2500, meter="eastron-sdm630", **sections):
        self.device = make_device(profile, instance=instance)
        self.meter = make_device(meter)
        self.seen = SeenBank(self, self.device)
        evse = {"name": "der1", "profile": profile, "bus": "lan", "instance": instance, "p_charge_max_w": 7000,
                "p_discharge_max_w": discharge_w, "v2g_consent": True, "trip_declared": True}
        document = fake_site.document(
            bus=[{"name": "lan", "host": "127.0.0.1"}, {"name": "meter", "host": "127.0.0.2"}], evse=[evse],
            meter={"profile": meter, "bus": "meter"}, site={"i_fuse_a": 63}, grid={"voltage_from": "pcc"},
            control={"p_default_w": default_w, "ramp_w_s": 50000}, failsafe={"p_static_safe_w": 5000}, **sections)
        self.site = fake_site.FakeSite(document, {"bus:lan": {1: self.seen}, "bus:meter": {1: self.meter.bank}})

    def run(self, duration_s, is_gateway_alive=True):
        """Plant and gateway together."""
        for _ in range(duration_s * 1000 // STEP_MS):
            now_ms = self.site.now_ms
            self.device.step(now_ms, STEP_MS, V_LN_V, 50.0)
            self.meter.observe(self.device.p_inj_w, self.device.q_inj_var)
            self.meter.step(now_ms, STEP_MS, V_LN_V, 50.0)
            if is_gateway_alive:
                self.site.run(STEP_MS)
            else:
                self.site.now_ms += STEP_MS
        return self

    def ask_for(self, p_w):
        self.site.gateway.state.commitments.standing[0].p_default_w = p_w
        return self

    def p_w(self):
        return sum(self.device.p_inj_w)

    def der(self):
        return self.site.gateway.state.ders[0]

    def setpoints(self, address):
        return [values for _, start, values in self.seen.written if start == address]


CHARGERS = ("evtec-bidipro-10", "ambibox-ambicharge", "sigenergy-evdc", "generic-charger-w", "generic-charger-pct",
            "generic-charger-a")
# A step of a percentage is 110 W, one of 0.1 A three times 23 W.
COARSE_W = {"generic-charger-pct": 115, "generic-charger-a": 75}


@pytest.mark.parametrize("profile", CHARGERS)
def test_a_setpoint_reaches_the_terminals_and_is_read_back_with_our_sign(profile):
    least_w = 4300 if profile == "generic-charger-a" else 2500      # three phases of 6 A are the least there
    bench = Bench(profile, default_w=-least_w).run(60)
    near_w = COARSE_W.get(profile, 20)
    assert -least_w - 20 <= bench.p_w() <= -least_w + near_w, "never more than was decided"
    assert bench.der().view.p_ac_w == pytest.approx(bench.p_w(), abs=2)
    assert bench.der().view.state == "charging" and bench.der().session == "controlling"
    assert bench.site.gateway.state.site.meter.p_pcc_w == pytest.approx(bench.p_w(), abs=2)
    bench.site.stop()
    bench.run(20)
    assert bench.site.exit_code == 0
    bench.run(10, is_gateway_alive=False)
    assert bench.p_w() == pytest.approx(0, abs=20), "given back at zero"


@pytest.mark.parametrize("profile", ("evtec-bidipro-10", "generic-charger-w", "generic-charger-pct", "generic-charger-a"))
def test_a_dead_gateway_leaves_it_at_zero_within_its_reversion_time(profile):
    bench = Bench(profile, default_w=-4500).run(40)
    assert bench.p_w() < -4000
    bench.run(12, is_gateway_alive=False)
    assert bench.p_w() == pytest.approx(0, abs=20)


@pytest.mark.parametrize("profile", ("ambibox-ambicharge", "sigenergy-evdc"))
def test_without_a_timer_of_its_own_nothing_above_the_static_power_is_written(profile):
    bench = Bench(profile, default_w=-7000).run(60)
    assert bench.p_w() == pytest.approx(-5000, abs=20) and "no device watchdog" in bench.der().why()


def test_the_evtec_discharges_only_in_a_session_that_offers_it():
    bench = Bench("evtec-bidipro-10", discharge_w=6000, default_w=3000).run(40)
    assert bench.p_w() == pytest.approx(3000, abs=20) and bench.der().view.state == "discharging"
    bench.device.bank.set("session_type", 1)
    bench.run(20)
    assert bench.p_w() == pytest.approx(0, abs=20), "1 is an ordinary session"
    assert bench.der().view.p_discharge_max_w == 0
    bench.device.bank.set("session_type", 3)
    bench.run(20)
    assert bench.p_w() == pytest.approx(3000, abs=20)
    bench.device.limits_w = lambda: (7000, 0)       # X + 22 is no longer below nothing
    bench.run(20)
    assert bench.p_w() == pytest.approx(0, abs=20)


def test_the_evtec_is_never_told_what_it_would_refuse():
    bench = Bench("evtec-bidipro-10", default_w=-300).run(30)
    assert bench.p_w() == pytest.approx(0, abs=20), "below its least power"
    for p_w in (-499, -500, -7000, -100, 0):
        bench.ask_for(p_w).run(10)
    assert bench.site.gateway.fleet.actuators[0].failures == 0
    told = [values[0] << 16 | values[1] for values in bench.setpoints(186)]
    assert {0, 500, 7000} <= set(told) and min(set(told) - {0}) == 500


def test_the_third_connector_of_an_evtec_has_registers_of_its_own_and_one_station():
    bench = Bench("evtec-bidipro-10", instance=3).run(30)
    assert bench.p_w() == pytest.approx(-2500, abs=20)
    assert {address for _, address, _ in bench.seen.written} == {42, 386, 388}


def test_the_ambibox_is_told_negative_and_shows_positive():
    bench = Bench("ambibox-ambicharge", instance=2).run(30)
    assert bench.setpoints(3100)[-1] == [0xFFFF, 0xF63C], "-2500"
    shown = bench.device.bank.read(4, 4218, 2)
    assert shown[0] << 16 | shown[1] == pytest.approx(2500, abs=5)
    bench.device.unplug()
    bench.run(10)
    assert bench.der().view.state == "no_vehicle" and bench.p_w() == 0


def test_zero_is_never_written_to_a_sigenergy_and_it_is_asked_once_a_second():
    bench = Bench("sigenergy-evdc").run(60)
    for p_w in (0, -300, -2000, 0, -4000):
        bench.ask_for(p_w).run(40)
    assert bench.p_w() == pytest.approx(-4000, abs=20)
    told = [values[0] << 16 | values[1] for values in bench.setpoints(41002)]
    assert set(told) == {2000, 2500, 4000}
    starts = [values for function, address, values in bench.seen.written if address == 41000]
    assert [1] in starts and [0] in starts
    assert {function for function, address, _ in bench.seen.written if address == 41000} == {6}, "single writes only"
    assert bench.device.fault_bits == 0
    gaps_ms = [later - sooner for sooner, later in zip(bench.seen.asked_ms, bench.seen.asked_ms[1:])]
    assert min(gaps_ms) >= 1000
    assert "forbidden" not in bench.der().why() and bench.der().session == "controlling"


def test_zero_from_somebody_else_latches_the_sigenergy_until_the_vehicle_is_plugged_anew():
    bench = Bench("sigenergy-evdc").run(60)
    bench.device.bank.write(16, 41002, [0, 0])
    bench.run(30)
    assert bench.der().view.state == "fault" and bench.p_w() == 0
    bench.device.unplug()
    bench.device.plug()
    bench.run(60)
    assert bench.p_w() == pytest.approx(-2500, abs=20)


@pytest.mark.parametrize("profile", ("evtec-bidipro-10", "sigenergy-evdc", "ambibox-ambicharge"))
def test_a_state_of_charge_of_zero_is_unknown(profile):
    bench = Bench(profile).run(20)
    assert bench.der().view.soc_pct == pytest.approx(50, abs=2)
    bench.device._soc_shown_pct = lambda state: 0
    bench.run(5)
    reader = bench.site.gateway.fleet.readers[0]
    assert reader.values[reader.map.points["soc_pct"][0]] is None
    assert bench.der().view.soc_pct is None or bench.der().view.soc_is_estimate


@pytest.mark.parametrize("meter", METERS)
def test_a_meter_shows_what_flows_with_our_sign(meter):
    bench = Bench("sim-four-quadrant", meter=meter).run(30)
    site = bench.site.gateway.state.site.meter
    assert site.p_pcc_w == pytest.approx(-2500, abs=20), "the house draws power"
    assert site.p_w == pytest.approx([-2500 / 3] * 3, abs=10)
    assert site.v_ln_v == pytest.approx([230.0] * 3, abs=0.11) and site.i_a == pytest.approx([3.62] * 3, abs=0.05)
    bench.ask_for(-6000).run(10)
    assert site.p_pcc_w == pytest.approx(-6000, abs=20)
    assert not bench.site.gateway.fleet.readers[1].is_frozen()


def test_a_meter_in_the_wrong_mode_is_refused_before_it_lies():
    bench = Bench("sim-four-quadrant", meter="carlo-gavazzi-em340")
    bench.meter.bank.set("sign_mode", 0)
    bench.run(30)
    assert bench.site.gateway.state.site.meter.p_pcc_w is None
    assert bench.site.gateway.fleet.readers[1].fault == "sign_mode is 0: allowed 1..1"
