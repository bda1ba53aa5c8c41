"""Keeps the native functions of one SunSpec device as the configuration wants them: sets, confirms, watches, sets again.

Not its job: one function's writes and comparisons (native_work.py), the bus (sunspec_reader.py gives it a turn), what a
function that is not confirmed costs (failsafe.py). A confirmed function is watched by comparing registers; only where
they differ the rest is imported.
Source: ours. Once changed by somebody else is put right at once; again and again, less and less often: no fight.
"""

from edge import grid_reasons
from edge.drivers.native_outcomes import CONFIRMED, IGNORED, NOT_ALLOWED, REFUSED
from protocols.forgetting import forget
from protocols.modbus import pdu

WATCH_MS = 10000            # between two looks at one function
RETRY_FIRST_MS = 1000
RETRY_MAX_MS = 600000       # refused settings may wear flash
CALM_MS = 60000             # so long in force and the next difference is a new one

MODULES = ("edge.drivers.native_work", "edge.drivers.native_settings", "edge.drivers.model_image",
           "edge.who_does_what", "protocols.sunspec.layout", "protocols.sunspec.codec")
TABLES = ("enter_service", "ac_control", "volt_var", "volt_watt", "trip", "droop", "watt_var", "capacity", "battery")
PERMISSION = "enter_service"    # the function that also holds the permission to serve
UNTOLD = "no register for %s: as its maker set it"

_FLAGS = {REFUSED: grid_reasons.NATIVE_REFUSED, IGNORED: grid_reasons.NATIVE_IGNORED}


class _Job:
    """One function in one model, between two looks at it."""

    def __init__(self, row):
        self.row = row
        self.reason = 0             # NATIVE_REFUSED or NATIVE_IGNORED while it does not do it
        self.text = ""
        self.is_confirmed = False
        self.was_confirmed = False  # and nobody was told yet that it is no longer
        self.place = None           # (address, length) of its model
        self.image = self.mask = None
        self.due_ms = 0
        self.retry_ms = RETRY_FIRST_MS
        self.trouble_ms = 0         # when it last was not as it should be


