"""What one run came to, as one JSON-able record, and whether that is what its fault calls for.

Not its job: what must never happen (watch.py counts it), many runs (campaign.py).
Source: ours. A lock-out that the fault calls for is a result, not a failure; `unexpected` names what should have come out
otherwise, which is no violation of the interlock.
"""

from host_sim.outage import faults
from host_sim.outage.watch import WORDS

GRID, ISLAND, DARK = "grid", "island", "dark"
HELPS = ("none", "bad-return", "pv", "overload", "gateway-loss", "low-soc", "declared")      # an island has to come, and the grid afterwards


def record(bench, diary):
    """The result of a run that has ended."""
    plan, house, ledger, watch = bench.plan, bench.house, bench.ledger, bench.watch
    found = {
        "fault": plan.fault, "seed": plan.seed, "crashes_too": plan.crashes_too, "loss_s": plan.loss_ms / 1000, "back_s": plan.back_ms / 1000,
        "interlock_violations": watch.count, "one_gap_s": watch.one_gap_ms / 1000,
        "violations": [{"t_s": t_ms / 1000, "kind": kind, "text": WORDS[kind]} for t_ms, kind in watch.violations],
        "transfer_ms": ledger.transfer_ms, "islanded_s": ledger.islanded_ms / 1000, "dark_s": ledger.dark_ms / 1000,
        "unserved_wh": round(house.board.unserved_wh(), 3), "end": supply(house), "state": diary.state,
        "lockout": diary.lockout, "states": diary.rows,
        "soc_pct": [plan.soc_pct, round(house.charger.battery.soc_pct, 3)],
        "autonomy": diary.autonomy(), "pv": plan.pv_mode,
        "circuits": [{"t_s": t_ms / 1000, "off": _names(house, off), "on": _names(house, on)} for t_ms, off, on in ledger.switched],
    }
    found["unexpected"] = unexpected(plan, found, ledger)
    return found


def _names(house, bits):
    """Names of the circuits at these relays."""
    return [row.name for row in house.board.circuits if row.bit & bits]


def supply(house):
    """Who supplies the critical circuit now."""
    if not house.board.circuits[0].is_served:
        return DARK
    return ISLAND if house.v_island_v else GRID


def unexpected(plan, found, ledger):
    """What differs from what the fault calls for, in a few words; None when nothing does."""
    lockout = faults.FAULTS[plan.fault][0]
    if lockout == faults.MUST and found["lockout"] is None and not plan.crashes_too:
        return "no lock-out"
    if lockout == faults.NEVER and found["lockout"] is not None:
        return "locked out: %s" % found["lockout"]
    if plan.fault == "sag" and ledger.was_opened:
        return "transferred in a sag"
    if lockout == faults.NEVER and found["end"] != GRID:
        return "%s at the end" % found["end"]
    if plan.fault in HELPS and found["transfer_ms"] is None and not plan.crashes_too:
        return "no transfer"
    return None
