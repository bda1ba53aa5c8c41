"""Finds out how a SunSpec device is laid out: the chain of its models, then the scale factors a profile needs.

Not its job: sending the reads (sunspec_reader.py), what the layout is used for (sunspec_map.py). A board forgets this
module until the next connection.
Source: SunSpec Device Information Model Specification 1.1.
"""

from edge.drivers import sunspec_map
from protocols.sunspec import codec
from protocols.sunspec.chain import ChainWalk

# Some devices are silent where others refuse: two answers missing at one base, and the next one is tried.
SILENCES_MAX = 2

_FAULTS = {
    "no_sunspec": "no SunSpec header at 40000, 0 or 50000",
    "read_failed": "the chain of models can't be read",
    "chain_broken": "the chain of models has no end",
}


class SunSpecSearch:
    """Gives reads to do and takes their registers. After the last, `read()` is None; then `fault` says what is wrong, or
    `layout` and `places` ({model: (address, length)}) what was found."""

    def __init__(self, profile):
        """profile: a PROFILE literal with a `sunspec` section."""
        self.fault = None
        self.layout = None
        self.places = None
        self._profile = profile
        self._models = dict(profile["sunspec"]["models"])
        self._walk = ChainWalk()
        self._silences = 0
        self._is_passed_over = False    # a base, for silence
        self._factors = []

    def read(self):
        """(address, count) of holding registers to read next, or None."""
        if self.fault is not None or self.layout is not None:
            return None
        if self.places is None:
            return self._walk.read()
        block, _, at = self._profile["sunspec"]["scale_factors"][len(self._factors)]
        return self.places[self._models[block]][0] + at, 1

    def silent(self):
        """The read was not answered; it is repeated, or answered with "not there" where a header was looked for."""
        self._silences += 1
        if self.places is None and self._walk.base is None and self._silences >= SILENCES_MAX:
            self._is_passed_over = True
            self.take(None)

    def take(self, registers):
        """Registers of the read that was asked for; None when the device refused it."""
        self._silences = 0
        if self.places is None:
            self._walk.take(registers)
            if self._walk.read() is None:
                self._end_walk()
            return
        block, name, _ = self._profile["sunspec"]["scale_factors"][len(self._factors)]
        digits = None if registers is None else codec.raw("sunssf", registers)
        if digits is not None and not codec.SF_MIN_DIGITS <= digits <= codec.SF_MAX_DIGITS:
            self.fault = "%d.%s = %d: allowed -10..10" % (self._models[block], name, digits)
            return
        self._factors.append(digits)
        if len(self._factors) == len(self._profile["sunspec"]["scale_factors"]):
            self._end_factors()

    def _end_walk(self):
        if self._walk.base is None and self._is_passed_over:
            self._walk = ChainWalk()        # who is silent, starting perhaps, is not the wrong one: all over again
            self._is_passed_over = False
            return
        if self._walk.fault is not None:
            self.fault = _FAULTS[self._walk.fault]
            return
        places = self._walk.found()
        for block, model in self._profile["sunspec"]["models"]:
            if model not in places:
                self.fault = "model %d is missing" % model
                return
            last = max([at + count for name, _, at, count, _ in self._profile["blocks"] if name == block])
            if places[model][1] + 2 < last:
                self.fault = "model %d has %d registers: %d are needed" % (model, places[model][1] + 2, last)
                return
        self.places = places
        if not self._profile["sunspec"]["scale_factors"]:
            self._end_factors()     # all its numbers are floats

    def _end_factors(self):
        layout = sunspec_map.pack(self._profile, self.places, self._factors)
        for point, name in sunspec_map.unscaled(self._profile, layout):
            block = [row[1] for row in self._profile["points"] if row[0] == point][0]
            self.fault = "%d.%s is not implemented: %s has no scale" % (self._models[block], name, point)
            return
        self.layout = layout
