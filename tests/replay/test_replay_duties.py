"""Operating modes, the network operator's contact, its shares and the wall clock are replayed like everything else."""

import json

from tests.fault.bench import FaultSite
from tests.portable import fake_site
from tools import cli
from tools.gateway import journal_file

MONDAY_MS = 1793577600000
HOUR_MS = 3600000


def run():
    """Two chargers in Great Britain and Germany at once, ninety seconds with everything in them."""
    chargers = [dict(fake_site.CHARGER, name="evse%d" % unit, unit=unit) for unit in (1, 2)]
    document = fake_site.document(
        evse=chargers, journal={"segment_bytes": 15000, "segments": 20},
        dso={"contact": "in1", "failsafe_after_s": 3, "hold_max_s": 4}, smart_charge={"delay_max_s": 8},
        enter_service={"f_lo_hz": 49.5, "f_hi_hz": 50.2, "delay_s": 5, "random_s": 5, "ramp_s": 5, "applies_to": "both"})
    site = FaultSite(document, {"bus:lan": {1: "sim-four-quadrant", 2: "sim-four-quadrant"}})
    site.ports.clock.ms = MONDAY_MS
    levels = site.ports.contacts.levels
    levels["in1"] = 0
    site.run(30000)
    for level in (1, 0, 1, None):
        levels["in1"] = level
        site.run(6000)
    site.ports.clock.ms = MONDAY_MS + 9 * HOUR_MS
    site.run(4000)
    site.ports.clock.ms = 0
    levels["in1"] = 0
    site.run(15000)
    site._do(site.gateway.on_query(site.now_ms, 1, {"permit_service": False}))
    site.run(3000)
    site._do(site.gateway.on_query(site.now_ms, 1, {"permit_service": True}))
    site.run(20000)
    site.stop()
    site.run(12000)
    return site


def test_duties_are_computed_again_from_any_segment(tmp_path, capsys):
    site = run()
    for name, data in site.ports.store.files.items():
        (tmp_path / name).write_bytes(data)
    assert cli.main(["replay", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["differences"] == [] and found["skipped_ticks"] == 0 and found["ticks"] > 900
    said = {event[3][0] for event in found["events"] if event[3]}
    assert {"limited", "free", "failsafe", "released", "delayed", "peak_hours", "clock_not_set", "tripped",
            "enter_service_wait", "enter_service_ramp", "continuous"} <= said
    names = [name for name in site.ports.store.files if journal_file.is_segment(name)]
    assert len(names) > 2
    for name in names:
        assert cli.main(["replay", str(tmp_path / name), "--json"]) == 0, name
        assert json.loads(capsys.readouterr().out)["differences"] == []
