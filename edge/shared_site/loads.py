"""What the house leaves of the fuse for all gateways together, as the master's meter has it.

Not its job: who gets it (master.py).
Source: ours. The house is what the meter shows less what the own chargers draw and what the members say they draw; their
words are up to half a second old. So less room counts when it has lasted for HOLD_MS, and more is trusted slowly; the
master's own chargers, which follow the meter itself, give way at once meanwhile.
"""
from edge import site_house
from edge.site import is_metered
from edge.site_rooms import RECOVERY_MS, TOTAL, fuse_w

PHASES = (0, 1, 2)
UNIT = ((1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1))
HOLD_MS = 250           # a word of a member and its way take less; room that is gone is gone for one to two of these


def limit_a(config):
    """What a phase of the whole site may carry, A: the fuse, or the import limit spread evenly."""
    site = config.site
    if site.p_import_max_w is None:
        return site.i_fuse_a
    return min(site.i_fuse_a, site.p_import_max_w / 3 / config.grid.v_nom_ln_v)


class Loads:
    """Of one master."""

    def __init__(self, config):
        self._site = config.site
        self._fuse_ma = int(config.site.i_fuse_a * 1000)
        # Where nothing is measured: what the rules of the configuration leave for all own shares.
        self._blind_ma = int((limit_a(config) - config.shared_site.i_house_a) * 1000)
        self._house = None              # memory of site_house.py
        self._free_ma = None
        self._held = None               # [since ms, most of this hold, most of the one before]
        self._seen_ms = 0

    def free_ma(self, state, now_ms, accounts, v_ln_v):
        """mA per phase for all gateways together, below 0 where the house alone is over.

        accounts: of the members; v_ln_v: of their currents, V.
        """
        metered = state.site.meter
        if not is_metered(metered, self._site):
            self._house = self._free_ma = self._held = None
            return [self._blind_ma] * 3
        rows = [(der.weights, der.view.p_ac_w) for der in state.ders]
        for account in accounts:
            is_heard = account.is_heard(now_ms)
            rows += [(UNIT[k], -account.draw_ma[k] * v_ln_v / 1000 if is_heard else None) for k in PHASES]
        self._house = site_house.observe(metered, rows, self._house)
        house_w = self._house[site_house.HOUSE]
        found = []
        for k in PHASES:
            left_w = fuse_w(metered.v_ln_v[k], metered.i_a[k], metered.p_w[k], self._site.i_fuse_a) + min(house_w[k], 0)
            if self._site.p_import_max_w is not None:
                # A limit of the whole site, spread evenly: no phase can use what another leaves of it.
                left_w = min(left_w, (self._site.p_import_max_w + min(house_w[TOTAL], 0)) / 3)
            found.append(int(left_w / max(metered.v_ln_v[k], 1) * 1000))
        return self._trusted(now_ms, found)

    def _trusted(self, now_ms, found):
        if self._held is None:
            self._held = [now_ms, found, found]
            self._free_ma, self._seen_ms = found, now_ms
            return found
        since_ms, most, before = self._held
        most = [max(most[k], found[k]) for k in PHASES]
        self._held = [since_ms, most, before]
        if now_ms - since_ms >= HOLD_MS:
            self._held = [now_ms, found, most]
        lasting = [max(most[k], before[k]) for k in PHASES]
        rise_ma = self._fuse_ma * (now_ms - self._seen_ms) // RECOVERY_MS
        self._free_ma = [min(lasting[k], self._free_ma[k] + rise_ma) for k in PHASES]
        self._seen_ms = now_ms
        return self._free_ma

    def dump(self):
        """What decides the next tick, JSON-able."""
        return [self._house, self._free_ma, self._held, self._seen_ms]

    def load(self, content):
        """Put a dump back."""
        self._house, self._free_ma, self._held, self._seen_ms = content
