"""A device that answers, but not to what its profile reads first, is told by name: it would stay unidentified for ever.

Not its job: devices whose answer shows another device (test_gateway.py). Source: ours.
"""

from edge import queries, reasons
from protocols.modbus import pdu
from tests.portable import fake_site

FAULT = "the device answers, but not to what profile %s reads first: wrong profile?"
RATINGS = 100       # registers below hold what identifies a sim-four-quadrant


class Refusing(fake_site.Bank):
    """Has no registers below RATINGS, until somebody gives it some."""

    has_ratings = False

    def read(self, function, address, count):
        """Values, or None outside the bank."""
        return super().read(function, address, count) if self.has_ratings or address >= RATINGS else None


class HalfSilent(fake_site.FakeSite):
    """Says nothing to a read below RATINGS."""

    def _answer(self, link, data):
        if link == "vpp" or data[8] << 8 | data[9] >= RATINGS:
            super()._answer(link, data)


def refusing_site(**sections):
    bank = Refusing()
    bank.registers = fake_site.charger_bank().registers
    return bank, fake_site.FakeSite(fake_site.document(**sections), {"bus:lan": {1: bank}})


def status(run):
    return queries.status(run.gateway, run.now_ms)


def is_told(run):
    fault = FAULT % "sim-four-quadrant"
    der = status(run)["ders"][0]
    return [fault in der["why"], ["identify", fault] in der["unavailable"],
            len([line for line in run.ports.lines if fault in line and "wrong device" in line])]


def test_a_refusal_of_what_is_read_first_is_told_in_status_why_and_events():
    bank, run = refusing_site()
    run.run(3000)
    assert is_told(run) == [False, False, 0], "a device that starts up refuses for a while too"
    run.run(7000)
    assert is_told(run) == [True, True, 1]
    der = run.gateway.state.ders[0]
    assert der.why() == "idle: wrong device (default asked charging 6.0 kW), " + FAULT % "sim-four-quadrant"
    assert der.view.failsafe_action == 5 and bank.written == []
    run.run(60000)
    assert is_told(run) == [True, True, 1], "told once"


def test_it_is_asked_on_and_serves_when_it_answers_after_all():
    bank, run = refusing_site()
    run.run(10000)
    bank.has_ratings = True
    run.run(15000)
    assert is_told(run)[:2] == [False, False]
    assert status(run)["ders"][0]["session"] == "controlling"
    assert "wrong device, cleared" in "".join([line for line in run.ports.lines])


def test_silence_counts_where_the_rest_is_answered():
    run = HalfSilent(fake_site.document(), {"bus:lan": {1: fake_site.charger_bank()}})
    run.run(40000)
    assert is_told(run)[:2] == [True, True]


def test_a_silent_device_is_silent_and_nothing_else():
    _, run = refusing_site()
    run.is_silent = True
    run.run(60000)
    assert is_told(run) == [False, False, 0]
    assert run.gateway.state.ders[0].why() == "idle: charger silent (default asked charging 6.0 kW)"


def test_a_busy_device_and_a_converter_without_its_device_are_not_blamed():
    for code in (5, 6, pdu.GATEWAY_TARGET_FAILED):
        _, run = refusing_site()
        run.run(1000)
        reader = run.gateway.fleet.readers[0]
        reader.link_lost()
        for _ in range(20):
            reader.on_answer(run.now_ms, 0, pdu.EXCEPTION, code)
        assert reader.fault is None and reader.condition() is None, code


def test_a_lost_link_forgets_it():
    _, run = refusing_site()
    run.run(10000)
    reader = run.gateway.fleet.readers[0]
    assert reader.condition() == [True, [["identify", reasons.WRONG_DEVICE, FAULT % "sim-four-quadrant"]]]
    reader.link_lost()
    assert reader.condition() is None


def test_a_meter_is_told_in_status():
    run = fake_site.FakeSite(
        fake_site.document(meter={"profile": "eastron-sdm630", "bus": "line"},
                           bus=[{"name": "lan", "host": "127.0.0.1"}, {"name": "line", "host": "127.0.0.2"}]),
        {"bus:lan": {1: fake_site.charger_bank()}, "bus:line": {1: Refusing()}})
    assert status(run)["others"] == [
        {"name": "meter", "profile": "eastron-sdm630", "identity": "unknown", "age_ms": None, "fault": None}]
    run.run(30000)
    assert status(run)["others"][0]["fault"] == FAULT % "eastron-sdm630"
