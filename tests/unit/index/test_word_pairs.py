import numpy as np

from kmqa.index import word_pairs

TEXTS = ["she bleeds and faints", "faints, bleeds", "a method for her"]


def test_order_endings_and_words_between_make_no_difference() -> None:
    pairs = word_pairs.fit(TEXTS)

    first, second = pairs.rows(["bleeding, fainted", "fainting and then bleeds"]).toarray() > 0

    assert first.sum() == 3
    np.testing.assert_array_equal(first, second)


def test_what_one_text_alone_says_is_not_kept() -> None:
    assert word_pairs.fit(TEXTS).rows(["a method for her"]).nnz == 0


def test_a_text_of_which_little_is_known_weighs_little() -> None:
    known, mixed = word_pairs.fit(TEXTS).rows(["bleeds faints", "bleeds faints in the rain today"])

    assert np.linalg.norm(known.toarray()) > 2 * np.linalg.norm(mixed.toarray())


def test_nothing_gives_rows_of_nothing() -> None:
    assert word_pairs.fit([]).rows(["blood"]).shape == (1, 0)
    assert word_pairs.fit(TEXTS).rows([]).shape[0] == 0
