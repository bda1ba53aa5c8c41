"""What a configuration puts on a bus: how long its round takes, what follows from it, what a bus cannot reach.

Source: edge/bus_plan.py; frame lengths of the Modbus application protocol 1.1b3.
"""

from edge import config, config_rules
from tests.portable.test_config import PROFILES, charger, paths, site

SERIAL_LINE = {"name": "lan", "host": "h", "transport": "rtu_over_tcp"}
METER = {"profile": "meter", "bus": "lan", "unit": 100}


def line(baud, chargers, **sections):
    """Chargers and a meter behind one converter."""
    return site(bus=[dict(SERIAL_LINE, baud=baud)], meter=METER,
                evse=[charger(name="e%d" % unit, unit=unit) for unit in range(1, chargers + 1)], **sections)


def round_ms(document):
    loaded, errors = config.load(document)
    assert errors == []
    return config_rules.bus_time_ms(loaded, "lan", PROFILES.get)


def test_a_round_takes_the_time_of_all_devices_on_its_bus():
    # 137 characters for the meter, 63 and 21 for the charger, 100 ms of silence before the meter is asked; for each
    # exchange 5 ms of the device and 3.5 characters, in whole ms
    assert abs(round_ms(line(9600, 1)) - (221 * 10 / 9.6 + 100 + 3 * (5 + 4))) < 0.01
    assert abs(round_ms(line(19200, 1)) - (221 * 10 / 19.2 + 100 + 3 * (5 + 2))) < 0.01
    assert abs(round_ms(line(19200, 3)) - ((137 + 3 * 84) * 10 / 19.2 + 100 + 7 * (5 + 2))) < 0.01
    parity = line(19200, 1)
    parity["bus"][0].update(parity="even", stop_bits=2)
    assert abs(round_ms(parity) - (221 * 12 / 19.2 + 100 + 3 * (5 + 3))) < 0.01, "12 bits a character"
    assert round_ms(site()) == 40
    assert round_ms(site(evse=[charger(name="e%d" % unit, unit=unit) for unit in range(8)])) == 320
    meter_alone = site(bus=[{"name": "lan", "host": "h"}, {"name": "m", "host": "m"}], meter=dict(METER, bus="lan"),
                       evse=[charger(bus="m")])
    assert round_ms(meter_alone) == 120, "one gap from each read to the next"


def test_a_round_that_outlasts_the_values_it_reads_is_refused():
    assert paths(line(19200, 3), PROFILES.get) == []
    assert paths(line(9600, 1), PROFILES.get) == []
    loaded, errors = config.load(line(4800, 1, failsafe={"device_reversion_s": 10}), PROFILES.get)
    assert loaded is None and [error[0] for error in errors] == ["evse[0].bus"]
    # 137 + 63 + 25 characters are read, 21 written twice; 125 ms of silence, five times 5 + 8 ms
    assert errors[0][1] == "lan" and "500 ms" in errors[0][2] and "746 ms" in errors[0][2]
    assert "baud = 19200" in errors[0][3], errors[0]
    # What is read less often may be as old: the same line with a charger whose values are good for 2 s
    patient = line(4800, 3, failsafe={"device_reversion_s": 10})
    for row in patient["evse"]:
        row["profile"] = "two-steps"
    assert paths(patient, PROFILES.get) == []
    quick = [charger(name="e%d" % unit, unit=unit) for unit in range(8)]
    assert paths(site(evse=quick), PROFILES.get) == []


def test_many_devices_on_a_bus_need_a_longer_reversion_and_filter():
    eight = [charger(name="e%d" % unit, unit=unit, profile="two-steps") for unit in range(8)]
    # 5 x (800 + 8 x 3 x 20) ms = 6.4 s
    assert "failsafe.device_reversion_s" in paths(site(evse=eight), PROFILES.get)
    assert paths(site(evse=eight, failsafe={"device_reversion_s": 6.4}), PROFILES.get) == []
    assert paths(site(evse=eight[:1]), PROFILES.get) == []
    quick = [charger(name="e%d" % unit, unit=unit) for unit in range(8)]
    # 1.4 x 8 x (20 + 100 + 320 + 60) ms = 5.6 s
    assert set(paths(site(evse=quick, wape={"enabled": True, "tau_s": 5.5}), PROFILES.get)) == {"wape.tau_s"}
    assert paths(site(evse=quick, wape={"enabled": True, "tau_s": 5.61}), PROFILES.get) == []


def test_a_silent_charger_is_given_up_before_it_reverts():
    slow = [charger(profile="two-steps")]
    assert paths(site(evse=slow, failsafe={"charger_lost_s": 2.9}), PROFILES.get) == []
    assert paths(site(evse=slow, failsafe={"charger_lost_s": 3}), PROFILES.get) == ["failsafe.charger_lost_s"]
    assert paths(site(failsafe={"charger_lost_s": 4.4}), PROFILES.get) == []
    assert paths(site(failsafe={"charger_lost_s": 4.5}), PROFILES.get) == ["failsafe.charger_lost_s"]


def test_a_device_that_its_bus_cannot_reach_is_refused():
    assert paths(site(evse=[charger(unit=0)])) == []
    for unit in (0, 248, 255):
        assert paths(site(bus=[SERIAL_LINE], evse=[charger(unit=unit)])) == ["evse[0].unit"]
    assert paths(site(bus=[SERIAL_LINE], meter=dict(METER, unit=0))) == ["meter.unit"]
    assert paths(site(evse=[charger(instance=2)]), PROFILES.get) == ["evse[0].instance"]
    assert paths(site(bus=[SERIAL_LINE], evse=[charger(profile="lan-only")]), PROFILES.get) == ["evse[0].bus"]
    assert paths(site(evse=[charger(profile="lan-only")]), PROFILES.get) == []
