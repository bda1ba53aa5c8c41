"""What people are told of a commanded backup: `v2g status`, the page, telemetry.

Not its job: the state itself (sequence.py). Imported when somebody asks.
Source: ours.
"""
from edge import reasons
from edge.backup import sequence_rows as rows

# Words of states that are not the name with spaces.
WORDS = {
    rows.GRID: "on the grid", rows.LOST: "grid lost, no supply", rows.CEASE: "ceasing export", rows.OPEN: "opening the switch",
    rows.BOND: "bonding neutral to earth", rows.PROBE: "probing with a few volts", rows.RISE: "raising the voltage",
    rows.EBB: "shutting down in order", rows.HALT: "stopping the island", rows.DARK: "open, waiting for grid or vehicle",
    rows.STOP: "stopping to return", rows.CLOSE: "closing the switch", rows.ENTER: "on the grid, vehicle not in service yet",
    rows.LOCKED_LOST: "locked out, no grid", rows.LOCKED_GRID: "locked out, on the grid",
}


def status(seq, now_ms):
    """JSON-able: mode, state, words, since_ms, island (supplied by the vehicle), problem, lockout, delay_left_s, autonomy_h,
    km, soc_pct, p_load_w, circuits_on and circuits_off (names), next_outage_ms. Unknown is None."""
    is_island = seq.state in (rows.ISLAND, rows.EBB)
    autonomy = seq.autonomy
    load_w = autonomy.p_load_w if is_island else seq.fb.load_w
    on_names, off_names = _circuits(seq, is_island)
    return {
        "mode": "commanded", "state": seq.state, "words": WORDS.get(seq.state, seq.state.replace("_", " ")),
        "since_ms": now_ms - seq.entered_ms, "island": is_island, "problem": seq.problem,
        "lockout": reasons.text_of(seq.lockout) if seq.lockout else "",
        "delay_left_s": _delay_left_s(seq, now_ms),
        "autonomy_h": None if load_w is None else autonomy.hours(now_ms, load_w), "km": autonomy.km(),
        "soc_pct": autonomy.soc_pct(now_ms), "p_load_w": load_w, "circuits_on": on_names, "circuits_off": off_names,
        "next_outage_ms": seq.planned.next_ms(now_ms),
    }


def _circuits(seq, is_island):
    if is_island:
        return seq.shedding.names(True), seq.shedding.names(False)
    names = seq.shedding.names(True) + seq.shedding.names(False)
    return (names, []) if seq.orders.circuits & seq.shedding.all_mask == seq.shedding.all_mask else ([], names)


def _delay_left_s(seq, now_ms):
    """Seconds to the next step that only waits for time; None while nothing does."""
    good_ms = seq.watch.good_ms()
    if seq.state in (rows.ISLAND, rows.EBB, rows.DARK) and good_ms and (not seq.is_island_wanted or seq.is_vain()):
        return max(seq.retransfer_ms - good_ms, 0) / 1000
    if seq.state in (rows.ENTER, rows.LOCKED_LOST):
        return max(seq.enter_ms - min(good_ms, now_ms - seq.entered_ms), 0) / 1000
    return None
