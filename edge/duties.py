"""What only sites with a national duty need in a tick: the wall clock for the laws, the network operator's limit.

Not its job: reading clock, contact and control box (site_inputs.py), the limit itself (dso.py), the laws.
Source: ours; one hook in the controller instead of one for each duty, so that other sites pay for one.
"""
from edge.dso import DsoControl


def make(config):
    """The part; config: Config with a dso or a smart_charge section."""
    return Duties(config)


class Duties:
    """The duties of one site."""

    def __init__(self, config):
        is_dimmed = config.dso is not None and config.dso.enabled
        self._dso = DsoControl(config.dso) if is_dimmed else None

    def step(self, state, now_ms, snapshot, events):
        """Fills views before the laws run; a change of the network operator's limit becomes an event."""
        shift_s = snapshot.inputs.unix_shift_s
        for der in state.ders:
            der.view.unix_s = None if shift_s is None else shift_s + now_ms // 1000
        if self._dso is not None:
            self._dso.step(state, now_ms, snapshot, events)

    def unfit(self, lease):
        """Why a dso_limit lease is not followed here; "" when it is."""
        if self._dso is None:
            return "no limits of a network operator here"
        return self._dso.unfit(lease)

    def kept(self):
        """Nothing here is a wish."""
        return []

    def dump(self):
        """What a keyframe keeps."""
        return None if self._dso is None else [self._dso.memory, self._dso.shares]

    def load(self, content):
        """Put a dump back."""
        if self._dso is not None:
            self._dso.memory, self._dso.shares = [tuple(part) for part in content]
