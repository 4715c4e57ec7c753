"""From scores of questions with known answers to the policy: when to answer, choose or refuse.

Threshold and margin are the pair that answers most among those that keep the corpus's target for
sure; `kmqa.offline.learn_then_test` says which these are. Each margin has its own path of
thresholds, and the error is split between the margins that are tried (Bonferroni, weighted). How
many are tried depends on the number of questions alone: with few, the split would cost every
answer.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.offline import conformal, learn_then_test
from kmqa.records import PolicyTargets

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POOLED = "*"
MIN_JUDGED = 100  # questions, below which the prior is safer than a count
PRIOR_THRESHOLD = 0.75
PRIOR_CHOICE = 0.5
PRIOR_MARGIN = 0.05
_MIN_THRESHOLD = (
    1e-6  # of both thresholds: scores have six digits, and at 0 everything gets a choice
)
NARROW, WIDE = 0.02, 0.25
# Close calls are mostly right where answers differ, so most of the error goes to the narrow one.
_SPLIT = {NARROW: 0.7, WIDE: 0.3}


@dataclass(frozen=True, slots=True)
class JudgedQuestions:
    """q questions whose right answer is known, as the matcher ranks them.

    Attributes:
        scores: Confidence of the first candidate, in [0, 1], shape (q,).
        margins: Lead over the second candidate, shape (q,).
        is_right: Whether the first candidate is right, shape (q,).
        is_answerable: Whether there is a right answer at all, shape (q,).
    """

    scores: Array
    margins: Array
    is_right: Flags
    is_answerable: Flags

    def __len__(self) -> int:
        return len(self.scores)

    def with_margin(self, margin: float) -> "JudgedQuestions":
        """Return only the questions whose first candidate leads by `margin`."""
        places = np.flatnonzero(self.margins >= margin)
        return self.at(places)

    def with_unanswerable_share(self, share: float) -> "JudgedQuestions":
        """Take out evenly spaced unanswerable questions until `share` is left."""
        answerable = np.flatnonzero(self.is_answerable)
        others = np.flatnonzero(~self.is_answerable)
        n_kept = min(len(others), round(len(answerable) * share / (1 - share)))
        kept = others[np.linspace(0, len(others) - 1, n_kept).astype(np.int64)]
        return self.at(np.sort(np.concatenate([answerable, kept])))

    def at(self, places: npt.NDArray[np.int64]) -> "JudgedQuestions":
        """Return only the questions at `places`."""
        return JudgedQuestions(
            self.scores[places],
            self.margins[places],
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
    n_missing: int | None = 0


def prior_thresholds() -> Thresholds:
    """Return cautious thresholds for where nothing can be counted, marked as such."""
    return Thresholds(PRIOR_THRESHOLD, PRIOR_CHOICE, PRIOR_MARGIN, bound=None, target_met=False)


def fit_thresholds(judged: JudgedQuestions, targets: PolicyTargets, refused: float) -> Thresholds:
    """Fit thresholds that meet `targets`, or the nearest cautious ones where nothing does.

    With at least ``targets.confidence``, the share of wrong answers stays within the target for
    questions like those in `judged`; the chance is over the draw of these.

    Args:
        judged: Questions with known answers, at least one.
        targets: What the corpus asks for.
        refused: Share of the unanswerable questions, in (0, 1), that shall get no choice either.
    """
    chosen = fit_pair(judged, targets)
    answer = max(_MIN_THRESHOLD, chosen.threshold)
    return Thresholds(
        answer=answer,
        choose=min(answer, _fit_choose_threshold(judged, refused)),
        margin=chosen.margin,
        bound=_round_down(chosen.bound),
        target_met=chosen.is_certified,
        n_missing=0 if chosen.is_certified else _estimate_missing(judged, targets),
    )


def fit_thresholds_by_language(
    judged: JudgedQuestions, languages: Sequence[str], targets: PolicyTargets, refused: float
) -> dict[str, Thresholds]:
    """Fit thresholds of each language that meets `targets` by itself; of all others under `POOLED`.

    Only languages with so many questions that a tenth of them can prove the target are tried.
    Each promise holds with the stated confidence by itself, not all of them together.

    Args:
        judged: Questions with known answers, at least one.
        languages: Of each question, empty where it is not known.
        targets: As in `fit_thresholds`.
        refused: As in `fit_thresholds`.
    """
    names = np.array(languages)
    least = learn_then_test.min_answered(targets.wrong_answer_rate, _error(targets))
    own = {}
    for name, n in sorted(Counter(languages).items()):
        if name and learn_then_test.USEFUL_SHARE * n >= least:
            found = fit_thresholds(judged.at(np.flatnonzero(names == name)), targets, refused)
            if found.target_met:
                own[name] = found
    others = np.flatnonzero(~np.isin(names, list(own)))
    pooled = judged.at(others) if len(others) >= MIN_JUDGED else judged
    return {POOLED: fit_thresholds(pooled, targets, refused), **own}


@dataclass(frozen=True, slots=True)
class ThresholdPair:
    """A threshold and a margin, how many they answer, and the bound of the share wrong there.

    Attributes:
        is_certified: Whether they keep the target with the confidence that was asked for.
    """

    threshold: float
    margin: float
    n_answered: int
    bound: float
    is_certified: bool


def fit_pair(judged: JudgedQuestions, targets: PolicyTargets) -> ThresholdPair:
    """Fit threshold and margin that meet `targets` for sure, or those that should on average."""
    return _certify_pair(judged, targets) or _conformal_pair(judged, targets)


def split_error(n: int, targets: PolicyTargets) -> dict[float, float]:
    """Return each margin that `n` questions can afford to try, with its part of the error.

    The wide one is tried where its part leaves certainty in reach of a useful threshold.
    """
    error = _error(targets)
    split = {margin: share * error for margin, share in _SPLIT.items()}
    least = learn_then_test.min_answered(targets.wrong_answer_rate, split[WIDE])
    return split if least <= learn_then_test.USEFUL_SHARE * n else {NARROW: error}


def _certify_pair(judged: JudgedQuestions, targets: PolicyTargets) -> ThresholdPair | None:
    """Return the pair that answers most of those that meet the target for sure, or None."""
    found = []
    for margin, error in split_error(len(judged), targets).items():
        path = _count_path(judged, margin)
        place = learn_then_test.find_laxest(path, targets.wrong_answer_rate, error)
        if place is not None:
            found.append(_make_pair(path, place, margin, 1 - error))
    return max(found, key=lambda pair: (pair.n_answered, -pair.margin), default=None)


def _conformal_pair(judged: JudgedQuestions, targets: PolicyTargets) -> ThresholdPair:
    """Return the threshold that is expected to meet the target, though nothing proves it.

    Wrong answers to answerable questions, and answers to unanswerable ones, each stay within the
    rate on average. So does the share wrong among answers as a smooth curve tells it, but a tenth
    is answered whatever that says.
    """
    led = judged.with_margin(NARROW)
    rate = targets.wrong_answer_rate
    wrong = led.scores[led.is_answerable & ~led.is_right]
    n_answerable = int(judged.is_answerable.sum())
    limits = (
        conformal.rate_limit(wrong, n_answerable, rate),
        conformal.rate_limit(led.scores[~led.is_answerable], len(judged) - n_answerable, rate),
        _round_down(
            min(_limit_by_calibration(judged, led, rate), _limit_by_usefulness(judged, led))
        ),
    )
    chosen = max(PRIOR_THRESHOLD if limit is None else limit for limit in limits)
    answered = led.scores >= chosen
    n_wrong, n_answered = int((answered & ~led.is_right).sum()), int(answered.sum())
    bound = float(learn_then_test.upper_bound([n_wrong], [n_answered], targets.confidence)[0])
    return ThresholdPair(chosen, NARROW, n_answered, bound, is_certified=False)


def _limit_by_calibration(judged: JudgedQuestions, led: JudgedQuestions, rate: float) -> float:
    risks = conformal.recalibrate_risks(judged.scores, judged.is_right, led.scores)
    return conformal.mean_limit(led.scores, risks, rate)


def _limit_by_usefulness(judged: JudgedQuestions, led: JudgedQuestions) -> float:
    n_useful = math.ceil(learn_then_test.USEFUL_SHARE * len(judged))
    return conformal.share_limit(led.scores, n_useful)


def _make_pair(
    path: learn_then_test.Path, place: int, margin: float, level: float
) -> ThresholdPair:
    wrong, answered = int(path.wrong[place]), int(path.answered[place])
    bound = float(learn_then_test.upper_bound([wrong], [answered], level)[0])
    return ThresholdPair(
        float(learn_then_test.GRID[place]), margin, answered, bound, is_certified=True
    )


def _count_path(judged: JudgedQuestions, margin: float) -> learn_then_test.Path:
    led = judged.with_margin(margin)
    return learn_then_test.count_path(led.scores, led.is_right, len(judged))


def _estimate_missing(judged: JudgedQuestions, targets: PolicyTargets) -> int | None:
    path = _count_path(judged, NARROW)
    return learn_then_test.estimate_missing(path, targets.wrong_answer_rate, _error(targets))


def _error(targets: PolicyTargets) -> float:
    return 1 - targets.confidence


def _fit_choose_threshold(judged: JudgedQuestions, refused: float) -> float:
    unanswerable = judged.scores[~judged.is_answerable]
    if len(unanswerable) < MIN_JUDGED // 4:
        return PRIOR_CHOICE
    return max(_MIN_THRESHOLD, _round_down(np.quantile(unanswerable, refused, method="higher")))


def _round_down(value: float) -> float:
    """Round down to six digits, so that a score equal to the threshold still passes."""
    return float(np.floor(value * 1e6) / 1e6)


def quantile_at_least(values: Sequence[float], share: float, least: float) -> float:
    """Return the value that `share` of `values` do not exceed, but not less than `least`."""
    if not values:
        return least
    return max(least, float(np.quantile(values, share)))
