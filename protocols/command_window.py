"""Whether a command is in time and new: pure rules, numbers of ACK_REASONS as answers.

Not its job: signatures (auth.py), permission and effect of a command (the gateway), keeping the last numbers on flash.
Source: 30 s and 900 s are ours; a lease that lapses follows IEEE 2030.5 interval and OCPP 2.1 maxOfflineDuration.
"""

from protocols.messages import ACK

CLOCK_SLACK_S = 30
LEASE_MAX_S = 900
TIME_FLOOR_S = 1760000000  # 9 October 2025, before the first release: an earlier clock was never set
IDS_KEPT = 32  # commands of one sender whose answers can be repeated


def clock_or_none(unix_s):
    """The wall clock when it can be true, else None."""
    return unix_s if unix_s is not None and unix_s >= TIME_FLOOR_S else None


def check_times(message, now_unix_s):
    """0, or the number of the reason to refuse a command for its times.

    message: decoded `cmd` with iat, exp and nbf (None: at once), Unix s. now_unix_s: None while the clock is not set;
    then only the lease's own length counts, and a start in the future is refused.
    """
    iat, exp = message["iat"], message["exp"]
    nbf = message.get("nbf")
    if exp <= iat or (nbf is not None and exp <= nbf):
        return ACK["malformed"]
    if exp - iat > LEASE_MAX_S:
        return ACK["lease_too_long"]
    if now_unix_s is None:
        return ACK["clock_not_set"] if nbf is not None and nbf > iat else 0
    if iat > now_unix_s + CLOCK_SLACK_S:
        return ACK["from_the_future"]
    return ACK["late"] if exp <= now_unix_s else 0


def lease_window_s(message, now_unix_s):
    """(starts in, lasts from now) of an accepted command, s, both >= 0; for deadlines on the monotonic clock."""
    start = message["iat"] if message.get("nbf") is None else message["nbf"]
    if now_unix_s is None:
        return 0, message["exp"] - message["iat"]
    return max(0, start - now_unix_s), max(0, message["exp"] - now_unix_s)


def check_order(message, last_seq, ids):
    """0, or the reason to refuse a command for its place in the sender's sequence.

    last_seq: highest number accepted from this sender, persisted, None before the first.
    ids: recent ids of the sender, newest last; a repeat is a duplicate, whose first answer is given again.
    """
    if message["id"] in ids:
        return ACK["duplicate"]
    if last_seq is not None and message["seq"] <= last_seq:
        return ACK["stale"]
    return 0


def remember(ids, new_id):
    """ids with the new one added; the oldest is forgotten beyond IDS_KEPT."""
    ids.append(new_id)
    if len(ids) > IDS_KEPT:
        ids.pop(0)
