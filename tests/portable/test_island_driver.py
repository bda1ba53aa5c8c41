"""Orders of the backup reach switch and charger, are refreshed, read back, and given up as they should be.

Not its job: which orders are right (test_backup*.py). A stub gives them here.
"""

from edge.backup.orders import Orders
from tests.portable import fake_backup as fake
from tests.portable import fake_site

REFRESH_MS = 500


class StubBackup:
    """A part that orders what a test wants."""

    def __init__(self):
        self.orders = Orders()
        self.orders.is_ready = self.orders.is_wanted = self.orders.may_refresh = True
        self.orders.circuits = 0x0FFF

    def step(self, state, now_ms, snapshot, events):
        self.conditions = snapshot.conditions

    def take(self, state, now_ms, command, events):
        pass

    def dump(self):
        return []

    def load(self, content):
        pass

    def kept(self):
        return []


def house(**sections):
    """(site, charger's bank, switch's bank, stub): running, nothing ordered but the grid."""
    charger, switch = fake.charger_bank(), fake.switch_bank()
    site = fake.site(charger, switch, **sections)
    stub = StubBackup()
    state = site.gateway.state
    state.parts = [stub if part is state.backup else part for part in state.parts]
    state.backup = stub
    site.run(1500)
    return site, charger, switch, stub


def form(orders, v_v=230.0):
    """Order an island of this voltage."""
    orders.close, orders.bond, orders.circuits = False, True, 3
    orders.form, orders.form_v_v, orders.form_f_hz, orders.form_i_a = True, v_v, 50.2, 2.5


def test_the_switch_gets_its_timer_first_then_its_orders():
    site, _, switch, stub = house()
    assert switch.written[0] == (fake.SWITCH_WATCHDOG, [7]), "two seconds after the charger's"
    assert switch.written[1] == (fake.CLOSE_CMD, [1, 0, 0x0FFF])
    stub.orders.close, stub.orders.circuits = False, 5
    before = len(switch.written)
    site.run(110)
    assert switch.written[before:] == [(fake.CLOSE_CMD, [0, 0, 5])], "at the next tick, in one write"


def test_orders_are_refreshed_well_within_the_timer():
    site, charger, switch, stub = house()
    form(stub.orders)
    site.run(1000)
    before_switch, before_charger = switch.count(fake.CLOSE_CMD), charger.count(fake.FORM_CMD)
    site.run(10000)
    assert 19 <= switch.count(fake.CLOSE_CMD) - before_switch <= 21
    assert 19 <= charger.count(fake.FORM_CMD) - before_charger <= 21


def test_an_island_is_ordered_in_one_write_and_no_setpoint_meanwhile():
    site, charger, _, stub = house()
    assert charger.count(fake.P_SET) > 1 and charger.count(fake.FORM_CMD) == 0, "following the grid: setpoints alone"
    form(stub.orders)
    site.run(110)
    assert charger.last(fake.FORM_CMD) == [1, 2300, 50200, 25]
    before = charger.count(fake.P_SET)
    stub.orders.form_f_hz = 51.0
    stub.orders.form_i_a = None
    site.run(3000)
    assert charger.last(fake.FORM_CMD) == [1, 2300, 51000, 320], "no limit of its own: what the charger has"
    assert charger.count(fake.P_SET) == before
    assert site.gateway.fleet.conditions(site.now_ms)[0][0] == "controlling"


def test_setpoints_return_only_after_the_charger_shows_that_it_follows():
    site, charger, _, stub = house()
    form(stub.orders)
    site.run(500)
    charger.registers[fake.FORM_STATE] = 1
    site.run(500)
    stub.orders.form = False
    site.run(2000)
    setpoints = charger.count(fake.P_SET)
    assert charger.last(fake.FORM_CMD)[0] == 0
    site.run(1000)
    assert charger.count(fake.P_SET) == setpoints, "it still forms"
    charger.registers[fake.FORM_STATE] = 0
    site.run(1000)
    orders = charger.count(fake.FORM_CMD)
    assert charger.count(fake.P_SET) > setpoints
    site.run(2000)
    assert charger.count(fake.FORM_CMD) == orders, "and the order ends with it"


