"""One DER between two ticks: what the controller remembers of it, and what people are told of it.

Not its job: what changes it (controller.py, decide.py), what the laws see (der_view.py).
Source: ours.
"""
from edge import arbiter, explain, limiter, modes, reasons, site

# Number of grid_reasons.py, which a site without a grid code has no room for.
GRID_MODE = 140


class DerState:
    """One DER between two ticks."""

    def __init__(self, device, profile, view, health, laws):
        self.device = device
        self.view = view
        self.limits_live = profile["limits_live"]
        self.laws = laws
        self.memories = None
        self.told = [None] * len(laws.tellers)      # (reason, values) of each law that has a state to tell
        self.decision = arbiter.Decision()
        self.p_set_w = 0
        self.q_set_var = 0
        self.held_by = 0        # the bound p_set_w sits on, if that moves at its own pace (ramp.py)
        self.limiter_reason = 0
        self.session = modes.OFFLINE
        self.health = health
        self.native_faults = ()         # [function, reason, text] of what the device should do by itself, and doesn't
        self.failsafe_memory = None
        self.bounds = limiter.Bounds()
        self.interlocks = profile["interlocks"]
        self.weights = site.weights(device.phases, device.phase)

    def unavailable(self):
        """[(function, why)] of what cannot work now, in the gateway or in the device; for status and telemetry."""
        return self.laws.unavailable(self.view) + [(function, text) for function, _, text in self.native_faults]

    def reason(self):
        """What kept the setpoint from the wish, 0 when it was granted."""
        return self.limiter_reason or self.decision.bound_reason

    def shown_reason(self):
        """What keeps the setpoint from the wish at this moment: also the ramp, which lets it pass in the end."""
        is_ramping = abs(self.p_set_w - self.decision.p_w) > explain.IDLE_W
        return self.reason() or (reasons.RAMP if is_ramping else 0)

    def grid_mode(self):
        """Word of the grid code's operating mode; None for a device the gateway does not keep in or out of service."""
        for told in self.told:
            if told is not None and told[0] == GRID_MODE:
                return told[1][0]
        return None

    def why(self):
        """The sentence of `v2g why`."""
        decision = self.decision
        text = explain.explain(self.p_set_w, self.shown_reason(), decision.asked_w, decision.asked_reason)
        if decision.q_reason == reasons.WAPE_LIFTED:
            text += ", " + reasons.text_of(reasons.WAPE_LIFTED)
        if self.grid_mode() not in (None, "continuous"):
            text += ", " + self.grid_mode().replace("_", " ")
        if self.native_faults:
            function, code, words = self.native_faults[0]
            text += ", " + words if code == reasons.WRONG_DEVICE else ", no %s: %s" % (function, words)
            if len(self.native_faults) > 1:
                text += " and %d more" % (len(self.native_faults) - 1)
        return "observing, would be " + text if self.view.observe else text
