"""The feasible region of one vehicle's power and energy: what may still be missing at a time, what a step may take.

Not its job: how much is wanted until when (wanted.py), the rank of it (laws/mobility.py).
Source: closed forms of a single vehicle's energy boundaries, here with our signs (p_lo = -p_charge, p_hi = -p_min) and
energy counted from the full battery downwards, so that the taper near full has a closed form too:
  E+(t) = min(E_max, E_a + stored in t - t_a),  E-(t) = max(E_min, E_a - P_d (t - t_a) / eta_d, E_r - stored in t_d - t).
A rate is (p_w, knee_wh, p_end_w): power into the battery, W > 0, down to knee_wh below full; from there it falls in
proportion to what is missing until full, to p_end_w > 0 at full. Then dx/dt = -r(x), r = p_end + k x: exponentials.
"""
import math

SECONDS = 3600
# Step of the closed form. Shorter ones end in a jump to full power at the last moment; five minutes spread it.
STEP_S = 300
# Part of the power by which the taper has to end lower.
TAPER_MIN = 0.001


def rate_of(p_w, p_battery_w, taper_wh, end_share):
    """Rate of a charger of p_w, W into the battery, at a battery that takes p_battery_w, W, down to taper_wh below full
    and end_share of that, 0 < end_share <= 1, at full. A weak charger meets the taper later."""
    p_end_w = end_share * p_battery_w
    if p_w <= p_end_w or taper_wh <= 0:
        return p_w, 0, p_w
    if p_w - p_end_w < TAPER_MIN * p_w:
        return p_end_w, 0, p_end_w      # so flat a taper is rounding, and its exponentials lose all digits
    return p_w, taper_wh * (p_w - p_end_w) / (p_battery_w - p_end_w) if p_w < p_battery_w else taper_wh, p_end_w


def storable_wh(left_s, gap_wh, rate):
    """Energy that charging at full power for the last left_s stores, when it ends gap_wh below full, Wh."""
    if left_s <= 0:
        return 0
    p_w, knee_wh, p_end_w = rate
    left_h = left_s / SECONDS
    if gap_wh >= knee_wh:
        return p_w * left_h
    k = (p_w - p_end_w) / knee_wh
    p_last_w = p_end_w + k * gap_wh
    tapered_h = math.log(p_w / p_last_w) / k
    if left_h <= tapered_h:
        return p_last_w * (math.exp(k * left_h) - 1) / k
    return knee_wh - gap_wh + p_w * (left_h - tapered_h)


def seconds_for(wanted_wh, gap_wh, rate):
    """The other way round: how long full power takes for wanted_wh that end gap_wh below full, s."""
    if wanted_wh <= 0:
        return 0
    p_w, knee_wh, p_end_w = rate
    if p_w <= 0:
        return float("inf")
    if gap_wh >= knee_wh:
        return wanted_wh / p_w * SECONDS
    k = (p_w - p_end_w) / knee_wh
    p_last_w = p_end_w + k * gap_wh
    if gap_wh + wanted_wh <= knee_wh:
        return math.log((p_last_w + k * wanted_wh) / p_last_w) / k * SECONDS
    return (math.log(p_w / p_last_w) / k + (gap_wh + wanted_wh - knee_wh) / p_w) * SECONDS


def fillable_wh(passed_s, room_wh, rate):
    """Energy that full power stores in passed_s from room_wh below full on, Wh; never more than there is room."""
    if passed_s <= 0 or room_wh <= 0:
        return 0
    p_w, knee_wh, p_end_w = rate
    hours = passed_s / SECONDS
    if room_wh <= knee_wh:
        k = (p_w - p_end_w) / knee_wh
        p_now_w, before_wh, before_h = p_end_w + k * room_wh, 0, 0
    else:
        p_now_w, before_wh, before_h = p_w, room_wh - knee_wh, (room_wh - knee_wh) / p_w if p_w > 0 else hours
        if hours <= before_h or knee_wh <= 0:
            return min(p_w * hours, room_wh)
        k = (p_w - p_end_w) / knee_wh
    stored_wh = before_wh + p_now_w * (1 - math.exp(-k * (hours - before_h))) / k
    return min(stored_wh, room_wh)


