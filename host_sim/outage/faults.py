"""Faults of an outage: names, what they are, what a house may end as, and how a seed sets each up.

Not its job: the outage around them (scenario.py), carrying them out (bench.py).
Source: faults of transfer switches as the project's plan lists them. A row says where the house may stand at the end: GRID
(supplied by the grid), and whether a lock-out is what is wanted (MUST), possible (MAY) or wrong (NEVER).
"""

MUST, MAY, NEVER = "must", "may", "never"

# name                 lock-out, text
FAULTS = {
    "none":             (NEVER, "healthy hardware: total loss, island, return"),
    "sag":              (NEVER, "a sag inside the ride-through curve, or a break of less than a second: no transfer"),
    "flicker":          (NEVER, "auto-reclose: short breaks and short returns before, during and after the outage"),
    "bad-return":       (NEVER, "the grid comes back with bad voltage or frequency, relapses, then stays"),
    "early-return":     (NEVER, "the grid comes back in the middle of the transfer, and may go again"),
    "planned":          (NEVER, "an outage announced ahead by message"),
    "declared":         (NEVER, "the household declares an island for a while; the grid stays"),
    "pv":               (NEVER, "AC-coupled PV in the island, the battery nearly full"),
    "overload":         (NEVER, "more load than the charger can supply"),
    "low-soc":          (NEVER, "the battery reaches the driving reserve before the grid is back"),
    "slow":             (MAY, "the switch needs far longer to move than it should"),
    "stuck":            (MUST, "the switch does not move when it should open"),
    "stuck-open":       (MUST, "the switch does not close any more at the return"),
    "welded":           (MUST, "one pole stays closed, its mirror contact says so"),
    "welded-and-lying": (MAY, "one pole stays closed, its mirror contact says open"),
    "welded-through":   (MUST, "phase pole and series contactor both welded, both mirrors lie: only the probe can tell"),
    "series-welded":    (MUST, "the series contactor stays closed"),
    "lying-contact":    (MAY, "a mirror contact always says the same"),
    "bond":             (MUST, "the neutral's bond does not close, or does not open any more"),
    "gateway-loss":     (NEVER, "the gateway loses power while the house is an island, and comes back later"),
    "crash":            (NEVER, "the gateway crashes between any two events and starts again"),
    "switch-silent":    (MAY, "nothing is heard from the switch for a while"),
    "charger-silent":   (MAY, "nothing is heard from the charger for a while"),
    "interlock":        (MUST, "the wire that enables the inverter is broken"),
}
NAMES = tuple(FAULTS)
# Beside the fault: somebody resets the lock-out on site though nothing is repaired; the gateway crashes as well.
RESET_SHARE, CRASH_SHARE = 0.3, 0.1


def set_up(fault, chance, plan):
    """What happens when, for this fault: [(t_ms, action, argument, …)] of bench.py's ACTIONS.

    chance: random.Random; plan: Plan of scenario.py, whose times it may use and change.
    """
    make = _MAKERS.get(fault)
    events = make(chance, plan) if make else []
    if FAULTS[fault][0] != NEVER and chance.random() < RESET_SHARE:
        events += _reset(chance, plan)
    if fault not in ("crash", "gateway-loss") and chance.random() < CRASH_SHARE:
        plan.crashes_too = True
        events += _crash(chance, plan)
    return events


def _before(chance, plan):
    """Faults of contacts are there unnoticed before the loss, or come with the first movement."""
    return chance.choice((0, plan.loss_ms - 1))


def _pole(chance, plan):
    return chance.choice("an") if plan.neutral_switched else "a"


def _slow(chance, plan):
    return [(0, "travel", chance.choice((400, 900, 1500, 4000)))]


def _stuck(chance, plan):
    return [(_before(chance, plan), "stick", chance.choice(("main", "series", "main")))]


def _stuck_open(chance, plan):
    return [(plan.loss_ms + 2500, "stick", chance.choice(("main", "series", "main")))]


def _welded(chance, plan):
    return [(_before(chance, plan), "weld", "main", _pole(chance, plan))]


def _welded_and_lying(chance, plan):
    pole, at_ms = _pole(chance, plan), plan.loss_ms + 20
    return [(0, "weld", "main", pole), (at_ms, "lie", "main", pole, True)]


def _welded_through(chance, plan):
    at_ms = plan.loss_ms + 20
    return [(0, "weld", "main", "a"), (0, "weld", "series", "series"),
            (at_ms, "lie", "main", "a", True), (at_ms, "lie", "series", "series", True)]


def _series_welded(chance, plan):
    return [(_before(chance, plan), "weld", "series", "series")]


def _lying(chance, plan):
    contact = chance.choice((("main", _pole(chance, plan)), ("series", "series")))
    return [(_before(chance, plan), "lie") + contact + (chance.choice((True, False)),)]


def _bond(chance, plan):
    plan.needs_bond()
    kind = chance.choice(("stays open", "stays closed", "says open", "says closed"))
    if kind == "stays open":
        return [(0, "stick", "bond")]
    if kind == "stays closed":
        return [(plan.loss_ms + 2500, "weld", "bond", "bond")]
    return [(_before(chance, plan), "lie", "bond", "bond", kind == "says open")]


def _overload(chance, plan):
    plan.overload(chance)
    return []


def _low_soc(chance, plan):
    plan.nearly_empty(chance)
    return []


def _pv(chance, plan):
    plan.sunny(chance)
    return []


def _gateway_loss(chance, plan):
    at_ms = plan.loss_ms + chance.randrange(2500, 6000)
    return [(at_ms, "crash", chance.randrange(7)), (at_ms + chance.choice((1000, 4000, 8000, 15000)), "start")]


def _reset(chance, plan):
    at_ms = plan.loss_ms + chance.randrange(4000, 15000)
    return [(at_ms, "press", True), (at_ms + 600, "press", False)]


def _crash(chance, plan):
    at_ms = chance.randrange(plan.loss_ms - 500, plan.back_ms + plan.retransfer_ms + 4000)
    return [(at_ms, "crash", chance.randrange(7)), (at_ms + chance.choice((300, 2000, 6000, 15000)), "start")]


def _silent(link):
    def make(chance, plan):
        at_ms = chance.randrange(max(plan.loss_ms - 1000, 0), plan.back_ms + 6000)
        kind = chance.choice(("silent", "cut", "exception", "frozen"))
        return [(at_ms, "disturb", link, kind), (at_ms + chance.choice((1200, 3000, 8000, 20000)), "disturb", link, None)]
    return make


def _interlock(chance, plan):
    return [(_before(chance, plan), "unwire")]


def _declared(chance, plan):
    return [(plan.loss_ms, "ask", {"island": True, "minutes": 60}), (plan.back_ms, "ask", {"island": False})]


def _planned(chance, plan):
    plan.announce(chance)
    return []


_MAKERS = {
    "slow": _slow, "stuck": _stuck, "stuck-open": _stuck_open, "welded": _welded, "welded-and-lying": _welded_and_lying,
    "welded-through": _welded_through, "series-welded": _series_welded, "lying-contact": _lying, "bond": _bond,
    "overload": _overload, "low-soc": _low_soc, "pv": _pv, "gateway-loss": _gateway_loss, "crash": _crash,
    "switch-silent": _silent("switch"), "charger-silent": _silent("charger"), "interlock": _interlock, "planned": _planned,
    "declared": _declared,
}
