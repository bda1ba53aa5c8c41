"""The sequence of a commissioning: its steps, what is said about each, and how it ends whatever happens.

Not its job: what a step does (its module), the record (record.py), sockets (live.py).
Source: ours.
"""

import random

from edge.config_rules import paths
from tools.gateway.commission import guards, people_only, presence, signs
from tools.gateway.commission.bench import Aborted
from tools.gateway.commission.results import Results

# name, function, what it is for, further names it needs to have passed
STEPS = (
    ("devices", presence.devices, "Do all devices answer, and are they what the site file says?", ()),
    ("values", presence.values, "Can voltages, currents and powers at rest be true?", ("devices",)),
    ("signs", signs.signs, "Little test pulses: sign, phase and scale of chargers and meter.", ("devices",)),
    ("meter_lost", guards.meter_lost, "Without the meter, does charging fall to what is safe?", ("signs",)),
    ("reversion", guards.reversion, "Without the gateway, does each charger fall back to zero by itself?", ("signs",)),
    ("limits", guards.limits, "Does what is asked for stay inside nameplate and fuse?", ("devices",)),
    ("backup", people_only.backup, "Backup: what only people can confirm.", ()),
    ("broker", people_only.broker, "Is the power plant's broker reachable, and does it know this gateway?", ()),
)
NAMES = tuple(row[0] for row in STEPS)
# A charger that answers at once in a quiet house, one that pauses before it starts; longest: one of these in a restless house.
MINUTES, MINUTES_MAX = (2, 7), 15


class Run:
    """What a step works with."""

    def __init__(self, bench, site_config, people, *, may_discharge=False, seed=None, say=print):
        """bench: Bench; site_config: Config as the site file gives it, which the record is about (the bench runs a quiet
        copy); people: see people.py; may_discharge: test pulses may discharge too."""
        self.bench = bench
        self.site_config = site_config
        self.people = people
        self.may_discharge = may_discharge
        self.say = say
        self.chance = random.Random(seed)
        self.store = None           # the gateway's own, where there is one
        self.results = Results(self._heard)
        self.findings = []          # (device, code of verdicts.FINDINGS)
        self.i_max_a = 0
        self.p_most_w = {}
        self._paths = {id(row): path for path, row, _ in paths(bench.config)}

    def path_of(self, row):
        """Path of a device's section in the site file: evse[0], meter."""
        return self._paths.get(id(row), row.name)

    def watched(self, number, pulses):
        """Remember the largest current and power of pulses."""
        self.i_max_a = max([self.i_max_a] + [pulse.i_max_a for pulse in pulses])
        self.p_most_w[number] = max([self.p_most_w.get(number, 0)] + [pulse.p_most_w for pulse in pulses])

    def _heard(self, row):
        text = "  %-8s %s, %s: %s" % ({"pass": "ok", "fail": "FAILED", "skipped": "skipped"}[row["result"]], row["device"], row["test"],
                                     row["measured"] or "done")
        self.say(text + (" (allowed: %s)" % row["allowed"] if row["allowed"] and row["result"] == "fail" else ""))
        if row["change"]:
            self.say("           -> " + row["change"])


def duration(config):
    """How long all steps take, in words; config: Config."""
    count = len(config.ders)
    text = "takes about %d to %d minutes" % (count * MINUTES[0], count * MINUTES[1])
    text += " (%d chargers, %d to %d minutes each)" % (count, *MINUTES) if count > 1 else ""
    text += ", up to %d where the house is restless" % (count * MINUTES_MAX)
    return text + ("; entering service by the grid code comes on top" if config.grid.code is not None else "")


def perform(run, names=NAMES, keep=None):
    """Runs the steps named, those done before left out. keep: called after each. False when somebody broke it off.

    However it ends, the chargers rest and are given back.
    """
    try:
        for number, (name, function, words, needs) in enumerate(STEPS, 1):
            if name not in names:
                continue
            if run.results.is_done(name):
                run.say("%d/%d %s: done before" % (number, len(STEPS), name))
                continue
            run.say("%d/%d %s" % (number, len(STEPS), words))
            run.results.forget(name)
            run.results.step = name
            missing = [need for need in needs if not run.results.is_done(need)]
            if missing:
                run.results.add(name, "site", "skipped", measured="step %s has to pass first" % missing[0])
            else:
                function(run)
            if keep is not None:
                keep()
        return True
    except Aborted as reason:
        run.say("broken off: %s" % reason)
        return False
    finally:
        run.bench.unmute()
        run.bench.finish()
