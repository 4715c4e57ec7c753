"""Questions that mean the same, together: the largest group first."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ALIKE = 0.72  # cosine from which two questions are one; measured by eye on the starter corpus


def groups_of(vectors: npt.NDArray[np.float32], alike: float = ALIKE) -> list[list[int]]:
    """Rows of `vectors`, shape (n, d) and length 1, that lie near the first of their group.

    Each row joins the nearest leader within `alike`, or leads a group itself; the order of the
    rows decides who leads. Groups are sorted by size, then by their first row.
    """
    leaders: list[int] = []
    members: dict[int, list[int]] = {}
    for row in range(len(vectors)):
        leader = _nearest(vectors, row, leaders, alike)
        if leader is None:
            leaders.append(row)
            members[row] = [row]
        else:
            members[leader].append(row)
    return sorted(members.values(), key=lambda rows: (-len(rows), rows[0]))


def _nearest(
    vectors: npt.NDArray[np.float32], row: int, leaders: Sequence[int], alike: float
) -> int | None:
    if not leaders:
        return None
    likeness = vectors[np.asarray(leaders)] @ vectors[row]
    best = int(likeness.argmax())
    return leaders[best] if likeness[best] >= alike else None
