"""The gateway's register map and the simulator's register bank read one profile and never disagree.

Not its job: either of them alone (portable/test_register_map, unit/test_registers).
Source: two independent implementations of the profile format; what one writes the other must read.
"""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.register_map import RegisterMap
from host_sim.plant.devices import profile_named
from host_sim.plant.registers import RegisterBank
from protocols import profiles

RAW_MAX = {"uint16": 0xFFFF, "bits16": 0xFFFF, "int16": 0x7FFF, "uint32": 0xFFFFFFFF, "int32": 0x7FFFFFFF}
# A SunSpec device lays its registers out by itself; its bank and its driver meet in tests/sim/test_sunspec_gateway.py.
NAMES = [name for name in profiles.NAMES if "sunspec" not in profile_named(name)]
CONTROLLED = [name for name in NAMES if profile_named(name)["kind"] in ("charger", "bes")]
SWITCHES = [name for name in NAMES if profile_named(name)["kind"] == "transfer_switch"]
FORMING = [name for name in NAMES if profile_named(name)["backup"] == "commanded"]
RESERVING = [name for name in NAMES if profile_named(name)["backup"] == "autonomous"]


def values_of(profile):
    """A strategy of {point: value} that fit the registers, states by name, sentinels left out."""
    fields = {}
    for point, block, _, kind, scale, _, sign, _ in profile["points"]:
        if block is None:
            continue
        if kind == "enum16":
            fields[point] = st.sampled_from([state for _, state in profile["states"]])
        elif kind == "float32":
            fields[point] = st.floats(-1e6, 1e6, width=32).map(lambda raw, unit=scale * sign: raw * unit)
        else:
            low = 0 if kind[0] in "ub" else -RAW_MAX[kind]
            taken = dict(profile["sentinels"]).get(point)
            raws = st.integers(low, RAW_MAX[kind]).filter(lambda raw, taken=taken: raw != taken)
            fields[point] = raws.map(lambda raw, unit=scale * sign: raw * unit)
    return st.fixed_dictionaries(fields)


def decoded(register_map, bank):
    """What the gateway makes of every block of the bank, {point: value}."""
    values = [None] * len(register_map.names)
    for index, block in enumerate(register_map.blocks):
        function, address, count = block[1:4]
        registers = bank.read(function, address, count)
        assert register_map.decode(index, struct.pack(">%dH" % count, *registers), values)
    return dict(zip(register_map.names, values))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_the_gateway_reads_what_the_device_shows(name, data):
    profile = dict(profile_named(name), valid=())
    bank, register_map = RegisterBank(profile), RegisterMap(profile)
    shown = data.draw(values_of(profile))
    for point, value in shown.items():
        bank.set(point, value)
    seen = decoded(register_map, bank)
    for point, value in shown.items():
        if isinstance(value, str):
            assert seen[point] == value, point
        else:
            assert seen[point] == pytest.approx(value, rel=1e-6, abs=1e-9), point


@pytest.mark.parametrize("name", NAMES)
def test_what_the_device_does_not_know_the_gateway_does_not_know(name):
    profile = profile_named(name)
    bank, register_map = RegisterBank(profile), RegisterMap(profile)
    for point, _ in profile["sentinels"]:
        bank.set(point, None)
    seen = decoded(register_map, bank)
    assert all(seen[point] is None for point, _ in profile["sentinels"])


@pytest.mark.parametrize("name", CONTROLLED)
@given(p_w=st.integers(-7000, 7000), q_var=st.integers(-7000, 7000), watchdog_s=st.integers(0, 30))
def test_the_device_gets_the_setpoints_the_gateway_means(name, p_w, q_var, watchdog_s):
    profile = profile_named(name)
    bank, register_map = RegisterBank(profile), RegisterMap(profile)
    variables = {"p_w": p_w, "q_var": q_var, "watchdog_s": watchdog_s}
    for sequence in ("take", "set"):
        for step in register_map.sequences[sequence]:
            function, address, registers = register_map.encode(step, variables)
            assert bank.write(function, address, list(registers)) == 0
    assert bank.get("owner") == 1 and bank.get("watchdog_s") == watchdog_s and bank.get("p_set_w") == p_w
    if profile["control"]["q_form"] == "signed_var":
        assert bank.get("q_set_var") == q_var
    for step in register_map.sequences["stop"]:
        bank.write(*register_map.encode(step, {}))
    assert bank.get("p_set_w") == 0


def written(name, sequences, variables):
    """The bank of a device that got these sequences from the gateway's register map."""
    profile = profile_named(name)
    bank, register_map = RegisterBank(profile), RegisterMap(profile)
    for sequence in sequences:
        for step in register_map.sequences[sequence]:
            function, address, registers = register_map.encode(step, variables)
            assert bank.write(function, address, list(registers)) == 0
    return bank


@pytest.mark.parametrize("name", SWITCHES)
@given(close=st.integers(0, 1), bond=st.integers(0, 1), circuits=st.integers(0, 0xFFFF), watchdog_s=st.integers(0, 60))
def test_a_transfer_switch_gets_the_orders_the_gateway_means(name, close, bond, circuits, watchdog_s):
    orders = {"close": close, "bond": bond, "circuits": circuits, "watchdog_s": watchdog_s}
    bank = written(name, ("take", "set"), orders)
    assert [bank.get(point) for point in ("close_cmd", "bond_cmd", "circuits_cmd", "watchdog_s")] == [
        close, bond, circuits, watchdog_s]
    bank = written(name, ("take", "set", "give"), orders)
    assert bank.get("close_cmd") == 1 and bank.get("bond_cmd") == 0 and bank.get("watchdog_s") == 0


@pytest.mark.parametrize("name", FORMING)
@given(form=st.integers(0, 1), v_v=st.floats(0, 250), f_hz=st.floats(45, 65), i_a=st.floats(0, 40))
def test_a_forming_charger_gets_the_voltage_the_gateway_means(name, form, v_v, f_hz, i_a):
    bank = written(name, ("form",), {"form": form, "form_v_v": v_v, "form_f_hz": f_hz, "form_i_a": i_a})
    assert bank.get("form_cmd") == form
    assert bank.get("form_v_v") == pytest.approx(v_v, abs=0.051)
    assert bank.get("form_f_hz") == pytest.approx(f_hz, abs=0.00051)
    assert bank.get("form_i_a") == pytest.approx(i_a, abs=0.051)


@pytest.mark.parametrize("name", RESERVING)
@given(reserve_pct=st.floats(0, 100))
def test_a_vendors_backup_keeps_the_reserve_the_gateway_means(name, reserve_pct):
    assert written(name, ("reserve",), {"reserve_pct": reserve_pct}).get("reserve_pct") == pytest.approx(reserve_pct, abs=0.51)
