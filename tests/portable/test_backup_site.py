"""A whole gateway takes a house into an island and back: loss of the grid, transfer, supply, return, in registers.

Not its job: each rule of the sequence (test_backup*.py), faults of hardware (v2g sim outage), writing orders
(test_island_driver.py).
"""

from edge import queries, requests
from tests.portable import fake_backup as fake

TRANSFER_MS = 3000


def charging():
    """A house that has been on its grid for a while, the vehicle in service and told to charge with 3 kW."""
    house = fake.House()
    house.run(8000)
    assert house.state() == "on_grid"
    house.site.gateway._commands.append(
        {"kind": "wish", "der": 0, "wish": "charge_now", "p_w": 3000, "until_ms": house.site.now_ms + 600000})
    house.run(2000)
    return house


def island():
    """A house that lost its grid and is supplied."""
    house = fake.House()
    house.run(8000)
    house.grid_v = 0.0
    house.run(6000)
    assert house.state() == "islanded"
    return house


def test_a_lost_grid_is_replaced_within_three_seconds_in_the_right_order():
    house = fake.House()
    house.run(8000)
    lost_ms = house.site.now_ms
    house.grid_v = 0.0
    house.run(6000)
    assert house.state() == "islanded"
    steps = [row for row in house.seen if row[0] > lost_ms]
    closed, bonded, volts = [[row[at] for row in steps] for at in (1, 2, 3)]
    # open, then bond, then some volts, then all of them
    assert closed == [False] * len(steps)
    assert bonded[0] is False and bonded[-1] is True and volts[bonded.index(True)] == 0
    assert 0 < [v for v in volts if v][0] <= 50 and volts[-1] == 230
    assert steps[-1][0] - lost_ms <= TRANSFER_MS, steps
    # Circuits come one after the other, the most important first.
    masks = [values[2] for address, values in house.switch.written if address == fake.CLOSE_CMD]
    staged = [mask & 7 for mask in masks if mask & 7 not in (0, 7)]
    assert staged[0] == 1 and house.switch.registers[fake.CIRCUITS_ON] & 7 == 7


def test_while_it_is_an_island_no_setpoint_is_written_and_the_orders_are():
    house = island()
    setpoints, orders = house.charger.count(fake.P_SET), house.charger.count(fake.FORM_CMD)
    house.run(10000)
    assert house.state() == "islanded"
    assert house.charger.count(fake.P_SET) == setpoints
    assert house.charger.count(fake.FORM_CMD) - orders >= 18


def test_a_sag_is_ridden_through():
    house = fake.House()
    house.run(8000)
    for volts in (0.0, 40.0):
        house.grid_v = volts
        house.run(800)
        house.grid_v = 230.0
        house.run(2000)
    assert house.state() == "on_grid" and house.switch.registers[fake.OPEN_A] == 0


def test_the_house_returns_after_its_delay_and_never_onto_a_live_bus():
    house = island()
    back_ms = house.site.now_ms
    house.grid_v = 230.0
    house.run(4000)
    house.grid_v = 100.0        # an excursion: the delay starts anew
    house.run(200)
    house.grid_v = 230.0
    again_ms = house.site.now_ms
    house.run(4500)
    assert house.state() == "islanded"
    house.run(4500)
    steps = [row for row in house.seen if row[0] > back_ms]
    volts = [row[3] for row in steps]
    assert volts[-1] == 0 and steps[-1][1] is True
    closing = [number for number, row in enumerate(steps) if row[1]][0]
    assert steps[closing - 1][2] is False and steps[closing - 1][3] == 0, "unbonded and dead before it closes"
    assert steps[closing][0] - again_ms >= 5000
    assert house.switch.registers[fake.CIRCUITS_ON] == house.switch.registers[fake.CIRCUITS_CMD]


def test_the_vehicle_waits_for_its_own_delay_after_the_return():
    house = charging()
    assert house.charger.last(fake.P_SET)[0] == 0x10000 - 3000
    house.grid_v = 0.0
    house.run(6000)
    assert house.state() == "islanded"
    house.grid_v = 230.0
    house.run(7000)
    assert house.state() == "entering_service"
    closed_ms = [row[0] for row in house.seen if row[1]][-1]
    while house.charger.last(fake.P_SET)[0] == 0 and house.site.now_ms - closed_ms < 20000:
        house.run(100)
    assert 5000 <= house.site.now_ms - closed_ms < 7000, "then it charges again"


