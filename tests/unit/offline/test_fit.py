import numpy as np
import pytest

from kmqa.matching import features
from kmqa.offline import cross_validation, fit

N_TARGETS = 8
N_FEATURES = len(features.FEATURES)
SEVERAL_WORDINGS = features.prior_weights("several_wordings")
ONE_WORDING = features.prior_weights("one_wording")
UNKNOWN_LANGUAGE = features.prior_weights("unknown_language")


def _questions(informative: int, n: int = 200, language: str = "en") -> cross_validation.HeldOut:
    """Questions whose right target stands out in one feature only; the others are noise."""
    rng = np.random.default_rng(5)
    measured = rng.uniform(0.2, 0.6, size=(n, N_TARGETS, N_FEATURES)).astype(np.float32)
    measured[:, :, 5:] = 0
    expected = np.where(
        np.arange(n) % 4 == 0, cross_validation.NOTHING_RIGHT, np.arange(n) % N_TARGETS
    )
    answerable = np.flatnonzero(expected >= 0)
    measured[answerable, expected[answerable], informative] += 0.35
    return cross_validation.HeldOut(
        measured, expected, (language,) * n, np.ones(N_TARGETS, dtype=bool)
    )


@pytest.mark.parametrize(("informative", "name"), [(0, "cosine"), (1, "lexical"), (4, "words")])
def test_the_evidence_that_tells_gains_weight(informative: int, name: str) -> None:
    weights = fit.fit_rank_weights(_questions(informative, n=4000), SEVERAL_WORDINGS)

    assert weights[name] > SEVERAL_WORDINGS[name]
    assert weights["cosine"] + weights["lexical"] == pytest.approx(1, abs=1e-5)


def test_the_student_counts_only_where_it_tells() -> None:
    telling = fit.fit_rank_weights(_questions(3, n=4000), UNKNOWN_LANGUAGE)
    silent = _questions(0, n=4000)
    silent.features[:, :, 3] = 0

    assert telling["student"] > UNKNOWN_LANGUAGE["student"]
    assert fit.fit_rank_weights(silent, UNKNOWN_LANGUAGE)["student"] == 0


def test_few_questions_stay_near_the_prior() -> None:
    weights = fit.fit_rank_weights(_questions(1, n=12), SEVERAL_WORDINGS)

    assert weights["cosine"] == pytest.approx(SEVERAL_WORDINGS["cosine"], abs=0.05)


def test_the_gradient_is_that_of_the_loss() -> None:
    questions = _questions(0, n=40)
    answerable = questions.expected >= 0
    rest = (
        questions.features[answerable].astype(float),
        questions.expected[answerable],
        np.array([8.4, 3.6, 1.2, 0.6, 4.8, 1.0]),
        np.ones(N_FEATURES),
    )
    at, step = np.array([0.7, 1.1, 0.4, 0.9, 0.8, 0.5]), 1e-6

    _, gradient = fit._negative_log_likelihood(at, *rest)

    for axis in range(N_FEATURES):
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

    slope, intercept = fit.fit_logistic_map(scores, scores > 0.5)

    assert slope >= 1
    assert -intercept / slope == pytest.approx(0.5, abs=0.05)


def test_confidence_rises_even_where_high_scores_are_wrong() -> None:
    scores = np.linspace(0, 1, 200)

    slope, _ = fit.fit_logistic_map(scores, scores < 0.5)

    assert slope >= 1


def test_confidence_is_the_share_that_is_right() -> None:
    """Of questions with confidence near c, a share near c is right."""
    rng = np.random.default_rng(2)
    scores = rng.uniform(0, 1, 20_000)
    is_right = rng.uniform(size=20_000) < 1 / (1 + np.exp(-(8 * scores - 4)))

    slope, intercept = fit.fit_logistic_map(scores, is_right)

    assert slope == pytest.approx(8, rel=0.05)
    assert intercept == pytest.approx(-4, rel=0.05)


def test_a_language_with_few_questions_shares_the_pooled_fit() -> None:
    fits = fit.fit_by_language(_questions(0), ("en", "ur"), model_language="en")

    assert set(fits) == {"en", "*"}
    assert fits["*"].n_questions == 0
    assert fits["*"].rank == UNKNOWN_LANGUAGE


def test_where_nothing_was_held_out_the_prior_is_used() -> None:
    empty = cross_validation.HeldOut(
        features.empty(0, 3), np.zeros(0, np.int64), (), np.ones(3, dtype=bool)
    )

    fits = fit.fit_by_language(empty, ("en",), model_language="en")

    assert fits["*"].n_questions == 0
    assert fits["*"].rank == ONE_WORDING
    judging = {name: weight for name, weight in fits["*"].accept.items() if weight}
    assert judging == {"cosine": 1.0, "refusal": 1.0}


def test_what_a_refusal_group_leads_by_is_taken_off() -> None:
    measured = np.array([[[0.9, 0.9, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0, 0]]], dtype=np.float32)
    questions = cross_validation.HeldOut(measured, np.array([-1]), ("en",), np.array([False, True]))
    weights = {"cosine": 0.5, "lexical": 0.5, "head": 0}

    scores, is_right, _ = fit.score_first(questions, weights, {"cosine": 0.5, "lexical": 0.5})

    assert scores[0] == pytest.approx(0.5 - 0.4, abs=1e-6)
    assert not is_right[0]
