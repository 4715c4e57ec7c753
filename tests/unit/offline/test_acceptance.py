import numpy as np
import pytest

from kmqa.matching import features, rank
from kmqa.offline import acceptance

Row = np.ndarray
FEATURES = (0.5, 0.5, 0.0, 0.0, 0.5, 0.0)


def _row(measured: tuple[float, ...], margin: float, refusal_margin: float) -> Row:
    """What a first candidate with these features and margins is judged by."""
    ranked = rank.Ranked(
        scores=np.zeros((1, 1)),
        order=np.zeros((1, 1), dtype=np.int64),
        refusal=None,
        first_features=np.array([measured], dtype=np.float32),
        margin=np.array([margin]),
        refusal_margin=np.array([refusal_margin]),
    )
    return ranked.acceptance_rows()[0]


pytestmark = pytest.mark.slow


def _evidence(informative: str, n: int = 400) -> tuple[list[Row], np.ndarray]:
    """Questions that are right where one kind of evidence is high; the others are noise."""
    rng = np.random.default_rng(3)
    rows = []
    is_right = rng.uniform(size=n) < 0.5
    for right in is_right:
        noise = dict(zip(NOISY, rng.uniform(0.05, 0.2, size=4), strict=True))
        noise[informative] += 0.15 if right else 0.0
        measured = (noise["cosine"], 0.5, 0.0, 0.0, noise["words"], 0.0)
        rows.append(_row(measured, noise["margin"], noise["refusal_margin"]))
    return rows, is_right


NOISY = ("cosine", "words", "margin", "refusal_margin")


@pytest.mark.parametrize("informative", NOISY)
def test_the_evidence_that_tells_right_from_wrong_counts_most(informative: str) -> None:
    accept = acceptance.fit_acceptance(*_evidence(informative, n=4_000)).accept

    assert max(NOISY, key=lambda name: accept[name]) == informative


def _score(accept: dict[str, float], row: Row) -> float:
    return float(rank.score_acceptance(row[None], accept)[0])


def test_what_a_refusal_group_leads_by_is_held_against_the_answer() -> None:
    accept = acceptance.fit_acceptance(*_evidence("cosine")).accept

    beaten = _score(accept, _row(FEATURES, 0.1, -0.2))

    assert beaten < _score(accept, _row(FEATURES, 0.1, -0.1))
    assert beaten < _score(accept, _row(FEATURES, 0.1, 0.1))


def test_a_margin_that_is_far_or_without_end_is_counted_alike() -> None:
    """Nobody is second where a corpus has one answer, or no refusal examples."""
    endless, far = _row(FEATURES, np.inf, np.inf), _row(FEATURES, 5.0, 5.0)

    assert endless.tolist() == far.tolist()


def test_more_evidence_for_an_answer_never_lowers_its_score() -> None:
    accept = acceptance.fit_acceptance(*_evidence("words")).accept
    less = _row((0.5, 0.5, 0.0, 0.0, 0.5, 0.0), 0.1, -0.2)
    more = _row((0.6, 0.6, 0.1, 0.1, 0.6, 0.1), 0.2, -0.1)

    assert _score(accept, more) >= _score(accept, less)


def test_unseen_confidence_comes_from_fits_that_left_the_question_out() -> None:
    evidence, is_right = _evidence("cosine", n=120)
    turned = is_right.copy()
    turned[0] = not turned[0]

    before = acceptance.fit_acceptance(evidence, is_right).unseen[0]
    after = acceptance.fit_acceptance(evidence, turned).unseen[0]

    assert before == pytest.approx(after)


def test_the_fit_comes_to_rest_though_columns_differ_a_hundredfold_in_spread() -> None:
    """At the end no weight that is free wants to move any more."""
    random = np.random.default_rng(3)
    spread = np.array([0.15, 0.2, 8.0, 6.0, 0.3, 0.3, 0.1, 0.1, 0.05])
    truth = np.array([9.0, 0.0, 0.1, 0.0, 3.0, 0.0, 4.0, 0.0, 20.0])
    rows = random.normal(0.5, 1.0, (400, 9)) * spread
    is_right = rows @ truth > random.logistic(6.0, 1.0, 400)

    weights, bias = acceptance._fit_weights(rows, is_right)

    miss = 1 / (1 + np.exp(-(rows @ weights + bias))) - is_right
    columns = (*features.FEATURES, *features.MARGINS)
    prior = np.array([column.accept_prior for column in columns])
    scale = np.array([column.accept_scale for column in columns])
    away = (weights - prior * acceptance._SHARPNESS) / scale**2
    slope = rows.T @ miss + 2 * acceptance._RIDGE * away
    assert np.abs(slope[weights > 1e-9]).max() < 0.05
    assert abs(miss.sum()) < 0.05
