"""When a message is taken for a danger sign, so that hardly any ordinary one is.

Where there are examples enough, one rule weighs all evidence: the model, the nearest example, the
nearest near-miss, the nearest ordinary wording, and whether a pattern fits. It is fitted on the
corpus's own wordings, each judged as if it came from outside. Corpora with few examples have a
least similarity instead.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from kmqa.index import contents, lexical
from kmqa.matching import danger
from kmqa.matching.danger_patterns import Patterns, list_patterns
from kmqa.offline import danger_model, danger_similarity
from kmqa.records import DangerRule, Fit

FloatArray = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]

# Of ordinary wordings. Each one frightens somebody for nothing; what people send is wilder than
# held-out wordings, and of that at most 2 % may be taken for a danger.
# At 0.008 one danger sign in twenty of the test sets is missed; docs/laboratory.md has the price.
FALSE_ALARMS = 0.01
PRIOR_SIMILARITY = 0.75
_SIMILARITIES = np.round(np.arange(0.5, 0.951, 0.01), 2)
_INVERSE_PENALTY = 1.0  # five weights and thousands of wordings: it hardly matters


def fit_danger_rule(
    trained: danger_model.TrainedModel,
    wordings: Sequence[contents.Wording],
    found: Sequence[danger.DangerSimilarity],
    patterns: Patterns,
) -> DangerRule:
    """Fit the rule on what the model was fitted on.

    Args:
        trained: The model.
        wordings: What it was fitted on: rows of the bundle, then everyday talk.
        found: The similarity of each of `wordings`.
        patterns: Of the corpus.
    """
    rows = np.array(
        [
            danger.evidence_row(one, unseen, is_pattern=patterns.find(wording.text) is not None)
            for wording, one, unseen in zip(wordings, found, trained.unseen.tolist(), strict=True)
        ]
    )
    kinds = np.array([wording.kind for wording in wordings])
    weights, intercept = _fit_weights(rows, kinds == "urgent")
    sums = rows @ weights + intercept
    is_ordinary = (kinds == "answer") | (kinds == "refusal")
    languages = np.array([wording.language for wording in wordings])
    least = _find_least(sums[is_ordinary])
    return DangerRule(
        **dict(zip(danger.EVIDENCE, weights.tolist(), strict=True)),
        intercept=intercept - least,
        by_language={
            name: intercept - max(least, _find_least(sums[is_ordinary & (languages == name)]))
            for name in sorted({line.language for line in trained.talk.wordings})
        },
    )


def _find_least(ordinary: Array) -> float:
    """Return the least sum that few enough of `ordinary` reach.

    Never below the border between the two kinds, however clearly the examples are set apart.
    """
    return max(0.0, float(np.quantile(ordinary, 1 - FALSE_ALARMS)))


def _fit_weights(rows: Array, is_danger: npt.NDArray[np.bool_]) -> tuple[Array, float]:
    """Fit weights and intercept that tell danger signs from the rest, on equal spread."""
    spread = np.maximum(rows.std(axis=0), 1e-9)
    classifier = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", tol=1e-8)
    with threadpool_limits(limits=1):
        classifier.fit(rows / spread, is_danger)
    return classifier.coef_[0] / spread, float(classifier.intercept_[0])


def fit_similarity_threshold(
    wordings: Sequence[contents.Wording], found: Sequence[danger.DangerSimilarity]
) -> float:
    """Return the least similarity at which hardly any ordinary wording is taken for a danger.

    Of the thresholds with few enough false alarms the least is taken, because a missed danger
    sign is the worst error.
    """
    if not any(wording.kind == "urgent" for wording in wordings):
        return PRIOR_SIMILARITY
    others = [one for one, w in zip(found, wordings, strict=True) if w.kind != "urgent"]
    for step in _SIMILARITIES:
        alarms = sum(danger.detect_by_similarity(one, float(step)) is not None for one in others)
        if alarms <= FALSE_ALARMS * len(others):
            return float(step)
    return float(_SIMILARITIES[-1])


def fit_danger_detection(
    held: contents.Contents,
    trained: danger_model.TrainedModel | None,
    vectors: FloatArray,
    spelling: lexical.LexicalIndex,
    fits: Mapping[str, Fit],
) -> tuple[DangerRule | None, float]:
    """Return the rule for `held` or None, and the least similarity that holds without it."""
    rows = trained.rows if trained else danger_model.select_rows(held.wordings)
    wordings = tuple(held.wordings[row] for row in rows)
    index = spelling.select_rows(rows)
    found = danger_similarity.measure_without_self(wordings, vectors[rows], index, fits)
    if trained is None:
        return None, fit_similarity_threshold(wordings, found)
    talk = trained.talk
    found += danger_similarity.measure_talk(talk, wordings, vectors[rows], index, fits)
    patterns = Patterns(list_patterns(held.urgent))
    rule = fit_danger_rule(trained, (*wordings, *talk.wordings), found, patterns)
    return rule, PRIOR_SIMILARITY
