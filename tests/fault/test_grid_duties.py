"""Entering service, the network operator's limit and smart charging at simulated devices: what the plant does, not the setpoint.

Not its job: laws one by one (tests/portable). Source: IEEE 1547-2018 4.10, EnWG 14a: a limit holds within a second here,
and nothing flows into a grid that came back before the delay is over.
"""

from edge.gateway import Gateway
from host_sim import faults
from tests.fault import invariants
from tests.fault.bench import FaultSite
from tests.portable import fake_site

TOLERANCE_W = 60        # resolution and lag of the simulated inverter
LIMIT_W = 7560          # floor of two devices


def plants_w(site):
    """Power of all chargers at their terminals, W, + injected."""
    return sum(device.plant.p_w for units in site.devices.values() for device in units.values() if hasattr(device.plant, "vehicle"))


def two_chargers(**dso):
    """Two chargers on buses of their own, charging."""
    chargers = [dict(fake_site.CHARGER, name="evse%d" % (i + 1), bus="bus%d" % i) for i in range(2)]
    buses = [{"name": "bus%d" % i, "host": "host%d" % i} for i in range(3)]
    document = fake_site.document(evse=chargers, bus=buses, dso=dict({"failsafe_after_s": 5}, **dso))
    profiles = {"bus:bus0": {1: "sim-four-quadrant"}, "bus:bus1": {1: "sim-four-quadrant"}, "bus:bus2": {1: "sim-control-box"}}
    site = FaultSite(document, profiles)
    site.checks = list(invariants.ALL)
    site.ports.contacts.levels["in1"] = 0
    site.run(20000)
    assert abs(plants_w(site) + 12000) < TOLERANCE_W
    return site


def holds(site, limit_w):
    """A check: all chargers together draw no more."""
    def check(site):
        assert -plants_w(site) <= limit_w + TOLERANCE_W, (site.now_ms, plants_w(site))
    site.checks = list(invariants.ALL) + [check]


def test_the_plant_obeys_the_contact_within_a_second():
    site = two_chargers(contact="in1")
    site.ports.contacts.levels["in1"] = 1
    site.run(1000)
    holds(site, LIMIT_W)
    site.run(20000)
    assert -plants_w(site) > LIMIT_W - TOLERANCE_W, "and it uses what it may"


def test_a_charger_that_goes_silent_costs_the_others_never_the_limit():
    site = two_chargers(contact="in1")
    site.ports.contacts.levels["in1"] = 1
    site.run(1000)
    holds(site, LIMIT_W)
    site.faults["bus:bus1"].set(faults.SILENT)
    site.run(15000)
    assert abs(site.devices["bus:bus1"][1].plant.p_w) < 1, "its own timer ran out"
    site.faults["bus:bus1"].set(None)
    site.run(30000)
    assert -plants_w(site) > LIMIT_W - TOLERANCE_W


def test_a_control_box_dims_and_its_silence_fails_safe():
    site = two_chargers(input="modbus", profile="sim-control-box", bus="bus2", failsafe_import_w=8000, hold_max_s=20)
    box = site.devices["bus:bus2"][1].plant
    box.dim(p_import_max_w=9000)
    site.run(2500)     # the box shows it, the gateway reads it
    holds(site, 9000)
    site.run(5000)
    assert -plants_w(site) > 9000 - TOLERANCE_W
    site.faults["bus:bus2"].set(faults.SILENT)
    site.run(8000)
    holds(site, 8000)
    site.run(10000)
    site.checks = list(invariants.ALL)
    site.run(25000)
    assert abs(plants_w(site) + 12000) < TOLERANCE_W, "its time is over: normal operation"
    site.faults["bus:bus2"].set(None)
    site.run(45000)     # until the bus is tried again
    holds(site, 9000)
    site.run(3000)
    box.lift()
    site.checks = list(invariants.ALL)
    site.run(15000)
    assert abs(plants_w(site) + 12000) < TOLERANCE_W


DELAY_S, RAMP_S = 20, 10
SERVICE = {"f_lo_hz": 49.5, "f_hi_hz": 50.2, "delay_s": DELAY_S, "ramp_s": RAMP_S}


def discharging():
    """A charger that entered service and feeds in 6 kW."""
    document = fake_site.document(enter_service=SERVICE, control={"p_default_w": 6000, "ramp_w_s": 50000})
    site = FaultSite(document, {"bus:lan": {1: "sim-four-quadrant"}})
    site.checks = list(invariants.ALL)
    site.run((DELAY_S - 1) * 1000)
    assert plants_w(site) < 1
    site.run((RAMP_S + 8) * 1000)
    assert abs(plants_w(site) - 6000) < TOLERANCE_W
    return site


def test_after_an_outage_nothing_is_fed_in_before_the_delay():
    site = discharging()
    dead_ms = site.now_ms
    site.v_ln_v = [0.0] * 3
    site.run(5000)
    site.v_ln_v = [230.0] * 3
    while site.der().grid_mode() == "tripped":
        site.run(100)               # its own protection keeps the device off for a minute
    site.run(15000)
    site.v_ln_v = [200.0] * 3       # an excursion: the delay starts anew
    site.run(500)
    site.v_ln_v = [230.0] * 3
    again_ms = site.now_ms
    site.run(1000 * DELAY_S)
    assert plants_w(site) < 1 and not any(values[0] for _, values in site.setpoints(dead_ms + 1000))
    for _ in range(RAMP_S):
        site.run(1000)
        risen_s = (site.now_ms - again_ms) / 1000 - DELAY_S
        assert plants_w(site) <= 6000 * risen_s / RAMP_S + TOLERANCE_W
    site.run(4000)
    assert abs(plants_w(site) - 6000) < TOLERANCE_W


def test_a_sag_that_has_to_be_ridden_through_changes_no_setpoint():
    site = discharging()
    since_ms = site.now_ms
    site.v_ln_v = [230 * 0.9] * 3
    site.run(3000)
    site.v_ln_v = [230.0] * 3
    site.run(3000)
    assert {tuple(values) for _, values in site.setpoints(since_ms)} == {(6000, 0)}
    assert site.der().grid_mode() == "continuous"


def test_a_restart_of_the_gateway_costs_a_running_device_no_delay():
    site = discharging()
    site._events.clear()
    site.gateway = Gateway(site.gateway.config, site.ports)
    site._ticks_seen, site.checks = 0, []   # writes of the run before are older than what the new one has read
    site.run(3000)
    assert site.der().grid_mode() == "continuous"
    site.run(5000)
    assert abs(plants_w(site) - 6000) < TOLERANCE_W
    assert site.device().plant.p_w > 0


def test_a_silence_longer_than_the_devices_own_timer_is_out_of_service():
    site = discharging()
    site.faults["bus:lan"].set(faults.SILENT)
    site.run(12000)
    assert abs(plants_w(site)) < 1
    site.faults["bus:lan"].set(None)
    site.run(12000)
    assert site.der().grid_mode() == "enter_service_wait" and plants_w(site) < 1
    site.run((DELAY_S + RAMP_S) * 1000)
    assert abs(plants_w(site) - 6000) < TOLERANCE_W
