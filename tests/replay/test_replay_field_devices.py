"""Setpoints in percent and amperes, gated limits, and a SunSpec meter are computed again from the journal like everything else.

Source: ours; the registers of a percentage depend on what was read of the rating, those of amperes on the voltage.
"""

import json

import pytest

from tests.sim.test_field_devices import Bench
from tools import cli


@pytest.mark.parametrize("profile, meter", (
    ("generic-charger-pct", "sunspec-meter"), ("generic-charger-a", "carlo-gavazzi-em340"),
    ("evtec-bidipro-10", "sunspec-meter-float"), ("sigenergy-evdc", "eastron-sdm630")))
def test_every_register_is_computed_again(profile, meter, tmp_path, capsys):
    bench = Bench(profile, meter=meter, discharge_w=3000 if profile == "evtec-bidipro-10" else 0, default_w=-5000,
                  journal={"segment_bytes": 60000, "segments": 40})
    for wish, p_w in (("charge_now", 5000), ("charge_now", 300), ("charge_now", 7000), ("discharge_now", 2000), ("idle", None),
                      ("charge_now", 4500)):
        question = {"wish": wish, "evse": "der1", "minutes": 10}
        bench.site._do(bench.site.gateway.on_query(bench.site.now_ms, 1, dict(question, p_w=p_w) if p_w else question))
        bench.run(12)
    bench.device.unplug()
    bench.run(5)
    bench.device.plug()
    bench.run(15)
    bench.site.stop()
    bench.run(12)
    for name, data in bench.site.ports.store.files.items():
        (tmp_path / name).write_bytes(data)
    assert cli.main(["replay", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["differences"] == [] and found["ticks"] > 800
    assert len({tuple(values) for _, _, values in bench.seen.written}) > 3