def test_a_charger_that_forms_unasked_is_told_not_to():
    site, charger, _, _ = house()
    charger.registers[fake.FORM_CMD] = 1        # waits for its enable: it has not begun
    site.run(300)
    assert charger.last(fake.FORM_CMD)[0] == 0 and charger.registers[fake.FORM_CMD] == 0


def test_the_charger_is_left_to_its_timer_when_nothing_may_be_refreshed():
    site, charger, switch, stub = house()
    form(stub.orders)
    charger.registers[fake.FORM_STATE] = 1
    site.run(1000)
    stub.orders.may_refresh = False
    site.run(110)
    charger_writes, switch_writes = len(charger.written), len(switch.written)
    site.run(8000)
    assert len(charger.written) == charger_writes, "neither order nor setpoint"
    assert len(switch.written) > switch_writes + 10


def test_nothing_is_written_before_the_backup_knows_what_it_wants():
    charger, switch = fake.charger_bank(), fake.switch_bank()
    site = fake.site(charger, switch)
    stub = StubBackup()
    stub.orders.is_ready = False
    site.gateway.state.parts = [stub]
    site.gateway.state.backup = stub
    site.run(3000)
    assert switch.written == [] and charger.count(fake.FORM_CMD) == 0
    assert charger.count(fake.P_SET) > 0


def test_what_is_not_wanted_is_not_written_and_a_closed_switch_is_given_back():
    site, charger, switch, stub = house()
    stub.orders.is_wanted = False
    site.run(500)
    assert switch.written[-2:] == [(fake.CLOSE_CMD, [1, 0, 0x0FFF]), (fake.SWITCH_WATCHDOG, [0])]
    writes = len(switch.written)
    form(stub.orders)
    site.run(3000)
    assert len(switch.written) == writes and charger.count(fake.FORM_CMD) == 0


def test_an_open_switch_is_not_given_back_but_left_to_its_timer():
    site, _, switch, stub = house()
    form(stub.orders)
    site.run(500)
    stub.orders.is_wanted = False
    site.run(110)
    writes = len(switch.written)
    site.run(8000)
    assert len(switch.written) == writes and switch.last(fake.CLOSE_CMD) == [0, 1, 3]


def test_a_clean_stop_waits_until_the_island_was_ended_in_order():
    site, charger, _, stub = house()
    form(stub.orders)
    site.run(300)
    charger.registers[fake.FORM_STATE] = 1
    site.stop()
    site.run(4000)
    assert charger.registers[fake.OWNER] == 1 and charger.last(fake.FORM_CMD)[0] == 1, "it is not dropped"
    stub.orders.form = False
    site.run(300)
    charger.registers[fake.FORM_STATE] = 0
    stub.orders.is_wanted = False
    site.run(1000)
    assert site.exit_code == 0 and charger.registers[fake.OWNER] == 0


def test_an_order_that_is_not_shown_is_written_again_and_told():
    site, _, switch, stub = house()
    assert stub.conditions[-1] == [False, False, False]
    switch.ignored = (fake.CLOSE_CMD,)
    stub.orders.close = False
    before = switch.count(fake.CLOSE_CMD)
    site.run(2000)
    assert stub.conditions[-1] == [False, True, False]
    assert switch.count(fake.CLOSE_CMD) - before >= 10, "at every reading that shows something else"
    switch.ignored = ()
    site.run(500)
    told = [line[13:] for line in site.ports.lines if "switch" in line]
    assert told == ["switch       orders of the backup not taken, raised", "switch       orders of the backup not taken, cleared"]
    assert stub.conditions[-1] == [False, False, False] and switch.registers[fake.CLOSE_CMD] == 0


def test_refused_orders_are_told_and_tried_less_often():
    site, charger, _, stub = house()
    charger.refused = (fake.FORM_CMD,)
    form(stub.orders)
    site.run(1000)
    assert stub.conditions[-1] == [False, False, True]
    before = charger.count(fake.FORM_CMD)
    site.run(5000)
    assert 9 <= charger.count(fake.FORM_CMD) - before <= 11
    charger.refused = ()
    site.run(1000)
    assert stub.conditions[-1] == [False, False, False] and charger.registers[fake.FORM_CMD] == 1


