from pathlib import Path

import numpy as np
import pytest
from bundle_builder import make_contents, make_rows
from corpus_builder import make_answer, make_corpus, make_refusals

from kmqa.offline import cross_validation
from kmqa.records import Answer

pytestmark = pytest.mark.slow  # fits models


def _questions(
    tmp_path: Path, answers: tuple[Answer, ...], *, refusals: bool = False
) -> cross_validation.HeldOut:
    parts = {"refusals": make_refusals()} if refusals else {}
    rows = make_rows(make_contents(make_corpus(tmp_path, answers=answers, **parts)))
    folds = cross_validation.make_folds(rows.wordings)
    models = [(rows.fit_head(one.kept), rows.training_set.fit_head(one.kept)) for one in folds]
    return cross_validation.cross_validate(rows, folds, models)


ANSWERS = tuple(
    make_answer(f"a{i}", questions={"en": [f"word{i} one", f"word{i} two", f"word{i} three"]})
    for i in range(6)
)


def test_a_question_is_never_compared_with_itself(tmp_path: Path) -> None:
    questions = _questions(tmp_path, ANSWERS)

    assert questions.features[:, :, 0].max() < 0.999


def test_each_wording_is_asked_once_with_and_once_without_its_answer(tmp_path: Path) -> None:
    questions = _questions(tmp_path, ANSWERS)

    answerable = questions.expected != cross_validation.NOTHING_RIGHT
    assert answerable.sum() == 18
    assert (~answerable).sum() == 18


def test_an_answer_that_was_taken_out_has_no_evidence(tmp_path: Path) -> None:
    """Cosine -1 and the lowest logit: it can win under no weights."""
    questions = _questions(tmp_path, ANSWERS)

    unanswerable = questions.features[questions.expected == cross_validation.NOTHING_RIGHT]
    assert (unanswerable[:, :, 0].min(axis=1) == -1).all()


def test_a_corpus_with_a_head_is_weighed_with_one(tmp_path: Path) -> None:
    """Two wordings an answer make a head; held out, one remains of some, and it still speaks."""
    pairs = tuple(
        make_answer(f"a{i}", questions={"en": [f"word{i} one", f"word{i} two"]}) for i in range(6)
    )

    questions = _questions(tmp_path, pairs)

    answerable = questions.expected != cross_validation.NOTHING_RIGHT
    assert answerable.sum() == 12
    assert np.any(questions.features[answerable][:, :, 2], axis=1).all()


def test_one_wording_an_answer_leaves_only_unanswerable_questions(tmp_path: Path) -> None:
    single = tuple(make_answer(f"a{i}", questions={"en": [f"word{i}"]}) for i in range(10))

    questions = _questions(tmp_path, single)

    assert (questions.expected == cross_validation.NOTHING_RIGHT).all()


def test_a_single_answer_gives_questions_only_from_its_other_wordings(tmp_path: Path) -> None:
    questions = _questions(tmp_path, ANSWERS[:1])

    assert (questions.expected == 0).all()


def test_refusal_examples_have_no_right_answer(tmp_path: Path) -> None:
    questions = _questions(tmp_path, ANSWERS, refusals=True)

    assert questions.is_answer.tolist() == [True] * 6 + [False]
    assert set(questions.expected.tolist()) <= {cross_validation.NOTHING_RIGHT, *range(6)}


def test_the_same_rows_give_the_same_questions(tmp_path: Path) -> None:
    one, two = (_questions(tmp_path, ANSWERS) for _ in range(2))

    np.testing.assert_array_equal(one.features, two.features)
    np.testing.assert_array_equal(one.expected, two.expected)
