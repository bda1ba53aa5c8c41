"""The paper's study on the virtual clock: every scenario in a fresh world, then the charging times.

Not its job: what is compared (scenarios/paper_rows.py), the report.
Source: ours.
"""

from host_sim.scenarios.paper_cases import SCENARIOS
from host_sim.study import charging_time
from host_sim.world import World


class BrokenInvariant(Exception):
    """A gateway did what it must never do."""


def run_scenarios(scenarios=SCENARIOS, seed=1, progress=None):
    """{name: Recording}. progress: called with (name of the scenario, share 0..1). BrokenInvariant when a check of the
    world fails."""
    recordings = {}
    for scenario in scenarios:
        world = World(scenario, seed)
        whole_s = int(scenario.settle_s + scenario.duration_s)
        for passed_s in range(1, whole_s + 1):
            world.run_until_s(passed_s - scenario.settle_s)
            if progress:
                progress(scenario.title, passed_s / whole_s)
        if world.violations:
            raise BrokenInvariant("%s: at %d ms %s %s: %s" % ((scenario.name,) + world.violations[0]))
        recordings[scenario.name] = world.recording
    return recordings


def run_charging_times(progress=None):
    """{name: hours} of the charging runs, also those a note quotes."""
    runs = charging_time.ROWS + charging_time.CONTEXT
    hours = {}
    for number, run in enumerate(runs):
        hours[run.name] = charging_time.hours(run)
        if progress:
            progress("Charging time at bus %s" % run.bus, (number + 1) / len(runs))
    return hours
