"""Exact search over vectors of length 1 by inner product, with FAISS.

Exact and not approximate, because refusal thresholds need scores that are the same each time;
up to 100,000 rows take a few milliseconds on one core. Larger sets are stored in 8 bits a
component, which keeps the first hit the same at a quarter of the memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

EXACT_ROWS = 100_000  # measured: flat search of 100,000 rows takes 12 ms on one core, 8-bit 5 ms


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """n vectors of width d, each of length 1, ranked by cosine."""

    faiss_index: faiss.Index

    def __len__(self) -> int:
        return int(self.faiss_index.ntotal)

    def nearest(self, queries: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
        """Find the `k` best rows for each query.

        Args:
            queries: Float32, shape (q, d), each of length 1.
            k: Rows to keep; more than there are is cut down to n.

        Returns:
            Scores, float32, shape (q, k), cosine in [-1, 1], highest first; row numbers, int64,
            shape (q, k). Order within ties is undefined.
        """
        if len(queries) == 1:
            # Threads that wait for each other burn as much as they save: 33 ms of processor time a
            # question instead of 19, in the same time by the clock (2 cores, 14,000 rows).
            faiss.omp_set_num_threads(1)
        scores, rows = self.faiss_index.search(queries, min(k, len(self)))
        return scores, rows

    def vectors(self, rows: IntArray) -> FloatArray:
        """Return the stored vectors of `rows`, float32, shape (len(rows), d)."""
        if len(rows) == 0:
            return np.zeros((0, self.faiss_index.d), dtype=np.float32)
        found: FloatArray = self.faiss_index.reconstruct_batch(np.ascontiguousarray(rows))
        return found

    def cosines(self, query: FloatArray, spans: Sequence[tuple[int, int]]) -> list[FloatArray]:
        """Cosines of one query to runs of rows, without copying the rows.

        Args:
            query: Float32, shape (d,), of length 1.
            spans: First row and the row after the last, of each run.

        Returns:
            For each run its cosines, float32, shape (stop - start,).
        """
        rows = self._rows()
        if rows is not None:
            return [rows[start:stop] @ query for start, stop in spans]
        return [self.vectors(np.arange(start, stop)) @ query for start, stop in spans]

    def _rows(self) -> FloatArray | None:
        """Return the memory of a flat index as an array of shape (n, d); None for other indexes."""
        if not isinstance(self.faiss_index, faiss.IndexFlat):
            return None
        flat = faiss.rev_swig_ptr(self.faiss_index.get_xb(), len(self) * self.faiss_index.d)
        shaped: FloatArray = flat.reshape(len(self), self.faiss_index.d)
        return shaped

    def save(self, path: Path) -> None:
        """Write the index to `path` in FAISS's own format."""
        faiss.write_index(self.faiss_index, str(path))


def load(path: Path) -> DenseIndex:
    """Load the index that `DenseIndex.save` wrote to `path`."""
    return DenseIndex(faiss.read_index(str(path)))


def fit(vectors: FloatArray) -> DenseIndex:
    """Index `vectors`, float32, shape (n, d), each of length 1."""
    n, width = vectors.shape
    index: faiss.Index
    if n <= EXACT_ROWS:
        index = faiss.IndexFlatIP(width)
    else:
        index = faiss.IndexScalarQuantizer(
            width, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        index.train(vectors)
    if n:
        index.add(np.ascontiguousarray(vectors))
    return DenseIndex(index)
