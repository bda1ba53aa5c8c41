"""Observe mode behind a fuse says what control mode would do, from the same meter and the same charger.

Not its job: shares (test_site.py), turns by themselves (test_site_turns.py). Source: README, "is what it decides right?".
"""

from tests.portable import fake_site
from tests.portable.test_gateway import ask, floats

HOUSE_A = 0.9
PREFIX = "observing, would be "
METER = {"name": "m", "profile": "eastron-sdm630", "bus": "meter"}
BUSES = [{"name": "lan", "host": "a"}, {"name": "meter", "host": "b"}]


class MeterBank(fake_site.Bank):
    """A three-phase meter: its holding registers say how it is wired, the others what it measures."""

    def read(self, function, address, count):
        """Values, or None outside the bank."""
        return floats(3.0) if function == 3 and address == 10 else super().read(function, address, count)


class Behind:
    """Chargers of 7.4 kW behind a fuse; follows: they do what their registers say, else each draws its own_w."""

    def __init__(self, mode, i_fuse_a=35, chargers=1, **changes):
        self.banks = {unit: fake_site.charger_bank() for unit in range(1, chargers + 1)}
        self.meter = MeterBank()
        self.follows = mode == "control"
        self.own_w = [0] * chargers     # what each draws by itself
        evse = [dict(fake_site.CHARGER, name="evse%d" % unit, unit=unit, p_charge_max_w=7360,
                     **changes) for unit in self.banks]
        self.run = fake_site.FakeSite(
            fake_site.document(mode, evse=evse, meter=METER, site={"i_fuse_a": i_fuse_a}, bus=BUSES),
            {"bus:lan": self.banks, "bus:meter": {1: self.meter}})
        self.meter.registers[70:72] = floats(50.0)

    def second(self):
        """One second of ten ticks; returns the first DER."""
        for tick in range(10):
            drawn_w = 0
            for unit, bank in self.banks.items():
                own_w = self.own_w[unit - 1]
                told = bank.registers[122] if self.follows else 0x10000 - own_w if own_w else 0
                bank.registers[108] = told
                drawn_w += 0x10000 - told if told else 0
            phase_w = HOUSE_A * 230 + drawn_w / 3
            for phase in range(3):
                self.meter.registers[2 * phase:2 * phase + 2] = floats(230.0 + tick % 2 / 1000)
                self.meter.registers[6 + 2 * phase:8 + 2 * phase] = floats(phase_w / 230)
                self.meter.registers[12 + 2 * phase:14 + 2 * phase] = floats(phase_w)
            self.meter.registers[52:54] = floats(3 * phase_w)
            self.run.run(100)
        return self.run.gateway.state.ders[0]


def decided_w(made, seconds):
    """Setpoint of the first DER after so long, W."""
    for _ in range(seconds):
        der = made.second()
    return der.p_set_w


def test_a_charger_at_rest_would_charge_with_all_that_fits():
    watching, doing = Behind("observe"), Behind("control")
    for second in range(50):
        der, same = watching.second(), doing.second()
        if second >= 15:
            assert der.why() == PREFIX + "charging 7.4 kW: default", (second, der.why())
            assert same.why() == "charging 7.4 kW: default", (second, same.why())
    assert watching.banks[1].written == []


def test_a_wish_changes_nothing_of_it():
    made = Behind("observe")
    ask(made.run, wish="charge_now", minutes=60)
    decided_w(made, 15)
    for _ in range(30):
        assert made.second().why().startswith(PREFIX + "charging 7.4 kW"), made.run.gateway.state.ders[0].why()


def test_a_charger_that_charges_by_itself_disobeys_nobody():
    """A small fuse, and a vehicle that charges as it likes: the share is what control would leave it."""
    expected_w = decided_w(Behind("control", i_fuse_a=8), 60)
    assert -5000 < expected_w < -4700
    for own_w in (0, 2000, 4000, 7360):
        made = Behind("observe", i_fuse_a=8)
        made.own_w[0] = own_w
        decided_w(made, 30)
        for _ in range(30):
            assert abs(made.second().p_set_w - expected_w) < 300, (own_w, made.run.gateway.state.ders[0].why())


def test_the_house_does_not_drift_while_its_charger_comes_and_goes():
    expected_w = -3 * 230 * (8 - HOUSE_A)
    made = Behind("observe", i_fuse_a=8)
    for own_w in (3000, 0, 7000, 1500) * 3:
        made.own_w[0] = own_w
        got_w = decided_w(made, 12)
        assert abs(got_w - expected_w) < 150, (own_w, got_w, expected_w)


def test_two_chargers_share_as_they_would():
    watching, doing = Behind("observe", i_fuse_a=16, chargers=2), Behind("control", i_fuse_a=16, chargers=2)
    assert abs(decided_w(watching, 40) - decided_w(doing, 40)) < 300


def test_a_neighbour_that_charges_more_than_it_would_be_told_takes_nobody_s_share():
    expected_w = decided_w(Behind("control", i_fuse_a=16, chargers=2), 40)
    made = Behind("observe", i_fuse_a=16, chargers=2)
    made.own_w[1] = 7360
    decided_w(made, 20)
    for _ in range(20):
        der = made.second()
        assert abs(der.p_set_w - expected_w) < 300, der.why()


def test_one_of_two_that_exclude_each_other_would_have_the_turn():
    made = Behind("observe", chargers=2, exclusive="cable")
    decided_w(made, 30)
    said = [der.why() for der in made.run.gateway.state.ders]
    assert said[0] == PREFIX + "charging 7.4 kW: default" and said[1].startswith(PREFIX + "idle"), said


def test_control_taken_out_of_observing_begins_from_the_same_room():
    made = Behind("control")
    decided_w(made, 20)
    ask(made.run, observe=True)
    decided_w(made, 20)
    assert made.run.gateway.state.ders[0].why().startswith(PREFIX + "charging 7.4 kW")
    ask(made.run, observe=False)
    decided_w(made, 20)
    assert made.run.gateway.state.ders[0].why() == "charging 7.4 kW: default"