def test_a_switch_that_started_anew_gets_its_timer_again():
    site, _, switch, stub = house()
    form(stub.orders)
    site.run(500)
    for address, value in ((fake.SWITCH_WATCHDOG, 0), (fake.CLOSE_CMD, 1), (fake.CIRCUITS_CMD, 0x0FFF)):
        switch.registers[address] = value
    site.run(300)
    assert switch.registers[fake.SWITCH_WATCHDOG] == 7
    assert switch.registers[fake.CLOSE_CMD:fake.CLOSE_CMD + 3] == [0, 1, 3]


def test_after_a_lost_link_all_is_written_again():
    site, charger, switch, stub = house()
    form(stub.orders)
    site.run(500)
    site.close(fake.LINK)
    before = len(switch.written), charger.count(fake.FORM_CMD)
    site.run(5000)
    assert (fake.SWITCH_WATCHDOG, [7]) in switch.written[before[0]:]
    assert switch.last(fake.CLOSE_CMD) == [0, 1, 3] and charger.count(fake.FORM_CMD) > before[1]


def test_another_device_in_the_place_of_the_switch_is_never_written():
    charger, switch = fake.charger_bank(), fake.switch_bank()
    switch.registers[0] = 0x4242
    site = fake.site(charger, switch)
    stub = StubBackup()
    site.gateway.state.parts = [stub]
    site.gateway.state.backup = stub
    site.run(3000)
    assert switch.written == [] and stub.conditions[-1][0] is True


def test_a_reserve_is_written_when_it_has_to_change_and_at_most_once_a_minute():
    charger = fake.auto_charger_bank()
    evse = dict(fake.EVSE, profile="sim-v2h-auto")
    site = fake.site(charger, fake.switch_bank(), evse=[evse], backup=dict(fake.BACKUP, mode="autonomous"))
    stub = StubBackup()
    site.gateway.state.parts = [stub]
    site.gateway.state.backup = stub
    stub.orders.reserve_pct = None
    site.run(2000)
    assert charger.count(fake.AUTO_RESERVE) == 0
    stub.orders.reserve_pct = 30.0
    site.run(20000)
    assert charger.count(fake.AUTO_RESERVE) == 1 and charger.registers[fake.AUTO_RESERVE] == 30
    stub.orders.reserve_pct = 40.0
    site.run(20000)
    assert charger.count(fake.AUTO_RESERVE) == 1, "it may lie in flash"
    site.run(30000)
    assert charger.count(fake.AUTO_RESERVE) == 2 and charger.registers[fake.AUTO_RESERVE] == 40
    before = charger.count(fake.AUTO_P_SET)
    charger.registers[fake.AUTO_ISLAND] = 1      # the vendor's own island
    site.run(2000)
    assert charger.count(fake.AUTO_P_SET) - before <= 1, "no setpoint while it is one"


def test_a_clean_stop_gives_both_back():
    site, charger, switch, stub = house()
    site.stop()
    site.run(500)
    stub.orders.is_wanted = False
    site.run(3000)
    assert site.exit_code == 0
    assert switch.registers[fake.SWITCH_WATCHDOG] == 0 and charger.registers[fake.OWNER] == 0


def test_an_island_that_no_backup_of_the_site_asked_for_is_left_to_its_timer():
    charger = fake.charger_bank()
    charger.registers[fake.FORM_STATE] = charger.registers[fake.FORM_CMD] = 1
    site = fake_site.FakeSite(fake_site.document(evse=[fake.EVSE]), {fake.LINK: {fake.CHARGER: charger}})
    site.run(4000)
    assert not charger.count(fake.P_SET), "a setpoint would refresh it for ever"
    charger.registers[fake.FORM_STATE] = charger.registers[fake.FORM_CMD] = 0
    site.run(2000)
    assert charger.count(fake.P_SET)
