"""Character n-gram TF-IDF: how alike two texts are spelt, in any script, typos included.

N-grams of 2 to 5 characters inside word borders are hashed, so that no vocabulary has to be
stored or pickled. Only the hash slots that occur in the indexed texts are kept. Weights are
sublinear term frequency times smoothed inverse document frequency, rows of length 1, so that a
product of rows is a cosine in [0, 1].
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa import text
from kmqa.index import hashing

NGRAMS = (2, 5)
N_SLOTS = 2**20  # 15,000 questions have about 150,000 different n-grams: few share a slot

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """TF-IDF rows of n texts over the m hash slots that occur in them.

    Attributes:
        slots: Hash slots in rising order, int64, shape (m,).
        idf: Inverse document frequency of each slot, float32, shape (m,).
        rows: Weights, shape (n, m), each row of length 1, compressed by slot (CSC).
    """

    slots: IntArray
    idf: FloatArray
    rows: sparse.csc_array

    def weights(self, texts: Sequence[str]) -> sparse.csr_array:
        """Rows for new `texts`, shape (q, m), of length 1, or 0 where nothing is known."""
        return self.weights_of_counts(count_ngrams(texts))

    def weights_of_counts(self, counts: sparse.csr_array) -> sparse.csr_array:
        """As `weights`, for texts whose n-grams are `count_ngrams` already, shape (q, N_SLOTS)."""
        shape = (counts.shape[0], len(self.slots))
        if not all(shape):
            return sparse.csr_array(np.zeros(shape, dtype=np.float32))
        places, is_known = hashing.find_slots(self.slots, counts.indices)
        ends = np.append(0, np.cumsum(is_known))[counts.indptr].astype(np.int32)
        known = (counts.data[is_known], places[is_known], ends)
        return _tf_idf(sparse.csr_array(known, shape=shape), self.idf)

    def scores(self, texts: Sequence[str]) -> FloatArray:
        """Cosine of each of q `texts` with each row, float32, shape (q, n), in [0, 1]."""
        return self.cosines(self.weights(texts))

    def cosines(self, ngrams: sparse.csr_array) -> FloatArray:
        """As `scores`, for texts whose `weights` are known already."""
        if not len(self.slots):
            return np.zeros((ngrams.shape[0], self.rows.shape[0]), dtype=np.float32)
        # Of the few columns that a text has, which is half the work of a product of matrices.
        ends = ngrams.indptr.tolist()
        cosines = [
            self.rows[:, ngrams.indices[start:stop]] @ ngrams.data[start:stop]
            for start, stop in pairwise(ends)
        ]
        return np.array(cosines, dtype=np.float32).reshape(len(cosines), self.rows.shape[0])

    def select_rows(self, rows: Sequence[int]) -> "LexicalIndex":
        """Return the same weights of only some `rows`, in the order in which they are named."""
        return replace(self, rows=self.rows.tocsr()[rows].tocsc())

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder` as plain ``.npy`` files."""
        folder.mkdir(parents=True)
        for name, array in self._arrays().items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    def _arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {
            "slots": self.slots,
            "idf": self.idf,
            "data": self.rows.data,
            "indices": self.rows.indices.astype(np.int32),
            "indptr": self.rows.indptr.astype(np.int32),
            "shape": np.array(self.rows.shape, dtype=np.int64),
        }


def load(folder: Path) -> LexicalIndex:
    """Load the index that `LexicalIndex.save` wrote into `folder`."""
    names = ("slots", "idf", "data", "indices", "indptr", "shape")
    arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in names}
    rows = sparse.csc_array(
        (arrays["data"], arrays["indices"], arrays["indptr"]),
        shape=(int(arrays["shape"][0]), int(arrays["shape"][1])),
    )
    return LexicalIndex(slots=arrays["slots"], idf=arrays["idf"], rows=rows)


def fit(texts: Sequence[str]) -> LexicalIndex:
    """Index n `texts`; ``idf = ln((1 + n) / (1 + df)) + 1``, scikit-learn's smoothed form."""
    return fit_counts(count_ngrams(texts))


def count_ngrams(texts: Sequence[str]) -> sparse.csr_array:
    """How often each n-gram occurs in each of n `texts`, float32, shape (n, N_SLOTS)."""
    return hashing.count_parts(map(_ngrams, texts), N_SLOTS)


def fit_counts(counted_rows: sparse.csr_array) -> LexicalIndex:
    """As `fit`, for texts whose n-grams are `count_ngrams` already, shape (n, N_SLOTS)."""
    by_slot = counted_rows.tocsc()
    slots = np.flatnonzero(np.diff(by_slot.indptr)).astype(np.int64)
    counts = sparse.csr_array(by_slot[:, slots])
    frequency = np.bincount(counts.indices, minlength=len(slots))
    idf = (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1).astype(np.float32)
    return LexicalIndex(slots=slots, idf=idf, rows=sparse.csc_array(_tf_idf(counts, idf)))


def _ngrams(message: str) -> list[str]:
    """N-grams inside word borders as scikit-learn's `char_wb` makes them; a short word counts."""
    found = []
    for word in text.normalise(message).split():
        padded = f" {word} "
        for n in range(NGRAMS[0], min(NGRAMS[1], len(padded)) + 1):
            found += [padded[start : start + n] for start in range(len(padded) - n + 1)]
    return found


def _tf_idf(counts: sparse.csr_array, idf: FloatArray) -> sparse.csr_array:
    """Sublinear counts times `idf`, each row brought to length 1."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, weights=data**2, minlength=counts.shape[0]))
    data = (data / np.maximum(lengths, 1e-12)[rows]).astype(np.float32)
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)
