"""Prices, plans, modes and turn-ups of a household are replayed like everything else, from any keyframe."""

import json

from edge import home_reasons
from tests.fault.bench import FaultSite
from tests.portable import fake_site
from tools import cli
from tools.gateway import journal_file

HOUR_S = 3600
# Of the run before: a house that takes 850 W at any time, a vehicle that is seldom there by day.
LEARNED = {"forecast": [[[850] * 96] * 2, [[0] * 96] * 2], "habits": {"evse1": [[[300] * 96] * 2, None, None, 9000]}}


def run():
    """All at once: a file of prices, four modes, a turn-up, a departure, a changing house."""
    charger = dict(fake_site.CHARGER, profile="sim-v2h", phases=1, e_capacity_wh=40000, p_charge_max_w=7000)
    document = fake_site.document(
        evse=[charger], journal={"segment_bytes": 20000, "segments": 30},
        home={"mode": "v2h", "prices_file": "tariff.json", "hold_s": 10, "export_allowed": True},
        meter={"profile": "eastron-sdm630", "bus": "lan", "unit": 2},
        pv=[{"name": "roof", "profile": "sim-pv", "bus": "lan", "unit": 3}])
    start_s = fake_site.UNIX_MS // 1000 // HOUR_S * HOUR_S
    series = {"start_unix_s": start_s, "step_s": 900, "import_per_kwh": [0.5] * 4 + [0.1, 0.3, 0.2, 0.4] * 6}
    site = FaultSite(document, {"bus:lan": {1: "sim-v2h", 2: "eastron-sdm630", 3: "sim-pv"}},
                     {"tariff.json": json.dumps(series).encode(), "learned": b"1\n" + json.dumps(LEARNED).encode()})
    for wish, load_w in (({"departure_min": 300, "e_needed_wh": 5000}, 900.0), ({"energy_mode": "tariff"}, 2500.0),
                         ({"energy_mode": "pv"}, -3000.0), ({"energy_mode": "all"}, 700.0),
                         ({"announce": {"id": "t", "what": "turn_up", "start": fake_site.UNIX_MS // 1000 + 150,
                                        "end": fake_site.UNIX_MS // 1000 + 170}}, 700.0), ({"energy_mode": None}, 1500.0)):
        site.load_w = load_w
        site._do(site.gateway.on_query(site.now_ms, 1, wish))
        site.run(33000)
    return site


def test_the_use_of_energy_is_computed_again_from_any_segment(tmp_path, capsys):
    site = run()
    assert site.gateway.state.household.energy_use.outlook.prices.top_micro == 500000
    assert site.gateway.state.household.energy_use.outlook.forecast.expected(0, 0) == (850, 0)
    for name, data in site.ports.store.files.items():
        (tmp_path / name).write_bytes(data)
    assert cli.main(["replay", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["differences"] == [] and found["skipped_ticks"] == 0 and found["ticks"] > 1500
    assert home_reasons.PRICES_TAKEN in {event[1] for event in found["events"]}
    names = [name for name in site.ports.store.files if journal_file.is_segment(name)]
    assert len(names) > 2
    for name in names:
        assert cli.main(["replay", str(tmp_path / name), "--json"]) == 0, name
        assert json.loads(capsys.readouterr().out)["differences"] == []
