"""Outages of a house on the real gateway: every fault ends as it has to, the same seed gives the same, no interlock is violated."""

import json

import pytest

from host_sim.outage import campaign, faults, figure, run, verdict, words
from host_sim.outage.bench import OutageBench
from host_sim.outage.scenario import Plan, site_file
from host_sim.world_diary import Diary
from tools.cli import FAILED, OK, USAGE, main

TRANSFER_MAX_MS = 3000
FORECAST_PCT = 5
SKIP_MS = 1_800_000


def outage(fault, seed, **options):
    return run.outage(Plan(fault, seed, **options))[0]


def test_a_hundred_outages_of_every_kind_violate_nothing():
    records = campaign.campaign(100, 2, first_seed=50_000)
    found = campaign.summary(records)
    assert found["interlock_violations"] == 0, found["violating_seeds"]
    assert found["unexpected_seeds"] == [], [(row["seed"], row["unexpected"]) for row in records if row["unexpected"]]
    assert set(found["faults"]) == set(faults.NAMES)
    assert found["transfer_ms"]["p100"] <= TRANSFER_MAX_MS
    assert found["faults"]["sag"]["transferred"] == 0
    assert all(row["transfer_ms"] for row in records if row["fault"] in campaign.HEALTHY and not row["crashes_too"])


def test_healthy_hardware_supplies_the_house_and_gives_it_back():
    result = outage("none", 1)
    names = [row["state"] for row in result["states"]]
    for earlier, later in zip(("opening", "probing", "raising", "islanded", "closing", "entering_service"),
                              ("probing", "raising", "islanded", "closing", "entering_service", "on_grid")):
        assert names.index(earlier) < len(names) - names[::-1].index(later), (earlier, later)
    assert result["transfer_ms"] <= TRANSFER_MAX_MS and result["end"] == verdict.GRID and result["state"] == "on_grid"
    assert result["dark_s"] < TRANSFER_MAX_MS / 1000 + 0.5, "out for the transfer and the moment of the return, no longer"
    assert result["islanded_s"] > 5 and result["lockout"] is None and result["soc_pct"][1] < result["soc_pct"][0]


@pytest.mark.parametrize("fault, reason", [
    ("stuck", "transfer switch does not move"), ("welded", "transfer switch does not move"),
    ("series-welded", "transfer switch does not move"), ("stuck-open", "transfer switch does not move"),
    ("bond", "earth bond not confirmed"), ("interlock", "isolation not proven"),
])
def test_what_the_contacts_show_locks_out_with_its_reason(fault, reason):
    plan = next(plan for plan in (Plan(fault, seed) for seed in range(100)) if not plan.crashes_too)
    result = run.outage(plan)[0]
    assert result["lockout"] == reason and result["interlock_violations"] == 0


def test_one_outage_shows_what_its_title_says():
    for seed in (1, 2, 3):
        plan = Plan("pv", seed, outage_s=40)
        result, samples = run.outage(plan, sample_ms=500)
        islanded_ms = [1000 * row["t_s"] for row in result["states"] if row["state"] == "islanded"][0]
        sun_w = [row[figure.P_PV] for row in samples if islanded_ms + 15000 < row[figure.T_MS] < plan.back_ms]
        assert result["pv"] == "frequency" and max(sun_w) > 100 and result["interlock_violations"] == 0, seed
        plan = Plan("overload", seed, outage_s=60)
        assert sum(row["p_w"] for row in plan.circuits) > 7400 > max(row["p_w"] for row in plan.circuits)
        result = run.outage(plan)[0]
        islanded_s = [row["t_s"] for row in result["states"] if row["state"] == "islanded"][0]
        shed = [row for row in result["circuits"] if row["off"] and islanded_s + 1 < row["t_s"] < plan.back_ms / 1000]
        kept_off = len(set(result["circuits"][0]["off"]) - {name for row in result["circuits"] for name in row["on"]})
        assert shed or kept_off, seed
        told = words.lines(plan, result)
        assert any("circuits off: " in line for line in told) and any("circuits on again: " in line for line in told)


