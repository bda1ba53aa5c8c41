"""SunSpec codec and bank for any value: what goes in comes out, what does not fit is refused, writes do no harm."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from host_sim.plant.sunspec import image
from host_sim.plant.sunspec.bank import SunSpecBank
from host_sim.plant.sunspec_der import SunSpecDer, nominal_settings
from protocols.sunspec.chain import ChainWalk
from protocols.sunspec.codec import TYPES, decode, encode, size
from tests.unit.sunspec_bench import Bench

NUMERIC = sorted(kind for kind in TYPES if not kind.startswith("string"))
REGISTER = st.integers(0, 0xFFFF)


@given(st.sampled_from(NUMERIC), st.data())
def test_any_registers_decode_to_none_or_to_what_encodes_to_them(kind, data):
    registers = data.draw(st.lists(REGISTER, min_size=size(kind), max_size=size(kind)))
    value = decode(kind, registers)
    assert value is None or encode(kind, value) == registers


@given(st.sampled_from(NUMERIC), st.floats(allow_nan=True, allow_infinity=True) | st.integers(-2 ** 70, 2 ** 70),
       st.integers(-10, 10))
@example("uint16", 0xFFFF, 0)
@example("int16", -327.68, -2)
def test_a_value_is_refused_or_comes_back_within_half_a_step(kind, value, sf):
    registers = encode(kind, value, sf)
    if registers is None:
        return
    assert len(registers) == size(kind) and all(0 <= register <= 0xFFFF for register in registers)
    back = decode(kind, registers, sf)
    assert back is not None
    # A float32 has 24 bits of its own and no steps.
    tolerance = 1.2e-7 * abs(value) + 1e-44 * 10.0 ** sf if kind == "float32" else 0.5000001 * 10.0 ** sf + 1e-9 * abs(value)
    assert abs(back - value) <= tolerance


@given(st.sampled_from(["string8", "string16", "string32"]), st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_text_is_refused_or_comes_back(kind, text):
    registers = encode(kind, text)
    assert (registers is None) == (len(text) > 2 * size(kind))
    if registers is not None:
        assert decode(kind, registers) == (text or None)


@given(st.data())
def test_the_devices_own_encoder_and_the_drivers_codec_agree(data):
    bank = SunSpecBank(image.MODELS, image.scales(10000, 60000))
    field = bank.fields[data.draw(st.sampled_from(sorted(name for name, field in bank.fields.items()
                                                         if not field.is_text and field.kind not in ("pad", "sunssf"))))]
    value = data.draw(st.none() | st.integers(-40000, 70000) | st.floats(-1e6, 1e6))
    field.put(value)
    registers = bank.read(3, bank.base + field.at, field.count)
    wanted = encode(field.kind, value, field.sf)
    if wanted is not None:
        assert registers == wanted
    assert decode(field.kind, registers, field.sf) == field.get()


WRITABLE = sorted(field.at for field in SunSpecDer(settings=nominal_settings(50)).bank.fields.values() if field.writable)
WRITES = st.lists(st.tuples(st.sampled_from(WRITABLE), st.lists(REGISTER | st.integers(0, 3), min_size=1, max_size=4)),
                  max_size=12)


@settings(max_examples=60, deadline=None)
@given(WRITES, st.floats(0, 1.4), st.sampled_from([0.0, 49.0, 50.0, 53.0]))
def test_whatever_is_written_the_device_lives_and_keeps_to_its_rating(writes, v_pu, f_hz):
    device = SunSpecDer(settings=nominal_settings(50))
    bank = device.bank
    for at, values in writes:
        before = bank.read(3, bank.base, len(bank._registers))
        if bank.write(16, bank.base + at, values):
            assert bank.read(3, bank.base, len(bank._registers)) == before
        for _ in range(4):
            device.step(device.now_ms + 20, 20, (230.0 * v_pu,) * 3, f_hz)
        assert (device.p_w ** 2 + device.q_var ** 2) ** 0.5 <= 10000 * 1.001
        assert device.settings_in_registers() is not None
    walk = ChainWalk()
    while walk.read() is not None:
        walk.take(bank.read(3, *walk.read()))
    assert walk.fault is None and len(walk.models) == len(image.MODELS)


POINTS = st.lists(st.tuples(st.integers(4900, 15100), st.integers(-10100, 10100)), min_size=1, max_size=4)


@settings(max_examples=80, deadline=None)
@given(POINTS, st.booleans())
@example([(9200, 4400), (9800, 0), (10200, 0), (10800, -4400)], False)
@example([(9000, 2500), (10000, 0), (10000, 0), (11000, -2500)], False)      # category A: V2 = V3
@example([(9000, 2500), (10000, 0), (10000, -1), (11000, -2500)], False)     # a step
@example([(9000, 100), (9000, 100)], False)                                 # one point, twice
def test_a_curve_is_adopted_when_it_falls_and_then_it_is_what_was_written(points, in_order):
    if in_order:
        points = list(zip(sorted(v for v, _ in points), sorted((var for _, var in points), reverse=True)))
    bench = Bench()
    bench.set(705, "Crv.2.ActPt", len(points))
    for at, (v_raw, var_raw) in enumerate(points, 1):
        bench.set(705, "Crv.2.Pt.%d.V" % at, v_raw / 100)
        bench.set(705, "Crv.2.Pt.%d.Var" % at, var_raw / 100)
    apart = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    good = (len(apart) >= 2 and all(5000 <= v_raw <= 15000 and abs(var_raw) <= 10000 for v_raw, var_raw in points)
            and all(low[0] < high[0] and low[1] >= high[1] for low, high in zip(apart, apart[1:])))
    assert (bench.adopt(705, 2) == 1) == good
    if good:
        assert [bench.get(705, "Crv.1.Pt.%d.Var" % at) for at in range(1, len(points) + 1)] == [
            var_raw / 100 for _, var_raw in points]
    else:
        assert bench.get(705, "Crv.1.Pt.1.V") == 92
