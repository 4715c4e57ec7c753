from pathlib import Path

import numpy as np
import pytest
from bundle_builder import make_contents
from corpus_builder import make_answer, make_corpus

from kmqa.index import vocabulary
from kmqa.index.contents import targets_of
from kmqa.offline.answer_terms import answer_terms


def _known(tmp_path: Path) -> vocabulary.Vocabulary:
    answer = make_answer(
        questions={"en": ["pill late", "late by a day"]}, text={"en": "Swallow it now."}
    )
    held = make_contents(make_corpus(tmp_path, answers=(answer,)))
    targets = targets_of(held.wordings)
    said = [[row.normalised for row in held.wordings[t.start : t.stop]] for t in targets]
    return vocabulary.fit(said, answer_terms(held))


@pytest.mark.parametrize("query", ["late pill", "LATE, pill?", "swallow it late", ""])
def test_an_answer_knows_the_words_of_its_wordings_and_text(tmp_path: Path, query: str) -> None:
    assert _known(tmp_path).shares(query)[0] == pytest.approx(1.0)


def test_an_unknown_word_counts_more_than_a_common_known_one(tmp_path: Path) -> None:
    assert 0 < _known(tmp_path).shares("late elephant")[0] < 0.5


def test_a_target_whose_wordings_are_left_out_knows_nothing() -> None:
    """Otherwise an answer that is left out of the index would be found by its text."""
    told = frozenset({"pill"})

    assert vocabulary.fit([["late"], []], [told, told]).shares("pill").tolist() == [1.0, 0.0]


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    known = vocabulary.fit([["pill late", "pill lost"], ["pill"]], [frozenset(), frozenset()])

    first, second = known.shares("pill late").tolist()

    assert first == pytest.approx(1.0)
    assert second < 0.5


def test_a_vocabulary_that_was_written_says_the_same(tmp_path: Path) -> None:
    known = _known(tmp_path)
    known.save(tmp_path / "vocabulary")

    read = vocabulary.load(tmp_path / "vocabulary")

    for query in ("late pill", "elephant", "swallow"):
        np.testing.assert_array_equal(read.shares(query), known.shares(query))