def asked(house, **request):
    """Name of the refusal of a request; "" when it is granted, and done."""
    command, problem = requests.command(house.site.gateway, house.site.now_ms, request)
    if problem is None:
        house.site.gateway._commands.append(command)
    return "" if problem is None else problem["name"]


def test_a_wish_in_the_vehicles_delay_is_taken_and_acts_when_it_ends():
    house = fake.House()
    house.run(3000)
    assert house.state() == "entering_service"
    assert asked(house, wish="discharge_now", p_w=2000) == "" and asked(house, wish="charge_now", p_w=3000) == ""
    house.run(1000)
    assert house.state() == "entering_service" and house.charger.last(fake.P_SET) == [0, 0]
    house.run(6000)
    assert house.state() == "on_grid" and house.charger.last(fake.P_SET)[0] == 0x10000 - 3000


def test_no_island_is_granted_while_observing_and_none_waits_for_its_end():
    house = fake.House()
    house.run(8000)
    assert asked(house, observe=True) == ""
    house.run(1000)
    assert asked(house, island=True) == "observe_mode" and asked(house, island=False) == ""
    # One that was on its way already ends too.
    house.site.gateway._commands.append({"kind": "island", "on": True, "until_ms": house.site.now_ms + 3600000})
    house.run(1000)
    assert asked(house, observe=False) == ""
    house.run(20000)
    assert house.state() == "on_grid" and len(house.seen) == 1, "the poles never moved"
    watching = fake.House(gateway={"id": "gw-1", "mode": "observe"})
    watching.run(3000)
    assert asked(watching, island=True) == "observe_mode"


def test_a_lock_out_refuses_islands_and_only_a_lock_out_can_be_reset():
    house = fake.House()
    house.run(8000)
    assert asked(house, reset_lockout=True) == "not_locked_out"
    house.site.gateway.state.backup.take(house.site.gateway.state, 0, {"kind": "lock_out", "reason": 351}, [])
    assert asked(house, island=True) == "locked_out" and asked(house, reset_lockout=True) == ""


def test_a_consent_below_what_is_kept_for_an_outage_is_told_the_floor_that_holds():
    house = fake.House()
    house.run(8000)
    told, _ = queries.answer(house.site.gateway, house.site.now_ms, {"consent": True, "soc_min_pct": 5})
    assert told == {"ok": True, "notes": ["v2h: no discharge below 30 %, as configured"]}


def test_a_gateway_that_is_stopped_ends_the_island_in_order():
    house = island()
    house.site.stop()
    house.run(9000)
    assert house.site.exit_code == 0
    assert house.charger.registers[fake.FORM_CMD] == 0 and house.charger.registers[fake.OWNER] == 0
    assert house.switch.registers[fake.CLOSE_CMD] == 0, "left to its own timer"


def test_a_gateway_that_starts_anew_takes_the_island_over():
    house = island()
    steps, orders = len(house.seen), house.charger.count(fake.FORM_CMD)
    house.restart()
    house.run(4000)
    assert house.state() == "islanded" and len(house.seen) == steps, "the lights stay on"
    assert house.charger.count(fake.FORM_CMD) > orders and house.charger.last(fake.FORM_CMD)[0] == 1
    house.grid_v = 230.0
    house.run(9000)
    assert house.seen[-1][1] is True


def test_a_switch_that_is_another_device_leaves_the_house_alone():
    house = fake.House()
    house.switch.registers[0] = 1
    house.run(8000)
    house.grid_v = 0.0
    house.run(6000)
    assert house.switch.written == [] and house.charger.count(fake.FORM_CMD) == 0
    assert house.state() == "starting", "what it shows means nothing"


def test_a_vendors_own_backup_keeps_its_reserve_and_is_watched():
    charger = fake.auto_charger_bank()
    site = fake.site(charger, fake.switch_bank(), evse=[dict(fake.EVSE, profile="sim-v2h-auto")],
                     backup=dict(fake.BACKUP, mode="autonomous", reserve_pct=45), circuit=[])
    site.run(8000)
    assert charger.registers[fake.AUTO_RESERVE] == 45 and charger.count(fake.AUTO_RESERVE) == 1
    charger.registers[fake.AUTO_ISLAND] = 1
    site.run(1000)
    setpoints = charger.count(fake.AUTO_P_SET)
    site.run(5000)
    view = site.gateway.state.ders[0].view
    assert view.island and charger.count(fake.AUTO_P_SET) == setpoints
    charger.registers[fake.AUTO_ISLAND] = 0
    site.run(8000)
    assert not view.island and charger.count(fake.AUTO_P_SET) > setpoints
