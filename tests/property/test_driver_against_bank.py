"""The gateway's register map and the simulator's register bank read one profile and never disagree.

Not its job: either of them alone (portable/test_register_map, unit/test_registers).
Source: two independent implementations of the profile format; what one writes the other must read.
"""

import struct
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.fleet_builder import map_of
from edge.drivers.register_map import RegisterMap
from host_sim.plant.devices import profile_named
from host_sim.plant.registers import RegisterBank
from host_sim.plant.setpoints import power_w
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
        if point == "state":
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
    profile = dict(profile_named(name), valid=(), gates=())
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


class Master:
    """The gateway's map of one device, with what it last read of the bank."""

    def __init__(self, profile, **shown):
        self.bank = RegisterBank(profile)
        for point, value in (*profile["emulate"]["constants"], *shown.items()):
            if self.bank.has(point):
                self.bank.set(point, value)
        self.map = map_of(profile, 1)
        self.values = [None] * len(self.map.names)
        self.map.reader = self
        self.read()

    def read(self):
        for index, (_, function, address, count, *_) in enumerate(self.map.blocks):
            data = struct.pack(">%dH" % count, *self.bank.read(function, address, count))
            assert self.map.decode(index, data, self.values)

    def seen(self, point):
        return self.values[self.map.points[point][0]]

    def play(self, sequence, **variables):
        for step in self.map.sequences[sequence]:
            function, address, registers = self.map.encode(step, variables)
            assert self.bank.write(function, address, list(registers)) == 0

    def told_w(self, profile, v_v):
        """What the simulator makes of the setpoint registers."""
        phases = tuple(range(profile["phases"]))
        return power_w(SimpleNamespace(bank=self.bank, v_ln_v=(v_v,) * 3, phases=phases))


@pytest.mark.parametrize("name", CONTROLLED)
@given(p_w=st.integers(-7000, 7000), q_var=st.integers(-7000, 7000), watchdog_s=st.integers(0, 30), v_v=st.floats(190, 260))
def test_the_device_gets_the_setpoints_the_gateway_means(name, p_w, q_var, watchdog_s, v_v):
    profile = profile_named(name)
    volts = {"v_%sn_v" % phase: v_v for phase in "abc"}
    master = Master(profile, **volts)
    can_w = master.map.possible_w(p_w)
    master.play("take", p_w=0, q_var=0, watchdog_s=watchdog_s)
    if can_w or profile["control"]["zero"] == "write":
        master.play("set", p_w=can_w, q_var=q_var, watchdog_s=watchdog_s)
        told_w = master.told_w(profile, v_v)
        # Never more than was decided, at most a step less: 1 W, 1 % of 11 kW, 0.1 A of three phases.
        assert abs(told_w) <= abs(can_w) * 1.001 and abs(told_w - can_w) <= 120, (told_w, can_w)
        assert told_w * can_w >= 0
    for point, value in (("owner", 1), ("watchdog_s", watchdog_s)):
        assert not master.bank.has(point) or master.bank.get(point) == value
    if profile["control"]["q_form"] == "signed_var":
        assert master.bank.get("q_set_var") == q_var
    master.play("stop")
    if profile["control"]["zero"] != "forbidden":
        assert master.told_w(profile, v_v) == 0


@pytest.mark.parametrize("name", CONTROLLED)
@given(p_w=st.integers(-7000, 7000))
def test_a_setpoint_that_is_possible_lies_outside_the_gap_and_never_beyond_the_wish(name, p_w):
    profile = profile_named(name)
    master = Master(profile)
    can_w = master.map.possible_w(p_w)
    assert can_w in (0, p_w)
    charge_least_w, discharge_least_w = profile["control"].get("window", (0, 0))
    least = charge_least_w if p_w < 0 else discharge_least_w
    if least is None:
        assert can_w == 0, "a direction that the device does not have"
    else:
        least_w = master.seen(least) if isinstance(least, str) else least
        assert (can_w == 0) == (p_w == 0 or abs(p_w) < least_w)


