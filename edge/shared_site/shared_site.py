"""A shared site as a part of the controller: this gateway's share of the fuse as rooms, and what it has to say.

Not its job: who may draw how much (member.py, master.py), the wire (link/site_peers.py), sharing among its own chargers
(site.py).
Source: ours. Words of the others come as commands, so that a replay hears them too; the own ones are fetched after the
tick. Nothing here raises a limit of the gateway's own meter: the rooms hold beside those.
"""
from edge import home_reasons
from edge.shared_site import loads
from edge.shared_site.demand import Demand
from edge.shared_site.master import Master
from edge.shared_site.member import Member


def make(config):
    """The part of a site; config: Config with a shared_site section."""
    return SharedSite(config)


class SharedSite:
    """limit_ma: what this gateway may draw now, mA per phase."""

    def __init__(self, config):
        shared = config.shared_site
        own_ma = int(shared.i_guaranteed_a * 1000)
        lease_ms = int(shared.lease_s * 1000)
        self.limit_ma = [0, 0, 0]
        self._own_ma = own_ma
        self._demand = Demand(config)
        self._words = []
        self._is_master = shared.role == "master"
        self._was_led = False
        if self._is_master:
            self._loads = loads.Loads(config)
            self._logic = Master({row.gateway: int(row.i_guaranteed_a * 1000) for row in config.members}, own_ma, lease_ms)
        else:
            self._logic = Member(own_ma, lease_ms)

    def step(self, state, now_ms, snapshot, events):
        """Tightens the site's rooms of this tick."""
        demand = self._demand
        demand.observe(state, now_ms, self.limit_ma)
        if self._is_master:
            free_ma = self._loads.free_ma(state, now_ms, self._logic.accounts, demand.v_ln_v)
            self.limit_ma, grants = self._logic.step(now_ms, free_ma, demand.draw_ma, demand.want_ma)
            self._words = [(name, {"limit_ma": list(grants[name])}) for name in sorted(grants)]
        else:
            self.limit_ma, report = self._logic.step(now_ms, demand.draw_ma, demand.want_ma)
            self._words = [] if report is None else [(None, report)]
            is_led = self._logic.is_led(now_ms)
            if is_led != self._was_led:
                events.append((home_reasons.GRANT_LOST, "site", ["cleared" if is_led else "raised"]))
                self._was_led = is_led
        state.site_extra_w = demand.rooms_w(self.limit_ma, self._own_ma)

    def take(self, state, now_ms, command, events):
        """A word of another gateway: "grant" with from, a member's name, or None for the master."""
        if not self._is_master:
            if command["from"] is None and command["echo_no"] <= now_ms:
                self._logic.take(command)
        elif command["from"] is None:
            self._logic.stand_back(now_ms)
        else:
            self._logic.take(now_ms, command)

    def status(self, now_ms):
        """What people are shown, JSON-able: the limit of now and the own share, A per phase; who it leads or follows."""
        found = {"limit_a": [limit_ma / 1000 for limit_ma in self.limit_ma], "own_a": self._own_ma / 1000,
                 "draw_a": [draw_ma / 1000 for draw_ma in self._demand.draw_ma], "is_master": self._is_master}
        if self._is_master:
            found["members"] = [{"gateway": name, "is_heard": account.is_heard(now_ms),
                                 "limit_a": None if account.sent is None else [each / 1000 for each in account.sent[1]]}
                                for name, account in zip(self._logic.names, self._logic.accounts)]
        else:
            found["has_master"] = self._logic.is_led(now_ms)
        return found

    def take_words(self):
        """(member or None for the master, content) of what is to be sent after this tick."""
        words, self._words = self._words, []
        return words

    def dump(self):
        """What a keyframe keeps."""
        return [self._logic.dump(), self._demand.dump(), self._loads.dump() if self._is_master else self._was_led, self.limit_ma]

    def load(self, content):
        """Put a dump back."""
        logic, demand, further, self.limit_ma = content
        self._logic.load(logic)
        self._demand.load(demand)
        if self._is_master:
            self._loads.load(further)
        else:
            self._was_led = further

    def kept(self):
        """Nothing outlives a restart: what was lent is asked for anew."""
        return []
