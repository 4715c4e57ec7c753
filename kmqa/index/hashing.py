"""Words and n-grams as numbers: each falls into one of many hash slots, so nothing is listed.

Murmur hash: the same on every machine and in every version, and the same slots as those of
scikit-learn's `HashingVectorizer`, which takes three times as long for one short text and 65 MB of
every process that serves.
"""

from collections.abc import Iterable, Sequence

import mmh3
import numpy as np
import numpy.typing as npt
from scipy import sparse

IntArray = npt.NDArray[np.int32]


def count_parts(texts: Iterable[Sequence[str]], n_slots: int) -> sparse.csr_array:
    """Return how often the parts of each of n texts hit each slot, float32, shape (n, n_slots).

    Slots of a row are in rising order, each once.
    """
    found = [_count(parts, n_slots) for parts in texts]
    return sparse_rows([slots for slots, _ in found], [hits for _, hits in found], n_slots)


def unique_slots(parts: Sequence[str], n_slots: int) -> IntArray:
    """Return the different slots that `parts` hit, int32, in rising order."""
    return np.unique(_slots(parts, n_slots))


def find_slots(
    kept: npt.NDArray[np.int64], slots: IntArray
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return where each of `slots` stands among those `kept`, int32, and whether it is there.

    Args:
        kept: In rising order, at least one.
        slots: Of the same hash.
    """
    found = np.searchsorted(kept, slots).astype(np.int32)
    found[found == len(kept)] = 0
    return found, kept[found] == slots


def sparse_rows(
    columns: Sequence[IntArray], values: Sequence[npt.NDArray[np.float32]], width: int
) -> sparse.csr_array:
    """Return rows with `values` in `columns`, float32, shape (len(columns), width).

    Columns are int32 on purpose: wider ones make scipy copy whatever the rows are multiplied by.
    """
    ends = np.cumsum([0, *map(len, columns)], dtype=np.int32)
    data = np.concatenate([np.zeros(0, dtype=np.float32), *values])
    slots = np.concatenate([np.zeros(0, dtype=np.int32), *columns])
    return sparse.csr_array((data, slots, ends), shape=(len(columns), width))


def _count(parts: Sequence[str], n_slots: int) -> tuple[IntArray, npt.NDArray[np.float32]]:
    slots, hits = np.unique(_slots(parts, n_slots), return_counts=True)
    return slots, hits.astype(np.float32)


def _slots(parts: Sequence[str], n_slots: int) -> IntArray:
    hashes = np.fromiter(map(mmh3.hash, parts), dtype=np.int64, count=len(parts))
    return (np.abs(hashes) % n_slots).astype(np.int32)
