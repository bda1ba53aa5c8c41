"""Shares lent and lost, turns, laxity, values and wishes of the household's broker: replayed like everything else."""

import json

from host_sim.world_fuse import FuseWorld
from protocols import strict_json
from protocols.mqtt import packet
from tests.fault.bench import FaultSite
from tests.fault.test_shared_fuse import FUSE_A, HIGH_W, LOW_W, gateways
from tests.portable import fake_site
from tools import cli
from tools.gateway import journal_file

JOURNAL = {"segment_bytes": 20000, "segments": 40}


def replayed(folder, files, capsys):
    """Replays a folder as a whole and each segment alone; returns what the whole one found."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    names = [name for name in files if journal_file.is_segment(name)]
    assert len(names) > 2
    found = []
    for path in [folder] + [folder / name for name in names]:
        assert cli.main(["replay", str(path), "--json"]) == 0, path
        found.append(json.loads(capsys.readouterr().out))
        assert found[-1]["differences"] == [], path
    return found[0]


def test_what_gateways_lend_each_other(tmp_path, capsys):
    made = FuseWorld(FUSE_A, gateways(journal=JOURNAL), load_w=LOW_W)
    made.run_s(25)
    made.house.load_w = list(HIGH_W)
    made.run_s(5)
    made.house.chargers["b-1"].unplug()
    made.run_s(15)
    for name in ("gw-c", "gw-d"):
        made.wires[name, "site"].cut(True)
    made.run_s(20)
    for gateway in ("gw-a", "gw-c"):
        store = made.nodes[gateway].ports.store
        found = replayed(tmp_path / gateway, {name: store.read(name) for name in store.names()}, capsys)
        assert found["ticks"] > 500
        said = [event[1:] for event in found["events"] if event[1] == 321]
        assert said == ([] if gateway == "gw-a" else [[321, "site", ["cleared"]], [321, "site", ["raised"]]])


def test_turns_laxity_values_and_wishes(tmp_path, capsys):
    chargers = [dict(fake_site.CHARGER, name="evse%d" % unit, unit=unit, exclusive="cable" if unit < 3 else None)
                for unit in (1, 2, 3)]
    document = fake_site.document(
        evse=chargers, journal=JOURNAL, site={"i_fuse_a": 25, "share": "laxity"}, home={},
        bus=[{"name": "lan", "host": "127.0.0.1"}, {"name": "meter", "host": "127.0.0.2"}],
        meter={"profile": "eastron-sdm630", "bus": "meter"}, site_link={"host": "broker", "prefix": "home"},
        input=[{"quantity": "pv_w", "topic": "pv", "max_age_s": 5}])
    site = FaultSite(document, {"bus:lan": {unit: "sim-four-quadrant" for unit in (1, 2, 3)}, "bus:meter": {1: "eastron-sdm630"}})
    site.run(20000)
    for topic, content in (("pv", 1500.25), ("home/gw-test/set/departure_min", {"departure_min": 60, "e_needed_wh": 5000, "evse": "evse3"}),
                           ("home/gw-test/set/wish", {"wish": "idle", "minutes": 60, "evse": "evse1"}), ("pv", 1499.75)):
        site.bytes_from_broker(packet.publish(topic, strict_json.encode(content)), "site")
        site.run(10000)
    site.load_w = 9000.0
    site.run(80000)
    assert [round(site.der(number).p_set_w) < -500 for number in range(3)] == [False, True, True]
    found = replayed(tmp_path / "gw", site.ports.store.files, capsys)
    assert found["ticks"] > 1000 and found["skipped_ticks"] == 0
