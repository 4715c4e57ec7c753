"""Intervals around figures."""

from statistics import NormalDist

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
    """Each draw has as many rows of each stratum as there are; small strata do no harm."""
    strata = [np.arange(3), np.arange(3, 10), np.arange(10, 11), np.arange(0)]
    drawn = []

    intervals.bootstrap(lambda rows: drawn.append(rows) or float(rows.mean()), strata, 20)

    whole = [rows for rows in drawn if rows.size == 11]  # others leave one out for the skew
    assert len(whole) >= 20
    assert {((rows < 3).sum(), (rows == 10).sum()) for rows in whole} == {(3, 1)}
    assert {rows.size for rows in drawn} == {10, 11}


def test_bootstrap_allows_for_skew() -> None:
    """BCa by hand for a variance, from its definition, with draws of our own.

    Waiting times are skewed, so their variance is drawn too small: both ends move up, far beyond
    what 20,000 draws leave to chance. (Efron 1987, equations 2.3, 4.1 and 6.6.)
    """
    values = np.array([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 9, 12, 15, 19, 26, 40], dtype=float)
    rows, n, random = np.arange(16), 16, np.random.default_rng(5)
    drawn = np.array([values[random.integers(0, n, n)].var() for _ in range(20_000)])
    left_out = np.array([np.delete(values, row).var() for row in rows])
    gap = left_out.mean() - left_out
    skew = (gap**3).sum() / (6 * (gap**2).sum() ** 1.5)
    normal = NormalDist()
    z0 = normal.inv_cdf(float((drawn < values.var()).mean()))
    ends = []
    for z in (-1.959964, 1.959964):
        at = normal.cdf(z0 + (z0 + z) / (1 - skew * (z0 + z)))
        ends.append(float(np.quantile(drawn, at)))

    found = intervals.bootstrap(lambda chosen: float(values[chosen].var()), [rows], 20_000)

    plain = np.quantile(drawn, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx(ends, rel=0.04)
    assert found.low > 1.5 * plain[0]
    assert found.high > 1.1 * plain[1]


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_bootstrap_of_what_never_varies_is_a_point(value: float) -> None:
    """A perfect figure has no skew to allow for, and no warning reaches anybody."""
    found = intervals.bootstrap(lambda _: value, [np.arange(9)], 20)

    assert found == intervals.Interval(value, value)


def test_bootstrap_of_one_row_is_a_point() -> None:
    """One row can only be drawn again."""
    assert intervals.bootstrap(lambda rows: float(rows[0]), [np.array([7])], 5) == (
        intervals.Interval(7.0, 7.0)
    )
