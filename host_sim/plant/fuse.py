"""Main fuse of a house: three gG fuse-links that warm up beyond their rated current and must never melt.

Not its job: limiting anything (the gateways), the circuit behind it.
Source: IEC 60269-1, gates of gG fuse-links (table 3) and conventional currents (table 2): every fuse-link carries
1.25 × its rated current for the conventional time, and what the table gives as the least melting current for 10 s and
for 0.1 s. The curve through those is the fastest fuse-link that the standard allows. Between its points straight lines
in logarithms, beyond them I²t; warming by fractions of the time to melt and cooling in one time constant are ours.
"""

import math

# rated A: (conventional time s, least melting current A for 10 s, for 0.1 s)
GATES = {
    16: (3600, 33, 85), 20: (3600, 42, 110), 25: (3600, 52, 150), 32: (3600, 75, 200), 40: (3600, 95, 260),
    50: (3600, 125, 350), 63: (3600, 160, 450), 80: (7200, 215, 610), 100: (7200, 290, 820), 125: (7200, 355, 1100),
}
NON_FUSING = 1.25      # × rated
COOLING_S = 300        # time constant without load; a household fuse-link is cold again after a quarter of an hour


def melting_s(i_a, i_rated_a):
    """Shortest time in which a gG fuse-link may melt at a current, s; infinite up to 1.25 × rated. KeyError: no such rating."""
    conventional_s, i_10_a, i_01_a = GATES[i_rated_a]
    points = ((NON_FUSING * i_rated_a, conventional_s), (i_10_a, 10.0), (i_01_a, 0.1))
    if i_a <= points[0][0]:
        return math.inf
    for (low_a, low_s), (high_a, high_s) in zip(points, points[1:]):
        if i_a <= high_a:
            share = math.log(i_a / low_a) / math.log(high_a / low_a)
            return low_s * (high_s / low_s) ** share
    return points[-1][1] * (points[-1][0] / i_a) ** 2


class Fuse:
    """Three fuse-links. heat_pu: of each phase, 0 cold, 1 melted; worst_pu: the highest ever."""

    def __init__(self, i_rated_a):
        """i_rated_a: a rating of GATES."""
        self.i_rated_a = i_rated_a
        self.heat_pu = [0.0] * 3
        self.worst_pu = 0.0

    def step(self, i_a, dt_ms):
        """Carries these currents, A per phase, for dt_ms. Returns whether all three are whole."""
        dt_s = dt_ms / 1000
        for phase in range(3):
            if i_a[phase] > NON_FUSING * self.i_rated_a:
                self.heat_pu[phase] += dt_s / melting_s(i_a[phase], self.i_rated_a)
            elif i_a[phase] <= self.i_rated_a:
                self.heat_pu[phase] *= math.exp(-dt_s / COOLING_S)
        self.worst_pu = max(self.worst_pu, *self.heat_pu)
        return self.worst_pu < 1
