"""A change of the configuration in the virtual world, with a real broker core: what cuts the gateway off, loses its charger or
makes its loop stall comes back by itself, and the reason is reported.

Not its job: rules and forms (unit/test_config_over_mqtt), power cuts at every write (fault/test_power_cuts_gateway).
"""

import pytest

pytest.importorskip("cryptography")
from tests.sim.config_world import ConfigWorld, new_key  # noqa: E402


@pytest.fixture(scope="module")
def keys():
    return {"operator": new_key(), "installer": new_key()}


@pytest.fixture
def world(keys):
    return ConfigWorld(keys)


def last(world):
    return world.operator.reported[-1]


def outcome(world):
    """(version in force, refused version, pending, last hint)."""
    row = last(world)
    return row["version"], row["refused_version"], row["pending"], (row["errors"] or [{"hint": ""}])[0]["hint"]


def test_a_good_change_is_in_force_two_seconds_after_its_restart(world):
    world.operator.desire({"wape": {"enabled": True}, "evse": {"evse1": {"wape": False}}})
    world.run_s(4)
    assert world.machine.starts == 2 and last(world)["pending"]
    world.run_s(10)
    assert outcome(world) == (1, None, False, "") and world.config.wape.enabled
    assert last(world)["hash"] == world.config.hash
    history = world.machine.gateway.vpp.configuration.store.history.rows
    assert [row[0] for row in history] == [1] and history[0][2:] == ["operator", "evse.evse1.wape, wape.enabled", "in force"]


CUT_OFF = (
    ({"vpp": {"host": "elsewhere"}}, "no sign of the host in time"),
    ({"vpp": {"port": 1884}}, "no sign of the host in time"),
    ({"vpp": {"tls": True}}, "no sign of the host in time"),
    ({"bus": [{"name": "lan", "host": "127.0.0.2", "port": 502}]}, "read before and not any more: evse1"),
)


@pytest.mark.parametrize("changes, why", CUT_OFF)
def test_a_change_that_cuts_off_broker_or_charger_comes_back(world, changes, why):
    assert world.operator.desire(changes, "installer") == 1
    world.run_s(50)
    assert world.machine.starts == 2
    world.run_s(40)
    assert world.machine.starts == 3
    assert outcome(world) == (0, 1, False, why)
    assert world.config.vpp.host == "broker" and world.machine.gateway.state.ders[0].view.p_ac_w is not None
    history = world.machine.gateway.vpp.configuration.store.history.rows
    assert history[-1][4] == "rolled back: " + why
    # The broker still holds the change; it is not tried again, and the next one is taken.
    world.run_s(200)
    assert world.machine.starts == 3
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(20)
    assert outcome(world)[:3] == (2, None, False)


def test_signs_of_the_host_on_the_old_broker_prove_nothing_about_the_new_one(world):
    world.operator.say_every(10000)
    world.run_s(3)
    assert world.operator.desire({"vpp": {"host": "127.0.0.9"}}, "installer", deadline_s=40) == 1
    world.operator.say("online")        # in the same moment, while the stop ramps down
    world.run_s(30)
    assert world.machine.starts == 2 and world.config.vpp.host == "127.0.0.9"
    assert world.machine.gateway.vpp.configuration.store.pending, "neither before the switch nor after it was it heard there"
    world.run_s(30)
    assert world.machine.starts == 3 and world.config.vpp.host == "broker"
    world.run_s(15)
    assert outcome(world) == (0, 1, False, "no sign of the host in time")


def test_a_change_that_waits_at_the_broker_is_no_better_for_the_signs_that_come_with_it(world):
    """Delivered right after a start, in one burst with the host's retained state; what has the version already is over."""
    world.operator.say_every(10000)
    world.run_s(3)
    world.machine.crash()
    world.run_s(1)
    assert world.operator.desire({"vpp": {"host": "127.0.0.9"}}, "installer", deadline_s=40, version=8) == 8
    world.operator.say("online")
    world.machine.start()
    world.run_s(30)
    assert world.machine.starts == 3 and world.machine.gateway.vpp.configuration.store.pending
    world.run_s(45)
    assert world.machine.starts == 4 and outcome(world) == (0, 8, False, "no sign of the host in time")
    world.run_s(60)
    assert world.machine.starts == 4, "still retained, and tried once"


def test_log_and_power_plant_are_told_what_becomes_of_a_change(world):
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(20)
    world.operator.desire({"vpp": {"host": "elsewhere"}}, "installer")
    world.run_s(120)
    told = [(row["code"], row["text"]) for row in world.operator.events if 447 <= row["code"] <= 449]
    assert told == [
        (447, "configuration on trial: version 1, operator: wape.tau_s"), (448, "configuration in force: version 1"),
        (447, "configuration on trial: version 2, installer: vpp.host"),
        (449, "configuration rolled back: version 2, no sign of the host in time")]
    lines = [line for line in world.ports.lines if line[:4] in ("E447", "E448", "E449")]
    assert len(lines) == 4 and "no sign of the host in time" in lines[-1] and lines[-1].startswith("E449 warning"), lines