SPLIT = {
    "name": "split", "kind": "charger", "phases": 3, "identify": (), "alive": None, "valid": (), "states": (), "sentinels": (),
    "transport": {"word_order": "low_first"}, "instances": (1, 4, 100, 50), "strides": (("limits", 500, 10),),
    "blocks": (("live", 4, 0, 2, "control"), ("limits", 3, 0, 4, "slow")),
    "points": (
        ("p_ac_w", "live", 0, "int32", 1, "W", 1, 1000),
        ("p_charge_set_w", "limits", 0, "uint32", 10, "W", 1, 1000),
        ("p_discharge_set_w", "limits", 2, "uint32", 10, "W", 1, 1000),
    ),
    "control": {
        "p_form": "split_limits", "q_form": "none", "zero": "write", "take": (), "give": (),
        "set": ((16, "p_charge_set_w", ("p_charge_w", "p_discharge_w")),), "stop": ((16, "p_charge_set_w", (0, 0)),),
        "readback": ("p_charge_set_w", "p_discharge_set_w"),
    },
    "emulate": {"constants": ()},
}


@given(p_w=st.integers(-30000, 30000), instance=st.integers(1, 4))
def test_limits_of_their_own_for_each_direction_at_strides_of_their_own(p_w, instance):
    bank, register_map = RegisterBank(SPLIT, instance), map_of(SPLIT, instance)
    (step,) = register_map.sequences["set"]
    function, address, registers = register_map.encode(step, {"p_w": p_w, "q_var": 0})
    assert address == 500 + 10 * (instance - 1)
    assert bank.write(function, address, list(registers)) == 0
    charge_w, discharge_w = bank.get("p_charge_set_w"), bank.get("p_discharge_set_w")
    assert (charge_w, discharge_w) == (max(-p_w, 0) // 10 * 10, max(p_w, 0) // 10 * 10)
    shown = register_map.shown(p_w, 0)
    assert [value for value, _ in shown[:2]] == [charge_w, discharge_w]
    assert register_map.blocks[0][2] == 100 + 50 * (instance - 1)


GATES = (
    # profile, instance, what the device shows, point, what the gateway reads
    ("evtec-bidipro-10", 1, {"session_type": 5, "p_discharge_max_w": 9000}, "p_discharge_max_w", 9000),
    ("evtec-bidipro-10", 3, {"session_type": 3, "p_discharge_max_w": 4000}, "p_discharge_max_w", 4000),
    ("evtec-bidipro-10", 1, {"session_type": 1, "p_discharge_max_w": 9000}, "p_discharge_max_w", 0),
    ("ambibox-ambicharge", 1, {"is_plugged": 1, "state": "charging"}, "state", "charging"),
    ("ambibox-ambicharge", 2, {"is_plugged": 0, "state": "charging"}, "state", "no_vehicle"),
    ("ambibox-ambicharge", 1, {"is_plugged": 1, "is_replug_needed": 1, "state": "connected"}, "state", "ended"),
)


@pytest.mark.parametrize("name, instance, shown, point, reads", GATES)
def test_a_gated_point_reads_what_another_point_allows(name, instance, shown, point, reads):
    profile = profile_named(name)
    bank, register_map = RegisterBank(profile, instance), map_of(profile, instance)
    for row, value in shown.items():
        bank.set(row, value)
    assert decoded(register_map, bank)[point] == reads


def test_strides_are_those_that_the_drivers_name():
    for connector in (1, 2, 10):
        blocks = {row[0]: row[2] for row in map_of(profile_named("ambibox-ambicharge"), connector).blocks}
        assert blocks == {"live": 4000 + 200 * (connector - 1), "setpoint": 3000 + 100 * (connector - 1)}
        blocks = {row[0]: row[2] for row in map_of(profile_named("evtec-bidipro-10"), connector).blocks}
        assert blocks["live"] == 100 * connector and blocks["station"] == 26, "the station is there once"


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
