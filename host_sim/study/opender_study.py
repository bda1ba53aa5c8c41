"""Study: gateway and emulated inverter beside OpenDER, all cases, both normal categories of IEEE 1547.

Not its job: a single case (opender_chain.py), drawing (opender_figure.py).
Source: ours; everything is on virtual clocks, so a second run finds the same.
"""

import logging
from typing import NamedTuple

from host_sim.conformance import campaign
from host_sim.study import opender_chain

DIGITS = 5


class Study(NamedTuple):
    """delays_s: {target: [s]}. pairs: {(case name, target, category): opender_chain.Pair}."""

    delays_s: dict
    pairs: dict


def run(codes):
    """Study. codes: {category: GridCode}."""
    delays_s, pairs = {}, {}
    # OpenDER warns of every setting that the standard does not foresee, such as no delay at all.
    logging.disable(logging.WARNING)
    try:
        for target in campaign.BENCHES:
            delays_s[target] = opender_chain.pure_delays_s(target, codes["b"])
            for category, code in codes.items():
                for case in opender_chain.cases(category):
                    pairs[case.name, target, category] = opender_chain.pair(
                        target, code, case, opender_chain.reaction_s(delays_s[target]))
    finally:
        logging.disable(logging.NOTSET)
    return Study(delays_s, pairs)


def record(study):
    """The study as plain data, JSON-able."""
    rows = [{
        "case": name, "target": target, "category": category,
        "steady_pu": None if pair.steady_pu is None else round(pair.steady_pu, DIGITS),
        "response_pu": round(pair.response_pu, DIGITS),
        "response_limit_pu": opender_chain.response_limit_pu(target, pair.case),
    } for (name, target, category), pair in sorted(study.pairs.items(), key=lambda item: item[0][0])]
    limits = {"steady_pu": opender_chain.STEADY_PU, "response_pu": opender_chain.RESPONSE_PU, "delay_s": opender_chain.DELAY_S}
    delays_s = {target: [round(delay_s, 3) for delay_s in found] for target, found in study.delays_s.items()}
    return {"limits": limits, "delays_s": delays_s, "rows": rows}
