"""The same outages with the map of generic-transfer-switch: four poles behind a PLC, a mirror contact each.

Not its job: faults one by one (test_outage.py). Source: ours.
"""

import pytest

from host_sim.outage import bench, run, verdict
from host_sim.outage.scenario import Plan, site_file
from host_sim.plant.devices import make_device

NAME = "generic-transfer-switch"


@pytest.fixture
def generic(monkeypatch):
    """Every house gets the generic switch."""
    def made(profile, **options):
        return make_device(NAME if profile == "sim-transfer-switch" else profile, **options)

    def with_switch(plan):
        site = site_file(plan)
        site["switch"]["profile"] = NAME
        return site
    monkeypatch.setattr(bench, "make_device", made)
    monkeypatch.setattr(bench, "site_file", with_switch)
    return made


def test_a_healthy_one_supplies_the_house_and_gives_it_back(generic):
    result = run.outage(Plan("none", 1))[0]
    assert result["end"] == verdict.GRID and result["islanded_s"] > 5 and result["interlock_violations"] == 0


@pytest.mark.parametrize("fault, reason", (("welded", "transfer switch does not move"), ("interlock", "isolation not proven")))
def test_a_faulty_one_locks_out(generic, fault, reason):
    plan = next(plan for plan in (Plan(fault, seed) for seed in range(100)) if not plan.crashes_too)
    result = run.outage(plan)[0]
    assert result["lockout"] == reason and result["interlock_violations"] == 0
