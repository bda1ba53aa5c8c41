"""What fuse and site leave one charger over the coming hours, judged by the hours before.

Not its job: sharing (site.py), a live limit of the device.
Source: ours. A promise counts on the worst half hour of late, forgotten over half a day: with appliances that come and
go, their mean falls short every second time. Where no limit binds this is the charger's own power.
"""

MEAN_MS = 1800000
FORGET_MS = 43200000
# A share that has just been asked for rises slowly.
SETTLE_MS = 60000
# Of what is left at first, before anything is known of a site whose fuse already binds.
FIRST_RATIO = 0.5
# The next half hour may be worse than the worst: by this much of what the limit took, to half of it at most.
WORSE_RATIO, LEAST_RATIO = 0.1, 0.5


class ShareWatch:
    """One charger's. The history outlives a session: the house is the same."""

    def __init__(self):
        self._settle_ms = SETTLE_MS
        self._mean_w = None
        self._worst_w = 0

    def step(self, view):
        """Takes what is left now. Only while a vehicle is there: else nobody asks for a share."""
        leaves_w = _leaves_w(view)
        if self._settle_ms > 0:
            self._settle_ms -= view.dt_ms
            return
        if self._mean_w is None:
            self._mean_w = leaves_w
            self._worst_w = FIRST_RATIO * leaves_w if leaves_w < view.p_charge_max_w else leaves_w
            return
        self._mean_w += (leaves_w - self._mean_w) * min(view.dt_ms / MEAN_MS, 1)
        self._worst_w += (self._mean_w - self._worst_w) * min(view.dt_ms / FORGET_MS, 1)
        if self._mean_w < self._worst_w:
            self._worst_w = self._mean_w

    def is_settled(self):
        """Whether what is left has been seen for long enough to speak of it."""
        return self._mean_w is not None

    def sure_w(self, view):
        """Charging power to count on, W >= 0, at the terminals; never more than the device takes now."""
        worse_w = self._worst_w - WORSE_RATIO * max(view.p_charge_max_w - self._worst_w, 0)
        return self._bounded_w(view, max(worse_w, LEAST_RATIO * self._worst_w))

    def likely_w(self, view):
        """Charging power to expect, the same way."""
        return self._bounded_w(view, self._mean_w)

    def _bounded_w(self, view, p_w):
        if self._mean_w is None:
            return max(_leaves_w(view), 0)
        return max(min(p_w, view.p_charge_max_w), 0)

    def dump(self):
        """What a keyframe keeps."""
        return [self._settle_ms, self._mean_w, self._worst_w]

    def load(self, content):
        """Put a dump back."""
        self._settle_ms, self._mean_w, self._worst_w = content


def _leaves_w(view):
    leaves_w = view.p_charge_max_w
    if view.s_max_va is not None and view.s_max_va < leaves_w:
        leaves_w = view.s_max_va
    if view.p_site_lo_w is not None and -view.p_site_lo_w < leaves_w:
        leaves_w = -view.p_site_lo_w
    return leaves_w
