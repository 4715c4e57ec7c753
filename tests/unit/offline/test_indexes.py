from pathlib import Path

import numpy as np
from bundle_builder import make_contents, make_indexes, make_material, make_rows
from corpus_builder import make_answer, make_corpus, make_refusals

from kmqa.content.corpus import Corpus
from kmqa.offline import cross_validation


def _corpus(tmp_path: Path) -> Corpus:
    answers = tuple(
        make_answer(f"a{i}", questions={"en": [f"word{i} one", f"word{i} two", f"word{i} three"]})
        for i in range(6)
    )
    return make_corpus(tmp_path, answers=answers, refusals=make_refusals())


def test_heads_fitted_in_parallel_are_those_fitted_one_by_one(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path)

    found = make_material(corpus).indexes

    alone = make_indexes(make_contents(corpus))
    assert found.head is not None
    assert alone.head is not None
    assert found.student is not None
    assert alone.student is not None
    np.testing.assert_array_equal(found.head.weights, alone.head.weights)
    np.testing.assert_array_equal(found.student.head.weights, alone.student.head.weights)


def test_each_fold_is_weighed_with_the_heads_that_never_saw_it(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path)

    found = make_material(corpus).questions

    rows = make_rows(make_contents(corpus))
    folds = cross_validation.make_folds(rows.wordings)
    models = [(rows.fit_head(one.kept), rows.training_set.fit_head(one.kept)) for one in folds]
    np.testing.assert_array_equal(
        found.features, cross_validation.cross_validate(rows, folds, models).features
    )
