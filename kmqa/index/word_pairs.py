"""Which words stand near each other in a text, whatever their order and endings.

A single word rarely tells a danger: "bleeding" is a side effect, "bleeding" near "faint" is not.
Each word is cut to its first letters, so that endings and slips in them do not matter, and paired
with the words that follow it. Words and pairs are hashed; only hash slots that at least two of the
fitted texts share are kept, because what occurs once teaches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa import text
from kmqa.index import hashing

# By cross-validation on the starter corpus, 4 letters and 7 words find a tenth more danger signs
# than no pairs; 5 letters and 3 words are nearly as good.
_LETTERS = 4
_FOLLOWING = 7
_LEAST_TEXTS = 2
_N_SLOTS = 2**20

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordPairs:
    """The m hash slots that are kept, in rising order, int64, shape (m,)."""

    slots: IntArray

    def rows(self, texts: Sequence[str]) -> sparse.csr_array:
        """One row for each of q `texts`, float32, shape (q, m), of length 1 at most.

        What is not kept counts for the length, so that a text of which little is known weighs
        little.
        """
        if not texts or not len(self.slots):
            return sparse.csr_array(np.zeros((len(texts), len(self.slots)), dtype=np.float32))
        columns, values = [], []
        for one in texts:
            slots = hashing.unique_slots(_parts(one), _N_SLOTS)
            places, is_known = hashing.find_slots(self.slots, slots)
            columns.append(places[is_known])
            weight = 1 / np.sqrt(max(len(slots), 1))
            values.append(np.full(len(columns[-1]), weight, dtype=np.float32))
        return hashing.sparse_rows(columns, values, len(self.slots))


def fit(texts: Sequence[str]) -> WordPairs:
    """Return the pairs that at least two of `texts` share."""
    if not texts:
        return WordPairs(np.zeros(0, dtype=np.int64))
    counts = hashing.count_parts(map(_parts, texts), _N_SLOTS).tocsc()
    return WordPairs(np.flatnonzero(np.diff(counts.indptr) >= _LEAST_TEXTS).astype(np.int64))


def _parts(plain: str) -> list[str]:
    beginnings = [word[:_LETTERS] for word in text.words(plain)]
    return beginnings + [
        " ".join(sorted((word, other)))
        for place, word in enumerate(beginnings)
        for other in beginnings[place + 1 : place + 1 + _FOLLOWING]
    ]
