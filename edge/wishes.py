"""Keeps the household's wishes across a restart: times become wall-clock times on the way out and back.

Not its job: taking wishes (queries.py), their rank (laws/local_wishes.py). Used at start and when a wish changes, so a
board forgets it in between.
Source: ours; a restart for a new configuration must not undo what the household asked for.
"""
import json


# Times in the commands of parts.
TIMES = ("until_ms", "t_departure_ms", "start_ms", "end_ms")


def kept(state, now_ms, unix_ms):
    """The bytes that keep everything the household asked for. state: of the controller."""
    shift_ms = unix_ms - now_ms
    commitments = state.commitments
    rows = [[list(standing.wish), standing.wish_until_ms + shift_ms] for standing in commitments.standing]
    further = [_shifted(command, shift_ms) for part in state.parts for command in part.kept()]
    content = [commitments.is_observing, commitments.pause_until_ms + shift_ms, rows, commitments.is_permitted, further]
    return json.dumps(content).encode()


def _shifted(command, shift_ms):
    return {key: value + shift_ms if key in TIMES and value is not None else value for key, value in command.items()}


def commands(data, now_ms, unix_ms):
    """The commands that bring back what `kept` kept; [] when it can't be read."""
    shift_ms = now_ms - unix_ms
    try:
        content = json.loads(data)
        is_observing, pause_until_ms, rows, is_permitted, further = content
        found = [{"kind": "observe", "on": is_observing is True},
                 {"kind": "permit_service", "on": is_permitted is not False},
                 {"kind": "pause_vpp", "until_ms": pause_until_ms + shift_ms}]
        for number, ((wish, p_w), until_ms) in enumerate(rows):
            found.append({"kind": "wish", "der": number, "wish": wish, "p_w": p_w, "until_ms": until_ms + shift_ms})
        found += [_shifted(command, shift_ms) for command in further]
    except (TypeError, ValueError, AttributeError):
        return []
    return found
