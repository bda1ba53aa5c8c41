"""What people are told of a commanded backup: `v2g status`, the page, telemetry.

Not its job: the state itself (sequence.py). Imported when somebody asks.
Source: ours.
"""
from edge import reasons
from edge.backup import sequence_rows as rows
from edge.backup.conditions_switch import SILENT_MS
from edge.backup.feedback import DEAD_V

# Words of states that are not the name with spaces.
WORDS = {
    rows.GRID: "on the grid", rows.LOST: "grid lost, no supply", rows.CEASE: "ceasing export", rows.OPEN: "opening the switch",
    rows.BOND: "bonding neutral to earth", rows.PROBE: "probing with a few volts", rows.RISE: "raising the voltage",
    rows.EBB: "shutting down in order", rows.HALT: "stopping the island", rows.DARK: "open, waiting for grid or vehicle",
    rows.STOP: "stopping to return", rows.CLOSE: "closing the switch", rows.ENTER: "on the grid, vehicle not in service yet",
    rows.LOCKED_LOST: "locked out, no grid", rows.LOCKED_GRID: "locked out, on the grid",
}


def status(seq, now_ms):
    """JSON-able: mode, state, words, since_ms, island (supplied by the vehicle), problem, lockout, waits_for (words of what
    a dark house lacks for its way back to the grid), delay_left_s, autonomy_h,
    km, soc_pct, p_load_w, circuits_on and circuits_off (names), next_outage_ms. Unknown is None."""
    is_island = seq.state in (rows.ISLAND, rows.EBB)
    autonomy = seq.autonomy
    load_w = autonomy.p_load_w if is_island else seq.fb.load_w
    on_names, off_names = _circuits(seq, is_island)
    return {
        "mode": "commanded", "state": seq.state, "words": WORDS.get(seq.state, seq.state.replace("_", " ")),
        "since_ms": now_ms - seq.entered_ms, "island": is_island, "problem": seq.problem,
        "lockout": reasons.text_of(seq.lockout) if seq.lockout else "",
        "waits_for": _waits_for(seq), "delay_left_s": _delay_left_s(seq, now_ms),
        "autonomy_h": None if load_w is None else autonomy.hours(now_ms, load_w), "km": autonomy.km(),
        "soc_pct": autonomy.soc_pct(now_ms), "p_load_w": load_w, "circuits_on": on_names, "circuits_off": off_names,
        "next_outage_ms": seq.planned.next_ms(now_ms),
    }


def _circuits(seq, is_island):
    if is_island:
        return seq.shedding.names(True), seq.shedding.names(False)
    names = seq.shedding.names(True) + seq.shedding.names(False)
    return (names, []) if seq.orders.circuits & seq.shedding.all_mask == seq.shedding.all_mask else ([], names)


def _waits_for(seq):
    """What conditions.is_safe_return lacks, each in words; of a house that is open and dark."""
    if seq.state not in (rows.LOCKED, rows.DARK):
        return []
    fb, is_locked = seq.fb, seq.state == rows.LOCKED
    left_s = (seq.retransfer_ms - seq.watch.good_ms()) // 1000 + 1
    is_reverted = seq.charger_silent_ms >= SILENT_MS
    lacking = (
        (is_locked and seq.has_tried_closing, "reset on site: closing has failed"),
        (not seq.watch.good_ms(), "good grid"),
        (0 < seq.watch.good_ms() <= seq.retransfer_ms, "grid good for %d s more" % left_s),
        (not fb.can_prove_return(), "feedback of the switch"),
        (not fb.is_load_dead(), "load side dead"),
        (not is_reverted and fb.form_state is None, "charger heard"),
        (not is_reverted and fb.form_state is True, "charger forming nothing"),
        (not is_reverted and (fb.v_charger_v or 0) >= DEAD_V, "charger terminals dead"),
        (is_locked and not seq.is_bond_as(False), "neutral and earth unbonded"),
    )
    return [words for is_lacking, words in lacking if is_lacking]


def _delay_left_s(seq, now_ms):
    """Seconds to the next step that only waits for time; None while nothing does."""
    good_ms = seq.watch.good_ms()
    if seq.state in (rows.ISLAND, rows.EBB, rows.DARK) and good_ms and (not seq.is_island_wanted or seq.is_vain()):
        return max(seq.retransfer_ms - good_ms, 0) / 1000
    if seq.state in (rows.ENTER, rows.LOCKED_LOST):
        return max(seq.enter_ms - min(good_ms, now_ms - seq.entered_ms), 0) / 1000
    return None
