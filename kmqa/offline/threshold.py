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
_MARGINS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_LEAST_LED = 50  # questions with a lead, below which a margin leaves too little to count
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

    def led_by(self, margin: float) -> "Judged":
        """Only the questions whose first candidate leads by `margin`; the others get a choice."""
        places = np.flatnonzero(self.gaps >= margin)
        return self._at(places)

    def with_unanswerable_share(self, share: float) -> "Judged":
        """The same with evenly spaced unanswerable questions taken out until `share` is left."""
        answerable = np.flatnonzero(self.is_answerable)
        others = np.flatnonzero(~self.is_answerable)
        n_kept = min(len(others), round(len(answerable) * share / (1 - share)))
        kept = others[np.linspace(0, len(others) - 1, n_kept).astype(np.int64)]
        return self._at(np.sort(np.concatenate([answerable, kept])))

    def _at(self, places: npt.NDArray[np.int64]) -> "Judged":
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

    Of the pairs of threshold and margin that keep them, the one that answers most is taken.

    Args:
        judged: Questions with known answers.
        targets: What the corpus asks for.
        refused: Share of the unanswerable questions, in (0, 1), that shall get no choice either.
    """
    parts = {margin: judged.led_by(margin) for margin in _MARGINS}
    found = [
        (margin, *answer_threshold(part, targets))
        for margin, part in parts.items()
        if margin == _MARGINS[0] or len(part) >= _LEAST_LED
    ]
    met = [one for one in found if one[2] <= targets.wrong_answer_rate]
    margin, answer, bound = (
        max(met, key=lambda one: (_n_answered(judged, one[1], one[0]), -one[0]))
        if met
        else min(found, key=lambda one: (one[2], one[0]))
    )
    return Thresholds(
        answer=answer,
        choose=min(answer, _choose_threshold(judged, refused)),
        margin=margin,
        bound=bound,
        target_met=bool(met),
    )


def _n_answered(judged: Judged, threshold: float, margin: float) -> int:
    return int(((judged.scores >= threshold) & (judged.gaps >= margin)).sum())


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


def _rounded(value: float) -> float:
    """Six digits, rounded down so that a score equal to the threshold still passes."""
    return float(np.floor(value * 1e6) / 1e6)


def highest(values: Sequence[float], share: float, least: float) -> float:
    """The value that `share` of `values` do not exceed, but not less than `least`."""
    if not values:
        return least
    return max(least, float(np.quantile(values, share)))
