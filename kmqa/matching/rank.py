"""From features to an order of the answers and a confidence: the same for serving and fitting."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.matching import features as feature_table
from kmqa.records import Fit

FloatArray = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """t targets in the order of their fused scores, for each of q queries.

    Attributes:
        scores: Fused, unbounded, shape (q, t).
        order: Target numbers of the a answers, best first, ties by number, shape (q, a).
        refusal: The best refusal group of each query, shape (q,), or None without any.
        first_features: Of the first answer, float32, shape (q, f).
        margin: Lead of the first answer over the second, at least 0; infinite where there is none.
        refusal_margin: The same over the best refusal group, of either sign.
    """

    scores: Array
    order: IntArray
    refusal: IntArray | None
    first_features: FloatArray
    margin: Array
    refusal_margin: Array

    def acceptance_rows(self) -> Array:
        """Return what the first answers are judged by, shape (q, columns)."""
        by_margin = [one.measure(self.margin, self.refusal_margin) for one in feature_table.MARGINS]
        return np.column_stack([self.first_features.astype(np.float64), *by_margin])


def rank(
    features: FloatArray, is_answer: npt.NDArray[np.bool_], weights: Mapping[str, float]
) -> Ranked:
    """Order the answers of each query; refusal groups compete with them.

    Args:
        features: Float32, shape (q, t, f), columns in the order of `FEATURES`.
        is_answer: Whether a target is an answer and not a refusal group, shape (t,); one must be.
        weights: Of the features, by name.
    """
    scores = score(features, weights)
    answers, groups = np.flatnonzero(is_answer), np.flatnonzero(~is_answer)
    order = answers[np.argsort(-scores[:, answers], axis=1, kind="stable")]
    queries = np.arange(len(scores))
    first = scores[queries, order[:, 0]]
    refusal = groups[scores[:, groups].argmax(axis=1)] if len(groups) else None
    return Ranked(
        scores=scores,
        order=order,
        refusal=refusal,
        first_features=features[queries, order[:, 0]],
        margin=first - scores[queries, order[:, 1]]
        if len(answers) > 1
        else np.full(len(scores), np.inf),
        refusal_margin=np.full(len(scores), np.inf)
        if refusal is None
        else first - scores[queries, refusal],
    )


def score(features: FloatArray, weights: Mapping[str, float]) -> Array:
    """Return the weighted sum of `features`, shape (..., f), as float64 of shape (...)."""
    scores: Array = features.astype(np.float64) @ feature_table.weight_vector(weights)
    return scores


def score_acceptance(rows: Array, accept: Mapping[str, float]) -> Array:
    """Return the score by which first candidates are accepted or not; unbounded, shape (q,)."""
    scores: Array = rows @ feature_table.acceptance_vector(accept)
    return scores


def confidence(scores: Array, fit: Fit) -> Array:
    """Map acceptance scores to [0, 1] by the fitted logistic map, strictly increasing."""
    mapped: Array = 1 / (1 + np.exp(-(fit.slope * scores + fit.intercept)))
    return mapped


def similarity(
    cosines: FloatArray, lexical: FloatArray, weights: Mapping[str, float]
) -> FloatArray:
    """Return the weighted mean of dense and lexical cosines of one shape, float32, at most 1.

    Without the logits of head and student it is comparable between wordings of every kind.
    """
    total = weights["cosine"] + weights["lexical"]
    mean = (weights["cosine"] * cosines + weights["lexical"] * lexical) / total
    return mean.astype(np.float32)
