"""Is the grid gone, and is it back: voltmeters of the switch's grid side against times, by readings and not by ticks.

Not its job: acting on it (sequence.py), riding through a sag, which the device does by itself.
Source: IEEE 1547-2018 6.4.2 for what has to be ridden through (grid_codes/ride_through.py); total loss and its time are
rows of the backup. A failed read that came out as 0 V once sent a house off-grid (a field report): an unknown voltage
counts as nothing here, and a dead grid side while the closed load side is live is a broken voltmeter, not a loss.
"""
from edge.backup.feedback import LIVE_V
from protocols.forgetting import forget

# A device that delivers more has not tripped.
RUNNING_W = 100
MS = 1000


class GridWatch:
    """Follows the grid side. Memory: since which reading, ms, it has been dead, outside its window, inside it; None = it is not."""

    def __init__(self, config):
        """config: Config with a backup section."""
        p = config.backup
        self._v_nom_v = config.grid.v_nom_ln_v
        self._loss_v = p.loss_pu * self._v_nom_v
        self._loss_ms = int(p.loss_s * MS)
        self._window_v = (p.v_low_pu * self._v_nom_v, p.v_high_pu * self._v_nom_v)
        self._window_hz = (p.f_low_hz, p.f_high_hz)
        self._trips = _trips(config)
        self._stays = _stays(config)
        self.dead_since_ms = self.out_since_ms = self.good_since_ms = None
        self.read_ms = None
        self.beyond_since_ms = [None] * len(self._trips)
        self._terminal = [None, None, None]     # reading of the charger's voltage, dead since, in the window since

    def observe(self, fb):
        """Takes this tick's feedback. Nothing changes without a new reading."""
        self._observe_terminal(fb)
        if fb.switch_ms is None or not fb.grid_v:
            self.forget()
            return
        if fb.switch_ms == self.read_ms:
            return
        self.read_ms = fb.switch_ms
        low_v, high_v = min(fb.grid_v), max(fb.grid_v)
        is_dead = high_v < self._loss_v and not _is_denied(fb)
        self.dead_since_ms = _since(self.dead_since_ms, is_dead, self.read_ms)
        is_out = (low_v < self._window_v[0] or high_v > self._window_v[1]) and not (high_v < self._loss_v and not is_dead)
        self.out_since_ms = _since(self.out_since_ms, is_out, self.read_ms)
        for number, (is_low, threshold_pu, _) in enumerate(self._trips):
            is_beyond = is_out and (low_v < threshold_pu * self._v_nom_v if is_low else high_v > threshold_pu * self._v_nom_v)
            self.beyond_since_ms[number] = _since(self.beyond_since_ms[number], is_beyond, self.read_ms)
        self.good_since_ms = _since(self.good_since_ms, self._is_inside(fb, low_v, high_v), self.read_ms)

    def forget(self):
        """Nothing is known of the grid: every time starts anew."""
        self.dead_since_ms = self.out_since_ms = self.good_since_ms = self.read_ms = None
        self.beyond_since_ms = [None] * len(self._trips)

    def is_lost(self, fb, view):
        """Whether the house may leave the grid: dead for its time, or ridden through into a trip and still outside."""
        if self.read_ms is None or self.dead_since_ms is None and self.out_since_ms is None:
            return False
        due_ms = max(self._loss_ms, self._stay_ms(min(fb.grid_v), max(fb.grid_v)))
        if self.dead_since_ms is not None and self.read_ms - self.dead_since_ms >= due_ms:
            return True
        if self.out_since_ms is None or not self._has_tripped(view):
            return False
        return self.read_ms - self.out_since_ms >= due_ms

    def good_ms(self):
        """How long the grid has been good without a break, ms; 0 while it isn't or nobody knows."""
        return 0 if self.good_since_ms is None else self.read_ms - self.good_since_ms + 1

    def is_terminal_dead(self):
        """Whether the charger has seen no voltage for as long as a loss takes; says nothing while it forms."""
        read_ms, dead_since_ms, _ = self._terminal
        return dead_since_ms is not None and read_ms - dead_since_ms >= self._loss_ms

    def terminal_good_ms(self):
        """How long the voltage of the charger's terminals has been in the window, ms; 0 while it isn't or nobody knows."""
        read_ms, _, good_since_ms = self._terminal
        return 0 if good_since_ms is None else read_ms - good_since_ms + 1

    def dump(self):
        """What a keyframe keeps."""
        return [self.dead_since_ms, self.out_since_ms, self.good_since_ms, self.read_ms, self.beyond_since_ms,
                self._terminal]

    def load(self, content):
        """Put a dump back."""
        (self.dead_since_ms, self.out_since_ms, self.good_since_ms, self.read_ms, self.beyond_since_ms,
         self._terminal) = content

    # -- parts -------------------------------------------------------------------------------------------

    def _observe_terminal(self, fb):
        volts = fb.v_charger_v
        if volts is None or fb.charger_ms is None:
            self._terminal = [None, None, None]
        elif fb.charger_ms != self._terminal[0]:
            _, dead_since_ms, good_since_ms = self._terminal
            is_inside = self._window_v[0] <= volts <= self._window_v[1]
            self._terminal = [fb.charger_ms, _since(dead_since_ms, volts < self._loss_v, fb.charger_ms),
                              _since(good_since_ms, is_inside, fb.charger_ms)]

    def _is_inside(self, fb, low_v, high_v):
        """Whether every phase is known and all of them, and the frequency, are in the window."""
        if len(fb.grid_v) < len(fb.grid_names) or low_v < self._window_v[0] or high_v > self._window_v[1]:
            return False
        if "grid_f_hz" not in fb.has:
            return True
        return fb.grid_f_hz is not None and self._window_hz[0] <= fb.grid_f_hz <= self._window_hz[1]

    def _has_tripped(self, view):
        """Whether the device says so, or has delivered nothing since beyond a trip setting for its time."""
        if view.state == "fault":
            return True
        if view.p_ac_w is None or abs(view.p_ac_w) > RUNNING_W:
            return False
        for since_ms, row in zip(self.beyond_since_ms, self._trips):
            if since_ms is not None and self.read_ms - since_ms >= row[2]:
                return True
        return False

    def _stay_ms(self, low_v, high_v):
        """How long the device has to stay at these voltages, ms, whatever it did."""
        longest_ms = 0
        for is_low, low_pu, high_pu, stay_ms, slope_ms in self._stays:
            v_pu = (low_v if is_low else high_v) / self._v_nom_v
            if low_pu <= v_pu < high_pu:
                longest_ms = max(longest_ms, stay_ms + slope_ms * (v_pu - low_pu))
        return longest_ms


