import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from kmqa.offline import conformal, threshold
from kmqa.records import PolicyTargets

TARGETS = PolicyTargets(wrong_answer_rate=0.05, confidence=0.9)


def _slow_rate_limit(errors: list[float], n: int, rate: float) -> float:
    """Walks all thresholds from lax to strict and takes the first that the bound allows."""
    for least in [0.0, *(score + conformal.STEP for score in sorted(errors))]:
        if (sum(score >= least for score in errors) + 1) / (n + 1) <= rate + 1e-12:
            return least
    message = "nothing is allowed"
    raise AssertionError(message)


@given(seed=st.integers(0, 10_000), n=st.integers(19, 300))
def test_the_rate_limit_is_the_first_that_a_plain_walk_allows(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    errors = rng.random(rng.integers(0, n + 1))

    limit = conformal.rate_limit(errors, n, 0.05)

    expected = _slow_rate_limit(errors.tolist(), n, 0.05)
    assert limit == pytest.approx(expected, abs=1.1 * conformal.STEP)


def test_the_rate_limit_by_hand() -> None:
    """Of 39 questions one may go wrong: (1 + 1) / (39 + 1) is 0.05; the second may not."""
    assert conformal.rate_limit(np.array([0.9, 0.6, 0.5]), 39, 0.05) == pytest.approx(0.600001)
    assert conformal.rate_limit(np.array([0.9]), 39, 0.05) == 0.0


def test_a_score_at_the_rate_limit_that_must_not_be_answered_is_not() -> None:
    for score in np.linspace(0, 1, 1001):
        limit = conformal.rate_limit(np.array([score]), 19, 0.05)
        assert limit is not None
        assert limit > score


def test_eighteen_questions_of_a_kind_say_nothing() -> None:
    assert conformal.rate_limit(np.zeros(0), 18, 0.05) is None
    assert conformal.rate_limit(np.zeros(0), 19, 0.05) == 0.0


@given(seed=st.integers(0, 10_000), noise=st.floats(0, 0.01))
def test_the_rate_limit_moves_no_further_than_the_scores(seed: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    errors = rng.random(40)
    moved = errors + rng.uniform(-noise, noise, 40)

    before, after = (conformal.rate_limit(scores, 100, 0.05) for scores in (errors, moved))

    assert before is not None
    assert after is not None
    assert abs(before - after) <= noise + 2 * conformal.STEP


def test_a_fresh_question_goes_wrong_as_seldom_as_was_said() -> None:
    """Over many draws of 40, the share wrong is under the rate though it is not by chance in each.

    Scores are uniform, so the share of fresh errors over a limit is the rest of the interval.
    """
    rng = np.random.default_rng(5)
    limits = [conformal.rate_limit(rng.random(40), 40, 0.1) for _ in range(4000)]

    fresh = 1 - np.array(limits, dtype=float)

    assert 0.09 < fresh.mean() + 2 * fresh.std() / np.sqrt(4000) <= 0.1 + 0.003
    assert (fresh > 0.1).any()


def test_the_mean_limit_by_hand() -> None:
    """0.01 and 0.05 make 0.03 on average; with 0.12 they make 0.06."""
    scores, risks = np.array([0.7, 0.9, 0.8]), np.array([0.12, 0.01, 0.05])

    assert conformal.mean_limit(scores, risks, 0.05) == 0.8
    assert conformal.mean_limit(scores, risks, 0.06) == 0.7
    assert conformal.mean_limit(scores, risks, 0.005) == 1.0
    assert conformal.mean_limit(np.zeros(0), np.zeros(0), 0.05) == 1.0


def test_the_share_limit_answers_as_many_as_were_asked_for() -> None:
    scores = np.array([0.2, 0.9, 0.5])

    assert conformal.share_limit(scores, 2) == 0.5
    assert conformal.share_limit(scores, 9) == 0.2
    assert conformal.share_limit(np.zeros(0), 1) == 1.0


def test_risks_follow_the_truth_where_confidence_is_off() -> None:
    """Confidences that are all too high by 1.5 in log-odds are brought down by as much."""
    rng = np.random.default_rng(6)
    odds = rng.normal(0.5, 2, 4000)
    is_right = rng.random(4000) < expit(odds - 1.5)

    risks = conformal.recalibrate_risks(expit(odds), is_right, expit(np.array([0.0, 2.0])))

    assert risks == pytest.approx(expit([1.5, -0.5]), abs=0.04)


def test_risks_never_rise_with_confidence() -> None:
    scores = np.linspace(0, 1, 101)

    risks = conformal.recalibrate_risks(scores, scores < 0.5, scores)

    assert (np.diff(risks) <= 0).all()


def _few(seed: int) -> threshold.JudgedQuestions:
    """180 questions, about as those of the starter corpus in seven languages together."""
    rng = np.random.default_rng(seed)
    is_answerable = rng.random(180) < 0.72
    odds = np.where(is_answerable, rng.normal(0.8, 1.7, 180), rng.normal(-1.8, 1.3, 180))
    is_right = is_answerable & (rng.random(180) < expit(1.1 * odds + 0.9))
    return threshold.JudgedQuestions(expit(odds), np.full(180, 0.3), is_right, is_answerable)


@pytest.mark.parametrize("seed", range(20))
def test_two_builds_that_differ_in_the_third_digit_answer_nearly_the_same(seed: int) -> None:
    judged = _few(seed)
    noise = np.random.default_rng(100 + seed).uniform(-1e-3, 1e-3, 180)
    moved = threshold.JudgedQuestions(
        np.clip(judged.scores + noise, 0, 1), judged.margins, judged.is_right, judged.is_answerable
    )

    answered = [one.scores >= threshold.fit_pair(one, TARGETS).threshold for one in (judged, moved)]

    assert (answered[0] != answered[1]).sum() <= 3


def test_what_is_taken_without_a_guarantee_keeps_both_rates_on_its_own_questions() -> None:
    for seed in range(20):
        judged = _few(seed)
        chosen = threshold.fit_pair(judged, TARGETS)
        if chosen.is_certified:
            continue
        answered = judged.scores >= chosen.threshold
        wrong = (answered & judged.is_answerable & ~judged.is_right).sum()
        assert wrong <= 0.05 * judged.is_answerable.sum()
        assert answered[~judged.is_answerable].sum() <= 0.05 * (~judged.is_answerable).sum()


def test_with_few_unanswerable_questions_the_prior_stands_in() -> None:
    """Ten of them, none over 0.1, do not show that 0.2 is safe."""
    scores = np.concatenate([np.linspace(0.2, 1, 40), np.linspace(0, 0.1, 10)])
    judged = threshold.JudgedQuestions(scores, np.full(50, 0.3), scores >= 0.2, scores >= 0.2)

    chosen = threshold.fit_pair(judged, TARGETS)

    assert not chosen.is_certified
    assert chosen.threshold >= threshold.PRIOR_THRESHOLD
