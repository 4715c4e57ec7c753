"""Questions that mean the same, together: the largest group first."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

ALIKE = 0.72  # cosine from which two questions are one; measured by eye on the starter corpus
_BLOCK = 256  # rows compared at once: one product of matrices instead of as many of vectors
_UNLIKE = -2.0  # below any cosine


class Grouping:
    """Groups that take in more and more questions; what joined once stays where it is."""

    def __init__(self, alike: float = ALIKE) -> None:
        """No group yet; `alike` is the least cosine to a group's first question."""
        self._alike = alike
        self._leaders: FloatArray | None = None
        self._n = 0

    def join(self, vectors: FloatArray) -> list[int]:
        """Return the number of the group of each row, which joins the nearest or begins one.

        Args:
            vectors: Shape (n, d), rows of length 1, as many d as ever before. The order of the
                rows decides who leads, however they are spread over calls.
        """
        numbers: list[int] = []
        for start in range(0, len(vectors), _BLOCK):
            numbers += self._block(vectors[start : start + _BLOCK])
        return numbers

    def _block(self, block: FloatArray) -> list[int]:
        best, likeness = self._nearest(block)
        among = block @ block.T
        new: list[int] = []  # rows of this block that lead
        for row in range(len(block)):
            if new:
                place = int(among[row, new].argmax())
                if among[row, new[place]] > likeness[row]:
                    best[row], likeness[row] = self._n + place, among[row, new[place]]
            if likeness[row] < self._alike:
                best[row] = self._n + len(new)
                new.append(row)
        self._add(block[new])
        return best

    def _nearest(self, block: FloatArray) -> tuple[list[int], FloatArray]:
        """Return the nearest leader of each row so far, and its cosine."""
        if self._leaders is None or not self._n:
            return [0] * len(block), np.full(len(block), _UNLIKE, dtype=np.float32)
        cosines = block @ self._leaders[: self._n].T
        best = cosines.argmax(axis=1)
        return best.tolist(), cosines[np.arange(len(block)), best]

    def _add(self, vectors: FloatArray) -> None:
        needed = self._n + len(vectors)
        if self._leaders is None or needed > len(self._leaders):
            room = np.empty((max(2 * needed, 1_024), vectors.shape[1]), dtype=np.float32)
            if self._leaders is not None:
                room[: self._n] = self._leaders[: self._n]
            self._leaders = room
        self._leaders[self._n : needed] = vectors
        self._n = needed


def groups_of(vectors: FloatArray, alike: float = ALIKE) -> list[list[int]]:
    """Rows of `vectors`, shape (n, d) and length 1, that lie near the first of their group.

    Each row joins the nearest leader within `alike`, or leads a group itself; the order of the
    rows decides who leads. Groups are sorted by size, then by their first row.
    """
    return sort_groups(Grouping(alike).join(vectors), range(len(vectors)))


def sort_groups(numbers: Sequence[int], rows: Sequence[int]) -> list[list[int]]:
    """`rows` by the number of their group: the largest group first, then the earliest."""
    members: dict[int, list[int]] = {}
    for number, row in zip(numbers, rows, strict=True):
        members.setdefault(number, []).append(row)
    return sorted(members.values(), key=lambda group: (-len(group), group[0]))
