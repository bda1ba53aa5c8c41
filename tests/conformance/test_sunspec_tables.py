"""Our model tables and codec against the definitions and the codec that pysunspec2 ships."""

import json
import pathlib

import pytest

from protocols.sunspec.codec import TYPES, decode, encode
from protocols.sunspec.layout import TABLES, load

sunspec2 = pytest.importorskip("sunspec2", reason="pysunspec2 is an extra")
from sunspec2 import mb  # noqa: E402

DEFINITIONS = pathlib.Path(sunspec2.__file__).parent / "models" / "json"
IDS = [model_id for model_id, _ in TABLES]
COUNTS = ({"NPt": 4, "NCrv": 3, "NCrvSet": 2, "NCtl": 3, "NPrt": 2},
          {"NPt": 1, "NCrv": 1, "NCrvSet": 1, "NCtl": 1, "NPrt": 1})


def definition(model_id):
    return json.loads((DEFINITIONS / f"model_{model_id}.json").read_text(encoding="utf-8"))["group"]


def published(group, counts, prefix=""):
    """(path, size, type, scale factor, writable) of a published group in the order of its registers."""
    for point in group["points"]:
        kind = "string%d" % point["size"] if point["type"] == "string" else point["type"]
        yield prefix + point["name"], point["size"], kind, point.get("sf"), point.get("access", "R") == "RW"
    for inner in group.get("groups", ()):
        counter = inner.get("count")
        for repetition in range(counts[counter] if counter else 1):
            place = f"{inner['name']}.{repetition + 1}." if counter else f"{inner['name']}."
            yield from published(inner, counts, prefix + place)


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("model_id", IDS)
def test_every_point_is_as_published(model_id, counts):
    model = load(model_id)
    at, wanted = 0, []
    for path, count, kind, sf, writable in published(definition(model_id), counts):
        if path not in ("ID", "L"):
            wanted.append((path, at, kind, sf, writable))
            assert TYPES[kind][0] == count, path
        at += count
    assert model.rows(counts) == wanted
    assert model.size(counts) == at
    assert (model.id, model.name) == (model_id, definition(model_id)["name"])


@pytest.mark.parametrize("model_id", IDS)
def test_a_published_fixed_length_is_ours(model_id):
    length = next(point for point in definition(model_id)["points"] if point["name"] == "L").get("value")
    if length is not None:
        assert load(model_id).size() == length + 2


@pytest.mark.parametrize("kind", [kind for kind in TYPES if not kind.startswith("string")])
def test_the_codec_agrees_with_an_independent_one(kind):
    if kind in ("pad", "bitfield64"):
        pytest.skip("pysunspec2 has no codec for it")
    count = TYPES[kind][0]
    theirs = mb.point_type_info[kind]
    absent = encode(kind, None)
    assert mb.create_unimpl_value(kind) == b"".join(word.to_bytes(2, "big") for word in absent)
    for value in (0, 1, 2, 255, 256, 0x7FFF, 0x1234):
        registers = encode(kind, value)
        if registers is None:
            continue
        data = b"".join(word.to_bytes(2, "big") for word in registers)
        assert theirs.to_data(value) == data and theirs.data_to(data) == value and theirs.is_impl(value)
        assert decode(kind, registers) == value and len(registers) == count


def test_text_agrees_with_an_independent_codec():
    for text in ("V2G", "a", "12345678"):
        registers = encode("string16", text)
        data = b"".join(word.to_bytes(2, "big") for word in registers)
        assert mb.data_to_str(data) == text and mb.str_to_data(text, 32) == data
