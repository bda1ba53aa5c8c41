"""The last check before a setpoint leaves: nameplate, SoC window, site share, current and kVA, interlock, numbers.

Not its job: deciding anything; it trusts nobody, knows no law and no reason but its own.
Source: ours; the kVA circle is IEEE 1547-2018 5.2. The device's certified protection stays in force behind it.
"""

# Numbers of edge/reasons.py, defined here because the limiter leans on nothing.
NOT_FINITE = 220
INTERLOCK = 221
NAMEPLATE = 222
SOC_WINDOW = 223
SITE = 224
CONVERTER = 225

_HUGE = 1e9         # W, var, and all bounds together: no device is larger; also catches the infinities


class Bounds:
    """What one DER may do at most, as plain numbers; the defaults allow nothing.

    Magnitudes are >= 0. s_max_va: the smallest of rated apparent power and phases x volts x amperes.
    soc_pct None: unknown. p_site_lo_w, p_site_hi_w: share of the site, None without a site limit.
    """

    def __init__(self):
        self.is_interlock_closed = False
        self.p_charge_max_w = 0
        self.p_discharge_max_w = 0
        self.s_max_va = 0
        self.soc_pct = None
        self.soc_min_pct = 100
        self.soc_max_pct = 0
        self.p_site_lo_w = None
        self.p_site_hi_w = None


def converter_va(s_rated_va, phases, v_ln_v, i_max_a):
    """Apparent power one converter may carry, VA: min(rating, phases x volts x amperes); None = not stated.

    Unknown voltage: 0, since a current limit cannot be turned into power without one.
    """
    if i_max_a is None:
        return s_rated_va or 0
    by_current_va = phases * (v_ln_v or 0) * i_max_a
    return by_current_va if s_rated_va is None else min(s_rated_va, by_current_va)


def limit(p_w, q_var, bounds):
    """The setpoint that may really be written: (p_w, q_var, reason), reason 0 when nothing was changed.

    p_w, q_var: wanted, positive when injected. Anything that is no number gives 0 W and 0 var.
    """
    # A comparison with a NaN is always false, so this also catches those; a sum carries them out of every bound.
    if not (-_HUGE < p_w < _HUGE and -_HUGE < q_var < _HUGE and -_HUGE < _sum(bounds) < _HUGE):
        return 0, 0, NOT_FINITE
    if not bounds.is_interlock_closed:
        return 0, 0, INTERLOCK if p_w or q_var else 0
    reason = 0
    lo_w = -bounds.p_charge_max_w
    hi_w = bounds.p_discharge_max_w
    if not lo_w <= p_w <= hi_w:
        p_w, reason = _clip(p_w, lo_w, hi_w), NAMEPLATE
    soc_pct = bounds.soc_pct
    if p_w > 0 and (soc_pct is None or soc_pct <= bounds.soc_min_pct):
        p_w, reason = 0, SOC_WINDOW
    elif p_w < 0 and soc_pct is not None and soc_pct >= bounds.soc_max_pct:
        p_w, reason = 0, SOC_WINDOW
    # A share never forces power: it only ever moves the setpoint towards zero.
    if p_w < 0 and bounds.p_site_lo_w is not None and p_w < bounds.p_site_lo_w:
        p_w, reason = min(bounds.p_site_lo_w, 0), SITE
    elif p_w > 0 and bounds.p_site_hi_w is not None and p_w > bounds.p_site_hi_w:
        p_w, reason = max(bounds.p_site_hi_w, 0), SITE
    return _inside_circle(p_w, q_var, bounds.s_max_va or 0, reason)


def _sum(bounds):
    """All bounds added up: a number only when each of them is one."""
    return (bounds.p_charge_max_w + bounds.p_discharge_max_w + (bounds.s_max_va or 0) + (bounds.soc_pct or 0)
            + bounds.soc_min_pct + bounds.soc_max_pct + (bounds.p_site_lo_w or 0) + (bounds.p_site_hi_w or 0))


def _inside_circle(p_w, q_var, s_max_va, reason):
    """Watts first, vars with what is left of the apparent power."""
    if not -s_max_va <= p_w <= s_max_va:
        p_w, reason = _clip(p_w, -s_max_va, s_max_va), CONVERTER
    # The root, not squares: the square of a very small number is 0 and would pass everywhere.
    room_var = max(s_max_va * s_max_va - p_w * p_w, 0) ** 0.5
    if not -room_var <= q_var <= room_var:
        # One part in a million inside: P and Q rounded by 32-bit floats stay on the circle.
        room_var *= 0.999999
        q_var, reason = _clip(q_var, -room_var, room_var), reason or CONVERTER
    return p_w, q_var, reason


def _clip(value, low, high):
    if low > high:
        return 0
    return low if value < low else high if value > high else value
