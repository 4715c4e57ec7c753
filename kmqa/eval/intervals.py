"""Intervals around figures: Wilson's for shares, the bootstrap's for everything else."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
"""Share of test sets of the same kind whose interval holds the true value."""

N_RESAMPLES = 1000
"""Enough that the ends of a 95 % interval move in the third digit only."""

_BATCH = 64  # draws at once; all of them would need gigabytes for a large test set
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
    """Return the BCa bootstrap interval of `statistic`; the same arguments give the same one.

    It allows for a statistic that is skewed or off by itself, which percentiles of the draws do
    not. Where it is not defined, as where every draw gives the same, percentiles stand in.

    Args:
        statistic: From numbers of rows, any shape (n,) with repeats, to a figure that does not
            depend on their order.
        strata: Numbers of rows; each stratum is drawn from on its own and keeps its size, so
            that no draw loses a class. Empty ones are passed over.
        n_resamples: Draws, at least 1.

    Source: B. Efron, J. Am. Stat. Assoc. 82 (1987) 171-185, as in `scipy.stats.bootstrap`.
    """
    certain = [rows for rows in strata if rows.size == 1]  # one row can only be drawn again
    uncertain = [rows for rows in strata if rows.size > 1]
    if not uncertain:
        value = statistic(np.concatenate(certain))
        return Interval(value, value)
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            uncertain,
            lambda *drawn: statistic(np.concatenate([*certain, *drawn])),
            n_resamples=n_resamples,
            batch=_BATCH,
            vectorized=False,
            confidence_level=LEVEL,
            method="BCa",
            rng=np.random.default_rng(_SEED),
        )
    ends = (float(found.confidence_interval.low), float(found.confidence_interval.high))
    if not np.isfinite(ends).all():
        tail = (1 - LEVEL) / 2
        ends = tuple(np.quantile(found.bootstrap_distribution, [tail, 1 - tail]).tolist())
    return Interval(*ends)
