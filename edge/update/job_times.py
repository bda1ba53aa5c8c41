"""When a job may begin and take effect: not before, window of the day, random delay, end.

Not its job: whether power rests (rest.py).
Source: ours; randomised start as in IEEE 2030.5 and OpenADR, so that a fleet does not act at once.
"""

from protocols.command_window import CLOCK_SLACK_MS

DAY_MIN = 1440
MINUTE_MS = 60000

CLOCK, BEGIN, WINDOW = "clock", "begin", "window"


def waits_for(entry, unix_ms, is_quiet=False):
    """Why a job may not go on now: CLOCK, BEGIN, WINDOW; None when it may. unix_ms: None while the clock is not set.

    is_quiet: what it does disturbs nobody, as a download; the window is not for that.
    """
    content = entry["content"]
    if unix_ms is None:
        return None if content["any_time"] else CLOCK
    if unix_ms < (content["nbf_ms"] or content["iat_ms"] - CLOCK_SLACK_MS) + entry["delay_ms"]:
        return BEGIN
    return None if is_quiet or _is_in_window(content, entry["delay_ms"], unix_ms) else WINDOW


def is_over(entry, unix_ms):
    """Whether its end has passed."""
    return unix_ms is not None and unix_ms > entry["content"]["exp_ms"]


def _is_in_window(content, delay_ms, unix_ms):
    """The random delay also shifts the beginning of the window, within it."""
    start_min, end_min = content["window_from_min"], content["window_to_min"]
    if start_min is None or end_min is None or start_min == end_min:
        return True
    length_ms = (end_min - start_min) % DAY_MIN * MINUTE_MS
    since_ms = (unix_ms - start_min * MINUTE_MS) % (DAY_MIN * MINUTE_MS)
    # Half of the window is left for whoever has to wait for power to rest.
    return delay_ms % (length_ms // 2) <= since_ms < length_ms
