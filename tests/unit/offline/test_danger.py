from pathlib import Path

import numpy as np
import pytest
from bundle_builder import HashEncoder, make_indexes, make_responder
from corpus_builder import make_answer, make_corpus, make_urgent

from kmqa.corpus.files import Corpus
from kmqa.index import danger as model
from kmqa.index import lexical
from kmqa.offline import danger, wordings

SIGNS = ["blood", "faints", "fits", "gushing", "collapsed", "convulsion"]
PEOPLE = ["mother", "girl", "patient", "woman", "wife", "sister"]


def _corpus(tmp_path: Path) -> Corpus:
    examples = [f"the {who} {sign} now help" for who in PEOPLE for sign in SIGNS]
    answers = tuple(
        make_answer(f"a{n}", questions={"en": [f"the {who} asks about method {n}"]})
        for n, who in enumerate(PEOPLE * 10)
    )
    sign = make_urgent(examples={"en": examples}, patterns={})
    return make_corpus(tmp_path, urgent=(sign,), answers=answers)


def _scores(corpus: Corpus, messages: list[str]) -> np.ndarray:
    rows = wordings.wordings_of(corpus)
    texts = [row.plain for row in rows]
    spelling = lexical.fit(texts)
    taught = danger.fit(rows, HashEncoder().encode(texts), spelling)
    assert taught is not None
    return taught.scores(HashEncoder().encode(messages), spelling.weights(messages))


def test_words_of_examples_raise_the_alarm_in_a_sentence_not_seen_before(tmp_path: Path) -> None:
    alarm, calm = _scores(
        _corpus(tmp_path), ["my cousin collapsed, gushing blood", "a method for my cousin"]
    )

    assert alarm >= 0 > calm


def test_hardly_any_ordinary_wording_raises_the_alarm(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path)
    ordinary = [q for answer in corpus.answers for q in answer.questions["en"]]

    assert (_scores(corpus, ordinary) >= 0).mean() <= danger.FALSE_ALARMS


def test_a_few_examples_teach_no_model(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path, urgent=(make_urgent(),))
    rows = wordings.wordings_of(corpus)
    texts = [row.plain for row in rows]

    assert danger.fit(rows, HashEncoder().encode(texts), lexical.fit(texts)) is None


def test_the_responder_heeds_the_model(tmp_path: Path) -> None:
    respond = make_responder(_corpus(tmp_path))

    assert respond("my cousin collapsed, gushing blood").outcome == "urgent"
    assert respond("a method for my cousin").outcome != "urgent"


def test_the_model_survives_being_written_and_read(tmp_path: Path) -> None:
    indexes = make_indexes(make_responder(_corpus(tmp_path)).bundle.contents)
    taught = indexes.danger
    assert taught is not None
    taught.save(tmp_path / "danger")

    opened = model.load(tmp_path / "danger")
    assert opened.bias == pytest.approx(taught.bias)
    np.testing.assert_array_equal(opened.meaning, taught.meaning)
    np.testing.assert_array_equal(opened.spelling, taught.spelling)
