"""The model of danger signs, taught by the corpus.

Examples of danger signs are taught against near-misses, wordings of answers and refusal examples.
What the model says of each wording while it was not taught on it goes to `kmqa.offline.alarm`,
which weighs it against the other evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from kmqa.index import danger_model as model
from kmqa.index import lexical, word_pairs
from kmqa.index.contents import Wording

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

# By cross-validation over the starter corpus 10 to 30 are alike, 3 finds a twentieth fewer.
INVERSE_PENALTY = 20.0
# The English encoder says nothing of most languages, and pairs of words say most. Only these were
# tried: 1 and 0.4, and 1 and 1.5.
_MEANING, _PAIRS = np.float32(0.4), np.float32(1.5)
FOLDS = 3
LEAST_EXAMPLES = 30  # with fewer, likeness to a single example is the better evidence
_MOST_ORDINARY = 8_000  # more teach nothing new and take their time
_MAX_ITERATIONS = 1_000


@dataclass(frozen=True, slots=True)
class Taught:
    """A model, and what it says of wordings that it has not seen.

    Attributes:
        rows: Of the bundle that taught it, in rising order.
        unseen: Score of each by a model that was not taught on it, float64, shape (len(rows),).
    """

    model: model.DangerModel
    rows: Sequence[int]
    unseen: npt.NDArray[np.float64]


def fit(
    wordings: Sequence[Wording], vectors: FloatArray, spelling: lexical.LexicalIndex
) -> Taught | None:
    """The model for `wordings`, or None where danger signs or other wordings are too few.

    Args:
        wordings: All rows of the bundle.
        vectors: Their embeddings, float32, shape (n, d).
        spelling: The index over the same rows, whose weights are taken from it.
    """
    rows = picked(wordings)
    is_danger = np.array([wordings[row].kind == "urgent" for row in rows], dtype=bool)
    if min(is_danger.sum(), (~is_danger).sum()) < LEAST_EXAMPLES:
        return None
    texts = [wordings[row].plain for row in rows]
    pairs = word_pairs.fit(texts)
    views = _views(vectors[rows], spelling.rows.tocsr()[rows], pairs.rows(texts))
    weights, bias = _taught(views, is_danger)
    width, n_spelt = vectors.shape[1], len(spelling.slots)
    meaning, spelt, paired = np.split(weights.astype(np.float32), [width, width + n_spelt])
    taught = model.DangerModel(
        meaning=_MEANING * meaning,
        spelling=spelt,
        pairing=_PAIRS * paired,
        pairs=pairs,
        bias=bias,
    )
    return Taught(taught, rows, _scores_unseen(views, is_danger))


def picked(wordings: Sequence[Wording]) -> list[int]:
    """Rows of danger signs and near-misses, and evenly spaced others up to the limit."""
    special = [row for row, w in enumerate(wordings) if w.kind in {"urgent", "near_miss"}]
    others = [row for row, w in enumerate(wordings) if w.kind in {"answer", "refusal"}]
    step = max(1, -(-len(others) // _MOST_ORDINARY))
    return others[::step] + special


def _views(
    vectors: FloatArray, spelt: sparse.csr_array, paired: sparse.csr_array
) -> sparse.csr_array:
    """What the model is taught on: meaning, spelling and pairs, each at its weight."""
    parts = [sparse.csr_array(vectors * _MEANING), spelt, paired * _PAIRS]
    return sparse.csr_array(sparse.hstack(parts))


def _taught(views: sparse.csr_array, is_danger: BoolArray) -> tuple[FloatArray, float]:
    classifier = LogisticRegression(
        C=INVERSE_PENALTY, max_iter=_MAX_ITERATIONS, tol=1e-4, class_weight="balanced"
    )
    # One thread: sums come out the same whatever the number of cores.
    with threadpool_limits(limits=1):
        classifier.fit(views, is_danger)
    return classifier.coef_[0], float(classifier.intercept_[0])


def _scores_unseen(views: sparse.csr_array, is_danger: BoolArray) -> npt.NDArray[np.float64]:
    """Score of each row by a model that was not taught on it."""
    scores = np.zeros(views.shape[0])
    for out in _folds(is_danger):
        weights, bias = _taught(views[~out], is_danger[~out])
        scores[out] = views[out] @ weights + bias
    return scores


def _folds(is_danger: BoolArray) -> Iterator[BoolArray]:
    """Which rows are left out, fold by fold; both kinds are dealt out in turn."""
    place = np.where(is_danger, np.cumsum(is_danger), np.cumsum(~is_danger))
    for fold in range(FOLDS):
        yield place % FOLDS == fold
