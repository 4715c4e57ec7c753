"""The danger model, fitted on the corpus.

Examples of danger signs stand against near-misses, wordings of answers and refusal examples. The
score of each wording by a model that was not fitted on it goes to `kmqa.offline.danger_rule`, which
weighs it against the other evidence.
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
from kmqa.offline.everyday_talk import EverydayTalk

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

# By cross-validation over the starter corpus 10 to 30 are alike, 3 finds a twentieth fewer.
INVERSE_PENALTY = 20.0
# The English encoder says nothing of most languages, and pairs of words say most. Only these were
# tried: 1 and 0.4, and 1 and 1.5.
_MEANING, _PAIRS = np.float32(0.4), np.float32(1.5)
FOLDS = 3
MIN_EXAMPLES = 30  # with fewer, similarity to a single example is the better evidence
_MAX_ORDINARY = 8_000  # more teach nothing new and take their time
_MAX_ITERATIONS = 1_000


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model, and what it says of wordings that it has not seen.

    Attributes:
        rows: Of the bundle that it was fitted on, in rising order.
        talk: Everyday talk that it was fitted on as well.
        unseen: Score of each row, and then of each line of `talk`, by a model that was not fitted
            on it, float64, shape (len(rows) + len(talk.wordings),).
    """

    model: model.DangerModel
    rows: Sequence[int]
    talk: EverydayTalk
    unseen: npt.NDArray[np.float64]


def fit(
    wordings: Sequence[Wording],
    vectors: FloatArray,
    spelling: lexical.LexicalIndex,
    talk: EverydayTalk | None = None,
) -> TrainedModel | None:
    """Fit the model on `wordings`; None where danger signs or other wordings are too few.

    Args:
        wordings: All rows of the bundle.
        vectors: Their embeddings, float32, shape (n, d).
        spelling: The index over the same rows, whose weights are taken from it.
        talk: What is no danger either and stands in no bundle.
    """
    rows = select_rows(wordings)
    said = talk or EverydayTalk((), np.zeros((0, vectors.shape[1]), dtype=np.float32))
    examples = [*(wordings[row] for row in rows), *said.wordings]
    is_danger = np.array([example.kind == "urgent" for example in examples], dtype=bool)
    if min(is_danger.sum(), (~is_danger)[: len(rows)].sum()) < MIN_EXAMPLES:
        return None
    texts = [example.normalised for example in examples]
    pairs = word_pairs.fit(texts)
    ngrams = [spelling.rows.tocsr()[rows], spelling.weights(texts[len(rows) :])]
    views = _stack_views(
        np.concatenate([vectors[rows], said.vectors]),
        sparse.csr_array(sparse.vstack(ngrams)),
        pairs.rows(texts),
    )
    weights, bias = _fit_weights(views, is_danger)
    width, n_spelt = vectors.shape[1], len(spelling.slots)
    meaning, spelt, paired = np.split(weights.astype(np.float32), [width, width + n_spelt])
    fitted = model.DangerModel(
        meaning=_MEANING * meaning,
        spelling=spelt,
        pairing=_PAIRS * paired,
        pairs=pairs,
        bias=bias,
    )
    return TrainedModel(fitted, rows, said, _cross_validate(views, is_danger))


def select_rows(wordings: Sequence[Wording]) -> list[int]:
    """Return the rows of danger signs and near-misses, and evenly spaced others up to the limit."""
    special = [row for row, w in enumerate(wordings) if w.kind in {"urgent", "near_miss"}]
    others = [row for row, w in enumerate(wordings) if w.kind in {"answer", "refusal"}]
    step = max(1, -(-len(others) // _MAX_ORDINARY))
    return others[::step] + special


def _stack_views(
    vectors: FloatArray, ngrams: sparse.csr_array, paired: sparse.csr_array
) -> sparse.csr_array:
    """Return what the model is fitted on: meaning, spelling and pairs, each at its weight."""
    parts = [sparse.csr_array(vectors * _MEANING), ngrams, paired * _PAIRS]
    return sparse.csr_array(sparse.hstack(parts))


def _fit_weights(views: sparse.csr_array, is_danger: BoolArray) -> tuple[FloatArray, float]:
    classifier = LogisticRegression(
        C=INVERSE_PENALTY, max_iter=_MAX_ITERATIONS, tol=1e-4, class_weight="balanced"
    )
    # One thread: sums come out the same whatever the number of cores.
    with threadpool_limits(limits=1):
        classifier.fit(views, is_danger)
    return classifier.coef_[0], float(classifier.intercept_[0])


def _cross_validate(views: sparse.csr_array, is_danger: BoolArray) -> npt.NDArray[np.float64]:
    """Return the score of each row by a model that was not fitted on it."""
    scores = np.zeros(views.shape[0])
    for out in _iterate_folds(is_danger):
        weights, bias = _fit_weights(views[~out], is_danger[~out])
        scores[out] = views[out] @ weights + bias
    return scores


def _iterate_folds(is_danger: BoolArray) -> Iterator[BoolArray]:
    """Yield which rows are held out, fold by fold; both kinds are dealt out in turn."""
    place = np.where(is_danger, np.cumsum(is_danger), np.cumsum(~is_danger))
    for fold in range(FOLDS):
        yield place % FOLDS == fold