def test_a_refusal_is_told_at_once(world, keys):
    world.operator._keys["operator"] = keys["installer"][0]
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(1)
    world.operator._keys["operator"] = keys["operator"][0]
    assert [row["text"].partition(",")[0] for row in world.operator.events if row["code"] == 233] == [
        "configuration refused: bad_signature"]
    world.operator.desire({"wape": {"tau_s": 5000}})
    world.run_s(2)
    data = world.ports.store.read("audit").decode()
    assert "wape.tau_s: 0.1-600 s" in data and "?" not in data


def test_without_a_host_nothing_is_confirmed(world):
    world.operator.desire({"wape": {"tau_s": 5}})
    world.operator.say("offline")
    world.run_s(80)
    world.operator.say("online")
    world.run_s(10)
    assert outcome(world) == (0, 1, False, "no sign of the host in time")


def test_a_broker_that_is_away_for_the_whole_trial_costs_the_change(world):
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(2)
    world.machine.wires["vpp"].cut(True)
    world.run_s(100)
    world.machine.wires["vpp"].cut(False)
    world.run_s(120)
    assert outcome(world) == (0, 1, False, "no sign of the host in time")


def test_a_period_that_the_machine_cannot_keep_comes_back(world):
    world.machine.cost_ms = {50: 300}       # it has to swap, say
    world.operator.desire({"gateway": {"tick_ms": 50}}, "installer")
    world.run_s(100)
    assert outcome(world)[:3] == (0, 1, False)
    assert "the control loop does not keep its period" in outcome(world)[3]
    assert world.config.gateway.tick_ms == 100


def test_starts_that_end_before_the_first_second_are_given_up_after_three(world):
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(1)
    while world.machine.starts < 2:
        world.run_s(0.1)
    for _ in range(3):
        world.machine.crash()
        world.run_s(0.5)
        world.machine.start()
    world.run_s(10)
    assert outcome(world) == (0, 1, False, "3 starts of the program failed")


def test_base_versions_that_conflict_are_answered_with_both(world):
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(20)
    world.operator.desire({"wape": {"tau_s": 6}}, base_version=0)
    world.run_s(2)
    error = last(world)["errors"][0]
    assert (error["path"], error["got"], error["allowed"]) == ("base_version", "0", "1")
    assert "made for version 0, version 1 is in force" in error["hint"]


def test_what_the_broker_keeps_from_long_ago_is_passed_over(world):
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(20)
    refused = world.machine.gateway.vpp.inbox.refused
    world.machine.crash()
    world.run_s(1)
    world.machine.start()       # and the retained change comes once more
    world.run_s(20)
    assert world.machine.starts == 3 and outcome(world) == (1, None, False, "")
    assert world.machine.gateway.vpp.inbox.refused == refused == 0


def test_only_the_installer_speaks_for_installer_rows(world, keys):
    world.operator.desire({"site": {"i_fuse_a": 25}})
    world.run_s(5)
    assert outcome(world)[:2] == (0, 1) and last(world)["errors"][0]["allowed"] == "only with the installer's signature"
    # The operator's key in the installer's name, and an operator's signature that claims his access.
    world.operator._keys["installer"], kept = keys["operator"][0], keys["installer"][0]
    world.operator.desire({"site": {"i_fuse_a": 25}}, "installer")
    world.run_s(5)
    assert outcome(world)[:2] == (0, 1) and world.machine.gateway.vpp.inbox.refused == 2
    world.operator._keys["installer"] = kept
    world.operator.desire({"site": {"i_fuse_a": 25}}, access="installer")
    world.run_s(5)
    assert last(world)["errors"][0]["path"] == "access" and world.machine.starts == 1
    world.operator.desire({"site": {"i_fuse_a": 25}}, "installer")
    world.run_s(20)
    assert outcome(world)[1:3] == (None, False) and world.config.site.i_fuse_a == 25


def test_every_change_is_in_the_audit_log_and_its_head_is_told(world):
    world.operator.desire({"site": {"i_fuse_a": 25}})
    world.run_s(2)
    world.operator.desire({"vpp": {"host": "elsewhere"}}, "installer")
    world.run_s(100)
    data = world.ports.store.read("audit")
    from tools.gateway import audit as verb

    records, faults, _ = verb.verify(b"", data)
    assert faults == []
    told = [(row["what"], row["who"], row["detail"]) for row in records]
    assert ("config", "operator", "version 1 refused: site.i_fuse_a: only with the installer's signature") in told
    assert ("config", "installer", "version 2 on trial") in told
    assert ("config", "gateway", "version 2 rolled back: no sign of the host in time") in told
    number, _, head = world.operator.infos[-1]["audit"].partition(":")
    assert verb.verify(b"", data, (int(number), head))[1] == []
