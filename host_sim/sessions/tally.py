"""What became of a session: kept, impossible anyway, taken by a mandate or the fuse, or broken; and sums over many.

Not its job: running one (host_sim/world_sessions.py).
Source: ours. Feasible is what plain charging from the first second on would have brought at the same charger, vehicle,
fuse and mandates: the judge runs it, and does not ask the firmware. Mandated is what a mandate took, or kept from the
battery while it was wanted, as the bench saw it; the fuse's the same, because a house did more than ever before.
"""

from typing import NamedTuple

KEPT, INFEASIBLE, MANDATED, FUSE, BROKEN = "kept", "infeasible", "mandated", "fuse", "broken"
# Less is no energy: a thousandth of the promise, and a watt-hour.
TOLERANCE_WH, TOLERANCE_RATIO = 1.0, 0.001


class Outcome(NamedTuple):
    """One session."""

    number: int
    verdict: str
    e_promised_wh: float
    e_delivered_wh: float
    e_given_wh: float           # that rivals took out of the battery meanwhile
    is_said_short: bool         # the household was told that it can't be kept whole
    event: str                  # what the firmware said at the end
    cause: str | None
    rivals: tuple
    charger: str


def promised_wh(case):
    """What the driver was promised, as energy in this battery."""
    if case.e_wanted_wh is not None:
        return case.e_wanted_wh
    return max(case.soc_target_pct - case.soc_pct, 0) / 100 * case.true_capacity_wh


def delivered_wh(world):
    """What the battery has more than at arrival."""
    return (world.vehicle.battery.soc_pct - world.case.soc_pct) / 100 * world.case.true_capacity_wh


def judge(world, plain, told):
    """Outcome of a world that ran. plain: function of a case to a world where it charged plainly; told: world_sessions.told."""
    case = world.case
    e_promised_wh, e_delivered_wh = promised_wh(case), delivered_wh(world)
    missed = told(world, "PROMISE_MISSED")
    return Outcome(
        case.number, _verdict(world, plain, e_promised_wh, e_delivered_wh), e_promised_wh, e_delivered_wh, world.e_given_wh,
        bool(told(world, "PROMISE_SHORT")), "missed" if missed else "kept" if told(world, "PROMISE_KEPT") else "none",
        missed[0][1][1] if missed else None, case.rivals, case.charger)


def _verdict(world, plain, e_promised_wh, e_delivered_wh):
    missing_wh = e_promised_wh - e_delivered_wh
    if missing_wh <= TOLERANCE_WH + TOLERANCE_RATIO * e_promised_wh:
        return KEPT
    if delivered_wh(plain(world.case)) < e_promised_wh - TOLERANCE_WH:
        return INFEASIBLE
    if world.e_held_wh >= missing_wh:
        return MANDATED
    return FUSE if world.e_fuse_wh >= missing_wh else BROKEN


def summary(outcomes):
    """{name: number} over many sessions, JSON-able."""
    count = {verdict: sum(row.verdict == verdict for row in outcomes) for verdict in (KEPT, INFEASIBLE, MANDATED, FUSE, BROKEN)}
    kept = [row for row in outcomes if row.verdict == KEPT]
    over = sorted(row.e_delivered_wh - row.e_promised_wh for row in kept)
    impossible = [row for row in outcomes if row.verdict == INFEASIBLE]
    return {
        "sessions": len(outcomes), **count,
        "infeasible_not_said": sum(not row.is_said_short for row in impossible),
        "said_short_but_kept": sum(row.is_said_short for row in kept),
        "verdict_differs": sum((row.verdict == KEPT) != (row.event == "kept") for row in outcomes),
        "e_given_by_vehicles_kwh": round(sum(row.e_given_wh for row in outcomes) / 1000),
        "median_over_wh": round(over[len(over) // 2]) if over else None,
    }
