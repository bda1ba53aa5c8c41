"""Scores of contracted reserves, from the performance batches that gateways sent, live or from their store.

Not its job: dropping doubles (history.py), the formulas (host_sim/performance).
Source: ours; a score is of one device, boot and service, over the batches of the last hours. A batch that comes late
from a gateway's store takes its place, and the score is then computed with it.
"""

from collections import OrderedDict

from host_sim.performance import records

BATCHES_KEPT = 10000    # of a device: an hour of 20 records a second that was stored, and what came live meanwhile


class Scorebook:
    """Batches of a fleet."""

    def __init__(self):
        self._batches = {}      # (gateway, device) -> OrderedDict of contents by (boot, batch)

    def take(self, gateway, device, content):
        """A new `perf` batch, as messages.decode gives it."""
        kept = self._batches.setdefault((gateway, device), OrderedDict())
        kept[content["boot"], content["batch"]] = content
        if len(kept) > BATCHES_KEPT:
            kept.popitem(last=False)

    def scores(self, gateway, device, contract_w, f_nom_hz, tolerance_w=0.0):
        """{(boot, service): records.Scores} of a device. contract_w: (up, down), W >= 0. Nothing from fewer than two records."""
        runs = {}
        for content in self._batches.get((gateway, device), {}).values():
            for service in {record["service"] for record in content["records"]}:
                own = [record for record in content["records"] if record["service"] == service]
                runs.setdefault((content["boot"], service), []).append({**content, "records": own})
        return {key: records.score(records.series(run), contract_w, f_nom_hz, tolerance_w)
                for key, run in runs.items() if sum([len(content["records"]) for content in run]) > 1}