def test_a_campaign_draws_as_it_did():
    assert (Plan("pv", 1).pv_mode, Plan("pv", 1).pv_w, Plan("overload", 1).circuits[3]["name"]) == ("open", 4000, "kitchen")


def test_the_probe_finds_what_no_contact_shows():
    reasons = set()
    for seed in (0, 1, 2, 5):
        plan = Plan("welded-through", seed)
        plan.end_ms = plan.loss_ms + 8000
        bench = OutageBench(plan)
        diary = bench.on_tick = Diary(bench.house.charger.battery, 20)
        bench.run()
        assert diary.lockout is not None and bench.watch.count == 0
        assert 0 < bench.ledger.v_island_max_v <= 50, "nothing but the probe ever reached the grid side"
        reasons.add(diary.lockout)
    assert reasons == {"isolation not proven", "island did not build up"}, "a stub follows, a street pulls down"


def test_a_sag_inside_the_ride_through_curve_never_transfers():
    for seed in range(10):
        plan = Plan("sag", seed)
        bench = OutageBench(plan)
        bench.run()
        assert not bench.ledger.was_opened, plan.rows


def test_low_charge_ends_the_island_in_order_and_leaves_the_driving_reserve():
    plan = Plan("low-soc", 1, outage_s=120)
    plan.soc_pct, plan.capacity_wh, plan.p_default_w = 21.2, 3000, 0      # 36 Wh for the house
    for row in plan.circuits:
        row["p_w"], row["cycle"] = 600, None
    result = run.outage(plan)[0]
    names = [row["state"] for row in result["states"]]
    assert "islanded" in names and "shutting_down" in names and result["lockout"] is None
    assert 19.5 < result["soc_pct"][1] < 20.1 and result["end"] == verdict.GRID


def test_overload_sheds_and_keeps_the_critical_circuit():
    plan = Plan("overload", 3, outage_s=60)
    result = run.outage(plan)[0]
    assert result["islanded_s"] > 50 and result["unserved_wh"] > 1 and result["end"] == verdict.GRID


def test_without_a_gateway_the_house_goes_back_to_the_grid_by_itself():
    plan = Plan("none", 4)
    plan.events = [(plan.loss_ms + 4000, "crash", 0)]     # and nobody starts it again
    bench = OutageBench(plan)
    bench.run()
    assert bench.node.gateway is None and bench.watch.count == 0
    assert verdict.supply(bench.house) == verdict.GRID and not bench.house.charger.is_forming


def test_the_forecast_comes_true_for_a_60_kwh_vehicle_at_80_percent():
    plan = Plan("none", 7, outage_s=3600)
    plan.circuits = [{"name": "critical", "relay": 1, "priority": 1, "p_w": 500, "p_inrush_w": 0, "cycle": None}]
    plan.soc_pct, plan.capacity_wh, plan.is_in_service = 80, 60000, False
    bench = OutageBench(plan)
    forecasts_h = []
    bench.on_tick = lambda now_ms, gateway: forecasts_h.append(gateway.state.backup.run.autonomy.hours(
        gateway.state.backup.run.now_ms))
    bench.prepare()
    bench.heap.run_until(plan.loss_ms + 120_000)
    forecast_h = forecasts_h[-1]
    begun_ms, skipped_ms = bench.heap.now_ms, 0
    # The load is constant: half hours in which nothing happens are drawn from the battery at once.
    while bench.house.v_island_v and bench.heap.now_ms < plan.back_ms:
        left_pct = bench.house.charger.battery.soc_pct - 20
        skip_ms = SKIP_MS if left_pct > 1.5 else SKIP_MS // 20 if left_pct > 0.1 else SKIP_MS // 200 if left_pct > 0.02 else 0
        bench.house.skip(skip_ms)
        skipped_ms += skip_ms
        bench.heap.run_until(bench.heap.now_ms + 2000)
    outcome_h = (bench.heap.now_ms - begun_ms + skipped_ms) / 3_600_000
    assert 40 < outcome_h < 60, "36 kWh at 0.5 kW, losses and standby"
    assert abs(forecast_h / outcome_h - 1) <= FORECAST_PCT / 100, (forecast_h, outcome_h)


