import numpy as np
import pytest

from kmqa.matching.match import FirstEvidence, accepted
from kmqa.offline import acceptance


def _evidence(informative: str, n: int = 400) -> tuple[list[FirstEvidence], np.ndarray]:
    """Questions that are right where one kind of evidence is high; the others are noise."""
    rng = np.random.default_rng(3)
    made = []
    is_right = rng.uniform(size=n) < 0.5
    for right in is_right:
        cosine, words, lead, clear = rng.uniform(0.05, 0.2, size=4)
        noise = {"cosine": cosine, "words": words, "lead": lead, "clear": clear}
        noise[informative] += 0.15 if right else 0.0
        features = (noise["cosine"], 0.5, 0.0, 0.0, noise["words"])
        made.append(FirstEvidence(features, noise["lead"], noise["clear"]))
    return made, is_right


@pytest.mark.slow
@pytest.mark.parametrize("informative", ["cosine", "words", "lead", "clear"])
def test_the_evidence_that_tells_right_from_wrong_counts_most(informative: str) -> None:
    taught = acceptance.learnt(*_evidence(informative, n=4_000))
    weights = {name: getattr(taught.accept, name) for name in ("cosine", "words", "lead", "clear")}

    assert max(weights, key=lambda name: weights[name]) == informative


def test_what_a_refusal_group_leads_by_is_held_against_the_answer() -> None:
    taught = acceptance.learnt(*_evidence("cosine")).accept
    features = (0.5, 0.5, 0.0, 0.0, 0.5)

    beaten = accepted(FirstEvidence(features, 0.1, -0.2), taught)

    assert beaten < accepted(FirstEvidence(features, 0.1, -0.1), taught)
    assert beaten < accepted(FirstEvidence(features, 0.1, 0.1), taught)


def test_a_lead_that_is_far_or_without_end_is_counted_alike() -> None:
    """Nobody is second where a corpus has one answer, or no refusal examples."""
    features = (0.5, 0.5, 0.0, 0.0, 0.5)

    assert FirstEvidence(features, np.inf, np.inf).row == FirstEvidence(features, 5.0, 5.0).row


def test_more_evidence_for_an_answer_never_lowers_its_score() -> None:
    taught = acceptance.learnt(*_evidence("words")).accept
    less = FirstEvidence((0.5, 0.5, 0.0, 0.0, 0.5), 0.1, -0.2)
    more = FirstEvidence((0.6, 0.6, 0.1, 0.1, 0.6), 0.2, -0.1)

    assert accepted(more, taught) >= accepted(less, taught)


def test_unseen_confidence_comes_from_fits_that_left_the_question_out() -> None:
    evidence, is_right = _evidence("cosine", n=120)
    turned = is_right.copy()
    turned[0] = not turned[0]

    before = acceptance.learnt(evidence, is_right).unseen[0]
    after = acceptance.learnt(evidence, turned).unseen[0]

    assert before == pytest.approx(after)


def test_the_fit_comes_to_rest_though_columns_differ_a_hundredfold_in_spread() -> None:
    """At the end no weight that is free wants to move any more."""
    random = np.random.default_rng(3)
    spread = np.array([0.15, 0.2, 8.0, 6.0, 0.3, 0.1, 0.1, 0.05])
    truth = np.array([9.0, 0.0, 0.1, 0.0, 3.0, 4.0, 0.0, 20.0])
    rows = random.normal(0.5, 1.0, (400, 8)) * spread
    is_right = rows @ truth > random.logistic(6.0, 1.0, 400)

    weights, bias = acceptance._fitted(rows, is_right)

    miss = 1 / (1 + np.exp(-(rows @ weights + bias))) - is_right
    away = (weights - acceptance._PRIOR * acceptance._SHARPNESS) / acceptance._SCALE**2
    slope = rows.T @ miss + 2 * acceptance._RIDGE * away
    assert np.abs(slope[weights > 1e-9]).max() < 0.05
    assert abs(miss.sum()) < 0.05
