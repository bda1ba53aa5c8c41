"""Consent to discharging one vehicle: for how long, down to which state of charge, how much energy a session.

Not its job: enforcing it (laws/discharge_consent.py, laws/soc_window.py), checking a wish (requests.py).
Source: ours. Without a word of the household the configured consent holds, without an end.
"""
from edge import home_reasons

MWH_PER_WH = 1000
# Ends of a consent that somebody gave, as the event tells them.
BY_TIME, BY_ENERGY, BY_PLUG, BY_OWNER = "time", "energy", "unplugged", "owner"


class Consent:
    """The household's word for one DER; is_on None: none given, the configured one holds."""

    def __init__(self):
        self._forget()
        self._was_plugged = False

    def _forget(self):
        self.is_on = None
        self.until_ms = None        # None: until it is changed or, where energy is limited, the session's end
        self.soc_min_pct = None
        self.e_max_mwh = None
        self.e_given_mwh = 0

    def take(self, der, now_ms, command, events):
        """Given, or taken back."""
        was_on = self.is_on if self.is_on is not None else der.device.v2g_consent
        self._forget()
        self.is_on, self.until_ms = command["on"], command.get("until_ms")
        self.soc_min_pct = command.get("soc_min_pct")
        e_max_wh = command.get("e_max_wh")
        self.e_max_mwh = None if e_max_wh is None else int(e_max_wh * MWH_PER_WH)
        if self.is_on:
            minutes = None if self.until_ms is None else (self.until_ms - now_ms) // 60000
            events.append((home_reasons.CONSENT_GIVEN, der.device.name, [minutes, self.soc_min_pct, e_max_wh]))
        elif was_on:
            events.append((home_reasons.CONSENT_OVER, der.device.name, [BY_OWNER]))

    def step(self, der, now_ms, events):
        """Fills consent and floor of the view; ends what has ended."""
        view = der.view
        if self.is_on is None:
            return
        if self.is_on and self.e_max_mwh is not None and view.p_ac_w is not None and view.p_ac_w > 0:
            self.e_given_mwh += int(view.p_ac_w * view.dt_ms / 3600)
        end = self._end(view, now_ms)
        if view.plugged is not None:
            self._was_plugged = view.plugged
        if end is not None:
            # A consent that was given for a while ends as "no", and so does a refusal for a while: as configured.
            if self.is_on:
                events.append((home_reasons.CONSENT_OVER, der.device.name, [end]))
            self._forget()
            if end == BY_ENERGY:
                self.is_on = False      # for the rest of the session
                return self._show(view)
            return
        self._show(view)

    def _show(self, view):
        view.v2g_consent = self.is_on
        if self.soc_min_pct is not None:
            view.soc_min_pct = max(view.soc_min_pct, self.soc_min_pct)

    def _end(self, view, now_ms):
        if self.until_ms is not None and now_ms >= self.until_ms:
            return BY_TIME
        if self.e_max_mwh is not None and self.e_given_mwh >= self.e_max_mwh:
            return BY_ENERGY
        return None

    def kept(self, number):
        """Commands that bring it back."""
        if self.is_on is None:
            return []
        left_wh = None if self.e_max_mwh is None else max(self.e_max_mwh - self.e_given_mwh, 0) / MWH_PER_WH
        return [{"kind": "consent", "der": number, "on": self.is_on, "until_ms": self.until_ms,
                 "soc_min_pct": self.soc_min_pct, "e_max_wh": left_wh}]

    def dump(self):
        """What a keyframe keeps."""
        return [self.is_on, self.until_ms, self.soc_min_pct, self.e_max_mwh, self.e_given_mwh, self._was_plugged]

    def load(self, content):
        """Put a dump back."""
        (self.is_on, self.until_ms, self.soc_min_pct, self.e_max_mwh, self.e_given_mwh, self._was_plugged) = content
