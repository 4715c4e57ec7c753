"""When a message is taken for a danger sign, so that hardly any ordinary one is.

Where there are examples enough, one rule weighs all evidence: the model, the nearest example, the
nearest near-miss, the nearest ordinary wording, and whether a pattern fits. It is learnt from the
corpus's own wordings, each judged as if it came from outside. Corpora with few examples have a
least likeness instead.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from kmqa.index import contents, lexical
from kmqa.matching import urgent
from kmqa.offline import danger, signs
from kmqa.records import Alarm, Fit, UrgentEntry

FloatArray = npt.NDArray[np.float32]

# Of ordinary wordings. Each one frightens somebody for nothing; what people send is wilder than
# left-out wordings, and of that at most 2 % may be taken for a danger.
FALSE_ALARMS = 0.01
PRIOR_LIKENESS = 0.75
_LIKENESSES = np.round(np.arange(0.5, 0.951, 0.01), 2)
_INVERSE_PENALTY = 1.0  # five weights and thousands of wordings: it hardly matters


def alarm_from(
    taught: danger.Taught,
    wordings: Sequence[contents.Wording],
    found: Sequence[urgent.Signs],
    patterns: urgent.Patterns,
) -> Alarm:
    """The rule for the evidence of `wordings`, which taught the model, and their signs."""
    rows = np.array(
        [
            urgent.evidence(sign, unseen, is_pattern=patterns.found(wording.text) is not None)
            for wording, sign, unseen in zip(wordings, found, taught.unseen.tolist(), strict=True)
        ]
    )
    kinds = np.array([wording.kind for wording in wordings])
    weights, intercept = _weighed(rows, kinds == "urgent")
    ordinary = rows[(kinds == "answer") | (kinds == "refusal")] @ weights + intercept
    # Never below the border between the two kinds, however clearly the examples are set apart.
    least = max(0.0, float(np.quantile(ordinary, 1 - FALSE_ALARMS)))
    return Alarm(
        **dict(zip(urgent.EVIDENCE, weights.tolist(), strict=True)), intercept=intercept - least
    )


def _weighed(
    rows: npt.NDArray[np.float64], is_danger: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], float]:
    """Weights and intercept that tell danger signs from the rest, on evidence of equal spread."""
    spread = np.maximum(rows.std(axis=0), 1e-9)
    classifier = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", tol=1e-8)
    with threadpool_limits(limits=1):
        classifier.fit(rows / spread, is_danger)
    return classifier.coef_[0] / spread, float(classifier.intercept_[0])


def likeness_threshold(
    wordings: Sequence[contents.Wording], found: Sequence[urgent.Signs]
) -> float:
    """Least likeness at which hardly any ordinary wording is taken for a danger sign.

    Of the thresholds with few enough false alarms the least is taken, because a missed danger
    sign is the worst error.
    """
    if not any(wording.kind == "urgent" for wording in wordings):
        return PRIOR_LIKENESS
    others = [sign for sign, w in zip(found, wordings, strict=True) if w.kind != "urgent"]
    for step in _LIKENESSES:
        alarms = sum(urgent.by_likeness(sign, float(step)) is not None for sign in others)
        if alarms <= FALSE_ALARMS * len(others):
            return float(step)
    return float(_LIKENESSES[-1])


def recognition(
    held: contents.Contents,
    taught: danger.Taught | None,
    vectors: FloatArray,
    spelling: lexical.LexicalIndex,
    fits: Mapping[str, Fit],
) -> tuple[Alarm | None, float]:
    """The rule for `held` or None, and the least likeness that holds without it."""
    rows = taught.rows if taught else danger.picked(held.wordings)
    wordings = tuple(held.wordings[row] for row in rows)
    found = signs.signs_without_self(wordings, vectors[rows], spelling.select_rows(rows), fits)
    if taught is None:
        return None, likeness_threshold(wordings, found)
    return alarm_from(taught, wordings, found, _patterns(held.urgent)), PRIOR_LIKENESS


def _patterns(entries: Sequence[UrgentEntry]) -> urgent.Patterns:
    return urgent.Patterns(urgent.patterns_of(entries))
