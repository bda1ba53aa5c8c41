"""Performance records of one device as arrays: batches put in order, doubles dropped, gaps told; and their scores.

Not its job: receiving messages (supervisor/live.py), the formulas (delivery.py, pjm.py).
Source: message `perf` of protocols/messages.py: batches are numbered since boot, a record a tick.
"""

from typing import NamedTuple

import numpy as np

from host_sim.performance import curves, delivery, pjm


class Series(NamedTuple):
    """Records in order of time, arrays of one length; NaN where the gateway did not know."""

    service: str
    t_s: np.ndarray
    f_hz: np.ndarray
    p_w: np.ndarray
    base_w: np.ndarray
    response_w: np.ndarray    # what the gateway took for its duty
    missing: int              # batches that never came

    @property
    def period_s(self):
        """Spacing of the records, s: their median."""
        return float(np.median(np.diff(self.t_s)))


class Scores(NamedTuple):
    """What the buyer sees. curve_w: largest difference between the gateway's own duty and ours from its frequency, W."""

    delivery: delivery.Delivery
    pjm: pjm.Score | None     # None: shorter than the PJM formula takes
    curve_w: float
    missing: int


def series(messages):
    """Series of one service from `perf` messages of one device and boot, in any order, doubles allowed.

    ValueError when there are none, or more than one boot or service.
    """
    by_batch = {message["batch"]: message for message in messages}
    records = [record for batch in sorted(by_batch) for record in by_batch[batch]["records"]]
    boots = {message["boot"] for message in messages}
    services = {record["service"] for record in records}
    if len(boots) != 1 or len(services) != 1 or len(records) < 2:
        raise ValueError("%d records of %d boots and %d services: allowed two or more of one boot and one service"
                         % (len(records), len(boots), len(services)))

    def column(name):
        return np.array([np.nan if record.get(name) is None else record[name] for record in records], float)

    missing = max(by_batch) - min(by_batch) + 1 - len(by_batch)
    return Series(services.pop(), column("mono_ms") / 1000, column("f_hz"), column("p_w"), column("p_base_w"),
                  column("p_response_w"), missing)


def score(found, contract_w, f_nom_hz, tolerance_w=0.0):
    """Scores of a Series. contract_w: (up, down), W >= 0. A record without frequency or power counts as none given."""
    curve = curves.CURVES[found.service]
    known = np.isfinite(found.f_hz)
    f_hz = np.where(known, found.f_hz, f_nom_hz)
    required_w = curves.required_w(curve, f_hz, f_nom_hz, contract_w)
    given_w = np.nan_to_num(found.p_w - found.base_w)
    delivered = delivery.delivery(required_w, given_w, period_s=found.period_s, allowed_s=curve.full_s,
                                  tolerance_w=tolerance_w)
    own = known & np.isfinite(found.response_w)
    off_w = np.abs(found.response_w[own] - required_w[own])
    return Scores(delivered, _pjm(found.t_s, required_w, given_w), float(off_w.max()) if len(off_w) else 0.0,
                  found.missing)


def _pjm(t_s, required_w, given_w):
    """The PJM score on samples every 10 s; None when the records span less than ten minutes."""
    at_s = np.arange(t_s[0], t_s[-1], pjm.SAMPLE_S)
    if len(at_s) < 2 * pjm.LATEST_S / pjm.SAMPLE_S:
        return None
    return pjm.score(np.interp(at_s, t_s, required_w), np.interp(at_s, t_s, given_w))
