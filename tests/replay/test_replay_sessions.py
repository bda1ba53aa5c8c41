"""Sessions, promises, consents and probes are replayed like everything else, from any keyframe."""

import json

from edge import home_reasons
from tests.fault.bench import FaultSite
from tests.portable import fake_site
from tools import cli
from tools.gateway import journal_file


def run():
    """A Quasar on a plain site: a wish to discharge without a state of charge, a promise, a consent that runs out."""
    charger = dict(fake_site.CHARGER, profile="wallbox-quasar-1", phases=1, e_capacity_wh=40000)
    document = fake_site.document(evse=[charger], site={"i_fuse_a": 63}, journal={"segment_bytes": 15000, "segments": 30},
                                  failsafe={"device_reversion_s": 10}, meter={"profile": "eastron-sdm630", "bus": "lan", "unit": 2})
    site = FaultSite(document, {"bus:lan": {1: "wallbox-quasar-1", 2: "eastron-sdm630"}})
    site.run(20000)
    for wish in ({"departure_min": 9, "e_needed_wh": 300}, {"consent": True, "minutes": 2, "e_max_wh": 500},
                 {"wish": "discharge_now", "minutes": 5}):
        site._do(site.gateway.on_query(site.now_ms, 1, wish))
        site.run(90000)
    site.run(120000)
    return site


def test_a_session_is_computed_again_from_any_segment(tmp_path, capsys):
    site = run()
    session = site.gateway.state.household.sessions[0]
    assert session.is_plugged and session.e_charged_mwh > 0 and session.memory.soc_pct is not None
    for name, data in site.ports.store.files.items():
        (tmp_path / name).write_bytes(data)
    assert cli.main(["replay", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["differences"] == [] and found["skipped_ticks"] == 0 and found["ticks"] > 3000
    told = {event[1] for event in found["events"]}
    assert {home_reasons.SESSION_BEGUN, home_reasons.CONSENT_GIVEN, home_reasons.CONSENT_OVER} <= told, told
    names = [name for name in site.ports.store.files if journal_file.is_segment(name)]
    assert len(names) > 2
    for name in names:
        assert cli.main(["replay", str(tmp_path / name), "--json"]) == 0, name
        assert json.loads(capsys.readouterr().out)["differences"] == []
