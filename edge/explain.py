"""One sentence that says what a DER does and why: "charging 3.4 kW: WAPE (dispatch asked 6.0)".

Not its job: knowing the reasons (reasons.py), choosing one (arbiter.py).
Source: ours; nobody ever reads a bare sign, the direction is a word.
"""

from edge import reasons

# Below this a charger idles; showing "charging 0.0 kW" would only confuse.
IDLE_W = 50


def power_text(p_w):
    """Power in words: "charging 3.4 kW", "discharging 6.0 kW", "idle"; W, positive when injected; None: unknown."""
    if p_w is None:
        return "power unknown"
    if -IDLE_W < p_w < IDLE_W:
        return "idle"
    return "%s %.1f kW" % (_direction(p_w), abs(p_w) / 1000)


def explain(p_w, bound_reason, asked_w=None, asked_reason=0):
    """What is done, what bound it and who asked for something else.

    p_w: the decision, W. bound_reason: code of what limited it, 0 when the wish was granted.
    asked_w, asked_reason: the wish, W, and whose it was; None and 0 when nobody asked.
    """
    done = power_text(p_w)
    if not bound_reason:
        return done + ": " + reasons.text_of(asked_reason) if asked_reason else done
    text = done + ": " + reasons.text_of(bound_reason)
    if asked_reason and asked_w is not None:
        text += " (%s asked %s)" % (reasons.text_of(asked_reason), _wish_text(asked_w, p_w))
    return text


def _wish_text(asked_w, p_w):
    """The wish as a number; with its direction where that differs from what is done."""
    if -IDLE_W < asked_w < IDLE_W:
        return "idle"
    if p_w is not None and abs(p_w) >= IDLE_W and (p_w > 0) == (asked_w > 0):
        return "%.1f" % (abs(asked_w) / 1000)
    return power_text(asked_w)


def _direction(p_w):
    return "discharging" if p_w > 0 else "charging"
