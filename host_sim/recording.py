"""What a run showed, as series over time: the one form that rows and figures are made from, virtual or live.

Not its job: sampling (the world, the live demo), judging (scenarios/paper_rows.py), drawing (report).
Source: ours. Signs as everywhere: power is positive when injected.
"""

QUANTITIES = ("v_v", "p_w", "q_var", "pv_w", "bes_w", "load_w", "bes_var")
DIGITS = 3    # mV and mW: finer than any meter here, and the same text on every machine


class Recording:
    """Samples of one run. t_s: seconds of the scenario's window, negative while settling."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.t_s = []
        self.level = []
        self.margins = []     # (clipped, plain) voltage stability margin, None where it was not taken
        self.of_bus = {}      # bus -> {quantity: [values]}

    def add(self, t_s, sample, level=None, margins=None):
        """One sample. sample: {bus: values in the order of QUANTITIES}."""
        self.t_s.append(round(t_s, 3))
        self.level.append(level)
        self.margins.append(margins)
        for bus, values in sample.items():
            series = self.of_bus.setdefault(bus, {name: [] for name in QUANTITIES})
            for name, value in zip(QUANTITIES, values):
                series[name].append(round(value, DIGITS))

    def values(self, bus, name, begin_s, end_s):
        """Values of a quantity at times begin_s < t <= end_s."""
        series = self.of_bus[bus][name]
        return [value for t_s, value in zip(self.t_s, series) if begin_s < t_s <= end_s]

    def mean(self, bus, name, begin_s, end_s):
        """Mean of a quantity over begin_s < t <= end_s; ValueError when nothing was recorded then."""
        found = self.values(bus, name, begin_s, end_s)
        if not found:
            raise ValueError("%s: nothing recorded from %g to %g s" % (self.scenario.name, begin_s, end_s))
        return sum(found) / len(found)

    def first_time(self, bus, name, holds, begin_s=0):
        """First time from begin_s on when holds(value); None when it never does."""
        for t_s, value in zip(self.t_s, self.of_bus[bus][name]):
            if t_s >= begin_s and holds(value):
                return t_s
        return None

    def mean_margin(self, begin_s, end_s, which):
        """Mean stability margin; which: 0 clipped, 1 plain."""
        found = [pair[which] for t_s, pair in zip(self.t_s, self.margins) if pair and begin_s < t_s <= end_s]
        return sum(found) / len(found)
