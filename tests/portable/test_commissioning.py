"""The commissioning record as a gateway reads it, on both runtimes."""

from edge import commissioning, device_view
from protocols import auth, strict_json

RECORD = {"format": 1, "gateway": "gw-1", "config": "ab" * 16, "ok": True, "when": "2026-11-21T08:00:00Z", "who": "T. Ester", "rows": []}


def test_unsigned_and_signed_records_are_told_apart():
    data = strict_json.encode(RECORD)
    assert commissioning.opened(None, "gw-1", None) == (None, commissioning.NONE)
    assert commissioning.opened(data + b"\n" + commissioning.UNSIGNED, "gw-1", None) == (RECORD, commissioning.IS_UNSIGNED)
    signed = auth.attach(data, commissioning.KEY_ID, b"\x01" * 384)
    assert commissioning.opened(signed, "gw-1", None)[1] == commissioning.UNCHECKED
    assert commissioning.opened(signed, "gw-2", None)[1] == commissioning.BAD_SIGNATURE
    assert commissioning.opened(signed, "gw-1", "f" * 768)[1] == commissioning.BAD_SIGNATURE
    assert commissioning.opened(auth.attach(data, "k1", b"\x01" * 384), "gw-1", None)[1] == commissioning.BAD_SIGNATURE


def test_damage_is_no_record():
    for data in (b"", b"{}", b"{}\nunsigned", b"[]\nunsigned", b"\xff\xfe\nunsigned"):
        assert commissioning.opened(data, "gw-1", None) == (None, commissioning.DAMAGED), data


class Map:
    """Of a register map only where its points lie."""

    points = {"p_ac_w": (0, 0, 1000), "owner": (1, None, 1000)}


class Reader:
    """Of a reader only what is looked at."""

    name, profile_name, map = "ev", "sim-v2h", Map
    values, taken_ms = [-1500.0, None], [4000]


class Box:
    """Something with attributes."""


def test_a_device_is_shown_with_the_ages_of_its_points():
    gateway = Box()
    gateway.fleet = Box()
    gateway.fleet.readers = [Reader]
    told = device_view.picture(gateway, 5500, "ev")
    assert told == {"name": "ev", "profile": "sim-v2h", "points": {"p_ac_w": [-1500.0, 1500], "owner": [None, None]}}
    assert "ev" in device_view.picture(gateway, 5500, "nobody")["error"]
