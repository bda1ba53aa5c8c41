"""Whatever happened to links and devices: once it is over, switch and charger have the orders of the moment.

Not its job: which orders are right (tests of the backup), the transfer itself (v2g sim outage).
Source: ours.
"""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.portable import fake_backup as fake
from tests.portable.test_island_driver import house

HEAL_MS = 12000      # longest pause before a link is tried again, identification, a refused write's next turn

ORDERS = st.fixed_dictionaries({
    "close": st.booleans(), "bond": st.booleans(), "circuits": st.integers(0, 0x0FFF), "form": st.booleans(),
    "form_v_v": st.sampled_from((0, 40.0, 230.0)), "form_f_hz": st.sampled_from((50.0, 50.7, 51.5)),
    "form_i_a": st.sampled_from((None, 2.0)),
})
FAULTS = st.sampled_from(("none", "silent", "cut", "switch refuses", "charger refuses", "switch ignores", "charger ignores",
                          "switch restarts", "charger restarts"))
RUNS = st.lists(st.tuples(ORDERS, FAULTS, st.integers(1, 30)), min_size=1, max_size=5)


def begin(site, charger, switch, fault):
    if fault == "silent":
        site.is_silent = True
    elif fault == "cut":
        site.close(fake.LINK)
    elif fault.endswith("refuses"):
        (switch if fault[0] == "s" else charger).refused = (fake.CLOSE_CMD, fake.FORM_CMD)
    elif fault.endswith("ignores"):
        (switch if fault[0] == "s" else charger).ignored = (fake.CLOSE_CMD, fake.FORM_CMD)
    elif fault == "switch restarts":
        switch.registers[fake.SWITCH_WATCHDOG:fake.SWITCH_WATCHDOG + 4] = [0, 1, 0, 0x0FFF]
    elif fault == "charger restarts":
        charger.registers[fake.OWNER:fake.OWNER + 8] = [0] * 8


def heal(site, charger, switch):
    site.is_silent = False
    for bank in (charger, switch):
        bank.refused = bank.ignored = ()


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))     # shrinking takes minutes
@given(runs=RUNS)
def test_orders_hold_once_everything_works_again(runs):
    site, charger, switch, stub = house()
    for orders, fault, ticks in runs:
        for name, value in orders.items():
            setattr(stub.orders, name, value)
        begin(site, charger, switch, fault)
        site.run(100 * ticks)
        heal(site, charger, switch)
    site.run(HEAL_MS)
    wanted = stub.orders
    assert switch.registers[fake.CLOSE_CMD:fake.CLOSE_CMD + 3] == [wanted.close, wanted.bond, wanted.circuits]
    assert switch.registers[fake.SWITCH_WATCHDOG] == 7
    shown = charger.registers[fake.FORM_CMD:fake.FORM_CMD + 4]
    if wanted.form:
        i_a = 32.0 if wanted.form_i_a is None else wanted.form_i_a
        assert shown == [1, round(wanted.form_v_v * 10), round(wanted.form_f_hz * 1000), round(i_a * 10)]
    else:
        assert shown[0] == 0
    assert stub.conditions[-1] == [False, False, False]
    setpoints = charger.count(fake.P_SET)
    site.run(2000)
    assert (charger.count(fake.P_SET) == setpoints) == wanted.form, "a setpoint or an order, never both"
