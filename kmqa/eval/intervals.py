"""Intervals around figures: Wilson's for shares, the bootstrap's for everything else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
"""Share of test sets of the same kind whose interval holds the true value."""

N_RESAMPLES = 1000
"""Enough that the ends of a 95 % percentile interval move in the third digit only."""

_SEED = 20_261_123  # any fixed number: the same predictions give the same interval

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the true value with confidence `LEVEL`."""

    low: float
    high: float


def wilson(hits: int, n: int) -> Interval:
    """Wilson's score interval of the share `hits` / `n`, within [0, 1].

    Args:
        hits: Of `n` trials, 0 <= hits <= n.
        n: At least 1.

    Raises:
        ValueError: `n` is 0 or `hits` is out of range.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    found = stats.binomtest(hits, n).proportion_ci(LEVEL, method="wilson")
    return Interval(float(found.low), float(found.high))


def bootstrap(
    statistic: Callable[[Rows], float], strata: Sequence[Rows], n_resamples: int = N_RESAMPLES
) -> Interval:
    """The percentile bootstrap interval of `statistic`; the same arguments give the same one.

    Args:
        statistic: From numbers of rows, any shape (n,) with repeats, to a figure.
        strata: Numbers of rows; each stratum is drawn from on its own and keeps its size, so
            that no draw loses a class. Empty ones are passed over.
        n_resamples: Draws, at least 1.

    Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    random = np.random.default_rng(_SEED)
    drawn = [
        statistic(np.concatenate([random.choice(rows, rows.size) for rows in strata if rows.size]))
        for _ in range(n_resamples)
    ]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(low), float(high))
