"""The model of danger signs, taught by the corpus and held to few false alarms.

Examples of danger signs are taught against near-misses, wordings of answers and refusal examples.
The alarm is set where hardly any of those would have raised it while it was not taught on them.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from kmqa.index import lexical
from kmqa.index.contents import Wording
from kmqa.index.danger import DangerModel

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

# By cross-validation over the starter corpus 3 to 30 are alike, as are spelling weights of 1 and
# 1.5; without spelling a tenth fewer danger signs are found in English, and few elsewhere.
INVERSE_PENALTY = 10.0
FOLDS = 5
# Of everything else. Each one frightens somebody for nothing; with likeness and patterns it has to
# stay within 2 %, and left-out wordings are tamer than what people send.
FALSE_ALARMS = 0.01
LEAST_EXAMPLES = 30  # with fewer, likeness to a single example is the better evidence
_MOST_ORDINARY = 6_000  # more teach nothing new and take their time
_MAX_ITERATIONS = 1_000


def fit(
    wordings: Sequence[Wording], vectors: FloatArray, spelling: lexical.LexicalIndex
) -> DangerModel | None:
    """The model for `wordings`, or None where danger signs or other wordings are too few.

    Args:
        wordings: All rows of the bundle.
        vectors: Their embeddings, float32, shape (n, d).
        spelling: The index over the same rows.
    """
    picked = _picked(wordings)
    is_danger = np.array([wordings[row].kind == "urgent" for row in picked], dtype=bool)
    if min(is_danger.sum(), (~is_danger).sum()) < LEAST_EXAMPLES:
        return None
    spelt = spelling.weights([wordings[row].plain for row in picked])
    rows = sparse.csr_array(sparse.hstack([sparse.csr_array(vectors[picked]), spelt]))
    taught, bias = _taught(rows, is_danger)
    unseen = _scores_unseen(rows, is_danger)
    # Never below the border between the two kinds, however clearly the examples are set apart.
    alarm = max(0.0, float(np.quantile(unseen[~is_danger], 1 - FALSE_ALARMS)))
    width = vectors.shape[1]
    return DangerModel(
        meaning=taught[:width].astype(np.float32),
        spelling=taught[width:].astype(np.float32),
        bias=bias - alarm,
    )


def _picked(wordings: Sequence[Wording]) -> list[int]:
    """Rows of danger signs and near-misses, and evenly spaced others up to the limit."""
    special = [row for row, w in enumerate(wordings) if w.kind in {"urgent", "near_miss"}]
    others = [row for row, w in enumerate(wordings) if w.kind in {"answer", "refusal"}]
    step = max(1, -(-len(others) // _MOST_ORDINARY))
    return others[::step] + special


def _taught(rows: sparse.csr_array, is_danger: BoolArray) -> tuple[FloatArray, float]:
    model = LogisticRegression(
        C=INVERSE_PENALTY, max_iter=_MAX_ITERATIONS, tol=1e-4, class_weight="balanced"
    )
    # One thread: sums come out the same whatever the number of cores.
    with threadpool_limits(limits=1):
        model.fit(rows, is_danger)
    return model.coef_[0], float(model.intercept_[0])


def _scores_unseen(rows: sparse.csr_array, is_danger: BoolArray) -> npt.NDArray[np.float64]:
    """Score of each row by a model that was not taught on it."""
    scores = np.zeros(rows.shape[0])
    for out in _folds(is_danger):
        taught, bias = _taught(rows[~out], is_danger[~out])
        scores[out] = rows[out] @ taught + bias
    return scores


def _folds(is_danger: BoolArray) -> Iterator[BoolArray]:
    """Which rows are left out, fold by fold; both kinds are dealt out in turn."""
    place = np.where(is_danger, np.cumsum(is_danger), np.cumsum(~is_danger))
    for fold in range(FOLDS):
        yield place % FOLDS == fold
