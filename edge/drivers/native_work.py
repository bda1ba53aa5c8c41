"""Brings one native function of a SunSpec device to what is wanted: read, compare, write a stored curve, have it
adopted, read again, switch on. A state machine that gives requests and takes their answers.

Not its job: which functions and when (native_config.py), their values (native_settings.py), where points lie
(model_image.py). A board forgets this module when nothing is left to do.
Source: SunSpec models 703 to 712: curve 1 is in force and read only; AdptCrvReq = k asks for stored curve k; the result
is 0 in progress, 1 completed, 2 failed. Nothing is switched on before the device shows all of its settings.
"""

from edge.drivers import native_settings
from edge.drivers.model_image import ModelImage
from edge.drivers.native_outcomes import CONFIRMED, IGNORED, NOT_ALLOWED, REFUSED, SILENT
from protocols.modbus import pdu

ADOPT_IN_PROGRESS, ADOPT_COMPLETED = 0, 1

POLL_MS = 200
ADOPT_TIMEOUT_MS = 10000
VERIFY_TIMEOUT_MS = 5000
ANSWERS_MISSING_MAX = 5
BUSY = (5, 6)             # exception codes of a device that asks to be patient

READ, WRITE, ADOPT, POLL, SWITCH = range(5)


class NativeWork:
    """One function in one model. outcome: None while at work; text: why it did not work; difference: the first setting
    that was found to be another; next_ms: nothing to ask before; image, mask: what to find in the model's registers from
    the third on once it is confirmed."""

    def __init__(self, job, place, config, der, ratings, *, is_off=False):
        """job: row of native_settings.jobs; place: (address, length) of its model; ratings: see wanted(). is_off: switched
        off for now, with all its settings."""
        self.function, self.model_id, switches, is_on = job
        self.is_off = is_off
        self.outcome = None
        self.text = ""
        self.difference = None
        self.next_ms = 0
        self.image = self.mask = None
        section = getattr(config, self.function, None)
        value = int(is_on and not is_off and getattr(section, "enabled", True))
        self._switches = [(point, value) for point in switches]
        self._problem = native_settings.other_volts(self.function, self.model_id, config, ratings) if is_on else ""
        self._settings = native_settings.wanted(self.function, self.model_id, config, der, ratings) if is_on else []
        self._model = ModelImage(self.model_id, *place)
        self._step = READ
        self._writes = []               # [(address, registers), …] still to be done
        self._curve = 2                 # stored curve that carries the wish
        self._applied_ms = None         # since when the settings should show
        self._switched_ms = None        # since when the switches should
        self._asked_ms = None           # of the adoption
        self._missing = 0               # answers in a row

    def request(self):
        """The next request, as a PDU."""
        if self._step == READ:
            return pdu.read_request(pdu.READ_HOLDING_REGISTERS, *self._model.missing())
        if self._step in (WRITE, SWITCH):
            return pdu.write_multiple_registers(*self._writes[0])
        ask, result = self._model.adopt_points()
        if self._step == ADOPT:
            return pdu.write_multiple_registers(self._model.address(ask), [self._curve])
        return pdu.read_request(pdu.READ_HOLDING_REGISTERS, self._model.address(result), 1)

    def take(self, now_ms, kind, payload, may_write):
        """The answer to the last request. may_write: False lets it compare only."""
        if kind == pdu.EXCEPTION and payload not in BUSY:
            self._excepted(payload)
        elif kind != pdu.OK:
            self._missing += 1
            self.next_ms = now_ms + POLL_MS
            if self._missing > ANSWERS_MISSING_MAX:
                self._end(SILENT, "no answer")
        else:
            self._missing = 0
            if self._step == READ:
                self._model.take(payload)
                if self._model.missing() is None:
                    self._compare(now_ms, may_write)
            elif not may_write:
                self._end(NOT_ALLOWED, "")
            else:
                self._go_on(now_ms, payload)

    # -- steps -------------------------------------------------------------------------------------------

    def _go_on(self, now_ms, payload):
        """A request other than a read of the model was done."""
        if self._step == POLL:
            self._polled(now_ms, pdu.unpack_registers(payload)[0])
        elif self._step == ADOPT:
            self._asked_ms = now_ms
            self._step = POLL
            self.next_ms = now_ms + POLL_MS
        else:
            self._writes.pop(0)
            if not self._writes:
                self._written(now_ms)

    def _written(self, now_ms):
        if self._step == SWITCH:
            self._switched_ms = now_ms
        elif self._model.has_curves():
            self._step = ADOPT
            return
        else:
            self._applied_ms = now_ms
        self._read_again(now_ms)

    def _polled(self, now_ms, result):
        if result == ADOPT_COMPLETED:
            self._applied_ms = now_ms
            self._read_again(now_ms)
        elif result != ADOPT_IN_PROGRESS:
            self._end(REFUSED, "%d does not adopt curve %d" % (self.model_id, self._curve))
        elif now_ms - self._asked_ms >= ADOPT_TIMEOUT_MS:
            self._end(IGNORED, "%d is still adopting after %d s" % (self.model_id, ADOPT_TIMEOUT_MS // 1000))
        else:
            self.next_ms = now_ms + POLL_MS

    def _read_again(self, now_ms):
        self._step = READ
        self._model.clear()
        self.next_ms = now_ms + POLL_MS

    def _excepted(self, code):
        if self._step == WRITE and self._model.has_curves() and self._curve < self._model.curves():
            self._curve += 1        # that one may be read only
            self._write_curve()
        elif self._step in (READ, POLL):
            self._end(REFUSED, "exception %d when reading model %d" % (code, self.model_id))
        elif self._step == ADOPT:
            self._end(REFUSED, "exception %d when writing %d.%s" % (code, self.model_id, self._model.adopt_points()[0]))
        else:
            self._end(REFUSED, "exception %d when writing %s" % (code, self._model.name_at(self._writes[0][0])))

    def _end(self, outcome, text):
        self.outcome, self.text = outcome, text

    # -- comparing ---------------------------------------------------------------------------------------

    def _compare(self, now_ms, may_write):
        """What differs from what is wanted, and what follows from that."""
        if self._model.fault is not None:
            self._end(REFUSED, self._model.fault)
            return
        problem = self._problem or self._unsayable()
        if problem:
            self._end(REFUSED, problem)
            return
        settings = self._differing(self._settings, 0 if self._applied_ms is None else 1)
        switches = self._differing(self._switches, 0)
        if not settings and not switches:
            self.image = self._model.data
            self.mask = self._model.mask([path for path, _ in self._settings + self._switches])
            self._end(CONFIRMED, "")
            return
        first = (settings + switches)[0]
        self.difference = self.difference or first
        since_ms = self._applied_ms if settings else self._switched_ms
        if since_ms is not None and now_ms - since_ms < VERIFY_TIMEOUT_MS:
            self._read_again(now_ms)
        elif since_ms is not None:
            self._end(IGNORED, first)
        elif self.function == "ride_through":
            self._end(REFUSED, first)       # a rating: nobody can write it
        elif not may_write:
            self._end(NOT_ALLOWED, first)
        elif settings and self._model.has_curves():
            self._write_curve()
        else:
            self._step = WRITE if settings else SWITCH
            self._writes = self._model.writes(self._settings if settings else self._switches)

    def _write_curve(self):
        if self._model.curves() < self._curve:
            self._end(REFUSED, "%d stores %d curve: another one is needed to change it" % (self.model_id, self._model.curves()))
            return
        self._step = WRITE
        self._writes = self._model.curve_writes(self._settings, self._curve)

    def _unsayable(self):
        """Which wish the model's points can't hold, or ""."""
        for path, value in self._settings + self._switches:
            try:
                registers = self._model.encoded(path, value)
            except IndexError:
                return "%d.%s is wanted: NPt is %s" % (self.model_id, path, self._model.raw("NPt"))
            sf = self._model.find(path)[2]
            if registers is None or sf and native_settings.is_coarse(sf, value, self._model.rounded(path, value)):
                scale = "" if sf is None else ": %s is %s" % (sf, self._model.digits(path))
                return "%d.%s can't hold %.6g%s" % (self.model_id, path, value, scale)
        return ""

    def _differing(self, rows, tolerance):
        """Texts of the points that show something else. tolerance: raw units that a scaled point may be off."""
        found = []
        for path, value in rows:
            shown, meant = self._model.raw(path), self._model.meant(path, value)
            if self.function == "ride_through" and shown is not None and shown > meant:
                continue        # more than asked for
            if shown is None or abs(shown - meant) > (tolerance if self._model.find(path)[2] else 0):
                shown_value = self._model.value(path)
                found.append("%d.%s shows %s, not %.6g" % (
                    self.model_id, path, "nothing" if shown_value is None else "%.6g" % shown_value, value))
        return found
