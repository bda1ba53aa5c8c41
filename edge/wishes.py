"""Keeps the household's wishes across a restart: times become wall-clock times on the way out and back.

Not its job: taking wishes (queries.py), their rank (laws/local_wishes.py). Used at start and when a wish changes, so a
board forgets it in between.
Source: ours; a restart for a new configuration must not undo what the household asked for.
"""
import json


def kept(commitments, now_ms, unix_ms):
    """The bytes that keep everything the household asked for."""
    shift_ms = unix_ms - now_ms
    rows = []
    for standing in commitments.standing:
        departure_ms = standing.t_departure_ms
        rows.append([list(standing.wish), standing.wish_until_ms + shift_ms,
                     None if departure_ms is None else departure_ms + shift_ms, standing.e_needed_wh])
    content = [commitments.is_observing, commitments.pause_until_ms + shift_ms, rows, commitments.is_permitted]
    return json.dumps(content).encode()


def commands(data, now_ms, unix_ms):
    """The commands that bring back what `kept` kept; [] when it can't be read."""
    shift_ms = now_ms - unix_ms
    try:
        content = json.loads(data)
        is_observing, pause_until_ms, rows = content[:3]
        found = [{"kind": "observe", "on": is_observing is True},
                 {"kind": "permit_service", "on": content[3:] != [False]},
                 {"kind": "pause_vpp", "until_ms": pause_until_ms + shift_ms}]
        for number, ((wish, p_w), until_ms, departure_ms, e_needed_wh) in enumerate(rows):
            found.append({"kind": "wish", "der": number, "wish": wish, "p_w": p_w, "until_ms": until_ms + shift_ms})
            if departure_ms is not None:
                found.append({"kind": "departure", "der": number, "t_departure_ms": departure_ms + shift_ms,
                              "e_needed_wh": e_needed_wh})
    except (TypeError, ValueError):
        return []
    return found
