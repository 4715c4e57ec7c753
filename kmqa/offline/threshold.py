"""From scores of questions with known answers to the policy: when to answer, choose or refuse.

The threshold is the least confidence at which the upper Clopper-Pearson bound of the share of
wrong answers stays within the corpus's target (Clopper and Pearson, Biometrika 26, 1934). The
bound is pointwise: it holds for the threshold as if that had been named beforehand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from kmqa.records import PolicyTargets

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEAST_JUDGED = 100  # questions, below which the prior is safer than a count
PRIOR_THRESHOLD = 0.75
PRIOR_CHOICE = 0.5
PRIOR_MARGIN = 0.05
_MARGINS = (0.02, 0.05, 0.1, 0.15, 0.2)
_TOSS_UP = 0.4  # share wrong among close calls from which a choice serves people better
_LEAST_CLOSE = 5  # close calls, below which their share tells nothing
_LEAST_ANSWERED = 0.1  # of all judged; a threshold that answers fewer is of no use to anybody


@dataclass(frozen=True, slots=True)
class Judged:
    """q questions whose right answer is known, as the matcher ranks them.

    Attributes:
        scores: Confidence of the first candidate, in [0, 1], shape (q,).
        gaps: Lead over the second candidate, shape (q,).
        is_right: Whether the first candidate is right, shape (q,).
        is_answerable: Whether there is a right answer at all, shape (q,).
    """

    scores: Array
    gaps: Array
    is_right: Flags
    is_answerable: Flags

    def __len__(self) -> int:
        return len(self.scores)

    def with_unanswerable_share(self, share: float) -> "Judged":
        """The same with evenly spaced unanswerable questions taken out until `share` is left."""
        answerable = np.flatnonzero(self.is_answerable)
        others = np.flatnonzero(~self.is_answerable)
        n_kept = min(len(others), round(len(answerable) * share / (1 - share)))
        kept = others[np.linspace(0, len(others) - 1, n_kept).astype(np.int64)]
        places = np.sort(np.concatenate([answerable, kept]))
        return Judged(
            self.scores[places],
            self.gaps[places],
            self.is_right[places],
            self.is_answerable[places],
        )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """See `kmqa.records.Policy` for each of these."""

    answer: float
    choose: float
    margin: float
    bound: float | None
    target_met: bool


def prior_thresholds() -> Thresholds:
    """What holds where nothing can be counted: cautious, and said to be so."""
    return Thresholds(PRIOR_THRESHOLD, PRIOR_CHOICE, PRIOR_MARGIN, bound=None, target_met=False)


def thresholds_from(judged: Judged, targets: PolicyTargets, refused: float) -> Thresholds:
    """Thresholds that keep `targets` on `judged`, or the nearest cautious ones.

    Args:
        judged: Questions with known answers.
        targets: What the corpus asks for.
        refused: Share of the unanswerable questions, in (0, 1), that shall get no choice either.
    """
    answer, bound = answer_threshold(judged, targets)
    target_met = bound <= targets.wrong_answer_rate
    return Thresholds(
        answer=answer,
        choose=min(answer, _choose_threshold(judged, refused)),
        margin=_margin(judged, answer),
        bound=bound,
        target_met=target_met,
    )


def answer_threshold(judged: Judged, targets: PolicyTargets) -> tuple[float, float]:
    """Least threshold whose bound keeps the target, with that bound.

    Where none keeps it: the one with the least bound among those that still answer a tenth of
    the questions.
    """
    order = np.argsort(-judged.scores, kind="stable")
    scores = judged.scores[order]
    wrong = np.cumsum(~judged.is_right[order])
    answered = np.arange(1, len(scores) + 1)
    bounds = upper_bound(wrong, answered, targets.confidence)
    last_of_tie = np.append(scores[1:] < scores[:-1], True)
    keeping = np.flatnonzero(last_of_tie & (bounds <= targets.wrong_answer_rate))
    if len(keeping):
        return _rounded(scores[keeping[-1]]), _rounded(bounds[keeping[-1]])
    useful = np.flatnonzero(last_of_tie & (answered >= _LEAST_ANSWERED * len(scores)))
    best = useful[np.argmin(bounds[useful])]
    return _rounded(scores[best]), _rounded(bounds[best])


def upper_bound(wrong: npt.ArrayLike, answered: npt.ArrayLike, level: float) -> Array:
    """One-sided Clopper-Pearson bound: the true share is below it with probability `level`.

    Args:
        wrong: Number wrong, k, shape (n,).
        answered: Number answered, n >= 1, shape (n,).
        level: In (0, 1).
    """
    k, n = np.asarray(wrong, dtype=float), np.asarray(answered, dtype=float)
    with np.errstate(invalid="ignore"):
        bound = beta.ppf(level, k + 1, n - k)
    return np.where(k >= n, 1.0, bound)


def _choose_threshold(judged: Judged, refused: float) -> float:
    unanswerable = judged.scores[~judged.is_answerable]
    if len(unanswerable) < LEAST_JUDGED // 4:
        return PRIOR_CHOICE
    return _rounded(np.quantile(unanswerable, refused, method="higher"))


def _margin(judged: Judged, threshold: float) -> float:
    """The widest lead below which the first of two passing answers is near to a toss-up."""
    passing = judged.scores >= threshold
    found = 0.0
    for margin in _MARGINS:
        close = passing & (judged.gaps < margin)
        if close.sum() >= _LEAST_CLOSE and (~judged.is_right[close]).mean() >= _TOSS_UP:
            found = margin
    return found or PRIOR_MARGIN


def _rounded(value: float) -> float:
    """Six digits, rounded down so that a score equal to the threshold still passes."""
    return float(np.floor(value * 1e6) / 1e6)


def highest(values: Sequence[float], share: float, least: float) -> float:
    """The value that `share` of `values` do not exceed, but not less than `least`."""
    if not values:
        return least
    return max(least, float(np.quantile(values, share)))
