"""The commissioning record: kept, believed or not, warned of; summary as page and telemetry get it.

Not its job: making one on a site (tests/sim/test_commission_live.py).
"""

import pathlib
from types import SimpleNamespace

import pytest

from edge import commissioning
from edge.config_loader import load
from edge.drivers.profile_loader import load_profile
from tools.gateway import site_warnings
from tools.gateway.commission import record, results, steps, verb

DOCUMENT = {
    "gateway": {"id": "gw-1", "mode": "control"},
    "bus": [{"name": "cabinet", "host": "10.0.0.2"}],
    "evse": [{"name": "ev", "profile": "sim-four-quadrant", "bus": "cabinet", "p_charge_max_w": 7000}],
}
UNIX_MS = 1_795_000_000_000


@pytest.fixture
def config():
    found, errors = load(DOCUMENT, load_profile)
    assert not errors
    return found


def made(config, outcome=results.PASS):
    """A record of one test."""
    rows = results.Results()
    rows.step = "signs"
    rows.add("sign and phase", "ev", outcome, measured="took 1500 W", change="turn the clamp" if outcome == results.FAIL else "")
    rows.devices = [{"name": "ev", "profile": "sim-four-quadrant", "bus": "cabinet", "unit": 1, "values": {"firmware": 5.6}}]
    return record.content(SimpleNamespace(site_config=config, results=rows), "T. Ester", UNIX_MS)


class Store(dict):
    """A store port."""

    def read(self, name):
        """The content, or None."""
        return self.get(name)


def warned(config, folder, data):
    """Texts of warnings about commissioning."""
    store = folder / site_warnings.STORE
    store.mkdir(exist_ok=True)
    if data is not None:
        (store / commissioning.FILE).write_bytes(data)
    return [text for path, text in site_warnings.found(config, load_profile, pathlib.Path(folder), None) if path == "gateway.mode"]


def test_record_survives_the_store_and_says_what_it_is(config):
    content = made(config)
    back, state = commissioning.opened(record.sealed(content), "gw-1", None)
    assert (back, state) == (content, commissioning.IS_UNSIGNED)
    assert content["when"] == "2026-11-18T11:06:40Z" and content["ok"] is True


def test_signed_with_a_signer_of_any_kind(config):
    asked = []
    data = record.sealed(made(config), lambda covered: asked.append(covered) or b"\x01" * 384)
    assert asked[0].startswith(b"commissioning/gw-1\n{"), "bound to one gateway"
    assert commissioning.opened(data, "gw-1", None)[1] == commissioning.UNCHECKED
    assert commissioning.opened(data, "gw-1", "f" * 768)[1] == commissioning.BAD_SIGNATURE
    assert commissioning.opened(data, "gw-2", None)[1] == commissioning.BAD_SIGNATURE


@pytest.mark.parametrize("data", (b"", b"unsigned", b"{}\nunsigned", b"[1]\nunsigned", b'{"format":2}\nunsigned', b"\xff\n\xff"))
def test_damaged_bytes_are_no_record(data):
    assert commissioning.opened(data, "gw-1", None) == (None, commissioning.DAMAGED)


def test_summary_for_page_and_telemetry(config):
    assert commissioning.summary(Store(), config)["state"] == commissioning.NONE
    told = commissioning.summary(Store(commissioning=record.sealed(made(config, results.FAIL))), config)
    assert told == {"state": "unsigned", "ok": False, "when": "2026-11-18T11:06:40Z", "who": "T. Ester", "is_current": True, "failed": 1}


def test_check_warns_of_what_is_missing_or_old(config, tmp_path):
    other = {**made(config), "config": "0" * 32}
    for data, words in ((None, "never commissioned"), (record.sealed(made(config)), None), (record.sealed(other), "another configuration"),
                        (record.sealed(made(config, results.FAIL)), "did not pass"), (b"x", "can't be read"),
                        (record.sealed(made(config), lambda _: b"\x01" * 384).replace(b'"gw-1"', b'"gw-9"'), "another gateway")):
        told = warned(config, tmp_path, data)
        assert (told == []) if words is None else words in told[0], (words, told)


def test_observing_needs_no_proof(tmp_path):
    config, _ = load({**DOCUMENT, "gateway": {"id": "gw-1", "mode": "observe"}}, load_profile)
    assert warned(config, tmp_path, None) == []


def test_page_tells_what_to_do(config):
    text = record.page(made(config, results.FAIL), False)
    assert "NOT PASSED" in text and "not signed" in text and "ev: turn the clamp" in text and "firmware 5.6" in text


def test_the_duration_is_told_for_each_charger(config):
    assert steps.duration(config) == "takes about 2 to 7 minutes, up to 15 where the house is restless"
    two, errors = load({**DOCUMENT, "evse": [{**DOCUMENT["evse"][0], "name": name, "unit": unit} for unit, name in ((1, "a"), (2, "b"))],
                        "grid": {"code": "ieee1547-b-i"}}, load_profile)
    assert not errors, errors
    assert steps.duration(two) == ("takes about 4 to 14 minutes (2 chargers, 2 to 7 minutes each), up to 30 where the house is restless; "
                                   "entering service by the grid code comes on top")


def test_the_help_tells_duration_and_where_a_second_run_begins():
    assert "2 to 7 minutes a charger" in verb.EPILOG and "goes on with the step it was in" in verb.EPILOG.replace("\n", " ")
