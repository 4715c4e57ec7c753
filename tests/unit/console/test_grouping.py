"""Questions that mean the same stand in one group."""

import numpy as np

from kmqa.console.grouping import groups_of


def _rows(*angles: float) -> np.ndarray:
    return np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32)


def test_near_rows_are_one_group_and_the_largest_comes_first() -> None:
    assert groups_of(_rows(0.0, 1.5, 0.1, 0.05, 1.6), alike=0.9) == [[0, 2, 3], [1, 4]]


def test_nothing_gives_no_group() -> None:
    assert groups_of(np.zeros((0, 2), np.float32)) == []


def test_a_row_joins_the_nearest_leader() -> None:
    assert groups_of(_rows(0.0, 0.8, 0.5), alike=0.8) == [[1, 2], [0]]
