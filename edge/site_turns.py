"""Chargers that exclude each other: of those with the same word (`evse.exclusive`) only one runs at a time.

Not its job: how much the one that runs gets (site.py), stopping the others (laws/site_share.py, limiter.py).
A part of the controller (parts.py). Who runs changes only while no power flows and after a minimum hold: a contactor
is not a switch for every minute. Power that is unknown counts as flowing when somebody is to begin, and does not stop
who runs: a charger that went silent under our control falls back to zero by itself.
Source: ours; two sockets behind one cable, as installers ask for it.
"""
from edge.home_reasons import EXCLUSIVE
from edge.site_laxity import wait_s
from edge.site_rooms import LAXITY, PRIORITY
from edge.site_sharing import would_be_ours

FLOW_W = 100            # a charger's own supply stays below; less cannot overload what two of them share
HOLD_MS = 60000         # between two changes of who runs
QUIET_MS = 10000        # wanting nothing for so long, who runs leaves its turn to others
REFUSES_MS = 300000     # wanting, but drawing nothing for so long: a full vehicle whose charger does not say so
TURN_MS = 900000        # who is more urgent takes over after so long at the earliest
URGENT_S = 900          # and only with so much less patience, in share "laxity"


def make(config):
    """The part of a site; config: Config."""
    return Turns(config)


class Group:
    """Chargers with the same word. runs: place of the one whose turn it is, among all DERs, -1 for none."""

    def __init__(self, numbers):
        self.numbers = numbers
        self.runs = -1
        self.since_ms = 0           # of its turn
        self.flowed_ms = 0          # when it was last seen to move power
        self.wanted_ms = 0          # when it last wanted to
        self.is_leaving = False     # it has to stop, so that another can begin


class Turns:
    """All groups of one site."""

    def __init__(self, config):
        words = [der.exclusive for der in config.ders]
        self._how = config.site.share
        self._groups = [Group([i for i, other in enumerate(words) if other == word])
                        for place, word in enumerate(words) if word is not None and words.index(word) == place]

    def step(self, state, now_ms, snapshot, events):
        """Gives each group's turn and makes the others wait, in their views."""
        for group in self._groups:
            ders = [state.ders[i] for i in group.numbers]
            self._give_turn(group, now_ms, ders)
            may_run = -1 if group.is_leaving or _others_flow(group, ders) else group.runs
            for i, der in zip(group.numbers, ders):
                view = der.view
                view.waits_turn = 0 if i == may_run else EXCLUSIVE
                view.p_site_lo_w = view.p_site_hi_w = 0 if view.waits_turn else None

    def take(self, state, now_ms, command, events):
        """No command is for it."""

    def dump(self):
        """Whose turn it is, JSON-able."""
        return [[group.runs, group.since_ms, group.flowed_ms, group.wanted_ms, group.is_leaving] for group in self._groups]

    def load(self, content):
        """Put a dump back."""
        for group, row in zip(self._groups, content):
            group.runs, group.since_ms, group.flowed_ms, group.wanted_ms, group.is_leaving = row

    def kept(self):
        """Nothing outlives a restart: whoever moves power then has the turn."""
        return []

    def _give_turn(self, group, now_ms, ders):
        flowing = [i for i, der in zip(group.numbers, ders) if _flows(der) is True]
        if group.runs >= 0 and (group.runs in flowing or _flows(ders[group.numbers.index(group.runs)]) is None):
            group.flowed_ms = now_ms
            self._judge_leaving(group, now_ms, ders)
            return
        if flowing:
            self._begin(group, now_ms, flowing[0])      # it runs: nobody asked us
            return
        wanting = [i for i, der in zip(group.numbers, ders) if _wants(der)]
        if group.runs in wanting:
            group.wanted_ms = now_ms
        others = [i for i in wanting if i != group.runs]
        group.is_leaving = group.is_leaving and bool(others)
        is_unknown = [der for der in ders if _flows(der) is None]
        if others and not is_unknown and (group.runs < 0 or group.is_leaving or self._is_over(group, now_ms)):
            self._begin(group, now_ms, self._first(others, ders, group))

    def _begin(self, group, now_ms, number):
        group.runs, group.is_leaving = number, False
        group.since_ms = group.flowed_ms = group.wanted_ms = now_ms

    @staticmethod
    def _is_over(group, now_ms):
        """Whether the one that runs makes no use of its turn; no power flows now."""
        idle_ms, unwanted_ms = now_ms - group.flowed_ms, now_ms - group.wanted_ms
        return now_ms - group.since_ms >= HOLD_MS and idle_ms >= QUIET_MS and (
            unwanted_ms >= QUIET_MS or idle_ms >= REFUSES_MS)

    def _judge_leaving(self, group, now_ms, ders):
        """Makes the one that runs leave for another that is clearly more urgent."""
        if group.is_leaving or now_ms - group.since_ms < TURN_MS:
            return
        wanting = [i for i, der in zip(group.numbers, ders) if i != group.runs and _wants(der)]
        if not wanting:
            return
        first = self._first(wanting, ders, group)
        if self._how == PRIORITY:
            group.is_leaving = first < group.runs
        elif self._how == LAXITY:
            theirs_s, own_s = [wait_s(ders[group.numbers.index(i)].view) for i in (first, group.runs)]
            group.is_leaving = theirs_s is not None and (own_s is None or theirs_s + URGENT_S < own_s)

    def _first(self, wanting, ders, group):
        """Who of those that want is next: the least patient, else the first of the site file."""
        if self._how != LAXITY:
            return wanting[0]
        best, best_s = wanting[0], wait_s(ders[group.numbers.index(wanting[0])].view)
        for i in wanting[1:]:
            other_s = wait_s(ders[group.numbers.index(i)].view)
            if other_s is not None and (best_s is None or other_s < best_s):
                best, best_s = i, other_s
        return best


def _flows(der):
    """Whether power flows at a charger: True, False, or None, unknown."""
    view = der.view
    if view.p_ac_w is not None:
        return abs(view.p_ac_w) > FLOW_W
    return False if view.plugged is False else None


def _others_flow(group, ders):
    """Whether one that has no turn is seen to move power."""
    return bool([i for i, der in zip(group.numbers, ders) if i != group.runs and _flows(der)])


def _wants(der):
    """Whether a charger of ours has something to do: the wish of the tick before, before any limit."""
    view = der.view
    if not would_be_ours(der) or view.p_asked_w is None:
        return False
    return view.p_asked_w < -FLOW_W and view.p_charge_max_w > 0 or view.p_asked_w > FLOW_W and view.p_discharge_max_w > 0
