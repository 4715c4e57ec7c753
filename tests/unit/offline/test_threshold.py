import numpy as np
import pytest

from kmqa.offline import learn_then_test, threshold
from kmqa.records import PolicyTargets

TARGETS = PolicyTargets(wrong_answer_rate=0.05, confidence=0.9)


def _judged(scores: np.ndarray, is_right: np.ndarray) -> threshold.JudgedQuestions:
    return threshold.JudgedQuestions(scores, np.full(len(scores), 0.5), is_right, is_right)


def test_the_laxest_threshold_of_the_path_is_taken() -> None:
    """One step further on the grid the target can no longer be vouched for."""
    scores = np.linspace(1, 0, 1000, endpoint=False)
    is_right = np.arange(1000) < 500

    chosen = threshold.fit_thresholds(_judged(scores, is_right), TARGETS, refused=0.9)

    level = 1 - threshold.split_error(1000, TARGETS)[chosen.margin]
    place = learn_then_test.GRID.tolist().index(chosen.answer)
    for step, keeps in ((place, True), (place + 1, False)):
        answered = scores >= learn_then_test.GRID[step]
        wrong = (~is_right[answered]).sum()
        bound = learn_then_test.upper_bound([wrong], [answered.sum()], level)[0]
        assert (bound <= 0.05) == keeps
    assert chosen.target_met
    assert chosen.n_missing == 0


def test_no_choice_is_offered_to_everything() -> None:
    """Where what is unanswerable has no confidence at all, none gets a choice."""
    scores = np.repeat([0.9, 0.0], 200)

    chosen = threshold.fit_thresholds(_judged(scores, scores > 0), TARGETS, refused=0.8)

    assert 0 < chosen.choose < chosen.answer


def test_a_target_that_nothing_keeps_is_said_to_be_missed() -> None:
    scores = np.linspace(1, 0, 200)
    is_right = np.arange(200) % 2 == 0

    chosen = threshold.fit_thresholds(_judged(scores, is_right), TARGETS, refused=0.9)

    assert not chosen.target_met
    assert chosen.bound is not None
    assert chosen.bound > 0.05
    assert chosen.n_missing is None
    assert (scores >= chosen.answer)[~is_right].mean() <= 0.05


def test_too_few_questions_are_counted_up_to_those_that_would_do() -> None:
    """Of 30 questions, all right, 15 more of the kind would vouch for the target."""
    chosen = threshold.fit_thresholds(
        _judged(np.full(30, 0.9), np.ones(30, bool)), TARGETS, refused=0.9
    )

    assert not chosen.target_met
    assert chosen.n_missing == 15


def test_equal_scores_are_never_split() -> None:
    scores = np.array([0.9] * 60 + [0.8] * 60)
    is_right = np.array([True] * 60 + [True] * 30 + [False] * 30)

    chosen = threshold.fit_thresholds(_judged(scores, is_right), TARGETS, refused=0.9)

    assert chosen.target_met
    assert 0.8 < chosen.answer <= 0.9


def test_a_stricter_target_never_lowers_the_threshold() -> None:
    rng = np.random.default_rng(3)
    scores = rng.uniform(size=2000)
    judged = _judged(scores, rng.uniform(size=2000) < scores)

    strict, lenient = (
        threshold.fit_thresholds(judged, PolicyTargets(wrong_answer_rate=rate), 0.9).answer
        for rate in (0.1, 0.3)
    )

    assert strict >= lenient


def test_choices_are_offered_to_few_of_the_unanswerable() -> None:
    rng = np.random.default_rng(4)
    scores = np.concatenate([rng.uniform(0.5, 1, size=500), rng.uniform(0, 0.9, size=500)])
    judged = _judged(scores, np.repeat([True, False], 500))

    chosen = threshold.fit_thresholds(judged, TARGETS, refused=0.9)

    offered = (scores[500:] >= chosen.choose).mean()
    assert chosen.choose <= chosen.answer
    assert offered <= 0.1 + 1e-9


def test_a_margin_is_wide_where_close_calls_are_wrong() -> None:
    """Those who lead clearly are right, the others are a toss-up: only the former are answered."""
    scores = np.tile(np.linspace(1, 0.5, 500), 2)
    gaps = np.repeat([0.45, 0.12], 500)
    is_right = np.concatenate([np.ones(500, bool), np.arange(500) % 2 == 0])
    judged = threshold.JudgedQuestions(scores, gaps, is_right, np.ones(1000, bool))

    chosen = threshold.fit_thresholds(judged, TARGETS, refused=0.9)

    assert chosen.target_met
    assert 0.12 < chosen.margin <= 0.45
    assert chosen.answer < 0.6


@pytest.mark.parametrize(("n", "tried"), [(100, 1), (680, 1), (690, 2), (5000, 2)])
def test_few_questions_try_one_margin_with_all_of_the_error(n: int, tried: int) -> None:
    """The number rests on that of the questions alone, so that it costs no guarantee."""
    errors = threshold.split_error(n, TARGETS)

    assert len(errors) == tried
    assert sum(errors.values()) == pytest.approx(0.1)


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


def _two_languages(n: int) -> tuple[threshold.JudgedQuestions, list[str]]:
    """English is right down to 0.5, Swahili only down to 0.9; so is Hindi, with few questions."""
    scores = np.tile(np.linspace(1, 0.5, n, endpoint=False), 2)
    is_right = np.concatenate([np.ones(n, bool), scores[:n] >= 0.9])
    few = np.linspace(1, 0.5, 120, endpoint=False)
    judged = _judged(np.concatenate([scores, few]), np.concatenate([is_right, few >= 0.9]))
    return judged, ["en"] * n + ["sw"] * n + ["hi"] * 120


def test_languages_with_questions_enough_get_thresholds_of_their_own() -> None:
    found = threshold.fit_thresholds_by_language(*_two_languages(600), TARGETS, refused=0.9)

    assert set(found) == {threshold.POOLED, "en", "sw"}
    assert found["en"].answer < 0.55
    assert 0.85 < found["sw"].answer < 0.92


def test_languages_with_few_questions_are_pooled() -> None:
    judged, languages = _two_languages(400)

    found = threshold.fit_thresholds_by_language(judged, languages, TARGETS, refused=0.9)

    assert found == {threshold.POOLED: threshold.fit_thresholds(judged, TARGETS, refused=0.9)}


def test_a_language_that_cannot_keep_the_target_stays_with_the_others() -> None:
    judged, languages = _two_languages(600)
    wrong = np.where(np.array(languages) == "sw", np.arange(len(languages)) % 2 == 0, True)
    judged = threshold.JudgedQuestions(
        judged.scores, judged.margins, judged.is_right & wrong, judged.is_answerable
    )

    found = threshold.fit_thresholds_by_language(judged, languages, TARGETS, refused=0.9)

    assert set(found) == {threshold.POOLED, "en"}
    assert not found[threshold.POOLED].target_met
