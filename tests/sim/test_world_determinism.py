"""Same scenario, same seed: the same bytes on every wire, whatever the machine did in between."""

from host_sim import world_faults
from host_sim.scenarios.paper_cases import CASE_1
from host_sim.world import World

SHORT = CASE_1._replace(settle_s=6, duration_s=2)
BUSES = ("646", "611")


def trace_of(seed):
    world = World(SHORT, seed, buses=BUSES)
    world_faults.inject(world, world_faults.plan(3, BUSES, begin_ms=2000, end_ms=6000, count=6))
    world.run()
    return world.trace, world.recording.of_bus


def test_two_runs_are_the_same_to_the_byte():
    first, second = trace_of(1), trace_of(1)
    assert first == second


def test_another_seed_is_another_run():
    assert trace_of(1)[0] != trace_of(2)[0]


def test_a_fault_plan_depends_on_its_seed_only():
    span = dict(begin_ms=0, end_ms=10000, count=20)
    assert world_faults.plan(1, BUSES, **span) == world_faults.plan(1, BUSES, **span)
    assert world_faults.plan(1, BUSES, **span) != world_faults.plan(2, BUSES, **span)
    for from_ms, to_ms, _, bus in world_faults.plan(1, BUSES, **span):
        assert 0 <= from_ms <= to_ms <= 10000 and bus in BUSES
