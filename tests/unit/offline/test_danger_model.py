from pathlib import Path

import numpy as np
import pytest
from bundle_builder import HashEncoder, make_indexes, make_material, make_responder
from corpus_builder import make_answer, make_corpus, make_urgent

from kmqa.content.corpus import Corpus
from kmqa.index import danger_model as model
from kmqa.index import lexical
from kmqa.matching.respond import Responder
from kmqa.offline import danger_model, danger_rule, policy, wordings
from kmqa.records import Profile

pytestmark = pytest.mark.slow  # fits models

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
    texts = [row.normalised for row in rows]
    spelling = lexical.fit(texts)
    trained = danger_model.fit(rows, HashEncoder().encode(texts), spelling)
    assert trained is not None
    return trained.model.scores(
        HashEncoder().encode(messages), spelling.weights(messages), messages
    )


def _responder(corpus: Corpus) -> Responder:
    fitted = policy.fit_policy(make_material(corpus))
    assert fitted.danger_rule is not None
    return make_responder(corpus, policy=fitted)


def test_words_of_examples_speak_for_danger_in_a_sentence_not_seen_before(tmp_path: Path) -> None:
    danger_sign, calm = _scores(
        _corpus(tmp_path), ["my cousin collapsed, gushing blood", "a method for my cousin"]
    )

    assert danger_sign > 0 > calm


def test_each_row_is_judged_by_a_model_that_was_not_fitted_on_it(tmp_path: Path) -> None:
    rows = wordings.wordings_of(_corpus(tmp_path))
    texts = [row.normalised for row in rows]
    vectors, spelling = HashEncoder().encode(texts), lexical.fit(texts)
    trained = danger_model.fit(rows, vectors, spelling)
    assert trained is not None

    seen = trained.model.scores(vectors, spelling.weights(texts), texts)
    is_danger = np.array([rows[row].kind == "urgent" for row in trained.rows])

    assert trained.unseen[is_danger].mean() < seen[is_danger].mean()


def test_hardly_any_ordinary_wording_raises_the_alarm(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path)
    respond = _responder(corpus)
    ordinary = [q for answer in corpus.answers for q in answer.questions["en"]]

    alarms = [
        reply.outcome == "urgent"
        for reply in respond.replies(ordinary, [Profile()] * len(ordinary))
    ]

    assert np.mean(alarms) <= danger_rule.FALSE_ALARMS


def test_a_few_examples_teach_no_model(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path, urgent=(make_urgent(),))
    rows = wordings.wordings_of(corpus)
    texts = [row.normalised for row in rows]

    assert danger_model.fit(rows, HashEncoder().encode(texts), lexical.fit(texts)) is None


def test_the_responder_heeds_the_rule(tmp_path: Path) -> None:
    respond = _responder(_corpus(tmp_path))

    assert respond("my cousin collapsed, gushing blood").outcome == "urgent"
    assert respond("a method for my cousin").outcome != "urgent"


def test_the_model_survives_being_written_and_read(tmp_path: Path) -> None:
    indexes = make_indexes(make_responder(_corpus(tmp_path)).bundle.contents)
    trained = indexes.danger
    assert trained is not None
    trained.save(tmp_path / "danger")

    opened = model.load(tmp_path / "danger")
    assert opened.bias == pytest.approx(trained.bias)
    np.testing.assert_array_equal(opened.meaning, trained.meaning)
    np.testing.assert_array_equal(opened.spelling, trained.spelling)
    np.testing.assert_array_equal(opened.pairing, trained.pairing)
    np.testing.assert_array_equal(opened.pairs.slots, trained.pairs.slots)
