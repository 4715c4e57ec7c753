import numpy as np
import pytest

from kmqa.offline import fit, left_out
from kmqa.records import Acceptance, Weights

N_TARGETS = 8


def _questions(informative: int, n: int = 200, language: str = "en") -> left_out.LeftOut:
    """Questions whose right target stands out in one feature only; the others are noise."""
    rng = np.random.default_rng(5)
    features = rng.uniform(0.2, 0.6, size=(n, N_TARGETS, 5)).astype(np.float32)
    expected = np.where(np.arange(n) % 4 == 0, left_out.NOTHING_RIGHT, np.arange(n) % N_TARGETS)
    answerable = np.flatnonzero(expected >= 0)
    features[answerable, expected[answerable], informative] += 0.35
    return left_out.LeftOut(features, expected, (language,) * n, np.ones(N_TARGETS, dtype=bool))


@pytest.mark.parametrize(("informative", "name"), [(0, "cosine"), (1, "lexical"), (4, "words")])
def test_the_evidence_that_tells_gains_weight(informative: int, name: str) -> None:
    weights = fit.rank_weights(_questions(informative, n=4000), fit.SEVERAL_WORDINGS)

    assert getattr(weights, name) > getattr(fit.SEVERAL_WORDINGS, name)
    assert weights.cosine + weights.lexical == pytest.approx(1, abs=1e-5)


def test_the_student_counts_only_where_it_tells() -> None:
    telling = fit.rank_weights(_questions(3, n=4000), fit.UNKNOWN_LANGUAGE)
    silent = _questions(0, n=4000)
    silent.features[:, :, 3] = 0

    assert telling.student > fit.UNKNOWN_LANGUAGE.student
    assert fit.rank_weights(silent, fit.UNKNOWN_LANGUAGE).student == 0


def test_few_questions_stay_near_the_prior() -> None:
    weights = fit.rank_weights(_questions(1, n=12), fit.SEVERAL_WORDINGS)

    assert weights.cosine == pytest.approx(fit.SEVERAL_WORDINGS.cosine, abs=0.05)


def test_the_gradient_is_that_of_the_loss() -> None:
    questions = _questions(0, n=40)
    answerable = questions.expected >= 0
    rest = (
        questions.features[answerable].astype(float),
        questions.expected[answerable],
        np.array([8.4, 3.6, 1.2, 0.6, 4.8]),
        np.ones(5),
    )
    at, step = np.array([0.7, 1.1, 0.4, 0.9, 0.8]), 1e-6

    _, gradient = fit._negative_log_likelihood(at, *rest)

    for axis in range(5):
        ahead, behind = at.copy(), at.copy()
        ahead[axis] += step
        behind[axis] -= step
        slope = (
            fit._negative_log_likelihood(ahead, *rest)[0]
            - fit._negative_log_likelihood(behind, *rest)[0]
        ) / (2 * step)
        assert gradient[axis] == pytest.approx(slope, rel=1e-4, abs=1e-4)


def test_confidence_is_a_rising_map_that_tells_right_from_wrong() -> None:
    scores = np.linspace(0, 1, 200)

    slope, intercept = fit.logistic_map(scores, scores > 0.5)

    assert slope >= 1
    assert -intercept / slope == pytest.approx(0.5, abs=0.05)


def test_confidence_rises_even_where_high_scores_are_wrong() -> None:
    scores = np.linspace(0, 1, 200)

    slope, _ = fit.logistic_map(scores, scores < 0.5)

    assert slope >= 1


def test_confidence_is_the_share_that_is_right() -> None:
    """Of questions with confidence near c, a share near c is right."""
    rng = np.random.default_rng(2)
    scores = rng.uniform(0, 1, 20_000)
    is_right = rng.uniform(size=20_000) < 1 / (1 + np.exp(-(8 * scores - 4)))

    slope, intercept = fit.logistic_map(scores, is_right)

    assert slope == pytest.approx(8, rel=0.05)
    assert intercept == pytest.approx(-4, rel=0.05)


def test_a_language_with_few_questions_shares_the_pooled_fit() -> None:
    fits = fit.fits_by_language(_questions(0), ("en", "ur"), model_language="en")

    assert set(fits) == {"en", "*"}
    assert fits["*"].n_questions == 0
    assert fits["*"].rank == fit.UNKNOWN_LANGUAGE


def test_where_nothing_was_left_out_the_prior_stands_in() -> None:
    empty = left_out.LeftOut(
        np.zeros((0, 3, 3), np.float32), np.zeros(0, np.int64), (), np.ones(3, dtype=bool)
    )

    fits = fit.fits_by_language(empty, ("en",), model_language="en")

    assert fits["*"].n_questions == 0
    assert fits["*"].rank == fit.ONE_WORDING
    assert fits["*"].accept == Acceptance(cosine=1.0)


def test_what_a_refusal_group_leads_by_is_taken_off() -> None:
    features = np.array([[[0.9, 0.9, 0, 0, 0], [0.5, 0.5, 0, 0, 0]]], dtype=np.float32)
    questions = left_out.LeftOut(features, np.array([-1]), ("en",), np.array([False, True]))
    weights = Weights(cosine=0.5, lexical=0.5, head=0)

    scores, is_right = fit.accepted(questions, weights, Acceptance(cosine=0.5, lexical=0.5))

    assert scores[0] == pytest.approx(0.5 - 0.4, abs=1e-6)
    assert not is_right[0]
