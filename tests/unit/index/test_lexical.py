from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from kmqa import text
from kmqa.index import lexical

TEXTS = ["client missed two pills", "when to give the next depo", "دو گولی بھول گئی", "गोली कब खाएं"]


def test_scores_equal_those_of_an_independent_implementation() -> None:
    """The reference keeps a vocabulary where ours hashes; no two n-grams here share a slot."""
    reference = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, preprocessor=text.normalise
    )
    rows = reference.fit_transform(TEXTS)
    queries = ["missed 2 pils", "depo next when", "گولی", "xyzzy"]

    ours = lexical.fit(TEXTS).scores(queries)

    np.testing.assert_allclose(ours, (reference.transform(queries) @ rows.T).toarray(), atol=1e-5)


def test_a_text_is_most_like_itself() -> None:
    scores = lexical.fit(TEXTS).scores(TEXTS)

    np.testing.assert_allclose(np.diag(scores), 1.0, atol=1e-5)
    assert (scores.argmax(axis=1) == np.arange(len(TEXTS))).all()


def test_an_index_of_only_some_rows_scores_them_as_before() -> None:
    index = lexical.fit(TEXTS)

    some = index.select_rows([3, 0])

    np.testing.assert_array_equal(
        some.scores(["two pills"]), index.scores(["two pills"])[:, [3, 0]]
    )


def test_unknown_and_empty_texts_score_nothing() -> None:
    assert not lexical.fit(TEXTS).scores(["", "qqqq", "😀"]).any()


def test_an_index_survives_being_written_and_read(tmp_path: Path) -> None:
    index = lexical.fit(TEXTS)
    index.save(tmp_path / "lexical")

    opened = lexical.load(tmp_path / "lexical")

    np.testing.assert_array_equal(opened.scores(["two pills"]), index.scores(["two pills"]))
