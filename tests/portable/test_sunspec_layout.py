"""Where points lie, and the walk along a device's chain of models."""

from protocols.sunspec.chain import ChainWalk
from protocols.sunspec.layout import TABLES, load, module_of

COUNTS = {"NPt": 4, "NCrv": 3, "NCrvSet": 3, "NCtl": 3, "NPrt": 1}

# model, path, offset: counted by hand in the published definitions with the counts above
PLACES = (
    (1, "SN", 50), (701, "W", 10), (701, "Hz", 17), (702, "WMaxRtg", 2), (703, "ESHzLo", 7), (704, "WSet", 24),
    (704, "PFWInj.PF", 59), (704, "PFWAbsRvrt.Ext", 66), (705, "Crv.1.ActPt", 15), (705, "Crv.1.Pt.1.V", 25),
    (705, "Crv.2.ActPt", 33), (705, "Crv.3.Pt.4.Var", 68), (706, "Crv.2.Pt.1.V", 33), (707, "Crv.1.ReadOnly", 9),
    (707, "Crv.1.MustTrip.Pt.1.V", 11), (707, "Crv.1.MayTrip.ActPt", 23), (707, "Crv.2.MomCess.Pt.4.Tms", 87),
    (709, "Crv.1.MustTrip.Pt.2.Hz", 15), (711, "Ctl.2.DbOf", 24), (712, "Crv.1.Pt.1.W", 18), (713, "SoC", 4),
    (714, "Prt.1.PrtTyp", 20), (715, "ControllerHb", 5), (802, "SoCRsvMin", 10),
)


def raises(kind, function, *arguments):
    try:
        function(*arguments)
    except kind:
        return True
    return False


def test_points_lie_where_the_definitions_put_them():
    for model_id, path, offset in PLACES:
        assert load(model_id).find(path, COUNTS)[0] == offset, (model_id, path)


def test_a_place_tells_type_scale_factor_and_access():
    assert load(704).find("WSet") == (24, "int32", "WSet_SF", True)
    assert load(701).find("Alrm") == (6, "bitfield32", None, False)
    assert load(707).find("Crv.2.MustTrip.Pt.1.Tms", COUNTS)[1:] == ("uint32", "Tms_SF", True)


def test_rows_and_find_agree_and_rows_leave_no_gap():
    for model_id, _ in TABLES:
        model = load(model_id)
        at = 2
        for row in model.rows(COUNTS):
            assert model.find(row[0], COUNTS) == row[1:], (model_id, row)
            assert row[1] >= at, (model_id, row)
            at = row[1] + 1
        assert at <= model.size(COUNTS)


def test_the_length_of_a_model_follows_its_counts():
    for model_id, counts, length in ((705, {"NCrv": 2, "NPt": 4}, 49), (711, {"NCtl": 2}, 32), (701, None, 153),
                                     (714, {"NPrt": 1}, 43), (715, None, 7), (703, None, 17), (704, None, 65)):
        assert load(model_id).size(counts) == length + 2, model_id


def test_the_counters_of_a_model_are_known():
    assert load(705).counters() == ["NCrv", "NPt"]
    assert load(710).counters() == ["NCrvSet", "NPt"]
    assert load(704).counters() == []


def test_a_path_that_is_not_there_is_an_error():
    model = load(705)
    assert raises(KeyError, model.find, "Watt", COUNTS)
    assert raises(KeyError, model.find, "Curve.1.ActPt", COUNTS)
    for path in ("Crv.0.ActPt", "Crv.4.ActPt", "Crv.1.Pt.5.V"):
        assert raises(IndexError, model.find, path, COUNTS), path


def test_models_that_are_not_here_are_none():
    assert load(999) is None and module_of(999) is None
    assert module_of(708) == "protocols.sunspec.trip"


def walk(memory):
    """Runs a walk over {address: register}; what is not there is refused."""
    chain = ChainWalk()
    reads = []
    while chain.read() is not None:
        address, count = chain.read()
        reads.append(address)
        registers = [memory.get(address + at) for at in range(count)]
        chain.take(None if None in registers else registers)
    return chain, reads


def memory_of(base, *models):
    """Header, (id, length) models filled with zeros, end marker."""
    words = [0x5375, 0x6E53]
    for model_id, length in models:
        words += [model_id, length] + [0] * length
    words += [0xFFFF, 0]
    return {base + at: word for at, word in enumerate(words)}


def test_the_chain_of_a_device_is_found():
    chain, reads = walk(memory_of(40000, (1, 66), (701, 153), (705, 67)))
    assert chain.fault is None and chain.base == 40000
    assert chain.found() == {1: (40002, 66), 701: (40070, 153), 705: (40225, 67)}
    assert reads == [40000, 40002, 40070, 40225, 40294]


def test_other_bases_are_tried_in_turn():
    chain, reads = walk(memory_of(50000, (1, 66)))
    assert chain.base == 50000 and reads[:3] == [40000, 0, 50000]
    chain, _ = walk(memory_of(0, (1, 66)))
    assert chain.found() == {1: (2, 66)}


def test_what_is_no_sunspec_device_is_told():
    chain, reads = walk({address: 0 for address in range(100)})
    assert chain.fault == "no_sunspec" and reads == [40000, 0, 50000] and chain.found() == {}


def test_a_device_that_falls_silent_in_the_middle_is_told():
    memory = memory_of(40000, (1, 66), (701, 153))
    del memory[40070]
    chain, _ = walk(memory)
    assert chain.fault == "read_failed" and chain.found() == {1: (40002, 66)}


def test_a_chain_without_end_is_cut():
    endless = {40002 + at: (at + 1) % 2 for at in range(1000)}     # model 1 of length 0, again and again
    beyond = {40002: 1, 40003: 0xFFF0}
    nothing = {40002 + at: 0 for at in range(1000)}
    for memory, models in ((endless, 64), (beyond, 1), (nothing, 1)):
        memory.update({40000: 0x5375, 40001: 0x6E53})
        chain, reads = walk(memory)
        assert chain.fault == "chain_broken" and len(chain.models) == models and len(reads) == models + 1


def test_of_a_model_that_occurs_twice_the_first_counts():
    chain, _ = walk(memory_of(40000, (1, 66), (713, 7), (713, 7)))
    assert chain.found()[713] == (40070, 7)
    assert [place[1] for place in chain.models if place[0] == 713] == [40070, 40079]
