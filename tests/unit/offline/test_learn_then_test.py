import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kmqa.offline import learn_then_test


def _slow_p_value(wrong: int, answered: int, rate: float) -> float:
    """The tail of the binomial, added up term by term."""
    return sum(
        math.comb(answered, k) * rate**k * (1 - rate) ** (answered - k) for k in range(wrong + 1)
    )


def _slow_laxest(
    scores: list[float], is_right: list[bool], n: int, rate: float, error: float
) -> float | None:
    """Walks the grid one threshold at a time and counts anew at each."""
    kept = None
    for threshold in learn_then_test.GRID.tolist():
        answered = [
            right for score, right in zip(scores, is_right, strict=True) if score >= threshold
        ]
        possible = (1 - rate) ** len(answered) <= error
        if not possible or len(answered) < learn_then_test.USEFUL_SHARE * n:
            if kept is None:
                continue
            break
        if _slow_p_value(answered.count(False), len(answered), rate) > error:
            break
        kept = threshold
    return kept


@given(n=st.integers(1, 300), share=st.floats(0, 1), level=st.floats(0.5, 0.99))
def test_the_bound_is_clopper_and_pearsons(n: int, share: float, level: float) -> None:
    """Scipy's exact two-sided interval at twice the error has the same upper end."""
    k = round(share * n)

    ours = learn_then_test.upper_bound([k], [n], level)[0]

    interval = binomtest(k, n).proportion_ci(confidence_level=2 * level - 1, method="exact")
    assert ours == pytest.approx(interval.high if k < n else 1.0, abs=1e-9)


@given(n=st.integers(1, 200), k=st.integers(0, 200), rate=st.floats(0.01, 0.5))
def test_the_p_value_is_the_tail_of_the_binomial_and_agrees_with_the_bound(
    n: int, k: int, rate: float
) -> None:
    k = min(k, n)

    p_value = learn_then_test.p_values([k], [n], rate)[0]

    assert p_value == pytest.approx(_slow_p_value(k, n, rate), abs=1e-9)
    if abs(p_value - 0.1) > 1e-6:
        assert (p_value <= 0.1) == (learn_then_test.upper_bound([k], [n], 0.9)[0] <= rate)


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 400),
    rate=st.sampled_from([0.02, 0.05, 0.2]),
    error=st.sampled_from([0.1, 0.05, 0.025]),
)
def test_the_path_ends_where_a_plain_walk_ends(
    seed: int, n: int, rate: float, error: float
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.beta(2, 1, n)
    is_right = rng.random(n) < scores**0.2

    found = learn_then_test.find_laxest(
        learn_then_test.count_path(scores, is_right, n), rate, error
    )

    expected = _slow_laxest(scores.tolist(), is_right.tolist(), n, rate, error)
    assert (None if found is None else learn_then_test.GRID[found]) == expected


def test_the_grid_falls_from_nearly_one_to_zero() -> None:
    assert (np.diff(learn_then_test.GRID) < 0).all()
    assert learn_then_test.GRID[0] > 0.999
    assert learn_then_test.GRID[-1] == 0


@pytest.mark.parametrize(("rate", "error", "least"), [(0.05, 0.1, 45), (0.05, 0.05, 59)])
def test_so_many_right_answers_are_the_least_that_vouch(
    rate: float, error: float, least: int
) -> None:
    assert learn_then_test.min_answered(rate, error) == least
    assert learn_then_test.p_values([0], [least], rate)[0] <= error
    assert learn_then_test.p_values([0], [least - 1], rate)[0] > error


def test_more_questions_of_the_same_kind_are_enough_once_the_missing_ones_are_there() -> None:
    scores = np.linspace(1, 0.5, 60)
    is_right = np.arange(60) % 50 != 10

    few = learn_then_test.count_path(scores, is_right, 60)
    missing = learn_then_test.estimate_missing(few, 0.05, 0.1)

    assert learn_then_test.find_laxest(few, 0.05, 0.1) is None
    assert missing is not None
    times = -(-(60 + missing) // 60)
    many = learn_then_test.count_path(np.tile(scores, times), np.tile(is_right, times), 60 * times)
    assert learn_then_test.find_laxest(many, 0.05, 0.1) is not None
    assert missing < 600


def test_where_the_surest_answers_are_wrong_no_number_of_questions_helps() -> None:
    scores = np.linspace(1, 0.5, 200)
    is_right = np.arange(200) % 2 == 0

    assert (
        learn_then_test.estimate_missing(
            learn_then_test.count_path(scores, is_right, 200), 0.05, 0.1
        )
        is None
    )
