"""From scores of questions with known answers to the policy: when to answer, choose or refuse.

Threshold and margin are the pair that answers most among those that keep the corpus's target for
sure; `kmqa.offline.guarantee` says which these are. Each margin has its own path of thresholds,
and the error is split between the margins that are tried (Bonferroni, weighted). How many are
tried depends on the number of questions alone: with few, the split would cost every answer.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.offline import cautious, guarantee
from kmqa.records import PolicyTargets

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POOLED = "*"
LEAST_JUDGED = 100  # questions, below which the prior is safer than a count
PRIOR_THRESHOLD = 0.75
PRIOR_CHOICE = 0.5
PRIOR_MARGIN = 0.05
_LEAST = 1e-6  # of both thresholds: scores have six digits, and at 0 everything gets a choice
NARROW, WIDE = 0.02, 0.25
# Close calls are mostly right where answers differ, so most of the error goes to the narrow one.
_SPLIT = {NARROW: 0.7, WIDE: 0.3}


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
        return self.at(places)

    def with_unanswerable_share(self, share: float) -> "Judged":
        """The same with evenly spaced unanswerable questions taken out until `share` is left."""
        answerable = np.flatnonzero(self.is_answerable)
        others = np.flatnonzero(~self.is_answerable)
        n_kept = min(len(others), round(len(answerable) * share / (1 - share)))
        kept = others[np.linspace(0, len(others) - 1, n_kept).astype(np.int64)]
        return self.at(np.sort(np.concatenate([answerable, kept])))

    def at(self, places: npt.NDArray[np.int64]) -> "Judged":
        """Only the questions at `places`."""
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
    n_missing: int | None = 0


def prior_thresholds() -> Thresholds:
    """What holds where nothing can be counted: cautious, and said to be so."""
    return Thresholds(PRIOR_THRESHOLD, PRIOR_CHOICE, PRIOR_MARGIN, bound=None, target_met=False)


def thresholds_from(judged: Judged, targets: PolicyTargets, refused: float) -> Thresholds:
    """Thresholds that keep `targets`, or the nearest cautious ones where nothing does.

    With at least ``targets.confidence``, the share of wrong answers stays within the target for
    questions like those in `judged`; the chance is over the draw of these.

    Args:
        judged: Questions with known answers, at least one.
        targets: What the corpus asks for.
        refused: Share of the unanswerable questions, in (0, 1), that shall get no choice either.
    """
    chosen = pair_from(judged, targets)
    answer = max(_LEAST, chosen.threshold)
    return Thresholds(
        answer=answer,
        choose=min(answer, _choose_threshold(judged, refused)),
        margin=chosen.margin,
        bound=_rounded(chosen.bound),
        target_met=chosen.is_certified,
        n_missing=0 if chosen.is_certified else _n_missing(judged, targets),
    )


def thresholds_by_language(
    judged: Judged, languages: Sequence[str], targets: PolicyTargets, refused: float
) -> dict[str, Thresholds]:
    """Thresholds of each language that keeps `targets` by itself; of all others under `POOLED`.

    Only languages with so many questions that a tenth of them can vouch for the target are tried.
    Each promise holds with the stated confidence by itself, not all of them together.

    Args:
        judged: Questions with known answers, at least one.
        languages: Of each question, empty where it is not known.
        targets: As in `thresholds_from`.
        refused: As in `thresholds_from`.
    """
    names = np.array(languages)
    least = guarantee.least_answered(targets.wrong_answer_rate, _error(targets))
    own = {}
    for name, n in sorted(Counter(languages).items()):
        if name and guarantee.USEFUL_SHARE * n >= least:
            found = thresholds_from(judged.at(np.flatnonzero(names == name)), targets, refused)
            if found.target_met:
                own[name] = found
    others = np.flatnonzero(~np.isin(names, list(own)))
    pooled = judged.at(others) if len(others) >= LEAST_JUDGED else judged
    return {POOLED: thresholds_from(pooled, targets, refused), **own}


@dataclass(frozen=True, slots=True)
class Pair:
    """A threshold and a margin, how many they answer, and the bound of the share wrong there.

    Attributes:
        is_certified: Whether they keep the target with the confidence that was asked for.
    """

    threshold: float
    margin: float
    n_answered: int
    bound: float
    is_certified: bool


def pair_from(judged: Judged, targets: PolicyTargets) -> Pair:
    """Threshold and margin that keep `targets` for sure, or those that should do so on average."""
    return _certified(judged, targets) or _cautious(judged, targets)


def errors_by_margin(n: int, targets: PolicyTargets) -> dict[float, float]:
    """Each margin that `n` questions can afford to try, with its part of the error.

    The wide one is tried where its part leaves certainty in reach of a useful threshold.
    """
    error = _error(targets)
    split = {margin: share * error for margin, share in _SPLIT.items()}
    least = guarantee.least_answered(targets.wrong_answer_rate, split[WIDE])
    return split if least <= guarantee.USEFUL_SHARE * n else {NARROW: error}


def _certified(judged: Judged, targets: PolicyTargets) -> Pair | None:
    """Of all pairs that keep the target for sure, the one that answers most."""
    found = []
    for margin, error in errors_by_margin(len(judged), targets).items():
        path = _path(judged, margin)
        place = guarantee.laxest(path, targets.wrong_answer_rate, error)
        if place is not None:
            found.append(_pair(path, place, margin, 1 - error))
    return max(found, key=lambda pair: (pair.n_answered, -pair.margin), default=None)


def _cautious(judged: Judged, targets: PolicyTargets) -> Pair:
    """The threshold that is expected to keep the target, though nobody can vouch for it.

    Wrong answers to answerable questions, and answers to unanswerable ones, each stay within the
    rate on average. So does the share wrong among answers as a smooth curve tells it, but a tenth
    is answered whatever that says.
    """
    led = judged.led_by(NARROW)
    rate = targets.wrong_answer_rate
    wrong = led.scores[led.is_answerable & ~led.is_right]
    n_answerable = int(judged.is_answerable.sum())
    limits = (
        cautious.rate_limit(wrong, n_answerable, rate),
        cautious.rate_limit(led.scores[~led.is_answerable], len(judged) - n_answerable, rate),
        _rounded(min(_expected_limit(judged, led, rate), _useful_limit(judged, led))),
    )
    chosen = max(PRIOR_THRESHOLD if limit is None else limit for limit in limits)
    answered = led.scores >= chosen
    n_wrong, n_answered = int((answered & ~led.is_right).sum()), int(answered.sum())
    bound = float(guarantee.upper_bound([n_wrong], [n_answered], targets.confidence)[0])
    return Pair(chosen, NARROW, n_answered, bound, is_certified=False)


def _expected_limit(judged: Judged, led: Judged, rate: float) -> float:
    risks = cautious.recalibrated_risks(judged.scores, judged.is_right, led.scores)
    return cautious.mean_limit(led.scores, risks, rate)


def _useful_limit(judged: Judged, led: Judged) -> float:
    n_useful = math.ceil(guarantee.USEFUL_SHARE * len(judged))
    return cautious.share_limit(led.scores, n_useful)


def _pair(path: guarantee.Path, place: int, margin: float, level: float) -> Pair:
    wrong, answered = int(path.wrong[place]), int(path.answered[place])
    bound = float(guarantee.upper_bound([wrong], [answered], level)[0])
    return Pair(float(guarantee.GRID[place]), margin, answered, bound, is_certified=True)


def _path(judged: Judged, margin: float) -> guarantee.Path:
    led = judged.led_by(margin)
    return guarantee.path(led.scores, led.is_right, len(judged))


def _n_missing(judged: Judged, targets: PolicyTargets) -> int | None:
    path = _path(judged, NARROW)
    return guarantee.n_missing(path, targets.wrong_answer_rate, _error(targets))


def _error(targets: PolicyTargets) -> float:
    return 1 - targets.confidence


def _choose_threshold(judged: Judged, refused: float) -> float:
    unanswerable = judged.scores[~judged.is_answerable]
    if len(unanswerable) < LEAST_JUDGED // 4:
        return PRIOR_CHOICE
    return max(_LEAST, _rounded(np.quantile(unanswerable, refused, method="higher")))


def _rounded(value: float) -> float:
    """Six digits, rounded down so that a score equal to the threshold still passes."""
    return float(np.floor(value * 1e6) / 1e6)


def highest(values: Sequence[float], share: float, least: float) -> float:
    """The value that `share` of `values` do not exceed, but not less than `least`."""
    if not values:
        return least
    return max(least, float(np.quantile(values, share)))
