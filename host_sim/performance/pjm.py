"""PJM-style performance score of regulation: the mean of correlation, delay and precision.

Not its job: settlement; qualifying as PJM means it (three of four tests, an hour each).
Source: PJM Manual 12, 4.5.6, as an open implementation quotes it: samples every 10 s, the response up to 5 min late;
delay = |(lag - 5 min) / 5 min| with 10 s free; precision = 1 - mean(|response - signal|) / mean(|signal|) of the hour;
pass from 0.75. PJM's redesign of 2025 may have changed it.
"""

from typing import NamedTuple

import numpy as np

SAMPLE_S = 10.0
LATEST_S = 300.0
FREE_S = 10.0
PASS_MIN = 0.75


class Score(NamedTuple):
    """Each part and their mean 0..1; lag_s: the delay of the best correlation. total is None for a signal that stood."""

    correlation: float | None
    delay: float | None
    precision: float | None
    total: float | None
    lag_s: float | None

    @property
    def passed(self):
        """Whether the total reaches the pass mark."""
        return self.total is not None and self.total >= PASS_MIN


def score(signal, response, *, sample_s=SAMPLE_S):
    """Score of a response against its signal: arrays of one length, any one unit, one value every sample_s.

    The correlation at a lag compares the signal with the response so much later, over what overlaps. ValueError for
    arrays of different length, or shorter than two lags.
    """
    signal, response = np.asarray(signal, float), np.asarray(response, float)
    lags = round(LATEST_S / sample_s)
    if signal.shape != response.shape or signal.ndim != 1 or len(signal) < 2 * lags:
        raise ValueError("signal %s and response %s: allowed are two arrays of one length, %d values or more"
                         % (signal.shape, response.shape, 2 * lags))
    size = float(np.mean(np.abs(signal)))
    if size == 0 or np.ptp(signal) == 0:
        return Score(None, None, None, None, None)
    found = [correlation(signal[:len(signal) - lag], response[lag:]) for lag in range(lags + 1)]
    best = int(np.argmax(found))
    lag_s = best * sample_s
    delay = abs((max(0.0, lag_s - FREE_S) - LATEST_S) / LATEST_S)
    precision = max(0.0, 1 - float(np.mean(np.abs(response - signal))) / size)
    parts = (max(0.0, found[best]), delay if found[best] > 0 else 0.0, precision)
    return Score(*parts, sum(parts) / 3, lag_s)


def correlation(signal, response):
    """Pearson's correlation, -1..1; 0 where one of them stands still."""
    signal, response = signal - signal.mean(), response - response.mean()
    size = float(np.sqrt((signal @ signal) * (response @ response)))
    return float(signal @ response) / size if size > 0 else 0.0
