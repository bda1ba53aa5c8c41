"""Searching units and writing points, without sockets: register banks behind a line that answers at once.

Not its job: pymodbus on loopback (tests/sim/test_commission_live.py).
"""

import json
import socket

import pytest

from edge import hal_ports
from edge.drivers.fleet_builder import map_of
from edge.drivers.profile_loader import load_profile
from host_sim.plant.devices import make_device
from protocols import profiles
from protocols.modbus import pdu
from protocols.modbus.server import answer
from tools import cli
from tools.gateway import detect_words, device_points, device_writes, network_scan, unit_search

V_LN_V = (230.0, 230.0, 230.0)


class BankLine:
    """A line whose units are register banks; silent for the others."""

    told = "a table"

    def __init__(self, units):
        self.units, self.requests, self.written = units, 0, []

    def ask(self, unit, request, timeout_ms=1000):
        """As modbus_line.Line.ask."""
        self.requests += 1
        if request[0] not in (1, 2, 3, 4):
            self.written.append(request)
        if unit not in self.units:
            return pdu.TIMEOUT, None
        return pdu.decode_response(request, answer(request, self.units[unit]))

    def read(self, unit, function, address, count, timeout_ms=1000):
        """As modbus_line.Line.read."""
        return self.ask(unit, pdu.read_request(function, address, count), timeout_ms)


def bank(name):
    """Registers of an emulated device that has measured."""
    device = make_device(name)
    for now_ms in range(0, 4000, 100):
        device.step(now_ms, 100, V_LN_V, 50.0)
    return device.bank


class Refusing:
    """Somebody who answers everything with an exception."""

    def read(self, function, address, count):
        """No."""
        return None

    def write(self, function, address, values):
        """No."""
        return 1


@pytest.mark.parametrize("name", profiles.NAMES)
def test_every_profile_is_recognised_by_its_fingerprint(name):
    kinds = load_profile(name)["transport"]["kinds"]
    line = BankLine({3: bank(name)})
    (found,) = unit_search.search(line, kinds[0], (2, 3, 4))
    assert found["unit"] == 3
    assert name in [found["profile"]] + found["further"], found
    assert line.written == [], "only read"


def test_emulated_devices_with_a_model_number_are_told_apart():
    for name in ("sim-four-quadrant", "sim-v2h", "sim-pv", "generic-charger-a", "carlo-gavazzi-em340"):
        (found,) = unit_search.search(BankLine({1: bank(name)}), load_profile(name)["transport"]["kinds"][0], (1,))
        assert (found["profile"], found["further"]) == (name, []), found


def test_a_stranger_is_told_with_its_exceptions():
    (found,) = unit_search.search(BankLine({5: Refusing()}), "tcp", range(1, 11))
    assert (found["unit"], found["profile"], found["exceptions"]) == (5, None, [pdu.ILLEGAL_DATA_ADDRESS])
    text = detect_words.page([{"host": "10.0.0.9", "port": 502, "transport": "tcp", "devices": [found], "fault": None}])
    assert "10.0.0.9:502  5" in text and "no profile fits, exceptions 2" in text and "NEW_DEVICE.md" in text and "v2g profile try" in text and "[[bus]]" not in text


def test_silent_units_cost_few_requests():
    line = BankLine({})
    assert unit_search.search(line, "tcp", range(1, 11)) == []
    assert line.requests <= 20


def test_points_that_sequences_write_are_writable_and_no_others():
    profile = load_profile("wallbox-quasar-1")
    found, plain = device_points.register_map(BankLine({1: bank("wallbox-quasar-1")}), 1, profile)
    writable = device_writes.writable(found, plain)
    assert sorted(writable) == ["action", "autostart", "owner", "p_set_w", "setpoint_kind", "watchdog_s"]
    for point, value, is_refused in (("owner", 1, False), ("owner", 2, True), ("watchdog_s", 30, False), ("watchdog_s", 31, True),
                                     ("p_set_w", -2000, False), ("p_set_w", -2001, True), ("p_set_w", float("nan"), True)):
        assert bool(device_writes.refusal(writable[point], point, value, None, plain)) == is_refused, (point, value)
    # The register counts charging positive: our -500 W is its 500.
    assert device_writes.request(found, writable["p_set_w"], -500) == pdu.write_single(6, 260, 500)


def test_networks_are_bounded():
    assert len(network_scan.hosts_of("192.168.1.0/24")) == 254
    with pytest.raises(network_scan.TooWide):
        network_scan.hosts_of("10.0.0.0/16")
    with pytest.raises(ValueError):
        network_scan.hosts_of("house")


def test_open_ports_are_found_and_closed_ones_not():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert network_scan.open_ports(["127.0.0.1", "127.0.0.2"], (port, 1)) == [("127.0.0.1", port)]
        refused = set()
        assert network_scan.open_ports(["no-such-host.invalid"], (port,), refused) == [] and refused == set()
        assert network_scan.open_ports(["127.0.0.1"], (port, 1), refused) == [("127.0.0.1", port)] and refused == {("127.0.0.1", 1)}


def test_a_host_that_refuses_every_port_is_told_so_and_how_to_name_another(monkeypatch, capsys):
    monkeypatch.setattr(network_scan, "PORTS", (1, 2))
    monkeypatch.setattr(network_scan.open_ports, "__defaults__", ((1, 2), None))
    assert cli.main(["detect", "127.0.0.1"]) == 1
    assert "127.0.0.1" in (said := capsys.readouterr().out) and "refuses connections on ports 1, 2; name one with HOST:PORT" in said
    assert cli.main(["detect", "no-such-host.invalid", "--json"]) == 1
    (line,) = json.loads(capsys.readouterr().out)["lines"]
    assert (line["host"], line["port"]) == ("no-such-host.invalid", None) and "does not answer on ports 1, 2" in line["fault"]


def test_a_machine_without_serial_ports_says_so_when_only_those_were_to_be_looked_at(monkeypatch, capsys):
    monkeypatch.setattr(hal_ports, "ports", lambda: [])
    assert cli.main(["detect", "--no-net"]) == 1
    assert "no serial ports" in capsys.readouterr().out
    assert cli.main(["detect", "--no-net", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"lines": [], "site": []}


@pytest.mark.parametrize("profile, point, at_most, too_much", [
    ("generic-charger-a", "i_set_a", -14.4, -14.6), ("generic-charger-pct", "p_set_pct", -50, -51),
    ("generic-charger-w", "p_set_w", -11000, -11001), ("sigenergy-evdc", "p_set_w", -1000, 0),
])
def test_whatever_form_a_setpoint_has_it_means_no_more_than_the_site_allows(profile, point, at_most, too_much):
    """The percentage counts on the largest rating the profile knows, 22 kW; the current on the highest voltage."""
    class Row:
        kind, v2g_consent, p_charge_max_w, p_discharge_max_w, s_max_va = "evse", False, 11000, 11000, None

    plain = load_profile(profile)
    step = device_writes.writable(map_of(plain, 1), plain)[point]
    assert device_writes.refusal(step, point, at_most, Row, plain) is None
    assert device_writes.refusal(step, point, too_much, Row, plain) is not None
    assert device_writes.refusal(step, point, 0.5, Row, plain) is not None, "no consent"


def test_without_a_site_file_nothing_discharges():
    plain = load_profile("ambibox-ambicharge")
    step = device_writes.writable(map_of(plain, 1), plain)["p_set_w"]
    assert [device_writes.refusal(step, "p_set_w", p_w, None, plain) is None for p_w in (-2001, -2000, 0, 1)] == [False, True, True, False]