def _is_denied(fb):
    """Whether somebody else sees a voltage while the grid side shows none; the poles between them are closed."""
    is_live = (fb.load_v is not None and fb.load_v >= LIVE_V) or (fb.v_charger_v is not None and fb.v_charger_v >= LIVE_V)
    return is_live and not fb.all_poles(True)


def _since(since_ms, holds, read_ms):
    if not holds:
        return None
    return read_ms if since_ms is None else since_ms


def _trips(config):
    """(low side, threshold pu, ms) of the voltage trip settings; none without a grid code."""
    trip = config.trip
    if trip is None:
        return ()
    return ((True, trip.uv1_pu, int(trip.uv1_s * MS)), (True, trip.uv2_pu, int(trip.uv2_s * MS)),
            (False, trip.ov1_pu, int(trip.ov1_s * MS)), (False, trip.ov2_pu, int(trip.ov2_s * MS)))


def _stays(config):
    """(low side, from pu, to pu, ms, ms per pu) of the ride-through curve; none without a category."""
    if config.ride_through is None or config.ride_through.category == "none":
        return ()
    from edge.grid_codes import ride_through        # once

    rows = [(side == "low", 0 if low is None else low, 9 if high is None else high, int(t_s * MS), slope * MS)
            for side, low, high, _, t_s, slope, _, _ in ride_through.VOLTAGE[config.ride_through.category]
            if t_s is not None]
    forget("edge.grid_codes.ride_through")
    return tuple(rows)
