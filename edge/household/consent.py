"""Consent to discharging one vehicle: for how long, down to which state of charge, how much energy a session.

Not its job: enforcing it (laws/discharge_consent.py, laws/soc_window.py), checking a wish (requests.py).
Source: ours. Without a word of the household the configured consent holds. A consent that ran out by its time is a "no"
until the vehicle leaves; a refusal that ran out leaves what is configured. Energy is counted at the terminals, anew with
each vehicle.
"""
from edge import home_reasons

MWH_PER_WH = 1000
W_MS_PER_MWH = 3600
# Energy that a power cut may give twice, beside that of the minute until somebody looks.
KEEP_MWH = 100000
# What ended a consent, as the event tells it.
BY_TIME, BY_ENERGY, BY_PLUG, BY_OWNER = "time", "energy", "unplugged", "owner"


class Consent:
    """The household's word for one DER; is_on None: none given."""

    def __init__(self, config):
        """config: Config; with home.consent_once a consent ends when the vehicle leaves."""
        self._is_once = config.home is not None and config.home.consent_once
        self._is_plugged = False
        self._set(None, None, None, None)

    def _set(self, is_on, until_ms, soc_min_pct, e_max_wh):
        self.is_on, self.until_ms, self.soc_min_pct = is_on, until_ms, soc_min_pct
        self.e_max_mwh = None if e_max_wh is None else int(e_max_wh * MWH_PER_WH)
        self._is_to_the_end = False     # of the session
        self._given_mwh = self._rest_w_ms = self._kept_mwh = 0

    def take(self, der, now_ms, command, events):
        """Given, or taken back."""
        was_on = der.device.v2g_consent if self.is_on is None else self.is_on
        e_max_wh = command.get("e_max_wh")
        self._set(command["on"], command.get("until_ms"), command.get("soc_min_pct"), e_max_wh)
        self._is_to_the_end = command.get("is_to_the_end", False)   # of a consent that ran out before a restart
        if self.is_on:
            minutes = None if self.until_ms is None else (self.until_ms - now_ms) // 60000
            events.append((home_reasons.CONSENT_GIVEN, der.device.name, [minutes, self.soc_min_pct, e_max_wh]))
        elif was_on:
            events.append((home_reasons.CONSENT_OVER, der.device.name, [BY_OWNER]))

    def step(self, der, now_ms, is_plugged, events):
        """Fills consent and floor of the view; ends what has ended. is_plugged: debounced, of the session."""
        has_left = self._is_plugged and not is_plugged
        self._is_plugged = is_plugged
        if self.is_on is None:
            return
        if has_left:
            self._leave(der, events)
        elif self.until_ms is not None and now_ms >= self.until_ms:
            self._run_out(der, events)
        elif self._is_to_the_end and not is_plugged and der.view.plugged is False:
            self._set(None, None, None, None)       # after a restart: the vehicle left meanwhile
        if self.is_on is None:
            return
        view = der.view
        self._count(der, events)
        view.v2g_consent = self.is_on and not self._is_spent()
        if self.soc_min_pct is not None and self.soc_min_pct > view.soc_min_pct:
            view.soc_min_pct = self.soc_min_pct

    def _leave(self, der, events):
        self._given_mwh = self._rest_w_ms = self._kept_mwh = 0
        if self._is_to_the_end or (self.is_on and self._is_once):
            if self.is_on:
                events.append((home_reasons.CONSENT_OVER, der.device.name, [BY_PLUG]))
            self._set(None, None, None, None)

    def _run_out(self, der, events):
        if self.is_on:
            events.append((home_reasons.CONSENT_OVER, der.device.name, [BY_TIME]))
            self._set(False, None, None, None)
            self._is_to_the_end = True
        if not self.is_on and not (self._is_to_the_end and self._is_plugged):
            self._set(None, None, None, None)

    def _count(self, der, events):
        p_w = der.view.p_ac_w
        if not self.is_on or self.e_max_mwh is None or self._is_spent() or p_w is None or p_w <= 0:
            return
        w_ms = self._rest_w_ms + int(p_w) * der.view.dt_ms
        self._given_mwh += w_ms // W_MS_PER_MWH
        self._rest_w_ms = w_ms % W_MS_PER_MWH
        if self._is_spent():
            events.append((home_reasons.CONSENT_OVER, der.device.name, [BY_ENERGY]))

    def _is_spent(self):
        return self.e_max_mwh is not None and self._given_mwh >= self.e_max_mwh

    def left_wh(self):
        """Energy that may still be taken, Wh at the terminals; None without a limit."""
        return None if self.e_max_mwh is None else max(self.e_max_mwh - self._given_mwh, 0) / MWH_PER_WH

    def is_worth_keeping(self):
        """Whether so much was given since `kept` that a power cut now would give too much of it again."""
        return self.e_max_mwh is not None and self._given_mwh - self._kept_mwh >= KEEP_MWH

    def kept(self, number):
        """Commands that bring it back."""
        if self.is_on is None:
            return []
        self._kept_mwh = self._given_mwh
        return [{"kind": "consent", "der": number, "on": self.is_on, "until_ms": self.until_ms,
                 "soc_min_pct": self.soc_min_pct, "e_max_wh": self.left_wh(), "is_to_the_end": self._is_to_the_end}]

    def dump(self):
        """What a keyframe keeps."""
        return [self.is_on, self.until_ms, self.soc_min_pct, self.e_max_mwh, self._is_to_the_end, self._given_mwh,
                self._rest_w_ms, self._is_plugged]

    def load(self, content):
        """Put a dump back."""
        (self.is_on, self.until_ms, self.soc_min_pct, self.e_max_mwh, self._is_to_the_end, self._given_mwh,
         self._rest_w_ms, self._is_plugged) = content
