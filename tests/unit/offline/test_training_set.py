from pathlib import Path

import numpy as np
from bundle_builder import make_base, make_contents
from corpus_builder import make_answer, make_corpus, make_refusals

from kmqa.index import head
from kmqa.offline import student
from kmqa.records import Answer


def _training_set(tmp_path: Path, answers: tuple[Answer, ...]) -> student.TrainingSet:
    corpus = make_corpus(tmp_path, answers=answers, refusals=make_refusals())
    return student.make_training_set(make_contents(corpus), make_base())


def _head(training_set: student.TrainingSet) -> head.Head | None:
    return training_set.fit_head(np.ones(len(training_set.target), dtype=bool))


def _answer(number: int, n_wordings: int = 3, text: str = "") -> Answer:
    wordings = [f"pregunta{number} {word}" for word in ("uno", "dos", "tres")][:n_wordings]
    return make_answer(
        f"a{number}", questions={"en": wordings}, text={"en": text or f"respuesta{number}"}
    )


def test_each_wording_teaches_its_target(tmp_path: Path) -> None:
    training_set = _training_set(tmp_path, tuple(_answer(i) for i in range(4)))

    fitted = _head(training_set)

    assert fitted is not None
    asked = [f"pregunta{i} quatro" for i in range(4)]
    assert fitted.logits(make_base().bags(asked))[:, :4].argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_an_answers_text_is_known_to_the_student(tmp_path: Path) -> None:
    training_set = _training_set(tmp_path, tuple(_answer(i) for i in range(4)))

    fitted = _head(training_set)

    assert fitted is not None
    assert fitted.logits(make_base().bags(["respuesta2"]))[0].argmax() == 2


def test_a_text_that_answers_share_is_not_taught(tmp_path: Path) -> None:
    training_set = _training_set(tmp_path, tuple(_answer(i, text="no text yet") for i in range(4)))

    assert len(training_set.texts) == 0


def test_an_answer_that_is_left_out_is_left_out_with_its_text(tmp_path: Path) -> None:
    training_set = _training_set(tmp_path, tuple(_answer(i) for i in range(4)))

    fitted = training_set.fit_head(training_set.target != 2)

    assert fitted is not None
    assert fitted.logits(make_base().bags(["respuesta2 pregunta2"]))[0].argmin() == 2


def test_one_wording_an_answer_teaches_no_student(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path, answers=tuple(_answer(i, n_wordings=1) for i in range(4)))

    training_set = student.make_training_set(make_contents(corpus), make_base())

    assert _head(training_set) is None


def test_the_same_corpus_teaches_the_same_student(tmp_path: Path) -> None:
    answers = tuple(_answer(i) for i in range(4))

    one, two = (_head(_training_set(tmp_path / name, answers)) for name in ("one", "two"))

    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.weights, two.weights)
