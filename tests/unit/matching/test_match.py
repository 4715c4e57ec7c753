from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundle_builder import FIT, HashEncoder, make_bundle
from corpus_builder import make_answer, make_corpus, make_refusals
from hypothesis import given
from hypothesis import strategies as st

from kmqa.index import bundle
from kmqa.matching import features, match, prepare, rank
from kmqa.records import Fit, Passage

ANSWERS = (
    make_answer("depo-late", questions={"en": ["depo client three weeks late", "late injection"]}),
    make_answer("pill-missed", questions={"en": ["client missed two pills", "forgot the pill"]}),
    make_answer("condom-broke", questions={"en": ["condom broke last night", "burst condom"]}),
)


@pytest.fixture
def opened(tmp_path: Path) -> bundle.Bundle:
    return make_bundle(
        make_corpus(tmp_path, answers=ANSWERS, refusals=make_refusals()),
        passages=(Passage(id="d#1", document="d", pages=(2, 3), text="injections given late"),),
    )


def _rank(opened: bundle.Bundle, text: str, fit: Fit = FIT) -> match.Ranking:
    matcher = match.Matcher(opened.contents, opened.indexes)
    preparer = prepare.QueryPreparer(opened.contents, opened.indexes, HashEncoder())
    return matcher.rank(preparer.prepare([text], ["en"])[0], fit)


def test_the_answer_with_the_nearest_wording_comes_first(opened: bundle.Bundle) -> None:
    first = _rank(opened, "my client missed two pills").candidates[0]

    assert first.answer_id == "pill-missed"
    assert first.question == "client missed two pills"


def test_candidates_are_every_answer_once_in_falling_confidence(opened: bundle.Bundle) -> None:
    candidates = _rank(opened, "late pill").candidates

    assert sorted(c.answer_id for c in candidates) == sorted(a.id for a in ANSWERS)
    scores = [c.confidence for c in candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_refusal_example_wins_and_takes_confidence_away(opened: bundle.Bundle) -> None:
    ranking = _rank(opened, "who won the football match")

    assert ranking.refused_by == "far"
    assert ranking.candidates[0].confidence < 0.1


def test_a_refusal_group_is_never_a_candidate(opened: bundle.Bundle) -> None:
    ranking = _rank(opened, "who won the football match last night")

    assert "far" not in {c.answer_id for c in ranking.candidates}


def test_a_typo_is_found_by_spelling(opened: bundle.Bundle) -> None:
    by_spelling = Fit(
        rank={"cosine": 0.0, "lexical": 1.0, "head": 0.0},
        accept={"cosine": 0.0, "lexical": 1.0},
        slope=10.0,
        intercept=-5.0,
        n_questions=0,
    )

    assert _rank(opened, "condum brok", by_spelling).candidates[0].answer_id == "condom-broke"


def test_an_answer_is_found_by_what_only_its_text_says(tmp_path: Path) -> None:
    """The student is taught texts as well, which neither the vectors nor the spelling hold."""
    answers = (
        make_answer("a", questions={"en": ["one word", "two words"]}, text={"en": "kwikstart"}),
        make_answer("b", questions={"en": ["one thing", "two things"]}, text={"en": "zanzibar"}),
    )
    opened = make_bundle(make_corpus(tmp_path, answers=answers))
    by_student = replace(FIT, rank={"cosine": 0.7, "lexical": 0.3, "head": 0.0, "student": 0.5})

    ranking = _rank(opened, "zanzibar", by_student)

    assert ranking.candidates[0].answer_id == "b"
    assert ranking.first_row is not None
    assert ranking.first_row[features.column_of("student")] > 0


def test_a_bundle_without_a_student_ranks_by_the_rest(opened: bundle.Bundle) -> None:
    bare = replace(opened, indexes=replace(opened.indexes, student=None))

    assert _rank(bare, "condom broke").candidates[0].answer_id == "condom-broke"
    assert _rank(bare, "condom broke").candidates == _rank(opened, "condom broke").candidates


def test_the_nearest_passage_comes_with_its_cosine(opened: bundle.Bundle) -> None:
    hit = _rank(opened, "late injections given").passages[0]

    assert hit.passage.id == "d#1"
    assert hit.score > 0.9


def test_a_bundle_without_answers_ranks_nothing(tmp_path: Path) -> None:
    empty = make_bundle(make_corpus(tmp_path, answers=()))

    assert _rank(empty, "anything").candidates == ()


def test_looking_at_few_rows_finds_what_looking_at_all_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortlist saves work; the winner must be the one that a full comparison names."""
    answers = tuple(
        make_answer(f"a{i}", questions={"en": [f"word{i} word{i + 1}", f"word{i} thing{i % 7}"]})
        for i in range(120)
    )
    opened = make_bundle(make_corpus(tmp_path, answers=answers))
    queries = [f"word{i} thing{i % 5}" for i in range(0, 120, 7)]
    everything = [_rank(opened, query).candidates[0] for query in queries]
    monkeypatch.setattr(prepare, "_DENSE_ROWS", 12)
    monkeypatch.setattr(match, "_LEXICAL_ROWS", 12)

    assert [_rank(opened, query).candidates[0] for query in queries] == everything


@given(
    scores=st.lists(st.floats(-3, 3), min_size=2, max_size=20),
    slope=st.floats(1, 30),
    intercept=st.floats(-10, 10),
)
def test_confidence_keeps_the_order_of_scores(
    scores: list[float], slope: float, intercept: float
) -> None:
    weights = {"cosine": 1, "lexical": 0, "head": 0}
    fit = Fit(rank=weights, accept={"cosine": 1}, slope=slope, intercept=intercept, n_questions=0)

    mapped = rank.confidence(np.array(sorted(scores)), fit)

    assert (np.diff(mapped) >= 0).all()
    assert ((mapped >= 0) & (mapped <= 1)).all()
