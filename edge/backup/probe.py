"""What the readings show while the charger makes its first volts: built up, and did the grid side follow?

Not its job: what follows (sequence_rows.py), what counts as following (proofs.py).
Source: ours. At 50 V or less nothing is dangerous to touch, so the probe waits there for as many readings as it needs;
two in a row decide either way, since one may have caught the grid in the moment it came back.
"""
from edge.backup import proofs


class Probe:
    """Counts readings of one probe."""

    def __init__(self, start_v):
        """start_v: voltage of the probe, V."""
        self._start_v = start_v
        self.begin(None, False)

    def begin(self, read_ms, was_grid_dead):
        """A new probe. read_ms: the last reading before it; was_grid_dead: the grid side showed nothing then."""
        self._read_ms, self._was_grid_dead = read_ms, was_grid_dead
        self.formed_ms = None       # since when the charger says it forms
        self.built_ms = None        # reading that first showed the voltage
        self.built_reads = self.follow_reads = self.apart_reads = 0

    def observe(self, fb):
        """Takes this tick's feedback; counts each reading of the switch once."""
        if fb.form_state is True and self.formed_ms is None:
            self.formed_ms = fb.now_ms
        if fb.form_state is not True or fb.switch_ms is None or fb.switch_ms == self._read_ms:
            return
        self._read_ms = fb.switch_ms
        if proofs.follows(fb, self._start_v, self._was_grid_dead):
            self.follow_reads, self.apart_reads = self.follow_reads + 1, 0
            return
        self.follow_reads = 0
        if not proofs.has_built(fb, self._start_v):
            self.built_ms, self.built_reads, self.apart_reads = None, 0, 0
            return
        self.built_ms = fb.switch_ms if self.built_ms is None else self.built_ms
        self.built_reads += 1
        self.apart_reads += proofs.is_apart_in_probe(fb, self._start_v)

    def dump(self):
        """What a keyframe keeps."""
        return [self._read_ms, self._was_grid_dead, self.formed_ms, self.built_ms, self.built_reads, self.follow_reads,
                self.apart_reads]

    def load(self, content):
        """Put a dump back."""
        (self._read_ms, self._was_grid_dead, self.formed_ms, self.built_ms, self.built_reads, self.follow_reads,
         self.apart_reads) = content
