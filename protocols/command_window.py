"""Whether a command is in time and new: pure rules, numbers of ACK_REASONS as answers.

Not its job: signatures (auth.py), permission and effect of a command (the gateway), keeping the last numbers on flash.
Source: 30 s and 900 s are ours; a lease that lapses follows IEEE 2030.5 interval and OCPP 2.1 maxOfflineDuration.
"""

from protocols.refusals import CLOCK_NOT_SET, DUPLICATE, FROM_THE_FUTURE, LATE, LEASE_TOO_LONG, MALFORMED, STALE

CLOCK_SLACK_MS = 30000
LEASE_MAX_MS = 900000
TIME_FLOOR_MS = 1760000000000  # 9 October 2025, before the first release: an earlier clock was never set
IDS_KEPT = 32  # commands of one sender whose answers can be repeated


def clock_or_none(unix_ms):
    """The wall clock when it can be true, else None."""
    return unix_ms if unix_ms is not None and unix_ms >= TIME_FLOOR_MS else None


def check_times(message, now_unix_ms):
    """0, or the number of the reason to refuse a command for its times.

    message: decoded `cmd` with iat_ms, exp_ms and nbf_ms (None: at once), Unix ms. now_unix_ms: None while the clock
    is not set; then only the lease's own length counts, and a start in the future is refused.
    """
    iat_ms, exp_ms = message["iat_ms"], message["exp_ms"]
    nbf_ms = message.get("nbf_ms")
    if exp_ms <= iat_ms or (nbf_ms is not None and exp_ms <= nbf_ms):
        return MALFORMED
    if exp_ms - iat_ms > LEASE_MAX_MS:
        return LEASE_TOO_LONG
    if now_unix_ms is None:
        return CLOCK_NOT_SET if nbf_ms is not None and nbf_ms > iat_ms else 0
    if iat_ms > now_unix_ms + CLOCK_SLACK_MS:
        return FROM_THE_FUTURE
    return LATE if exp_ms <= now_unix_ms else 0


def lease_window_ms(message, now_unix_ms):
    """(starts in, ends in) of an accepted command, ms from now, both >= 0; for deadlines on the monotonic clock."""
    start_ms = message["iat_ms"] if message.get("nbf_ms") is None else message["nbf_ms"]
    if now_unix_ms is None:
        return 0, message["exp_ms"] - message["iat_ms"]
    return max(0, start_ms - now_unix_ms), max(0, message["exp_ms"] - now_unix_ms)


def check_order(message, last_seq, ids):
    """0, or the reason to refuse a command for its place in the sender's sequence.

    last_seq: highest number accepted from this sender, persisted, None before the first.
    ids: recent ids of the sender, newest last; a repeat is a duplicate, whose first answer is given again.
    """
    if message["id"] in ids:
        return DUPLICATE
    if last_seq is not None and message["seq"] <= last_seq:
        return STALE
    return 0


def remember(ids, new_id):
    """ids with the new one added; the oldest is forgotten beyond IDS_KEPT."""
    ids.append(new_id)
    if len(ids) > IDS_KEPT:
        ids.pop(0)
