"""Keeps the household's wishes across a restart: their times as what was left of them, with the wall clock of then.

Not its job: taking wishes (queries.py), their rank (laws/local_wishes.py). Used at start and when a wish changes, so a
board forgets it in between.
Source: ours; a restart for a new configuration must not undo what the household asked for. Where the wall clock was not
set, then or now, nobody knows how long the restart took: what was left is left still, but a consent that was to end
counts as ended.
"""
import json

from protocols.command_window import clock_or_none

# Times in the commands of parts.
TIMES = ("until_ms", "t_departure_ms", "start_ms", "end_ms")


def kept(state, now_ms, unix_ms):
    """The bytes that keep everything the household asked for. state: of the controller; unix_ms: wall clock, as it is."""
    commitments = state.commitments
    names = [der.device.name for der in state.ders]
    rows = [[list(standing.wish), standing.wish_until_ms - now_ms] for standing in commitments.standing]
    further = [_shifted(command, -now_ms) for part in state.parts for command in part.kept()]
    # Several parts keep an announcement; the one that knows its words has the last.
    further = [command for command in further if not command.get("text")] + [
        command for command in further if command.get("text")]
    content = [clock_or_none(unix_ms), names, commitments.is_observing, commitments.pause_until_ms - now_ms, rows,
               commitments.is_permitted, further]
    return json.dumps(content).encode()


def _shifted(command, shift_ms):
    return {key: value + shift_ms if key in TIMES and value is not None else value for key, value in command.items()}


def commands(data, now_ms, unix_ms, names):
    """The commands that bring back what `kept` kept; [] when it can't be read.

    names: of the DERs of now; what was asked of one that has gone is dropped.
    """
    unix_ms = clock_or_none(unix_ms)
    try:
        then_ms, old_names, is_observing, pause_ms, rows, is_permitted, further = json.loads(data)
        is_known = None not in (then_ms, unix_ms)
        # A clock that was set back in between takes no time off.
        shift_ms = now_ms - max(unix_ms - then_ms, 0) if is_known else now_ms
        found = [{"kind": "observe", "on": is_observing is True},
                 {"kind": "permit_service", "on": is_permitted is not False},
                 {"kind": "pause_vpp", "until_ms": pause_ms + shift_ms}]
        wishes = [{"kind": "wish", "der": number, "wish": wish, "p_w": p_w, "until_ms": left_ms}
                  for number, ((wish, p_w), left_ms) in enumerate(rows)]
        for command in wishes + further:
            command = _shifted(command, shift_ms)
            if command.get("der", -1) >= 0:
                name = old_names[command["der"]]
                if name not in names:
                    continue
                command["der"] = names.index(name)
            found.append(_ended(command, now_ms, is_known) if command["kind"] == "consent" else command)
    except (TypeError, ValueError, AttributeError, LookupError):
        return []
    return found


def _ended(consent, now_ms, is_known):
    """A consent; where its time has passed meanwhile, or may have, the refusal that follows it."""
    until_ms = consent["until_ms"]
    if not consent["on"] or until_ms is None or (is_known and until_ms > now_ms):
        return consent
    return {"kind": "consent", "der": consent["der"], "on": False, "until_ms": None, "soc_min_pct": None, "e_max_wh": None,
            "is_to_the_end": True}
