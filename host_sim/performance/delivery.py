"""Delivered against required: how much of a contracted response was there, and how far it lay outside its envelope.

Not its job: curves (curves.py), correlation scores (pjm.py).
Source: the idea of NESO's response services, measured at 20 Hz: at every sample the response has to lie between the
least and the most the curve asked for within the time allowed for it. The limits of payment are not ours.
"""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class Delivery(NamedTuple):
    """Shares are of the required energy; None where nothing was required."""

    delivered_share: float | None    # 1: all; 0: nothing; -1: as much the wrong way. More than required counts as all
    within_share: float              # of the samples inside the envelope
    worst_w: float                   # farthest outside it, W, >= 0
    required_wh: float
    delivered_wh: float


def delivery(required_w, response_w, *, period_s, allowed_s=0.0, tolerance_w=0.0):
    """Delivery of a service.

    required_w, response_w: arrays of one length, W, + upwards, one sample every period_s. allowed_s: time the response
    may take. tolerance_w >= 0 widens the envelope. ValueError for arrays of different or no length.
    """
    required_w, response_w = _pair(required_w, response_w)
    low_w, high_w = envelope(required_w, round(allowed_s / period_s))
    outside_w = np.maximum(np.maximum(low_w - response_w, response_w - high_w), 0.0)
    # What had to be there after the time allowed: the end of the envelope nearer to zero.
    need_w = np.where(low_w > 0, low_w, np.where(high_w < 0, high_w, 0.0))
    given_w = np.clip(response_w * np.sign(need_w), -np.abs(need_w), np.abs(need_w))
    needed = float(np.abs(need_w).sum())
    return Delivery(
        delivered_share=float(given_w.sum()) / needed if needed > 0 else None,
        within_share=float(np.mean(outside_w <= tolerance_w)),
        worst_w=float(max(outside_w.max() - tolerance_w, 0.0)),
        required_wh=needed * period_s / 3600,
        delivered_wh=float(given_w.sum()) * period_s / 3600,
    )


def envelope(required_w, late_samples):
    """(least, most) of the requirement over the last late_samples and the present one, for each sample."""
    padded = np.concatenate((np.full(late_samples, required_w[0]), required_w))
    windows = sliding_window_view(padded, late_samples + 1)
    return windows.min(axis=1), windows.max(axis=1)


def _pair(required_w, response_w):
    required_w, response_w = np.asarray(required_w, float), np.asarray(response_w, float)
    if required_w.shape != response_w.shape or required_w.ndim != 1 or len(required_w) == 0:
        raise ValueError("required %s and response %s: allowed are two arrays of one length, not empty"
                         % (required_w.shape, response_w.shape))
    return required_w, response_w
