"""Adoption of stored curves: request, judgement, copy into curve 1, result; and the curve that comes back later.

Not its job: what makes a curve good (curves.py, trips.py), points of 704 that fall back (reversion.py).
Source: SunSpec models 705 to 712: curve 1 is the active one and read only; AdptCrvReq = k asks for curve k, counted
from 1; the result is 0 in progress, 1 completed, 2 failed.
"""

from host_sim.plant.sunspec import curves, trips

IN_PROGRESS, COMPLETED, FAILED = 0, 1, 2
READ_WRITE, READ_ONLY = 0, 1
ADOPT_MS = 50      # a client that does not poll the result will notice

# model, native settings, group, counter, request, result, reversion curve or None, reader, shower
ADOPTED = (
    (705, "volt_var", "Crv", "NCrv", "AdptCrv", "RvrtCrv", curves.read_volt_var, curves.show_volt_var),
    (706, "volt_watt", "Crv", "NCrv", "AdptCrv", "RvrtCrv", curves.read_volt_watt, curves.show_volt_watt),
    (711, "droop", "Ctl", "NCtl", "AdptCtl", "RvrtCtl", curves.read_droop, curves.show_droop),
    (712, "watt_var", "Crv", "NCrv", "AdptCrv", "RvrtCrv", curves.read_watt_var, curves.show_watt_var),
) + tuple((model_id, "trip", "Crv", "NCrvSet", "AdptCrv", None, None, None) for model_id in trips.MODELS)


class CurveStore:
    """Stored curves of one model and what is in force."""

    def __init__(self, bank, row):
        """row: of ADOPTED."""
        (self.model_id, self.function, self._group, counter, self._adopt, self._rvrt_curve,
         self._read, self._show) = row
        self._bank = bank
        self.count = bank.counts[self.model_id][counter]
        self._due_ms = None        # when the requested curve is judged
        self._revert_ms = None     # when the reversion curve is adopted
        self._number = None        # requested curve

    def fill(self, settings, of):
        """Curve 1 and writable copies of it, from native settings; of: Bases."""
        for number in range(1, self.count + 1):
            path = "%s.%d." % (self._group, number)
            if self._show is None:
                trips.show_trip(self._bank, self.model_id, number, settings.trip)
            else:
                self._show(self._bank, number, getattr(settings, self.function), of)
            self._bank.put(self.model_id, path + "ReadOnly", READ_ONLY if number == 1 else READ_WRITE)
        rows = [("Ena", int(self._enabled(settings))), (self._adopt + "Req", 1), (self._adopt + "Rslt", COMPLETED)]
        if self._rvrt_curve:
            rows += [("RvrtTms", 0), ("RvrtRem", 0), (self._rvrt_curve, self.count)]
            self._bank.fields[self.model_id, self._rvrt_curve].bounds = (1, self.count)
        for point, value in rows:
            self._bank.put(self.model_id, point, value)

    def _enabled(self, settings):
        return self._show is None or getattr(settings, self.function).enabled

    def read(self, number, settings, of):
        """`settings` with stored curve `number` in the place of the one in force; None when it can't be adopted."""
        if self._read is None:
            found = trips.read_trip(self._bank, self.model_id, number, settings.trip)
        else:
            found = self._read(self._bank, number, getattr(settings, self.function), of)
        return None if found is None else settings._replace(**{self.function: found})

    def written(self, now_ms, fields):
        """A master has written these points: a request waits for its judgement, a reversion time starts anew."""
        points = {path for model_id, path in (field.name for field in fields) if model_id == self.model_id}
        if self._adopt + "Req" in points:
            self._number = self._bank.get(self.model_id, self._adopt + "Req")
            self._due_ms = now_ms + ADOPT_MS
            self._bank.put(self.model_id, self._adopt + "Rslt", IN_PROGRESS)
        if "RvrtTms" in points:
            self._start_reversion(now_ms)

    def on_time(self, now_ms, judge):
        """Does what is due; judge(store, number) tells whether the device takes stored curve `number`. True when
        another curve is in force."""
        changed = False
        if self._due_ms is not None and now_ms >= self._due_ms:
            self._due_ms = None
            changed = self._adopt_now(self._number, judge)
            if changed:
                self._start_reversion(now_ms)
        if self._revert_ms is not None:
            if now_ms >= self._revert_ms:
                self._revert_ms = None
                changed = self._adopt_now(self._bank.get(self.model_id, self._rvrt_curve), judge) or changed
            left_ms = 0 if self._revert_ms is None else self._revert_ms - now_ms
            self._bank.put(self.model_id, "RvrtRem", -(-left_ms // 1000))
        return changed

    def _start_reversion(self, now_ms):
        tms_s = self._rvrt_curve and self._bank.get(self.model_id, "RvrtTms")
        self._revert_ms = now_ms + tms_s * 1000 if tms_s else None

    def _adopt_now(self, number, judge):
        good = 1 <= number <= self.count and judge(self, number)
        if good:
            self._copy(number)
        self._bank.put(self.model_id, self._adopt + "Rslt", COMPLETED if good else FAILED)
        return good

    def _copy(self, number):
        """Stored curve `number` into curve 1, register by register."""
        source, target = "%s.%d." % (self._group, number), "%s.1." % self._group
        for (model_id, path), field in self._bank.fields.items():
            if model_id == self.model_id and path.startswith(source) and not path.endswith("ReadOnly"):
                self._bank.fields[model_id, target + path[len(source):]].put(field.get())
