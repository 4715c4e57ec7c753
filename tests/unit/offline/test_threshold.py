import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kmqa.offline import threshold
from kmqa.records import PolicyTargets

TARGETS = PolicyTargets(wrong_answer_rate=0.05, confidence=0.9)


def _judged(scores: np.ndarray, is_right: np.ndarray) -> threshold.Judged:
    return threshold.Judged(scores, np.full(len(scores), 0.5), is_right, is_right)


@given(n=st.integers(1, 300), share=st.floats(0, 1), level=st.floats(0.5, 0.99))
def test_the_bound_is_clopper_and_pearsons(n: int, share: float, level: float) -> None:
    """Scipy's exact two-sided interval at twice the error has the same upper end."""
    k = round(share * n)

    ours = threshold.upper_bound([k], [n], level)[0]

    interval = binomtest(k, n).proportion_ci(confidence_level=2 * level - 1, method="exact")
    assert ours == pytest.approx(interval.high if k < n else 1.0, abs=1e-9)


def test_the_least_threshold_that_keeps_the_target_is_taken() -> None:
    scores = np.linspace(1, 0, 1000, endpoint=False)
    is_right = np.arange(1000) < 500

    chosen = threshold.thresholds_from(_judged(scores, is_right), TARGETS, refused=0.9)

    answered = scores >= chosen.answer
    wrong = (~is_right[answered]).sum()
    assert chosen.target_met
    assert threshold.upper_bound([wrong], [answered.sum()], 0.9)[0] <= 0.05
    assert threshold.upper_bound([wrong + 1], [answered.sum() + 1], 0.9)[0] > 0.05


def test_a_target_that_nothing_keeps_is_said_to_be_missed() -> None:
    scores = np.linspace(1, 0, 200)
    is_right = np.arange(200) % 2 == 0

    chosen = threshold.thresholds_from(_judged(scores, is_right), TARGETS, refused=0.9)

    assert not chosen.target_met
    assert chosen.bound is not None
    assert chosen.bound > 0.05
    assert (scores >= chosen.answer).mean() >= 0.1


def test_equal_scores_are_never_split() -> None:
    scores = np.array([0.9] * 60 + [0.8] * 60)
    is_right = np.array([True] * 60 + [True] * 30 + [False] * 30)

    answer, _ = threshold.answer_threshold(_judged(scores, is_right), TARGETS)

    assert answer == pytest.approx(0.9, abs=1e-5)


def test_a_stricter_target_never_lowers_the_threshold() -> None:
    rng = np.random.default_rng(3)
    scores = rng.uniform(size=2000)
    judged = _judged(scores, rng.uniform(size=2000) < scores)

    strict, _ = threshold.answer_threshold(judged, PolicyTargets(wrong_answer_rate=0.1))
    lenient, _ = threshold.answer_threshold(judged, PolicyTargets(wrong_answer_rate=0.3))

    assert strict >= lenient


def test_choices_are_offered_to_few_of_the_unanswerable() -> None:
    rng = np.random.default_rng(4)
    scores = rng.uniform(size=1000)
    judged = _judged(scores, np.repeat([True, False], 500))

    chosen = threshold.thresholds_from(judged, TARGETS, refused=0.9)

    offered = (scores[500:] >= chosen.choose).mean()
    assert chosen.choose <= chosen.answer
    assert offered <= 0.1 + 1e-9


def test_a_margin_is_wide_where_close_calls_are_wrong() -> None:
    """Those who lead clearly are right, the others are a toss-up: only the former are answered."""
    scores = np.tile(np.linspace(1, 0.5, 200), 2)
    gaps = np.repeat([0.45, 0.12], 200)
    is_right = np.concatenate([np.ones(200, bool), np.arange(200) % 2 == 0])
    judged = threshold.Judged(scores, gaps, is_right, np.ones(400, bool))

    chosen = threshold.thresholds_from(judged, TARGETS, refused=0.9)

    assert chosen.target_met
    assert 0.12 < chosen.margin <= 0.45
    assert chosen.answer < 0.6


def test_thinning_leaves_the_share_of_unanswerable_questions_that_was_asked_for() -> None:
    judged = _judged(np.linspace(0, 1, 200), np.repeat([True, False], 100))

    thinned = judged.with_unanswerable_share(0.2)

    assert (~thinned.is_answerable).mean() == pytest.approx(0.2, abs=0.01)
    assert thinned.is_answerable.sum() == 100


def test_the_prior_is_cautious_and_says_that_nothing_was_counted() -> None:
    prior = threshold.prior_thresholds()

    assert prior.bound is None
    assert not prior.target_met
    assert prior.choose < prior.answer
