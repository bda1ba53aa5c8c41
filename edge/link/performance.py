"""Performance records: what a DER delivered while a reserve service ran, every tick, in numbered batches.

Not its job: the response (laws/reserve.py), scores (the supervisor's), keeping them through an outage (edge/archive).
Source: GB response services ask for 20 records a second of DC; fields are ours. Only a site that takes part in
services imports this.
"""
from edge.laws import reserve

RECORDS = 20     # of a batch: one second at 20 Hz


class Recorder:
    """The records of every DER that are not sent yet."""

    def __init__(self, config):
        self._names = [der.name for der in config.ders]
        self._records = [[] for _ in self._names]
        self._batches = [0] * len(self._names)

    def due(self, now_ms, boot, unix_ms, state):
        """[("perf", device name, content)] of the batches that are full, or whose service has ended."""
        rows = []
        for number, der in enumerate(state.ders):
            records, view = self._records[number], der.view
            if reserve.is_active(view):
                records.append(_record(now_ms, view))
            if len(records) >= RECORDS or (records and view.reserve is None):
                self._records[number] = []
                self._batches[number] += 1
                rows.append(("perf", self._names[number], {
                    "boot": boot, "batch": self._batches[number], "mono_ms": now_ms, "t_ms": unix_ms, "records": records}))
        return rows


def _record(now_ms, view):
    service, up_w, down_w = view.reserve
    response_w = None
    if view.f_hz is not None:
        response_w = reserve.response_w(service, view.f_hz - view.f_nom_hz, up_w, down_w)
    return {"mono_ms": now_ms, "service": service, "f_hz": view.f_hz, "p_w": view.p_ac_w,
            "p_base_w": view.p_base_w, "p_response_w": response_w}
