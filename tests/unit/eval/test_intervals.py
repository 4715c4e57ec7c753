"""Intervals around figures."""

import numpy as np
import pytest

from kmqa.eval import intervals


def test_wilson_by_hand() -> None:
    """Eight of ten: centre and width by Wilson's formula with z = 1.959964."""
    z2, p, n = 1.959964**2, 0.8, 10
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 * (p * (1 - p) / n + z2 / (4 * n * n))) ** 0.5 / (1 + z2 / n)

    found = intervals.wilson(8, 10)

    assert (found.low, found.high) == pytest.approx((centre - half, centre + half), abs=1e-6)


@pytest.mark.parametrize(("hits", "certain"), [(0, 0.0), (5, 1.0)])
def test_wilson_is_never_a_point(hits: int, certain: float) -> None:
    """None or all of five leaves doubt on one side only, within [0, 1]."""
    found = intervals.wilson(hits, 5)

    assert 0 <= found.low < found.high <= 1
    assert certain in (found.low, found.high)


def test_wilson_of_nothing() -> None:
    """A share of nothing is a mistake in the program."""
    with pytest.raises(ValueError, match="n"):
        intervals.wilson(0, 0)


def test_bootstrap_repeats_itself() -> None:
    """The same rows give the same interval, around the mean of the sample."""
    values = np.arange(100) / 100

    first, second = (
        intervals.bootstrap(lambda rows: float(values[rows].mean()), [np.arange(100)], 200)
        for _ in range(2)
    )

    assert first == second
    assert 0.4 < first.low < values.mean() < first.high < 0.6


def test_bootstrap_keeps_the_strata() -> None:
    """Each draw has as many rows of each stratum as there are; empty strata do no harm."""
    strata = [np.arange(3), np.arange(3, 10), np.arange(0)]
    drawn = []

    intervals.bootstrap(lambda rows: drawn.append((rows < 3).sum()) or 0.0, strata, 20)

    assert drawn == [3] * 20


def test_bootstrap_of_one_row_is_a_point() -> None:
    """One row can only be drawn again."""
    assert intervals.bootstrap(lambda rows: float(rows[0]), [np.array([7])], 5) == (
        intervals.Interval(7.0, 7.0)
    )
