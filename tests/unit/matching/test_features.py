"""A feature of the score is one entry of a table that serving and fitting read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundle_builder import FIT, HashEncoder, make_bundle, make_contents, make_rows
from corpus_builder import make_answer, make_corpus

from kmqa.corpus.files import Corpus
from kmqa.matching import features, match, prepare
from kmqa.matching.features import Comparison, FloatArray
from kmqa.offline import acceptance, cross_validation, fit


def _same_length(compared: Comparison) -> FloatArray:
    """Whether a target has a wording of as many words as the query."""
    lengths = [{len(one.split()) for one in own} for own in compared.wordings]
    return np.array(
        [[len(text.split()) in own for own in lengths] for text in compared.texts],
        dtype=np.float32,
    )


TOY = features.Feature(name="same_length", measure=_same_length, prior={"several_wordings": 0.2})


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """Ten answers with two and ten with three words a wording, and a feature that tells them."""
    monkeypatch.setattr(features, "FEATURES", (*features.FEATURES, TOY))
    answers = [
        make_answer(
            f"a{i}",
            questions={"en": [f"thing{i} {word}{' now' * (i % 2)}" for word in ("x", "y", "z")]},
        )
        for i in range(20)
    ]
    return make_corpus(tmp_path, answers=tuple(answers))


def _first(corpus: Corpus, message: str, weight: float) -> match.Ranking:
    opened = make_bundle(corpus)
    preparer = prepare.QueryPreparer(opened.contents, opened.indexes, HashEncoder())
    weights = replace(FIT, rank={"cosine": 0.7, "lexical": 0.3, "same_length": weight})
    matcher = match.Matcher(opened.contents, opened.indexes)
    return matcher.rank(preparer.prepare([message], ["en"])[0], weights)


def test_a_new_feature_is_computed_and_weighed_in_serving(corpus: Corpus) -> None:
    without = _first(corpus, "thing1 x", 0.0)
    weighed = _first(corpus, "thing1 x", 5.0)

    assert without.first_row is not None
    assert weighed.first_row is not None
    column = features.acceptance_names().index("same_length")
    assert without.candidates[0].answer_id == "a1"
    assert without.first_row[column] == 0
    assert int(weighed.candidates[0].answer_id[1:]) % 2 == 0
    assert weighed.first_row[column] == 1


def test_a_new_feature_is_measured_and_fitted_by_the_build(corpus: Corpus) -> None:
    rows = make_rows(make_contents(corpus))
    folds = cross_validation.make_folds(rows.wordings)
    models = [(rows.fit_head(one.kept), rows.training_set.fit_head(one.kept)) for one in folds]
    questions = cross_validation.cross_validate(rows, folds, models)

    weights = fit.fit_rank_weights(questions, features.prior_weights("several_wordings"))
    first_rows = np.zeros((40, len(features.acceptance_names())))
    first_rows[::2, features.acceptance_names().index("same_length")] = 1.0
    learnt = acceptance.fit_acceptance(list(first_rows), np.arange(40) % 2 == 0)

    answerable = questions.expected != cross_validation.NOTHING_RIGHT
    right = questions.features[answerable, questions.expected[answerable]]
    assert (right[:, features.column_of("same_length")] == 1).all()
    assert weights["same_length"] > 0
    assert learnt.accept["same_length"] > 0


def test_a_weight_of_no_feature_is_refused() -> None:
    with pytest.raises(ValueError, match="features that there are not: mood"):
        features.weight_vector({"cosine": 1.0, "mood": 0.1})
    with pytest.raises(ValueError, match="features that there are not: mood"):
        features.acceptance_vector({"cosine": 1.0, "mood": 0.1})