def short_wh(missing_wh, left_s, room_wh, rate):
    """What will be missing after left_s at full power from now on, Wh >= 0. room_wh: from now to full.

    Not spare_wh's minus: whoever comes short never gets to the taper at the end that the lower boundary E- counts with.
    """
    return max(missing_wh - fillable_wh(left_s, max(room_wh, missing_wh), rate), 0)


def spare_wh(missing_wh, left_s, gap_wh, rate):
    """How far the battery is above its lower boundary E-, Wh; negative: it can't all be there in time.

    missing_wh: still to be stored, negative when there is more than was wanted; left_s: until it has to be there.
    """
    return storable_wh(left_s, gap_wh, rate) - missing_wh


def step_power_w(missing_wh, left_s, gap_wh, rate, step_s=STEP_S):
    """Highest power at the battery, W (+ out of it), that ends a step on the lower boundary or above.

    Negative: charging is forced. It may ask for more than the rate allows: then all there is is not enough.
    """
    # The last step ends where it has to be there; after it only "at once" is left.
    if 0 < left_s < step_s:
        step_s = left_s
    return spare_wh(missing_wh, left_s - step_s, gap_wh, rate) * SECONDS / step_s


def step_charge_w(room_wh, rate, step_s=STEP_S):
    """Most power into the battery, W >= 0, that ends a step on the upper boundary or below."""
    return fillable_wh(step_s, room_wh, rate) * SECONDS / step_s


def latest_start_s(missing_wh, left_s, gap_wh, rate):
    """So long charging can wait, s, if it then runs at full power; negative: it is too late for all of it."""
    return left_s - seconds_for(missing_wh, gap_wh, rate)


class Promise:
    """What stands for one session at this tick; the session fills it anew, law and people ask it.

    missing_wh: still to be stored; ready_ms: when, before the departure by all that may come between; gap_wh: below
    full at the end; rate: see above; p_probe_w: charging wanted to read the state of charge, W >= 0.
    """

    def __init__(self, efficiency):
        self._efficiency = efficiency
        self.missing_wh = None
        self.ready_ms = 0
        self.gap_wh = 0
        self.rate = (0, 0, 0)
        self.p_probe_w = 0

    def p_hi_w(self, view):
        """Highest power at the terminals, W, that keeps the promise; None without one. Negative: charging is forced."""
        if self.missing_wh is None:
            return None
        left_s = (self.ready_ms - view.now_ms) / 1000
        p_w = step_power_w(self.missing_wh, left_s, self.gap_wh, self.rate)
        least_w = self._efficiency.p_min_useful_w
        if p_w >= 0:
            p_w = self._efficiency.p_discharge_w(p_w)
            return p_w if p_w >= least_w else 0
        # No more than the device can, so that people are told of the departure and not of the nameplate.
        charge_w = view.p_charge_max_w if view.s_max_va is None else min(view.p_charge_max_w, view.s_max_va)
        if left_s <= 0 or -p_w >= self.rate[0]:
            return -charge_w
        forced_w = self._efficiency.p_charge_w(-p_w)
        if forced_w < least_w:
            return 0        # the need grows until it is worth running for
        return -forced_w if forced_w < charge_w else -charge_w

    def spare_wh(self, now_ms):
        """Energy above the lower boundary, Wh: what may be taken out now and still be put back; >= 0."""
        if self.missing_wh is None:
            return None
        return max(spare_wh(self.missing_wh, (self.ready_ms - now_ms) / 1000, self.gap_wh, self.rate), 0)

    def latest_start_ms(self, now_ms):
        """Monotonic time from which on full power is needed, ms; None without a promise or with nothing missing."""
        if self.missing_wh is None or self.missing_wh <= 0 or self.rate[0] <= 0:
            return None
        return int(self.ready_ms - 1000 * seconds_for(self.missing_wh, self.gap_wh, self.rate))
