"""Reversion timers of model 704: a setting that is not renewed falls back to what was prepared for it.

Not its job: curves that fall back (adoption.py).
Source: SunSpec model 704: RvrtTms 0 is no timer. Every write to a function starts its timer anew, the same value too, so
that a client shows it is alive by writing.
"""

# name of the function, its points that fall back; each has a twin that ends in Rvrt
FUNCTIONS = (
    ("PFWInj", (("PFWInjEna", "PFWInjEnaRvrt"), ("PFWInj.PF", "PFWInjRvrt.PF"), ("PFWInj.Ext", "PFWInjRvrt.Ext"))),
    ("PFWAbs", (("PFWAbsEna", "PFWAbsEnaRvrt"), ("PFWAbs.PF", "PFWAbsRvrt.PF"), ("PFWAbs.Ext", "PFWAbsRvrt.Ext"))),
    ("WMaxLimPct", (("WMaxLimPctEna", "WMaxLimPctEnaRvrt"), ("WMaxLimPct", "WMaxLimPctRvrt"))),
    ("WSet", (("WSetEna", "WSetEnaRvrt"), ("WSet", "WSetRvrt"), ("WSetPct", "WSetPctRvrt"))),
    ("VarSet", (("VarSetEna", "VarSetEnaRvrt"), ("VarSet", "VarSetRvrt"), ("VarSetPct", "VarSetPctRvrt"))),
)


class Reversions:
    """The five timers."""

    def __init__(self, bank):
        self._bank = bank
        self._due_ms = {}          # function -> when it falls back

    def written(self, now_ms, fields):
        """A master has written these points."""
        touched = {path for model_id, path in (field.name for field in fields) if model_id == 704}
        for function, _ in FUNCTIONS:
            if any(path.startswith(function) for path in touched):
                self._start(now_ms, function)

    def _start(self, now_ms, function):
        tms_s = self._bank.get(704, function + "RvrtTms")
        self._due_ms.pop(function, None)
        if tms_s and self._bank.get(704, function + "Ena") == 1:
            self._due_ms[function] = now_ms + tms_s * 1000

    def expire(self, now_ms):
        """Falls back where time is over and shows what is left; True when something fell back."""
        over = [function for function, due_ms in self._due_ms.items() if now_ms >= due_ms]
        for function, points in FUNCTIONS:
            if function in over:
                del self._due_ms[function]
                for point, prepared in points:
                    self._bank.put(704, point, self._bank.get(704, prepared))
            due_ms = self._due_ms.get(function)
            # rounded up: 0 is "over"
            self._bank.put(704, function + "RvrtRem", 0 if due_ms is None else -((now_ms - due_ms) // 1000))
        return bool(over)
