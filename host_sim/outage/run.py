"""Runs one plan and gives its record.

Not its job: drawing the plan (scenario.py), many of them (campaign.py).
Source: ours.
"""

from host_sim.outage import verdict
from host_sim.outage.bench import OutageBench
from host_sim.outage.scenario import DRIVING_PCT
from host_sim.world_diary import Diary


def outage(plan, *, sample_ms=None):
    """(record, samples) of one run; record as verdict.record, samples of Ledger, empty without sample_ms."""
    bench = OutageBench(plan, sample_ms=sample_ms)
    diary = bench.on_tick = Diary(bench.house.charger.battery, DRIVING_PCT)
    bench.run()
    return verdict.record(bench, diary), bench.ledger.samples
