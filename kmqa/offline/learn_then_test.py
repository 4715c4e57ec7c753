"""Which thresholds keep the target for sure, although many are tried: learn, then test.

Each threshold is a hypothesis, "more than the target's share of what it answers is wrong", and
its exact binomial p-value is small where that is hardly possible. Thresholds are tested from
strict to lax, each at the full error, and the first that cannot be rejected ends the path; so the
chance that any threshold of the path is passed wrongly is the error itself and not its multiple
(Angelopoulos, Bates, Candès, Jordan and Lei, Learn then Test, 2021, arXiv:2110.01052, section 5;
fixed sequences after Bauer, 1991). The grid of thresholds is fixed before any question is seen.

The path begins where enough is answered to say anything. How many are answered is not known
beforehand, but it says nothing about which of them are wrong as long as surer answers are not
wrong more often than less sure ones; `scripts/guarantee.py` looks at what happens where they are.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import beta, binom

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

GRID: Array = np.append(np.floor(1e6 * expit(np.arange(140, -61, -1) / 20)) / 1e6, 0.0)
"""Every threshold that is tried, strict to lax: even steps of 0.05 in log-odds, and 0."""

USEFUL_SHARE = 0.1
"""Of all questions; a threshold that answers fewer is of no use to anybody."""

_MAX_LABELLED = 100_000  # nobody labels more, so more need not be looked for
_STEP = 1.02


@dataclass(frozen=True, slots=True)
class Path:
    """What each threshold of `GRID` answers among n questions, and how much of it is wrong.

    Attributes:
        answered: Rising, int64, shape (len(GRID),).
        wrong: Of these, int64, shape (len(GRID),).
        n: All questions, answered or not.
    """

    answered: Counts
    wrong: Counts
    n: int


def count_path(scores: Array, is_right: Flags, n: int) -> Path:
    """Count along the path the questions that may be answered at all, out of `n`.

    Args:
        scores: Confidence of each, in [0, 1], shape (q,), q <= n.
        is_right: Whether the answer would be right, shape (q,).
        n: Number of all questions.
    """
    order = np.argsort(-scores, kind="stable")
    answered = np.searchsorted(-scores[order], -GRID, side="right")
    wrong = np.concatenate([[0], np.cumsum(~is_right[order])])
    return Path(answered.astype(np.int64), wrong[answered].astype(np.int64), n)


def find_laxest(found: Path, rate: float, error: float) -> int | None:
    """Return the number in `GRID` of the laxest threshold that keeps `rate`, or None.

    Args:
        found: What each threshold answers.
        rate: Largest share of wrong answers among those given, in (0, 1).
        error: Chance, in (0, 1), that the threshold does not keep it after all.
    """
    enough = max(min_answered(rate, error), USEFUL_SHARE * found.n)
    begins = int(np.searchsorted(found.answered, enough))
    rejected = p_values(found.wrong[begins:], found.answered[begins:], rate) <= error
    n_kept = len(rejected) if rejected.all() else int(np.argmin(rejected))
    return begins + n_kept - 1 if n_kept else None


def p_values(wrong: npt.ArrayLike, answered: npt.ArrayLike, rate: float) -> Array:
    """Return the chance of so few `wrong` among `answered` if a share of `rate` were wrong."""
    k, n = np.asarray(wrong, dtype=float), np.asarray(answered, dtype=float)
    return np.asarray(binom.cdf(k, n, rate), dtype=np.float64)


def min_answered(rate: float, error: float) -> int:
    """Return how many answers, all of them right, can prove `rate` at all."""
    return math.ceil(math.log(error) / math.log1p(-rate))


def upper_bound(wrong: npt.ArrayLike, answered: npt.ArrayLike, level: float) -> Array:
    """Return the one-sided Clopper-Pearson bound of the true share at probability `level`.

    It is at most a rate exactly where the p-value of that rate is at most ``1 - level``.

    Args:
        wrong: Number wrong, k, shape (n,).
        answered: Number answered, n >= 1, shape (n,).
        level: In (0, 1).

    Source: C. Clopper and E. Pearson, Biometrika 26 (1934) 404-413.
    """
    k, n = np.asarray(wrong, dtype=float), np.asarray(answered, dtype=float)
    with np.errstate(invalid="ignore"):
        bound = beta.ppf(level, k + 1, n - k)
    return np.where(k >= n, 1.0, bound)


def estimate_missing(found: Path, rate: float, error: float) -> int | None:
    """Estimate how many more questions would be enough if they went just like those of `found`.

    An estimate, within 2 % of all questions: others may go better or worse. None where no number
    that anybody labels is enough, because too many of the surest answers are wrong.
    """
    n = found.n
    while n <= _MAX_LABELLED:
        n = max(n + 1, math.floor(n * _STEP))
        more = n / found.n
        wrong = np.ceil(found.wrong * more).astype(np.int64)
        answered = np.floor(found.answered * more).astype(np.int64)
        if find_laxest(Path(answered, wrong, n), rate, error) is not None:
            return n - found.n
    return None