class NativeConfig:
    """All native functions of one device. reader: its SunSpecReader. may_write: set each tick; False only compares."""

    def __init__(self, config, device, profile):
        """config: of the site; device: its section; profile: its PROFILE literal."""
        self.reader = None
        self.may_write = False
        self._is_permitted = True
        self._config = config
        self._device = device
        self._jobs = []
        self._job = None            # the one that is looked at
        self._work = None           # NativeWork while it is not as it should be
        self._events = []
        self._needs_trip = config.trip is not None and "trip" in profile["native"]
        self._condition = [not self._needs_trip, []]
        self._profile = device.profile

    def link_lost(self):
        """Nothing is known of the device any more."""
        self._jobs = []
        self._job = self._work = None
        self._tell()

    def found(self, places):
        """The models of the device: {model: (address, length)}."""
        from edge.drivers import native_settings
        from edge.drivers.profile_loader import load_profile

        self._jobs = [_Job(row) for row in native_settings.jobs(self._config, load_profile(self._profile), places)]
        for key in native_settings.unsaid(self._config):
            self._events.append((grid_reasons.NATIVE_UNSAID, [UNTOLD % key]))
        forget(*MODULES)
        for job in self._jobs:
            job.place = places.get(job.row[1])
            if job.place is None:
                self._flag(job, grid_reasons.NATIVE_REFUSED, "model %d is missing" % job.row[1])
        self._tell()

    def permit(self, is_permitted):
        """Whether the device may serve, in the sense of a grid code: its own functions must be at rest, too."""
        if is_permitted == self._is_permitted:
            return
        self._is_permitted = is_permitted
        for job in self._jobs:
            if job.row[0] == PERMISSION and (job is not self._job or self._work is None):
                self._again(job, 0)

    def condition(self):
        """[trip settings are confirmed or not wanted, [[function, reason, text], …] of what is unavailable]."""
        return self._condition

    def confirmed(self):
        """Names of the functions that the device runs as it has to, as far as it showed."""
        missing = [job.row[0] for job in self._jobs if not job.is_confirmed]
        found = []
        for function, _, _, is_on in [job.row for job in self._jobs]:
            if is_on and function not in missing and function not in found:
                found.append(function)
        return found

    def take_events(self):
        """Events since the last call: (reason, values)."""
        events, self._events = self._events, []
        return events

    # -- a turn on the bus -------------------------------------------------------------------------------

    def is_due(self, now_ms):
        """Whether there is something to ask now."""
        if self._work is not None:
            return now_ms >= self._work.next_ms
        for job in self._jobs:
            if job.place is not None and now_ms >= job.due_ms:
                self._job = job
                if job.image is None:
                    self._begin(job)
                return True
        return False

    def request(self):
        """The request, as a PDU; after `is_due`."""
        if self._work is not None:
            return self._work.request()
        job = self._job
        return pdu.read_request(pdu.READ_HOLDING_REGISTERS, job.place[0] + 2, len(job.image) // 2)

    def take(self, now_ms, kind, payload):
        """The answer to the last request."""
        job, work = self._job, self._work
        if job is None:
            return                      # of a link that is gone
        if work is not None:
            work.take(now_ms, kind, payload, self.may_write)
            if work.outcome is not None:
                self._finish(now_ms, job, work)
        elif job.image is None:
            return                      # something else is wanted meanwhile
        elif kind != pdu.OK or _is_same(payload, job.image, job.mask):
            job.due_ms = now_ms + WATCH_MS
            if now_ms - job.trouble_ms >= CALM_MS:
                job.retry_ms = RETRY_FIRST_MS
        else:
            job.image = job.mask = None
            self._delay(now_ms, job)
            if job.retry_ms == 2 * RETRY_FIRST_MS:
                job.due_ms = now_ms     # the first time in long
            job.is_confirmed = False
            self._tell()

    # -- one function ------------------------------------------------------------------------------------

    def _begin(self, job):
        from edge.drivers.native_work import NativeWork

        reader = self.reader
        ratings = [reader.values[reader.map.points[point][0]] for point in ("p_rated_w", "s_rated_va", "v_nom_v")]
        self._work = NativeWork(job.row, job.place, self._config, self._device, ratings,
                                is_off=job.row[0] == PERMISSION and not self._is_permitted)

    def _again(self, job, due_ms):
        """Something else is wanted than what was confirmed, or was being done."""
        job.image = job.mask = None
        job.was_confirmed = False
        job.due_ms = due_ms

    def _finish(self, now_ms, job, work):
        function, outcome = job.row[0], work.outcome
        if job.was_confirmed and work.difference:
            job.was_confirmed = False
            self._events.append((grid_reasons.NATIVE_CHANGED, [function, work.difference]))
        self._job = self._work = None
        if outcome == CONFIRMED:
            if job.reason:
                self._events.append((job.reason, [function, "cleared"]))
            job.reason, job.text = 0, ""
            job.is_confirmed = job.was_confirmed = True
            if len(work.image) <= 2 * pdu.COUNT_MAX[pdu.READ_HOLDING_REGISTERS]:    # else it is compared point by point
                job.image, job.mask = work.image, work.mask
            job.due_ms = now_ms + WATCH_MS
        else:
            job.is_confirmed = False
            if outcome == NOT_ALLOWED:
                job.due_ms = now_ms + WATCH_MS
            else:
                self._delay(now_ms, job)
            if outcome in _FLAGS:
                self._flag(job, _FLAGS[outcome], work.text)
        if job.row[0] == PERMISSION and work.is_off == self._is_permitted:
            self._again(job, now_ms)
        self._forget_if_done()
        self._tell()

    def _delay(self, now_ms, job):
        """Not the way it should be: later next time, if it happens soon again."""
        job.trouble_ms = now_ms
        job.due_ms = now_ms + job.retry_ms
        job.retry_ms = min(2 * job.retry_ms, RETRY_MAX_MS)

    def _flag(self, job, reason, text):
        if (reason, text) != (job.reason, job.text):
            self._events.append((reason, [job.row[0], text]))
        job.reason, job.text = reason, text

    def _forget_if_done(self):
        for job in self._jobs:
            if job.place is not None and job.image is None and not job.reason:
                return      # the next one begins soon
        forget(*MODULES)
        forget(*["protocols.sunspec." + name for name in TABLES])

    def _tell(self):
        trips = [job.is_confirmed for job in self._jobs if job.row[0] == "trip"]
        is_safe = not self._needs_trip or bool(trips) and False not in trips
        faults = []
        for fault in [[job.row[0], job.reason, job.text] for job in self._jobs if job.reason]:
            if fault not in faults:     # a function in two models is told once
                faults.append(fault)
        self._condition = [is_safe, faults]


def _is_same(data, image, mask):
    """Whether the bytes under the mask are those of the image."""
    if len(data) != len(image):
        return False
    for place in range(len(mask)):
        if (data[place] ^ image[place]) & mask[place]:
            return False
    return True
