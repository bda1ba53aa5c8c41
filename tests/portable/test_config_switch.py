"""What a backup asks of charger and transfer switch, and what both put on the bus.

Source: edge/config_rules_switch.py; profiles sim-v2h, sim-v2h-auto, sim-transfer-switch, sim-home-battery.
"""

from edge import bus_plan, config, config_rules
from edge.drivers.profile_loader import load_profile
from tests.portable import fake_backup as fake


def errors_of(profile_of=load_profile, **sections):
    """{path: (got, allowed)} of what is refused."""
    _, errors = config.load(fake.document(**sections), profile_of)
    return dict([(row[0], (row[1], row[2])) for row in errors])


def changed(name, path, value):
    """profile_of with one entry of one profile replaced; path: keys."""
    def profile_of(wanted):
        profile = dict(load_profile(wanted))
        if wanted == name:
            part = profile
            for key in path[:-1]:
                part[key] = dict(part[key])
                part = part[key]
            part[path[-1]] = value
        return profile
    return profile_of


def test_a_house_with_backup_is_right():
    assert errors_of() == {}
    auto = [dict(fake.EVSE, profile="sim-v2h-auto")]
    assert errors_of(evse=auto, backup=dict(fake.BACKUP, mode="autonomous")) == {}


def test_switch_and_home_battery_stand_on_the_bus_plan():
    battery = {"profile": "sim-home-battery", "bus": "lan", "unit": 3}
    loaded, errors = config.load(fake.document(battery=battery), load_profile)
    assert errors == []
    assert [row[0] for row in config_rules.paths(loaded)] == ["evse[0]", "switch", "battery"]
    # a read and a write of charger and switch, a read of the battery
    assert config_rules.bus_time_ms(loaded, "lan", load_profile) == 5 * bus_plan.TCP_EXCHANGE_MS
    assert "battery.unit" in errors_of(battery=dict(battery, unit=fake.SWITCH))


def test_a_line_too_slow_for_switch_and_charger_is_refused():
    def line(baud):
        return [{"name": "lan", "host": "h", "port": 502, "transport": "rtu_over_tcp", "baud": baud}]
    assert errors_of(bus=line(9600)) == {}
    assert "evse[0].bus" in errors_of(bus=line(2400)), "values of the charger are good for half a second"
    loaded, _ = config.load(fake.document(bus=line(9600)), load_profile)
    # Read: 13 and 2 characters a register, of 26 and 22 registers; written: 17 and 2, of 4 to form and 3 to the switch; each
    # with 5 ms of the device and 4 ms of silence.
    assert abs(config_rules.bus_time_ms(loaded, "lan", load_profile) - (65 + 57 + 25 + 23) * 10 / 9.6 - 4 * 9) < 0.01


def test_the_kind_of_each_device_is_checked():
    assert "switch.profile" in errors_of(switch={"profile": "sim-control-box", "bus": "lan", "unit": 2})
    assert "battery.profile" in errors_of(battery={"profile": "sim-bes", "bus": "lan", "unit": 3})
    assert "evse[0].profile" in errors_of(evse=[dict(fake.EVSE, profile="sim-transfer-switch")])


def test_the_charger_has_to_be_able_to_do_what_is_asked():
    assert "backup.mode" in errors_of(backup=dict(fake.BACKUP, mode="autonomous"))
    four = [dict(fake.EVSE, profile="sim-four-quadrant", phases=3)]
    assert errors_of(evse=four)["backup.mode"][1].startswith("nothing")
    assert errors_of(backup=dict(fake.BACKUP, evse="nobody"))["backup.evse"] == ("nobody", "the name of a charger: v2h")


def test_orders_need_a_timer_and_registers_in_ram():
    assert "backup.evse" in errors_of(changed("sim-v2h", ("watchdog",), None))
    assert "backup.evse" in errors_of(changed("sim-v2h", ("control", "write_memory"), "flash"))
    assert "switch.profile" in errors_of(changed("sim-transfer-switch", ("watchdog",), None))
    assert "switch.profile" in errors_of(changed("sim-transfer-switch", ("control", "write_memory"), "unknown"))
    assert "switch.profile" in errors_of(changed("sim-transfer-switch", ("control",), None))


def test_the_timer_of_the_switch_outlasts_lost_writes():
    slow = changed("sim-transfer-switch", ("control", "refresh_ms"), 2000)
    assert errors_of(slow)["failsafe.device_reversion_s"] == (5, "10.4–30 s with sim-transfer-switch as switch")


def test_a_relay_that_the_switch_does_not_have_is_refused():
    def with_relay(relay):
        return errors_of(circuit=[dict(fake.CIRCUITS[0]), dict(fake.CIRCUITS[1], relay=relay)])
    assert with_relay(12) == {}
    assert with_relay(13) == {"circuit[1].relay": (13, "1–12: so many outputs sim-transfer-switch has")}
    fewer = changed("sim-transfer-switch", ("control", "circuits"), 2)
    assert errors_of(fewer)["circuit[2].relay"][0] == 3


def test_commanded_without_a_switch_is_refused():
    document = fake.document()
    del document["switch"]
    _, errors = config.load(document, load_profile)
    assert "switch" in [row[0] for row in errors]


def test_the_switch_reverts_after_the_charger():
    short = changed("sim-transfer-switch", ("watchdog", "max_s"), 8)
    assert errors_of(short, failsafe={"device_reversion_s": 6}) == {}
    assert errors_of(short, failsafe={"device_reversion_s": 7})["failsafe.device_reversion_s"][1].startswith("2.9–6 s")
