"""Enter service: the window, the delay with its random part, and the ramp afterwards.

Not its job: the order of states (mode_rows.py).
Source: IEEE 1547-2018 4.10: any excursion out of the window restarts the delay; the random part is drawn anew.
"""


class EnterServiceFunction:
    """State: when the present delay or ramp began, ms."""

    def __init__(self, chance):
        """chance: callable without arguments, gives a number in [0, 1)."""
        self._chance = chance
        self._began_ms = None
        self._wait_ms = 0

    def configure(self, settings):
        """settings: NativeSettings."""
        self._settings = settings.enter_service

    @property
    def permitted(self):
        """Whether the operator lets the device into service."""
        return self._settings.permitted

    def inside(self, v_lo_pu, v_hi_pu, f_hz):
        """True when voltage and frequency let it enter, and the operator does."""
        s = self._settings
        return s.permitted and s.v_lo_pu <= v_lo_pu and v_hi_pu <= s.v_hi_pu and s.f_lo_hz <= f_hz <= s.f_hi_hz

    def begin_wait(self, now_ms):
        """The delay starts from nothing."""
        self._began_ms = now_ms
        self._wait_ms = round((self._settings.delay_s + self._settings.random_s * self._chance()) * 1000)

    def remaining_s(self, now_ms):
        """What is left of the delay, s >= 0."""
        return max(0, self._began_ms + self._wait_ms - now_ms) / 1000

    def begin_ramp(self, now_ms):
        """Power rises from 0 now."""
        self._began_ms = now_ms

    def share(self, now_ms):
        """Share of rated power allowed in the ramp, 0..1."""
        ramp_s = self._settings.ramp_s
        return 1.0 if ramp_s <= 0 else min(1.0, (now_ms - self._began_ms) / 1000 / ramp_s)
