from pathlib import Path

import pytest
from bundle_builder import make_contents
from corpus_builder import make_answer, make_corpus

from kmqa.index.contents import targets_of
from kmqa.matching.coverage import Coverage, coverage_of


def _share(tmp_path: Path, query: str) -> float:
    answer = make_answer(
        questions={"en": ["pill late", "late by a day"]}, text={"en": "Swallow it now."}
    )
    held = make_contents(make_corpus(tmp_path, answers=(answer,)))
    return float(coverage_of(held, targets_of(held.wordings)).shares(query)[0])


@pytest.mark.parametrize("query", ["late pill", "LATE, pill?", "swallow it late", ""])
def test_an_answer_knows_the_words_of_its_wordings_and_text(tmp_path: Path, query: str) -> None:
    assert _share(tmp_path, query) == pytest.approx(1.0)


def test_an_unknown_word_counts_more_than_a_common_known_one(tmp_path: Path) -> None:
    assert 0 < _share(tmp_path, "late elephant") < 0.5


def test_a_target_whose_wordings_are_left_out_knows_nothing() -> None:
    """Otherwise an answer that is left out of the index would be found by its text."""
    told = frozenset({"pill"})

    assert Coverage([["late"], []], [told, told]).shares("pill").tolist() == [1.0, 0.0]


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    known = Coverage([["pill late", "pill lost"], ["pill"]], [frozenset(), frozenset()])

    first, second = known.shares("pill late").tolist()

    assert first == pytest.approx(1.0)
    assert second < 0.5
