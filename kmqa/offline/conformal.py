"""How far the threshold may fall where no target can be proved.

Each limit here moves no further than the scores that it is got from, or only a little further, so
that two builds whose confidences differ in the third digit answer nearly the same questions. The
threshold with the least bound of errors, which stood here before, can lie anywhere on the path.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEP = 1e-6  # between thresholds, which have six digits
_RIDGE = (
    1.0  # per squared unit of slope away from 1: felt with tens of questions, not with hundreds
)


def rate_limit(errors: Array, n: int, rate: float) -> float | None:
    """Return the least threshold at which a fresh question goes wrong with chance `rate` at most.

    The chance is over the draw of the `n` questions and of the fresh one. A lower threshold never
    unmakes an error, so the conformal bound holds for any number of questions and any scores. The
    limit is the next step over a score: where all scores move by a little, it moves by no more.

    Args:
        errors: Scores of those of the `n` that would go wrong if answered, shape (e,), e <= n.
        n: Questions of the kind.
        rate: Largest share that may go wrong, in (0, 1).

    Returns:
        The threshold, or None where there are too few questions to say.

    Source: A. Angelopoulos, S. Bates, A. Fisch, L. Lei and T. Schuster, Conformal Risk Control,
    ICLR 2024, arXiv:2208.02814, theorem 1 with losses of at most 1.
    """
    n_allowed = math.floor(rate * (n + 1) + 1e-9) - 1  # a product of exact shares may end in 9s
    if n_allowed < 0:
        return None
    if len(errors) <= n_allowed:
        return 0.0
    return (math.floor(float(np.sort(errors)[-1 - n_allowed]) / STEP) + 1) * STEP


def mean_limit(scores: Array, risks: Array, rate: float) -> float:
    """Return the least of `scores` so that the mean of `risks` at and above it is at most `rate`.

    Args:
        scores: Of what may be answered, shape (q,).
        risks: Chance that each is wrong, falling with the score, shape (q,).
        rate: In (0, 1).

    Returns:
        The threshold, 1 where the surest alone is too risky.
    """
    order = np.argsort(-scores, kind="stable")
    means = np.cumsum(risks[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(means <= rate)
    return float(scores[order[kept[-1]]]) if kept.size else 1.0


def share_limit(scores: Array, n: int) -> float:
    """Return the threshold at which `n` of `scores`, or all of them, are answered."""
    return float(np.sort(scores)[-min(n, len(scores))]) if len(scores) else 1.0


def recalibrate_risks(scores: Array, is_right: Flags, asked: Array) -> Array:
    """Return the chance that the first candidate is wrong, by a smooth curve through all.

    Confidence is fitted on all languages together and may be off for some of them; the curve has
    a slope and a height of its own, the slope held near 1. Two numbers from all questions do not
    jump, where counts among the few that are answered do.

    Args:
        scores: Confidence of the questions that are known, in [0, 1], shape (q,).
        is_right: Whether the first candidate is right, shape (q,).
        asked: Confidences to be told the risk of, shape (a,).

    Source: J. Platt, Probabilistic outputs for support vector machines (1999).
    """
    logits = _logits(scores)
    truth = is_right.astype(np.float64)

    def loss(parameters: Array) -> tuple[float, Array]:
        slope, height = parameters
        fitted = slope * logits + height
        miss = expit(fitted) - truth
        value = float((np.logaddexp(0, fitted) - truth * fitted).sum() + _RIDGE * (slope - 1) ** 2)
        return value, np.array([miss @ logits + 2 * _RIDGE * (slope - 1), miss.sum()])

    found = minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)]
    )
    slope, height = found.x
    return np.asarray(expit(-slope * _logits(asked) - height), dtype=np.float64)


def _logits(scores: Array) -> Array:
    return np.asarray(logit(np.clip(scores, STEP, 1 - STEP)), dtype=np.float64)