def test_the_same_seed_gives_the_same_bytes(tmp_path, capsys):
    arguments = ["sim", "outage", "--short", "--fault", "crash", "--seed", "9", "--out"]
    assert main(arguments + [str(tmp_path / "a")]) == main(arguments + [str(tmp_path / "b")]) == OK
    for name in ("result.json", "outage.svg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert site_file(Plan("pv", 3)) == site_file(Plan("pv", 3)) != site_file(Plan("pv", 4))


def test_the_verb_says_what_happened(tmp_path, capsys):
    assert main(["sim", "outage", "--fault", "stuck", "--short", "--out", str(tmp_path)]) == OK, "a lock-out is a result"
    told = capsys.readouterr().out
    assert "locked out: transfer switch does not move" in told and "interlock violations: 0" in told
    result = json.loads((tmp_path / "result.json").read_text())
    for key in ("transfer_ms", "islanded_s", "unserved_wh", "interlock_violations", "states"):
        assert key in result
    assert result["states"][0] == {"t_s": 0.0, "state": "starting", "reason": ""}
    assert main(["sim", "outage", "--short", "--json", "--out", str(tmp_path)]) == OK
    assert json.loads(capsys.readouterr().out)["fault"] == "none"


@pytest.mark.parametrize("arguments, said", [
    (["--fault", "weldet"], "did you mean 'welded'"), (["--minutes", "0"], "allowed 0.1"), (["--runs", "0"], "allowed 1"),
    (["--jobs", "0"], "allowed 1"), (["--short", "--minutes", "2"], "--short"),
])
def test_wrong_arguments_are_told(arguments, said, capsys):
    assert main(["sim", "outage"] + arguments) == USAGE
    assert said in capsys.readouterr().err


def test_a_campaign_goes_on_where_it_stopped(tmp_path, capsys):
    path = tmp_path / "runs.jsonl"
    arguments = ["sim", "outage", "--seed", "0", "--resume", str(path), "--json", "--runs"]
    assert main(arguments + ["2"]) == OK
    path.write_text(path.read_text()[:-40])      # cut off within the second line
    assert main(arguments + ["3"]) == OK
    assert sorted(campaign.done(path)) == [0, 1, 2]
    assert json.loads(capsys.readouterr().out.split("\n}\n")[1] + "\n}")["runs"] == 3
    assert campaign.one(1) == campaign.done(path)[1]


def test_a_violation_fails_the_verb(tmp_path, monkeypatch, capsys):
    result = outage("none", 1)
    result.update(interlock_violations=1, violations=[{"t_s": 5.0, "kind": "backfeed", "text": "inverter voltage"}])
    monkeypatch.setattr(run, "outage", lambda plan, sample_ms=None: (result, [(t_ms, 230, 230, 50.0, 0, 100, 100, 0, 50.0)
                                                                       for t_ms in (0, 1000)]))
    assert main(["sim", "outage", "--short", "--out", str(tmp_path)]) == FAILED
    assert "VIOLATION at 5.00 s: inverter voltage" in capsys.readouterr().out


def test_percentiles_are_of_what_is_there():
    assert campaign.percentile([], 50) is None
    assert [campaign.percentile(list(range(1, 101)), share) for share in (50, 90, 99, 100)] == [50, 90, 99, 100]
    assert campaign.percentile([7], 99) == 7


def test_every_fault_has_a_plan_a_text_and_a_title():
    for name in faults.NAMES:
        plan = Plan(name, 11)
        assert plan.end_ms > plan.loss_ms and site_file(plan)["backup"]["mode"] == "commanded"
        assert words.title({"seed": 11, "fault": name, "pv": plan.pv_mode}).startswith("Outage, seed 11: ")
    assert figure.T_MS == 0
